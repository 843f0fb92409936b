"""Functions of numbers, and the integers that texts spell.

Source: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/number.go
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial

from dyncheck.readers.hcl.functions.declaration import Function, InvalidArgument, Parameter, plain, to_int
from dyncheck.readers.hcl.language.numbers import BITS, LARGEST_SURE, Inexact, Number, Word, cut, exact, from_float, is_negative, negate
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import ANY, NUMBER, STRING, Type, friendly
from dyncheck.readers.hcl.language.values import EvaluationError, Value, number

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INTEGER = re.compile(r"([+-]?)([0-9A-Za-z]+)")


def _extreme(choose: Callable[..., Value], *numbers: Value) -> Value:
    if not numbers:
        raise EvaluationError("must pass at least one number")
    return choose(numbers, key=lambda value: value.content)


def _signum(value: Number) -> Number:
    found = to_int(value)
    return Word((found > 0) - (found < 0))


def _log(value: Number, base: Number) -> Number:
    dividend, divisor = _logarithm(_to_float(value)), _logarithm(_to_float(base))
    if divisor:
        return _from_float(dividend / divisor)
    return _from_float(math.inf if dividend else math.nan)


def _pow(value: Number, power: Number) -> Number:
    base, exponent = _to_float(value), _to_float(power)
    try:
        found = math.pow(base, exponent)
    except OverflowError:
        found = math.inf
    except ValueError:
        found = math.nan if base else math.inf
    # Other powers may differ in the last bit from machine to machine.
    is_exact = base.is_integer() and exponent.is_integer() and exponent >= 0 and abs(found) <= LARGEST_SURE
    return _from_float(found) if is_exact or not math.isfinite(found) else Inexact(Fraction(found))


def _to_float(value: Number) -> float:
    try:
        return float(exact(value))
    except OverflowError:
        raise EvaluationError("value must be within the range of a float of 64 bits") from None


def _from_float(found: float) -> Number:
    if math.isnan(found):
        raise EvaluationError("the result is not a number")
    if math.isinf(found):
        raise UnsureError("numbers with an infinite result")
    return from_float(found)


def _logarithm(value: float) -> float:
    """The natural logarithm as Go computes it on amd64. The last bit of the C library's differs for one number in four.

    Source: https://github.com/golang/go/blob/master/src/math/log.go, which is FreeBSD's e_log.c.
    """
    if value <= 0:
        return math.nan if value < 0 else -math.inf
    fraction, exponent = math.frexp(value)
    if fraction < math.sqrt(2) / 2:
        fraction *= 2
        exponent -= 1
    f = fraction - 1
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    odd = s2 * (
        6.666666666666735130e-01 + s4 * (2.857142874366239149e-01 + s4 * (1.818357216161805012e-01 + s4 * 1.479819860511658591e-01))
    )
    even = s4 * (3.999999999940941908e-01 + s4 * (2.222219843214978396e-01 + s4 * 1.531383769920937332e-01))
    half = 0.5 * f * f
    low = exponent * 1.90821492927058770002e-10
    return exponent * 6.93147180369123816490e-01 - ((half - (s * (half + (odd + even)) + low)) - f)


def _parseint(text: Value, base: Value) -> Value:
    _refuse_other_than_text((text, base))
    try:
        radix = to_int(base.content)
    except EvaluationError as problem:
        raise InvalidArgument("base", str(problem)) from None
    if not 2 <= radix <= len(_DIGITS):
        raise InvalidArgument("base", f"base must be a whole number between 2 and {len(_DIGITS)} inclusive")
    match = _INTEGER.fullmatch(text.content)
    sign, spelled = match.groups() if match else ("", "?")
    digits = [_DIGITS.find(digit) for digit in (spelled.lower() if radix <= len(_DIGITS) - 26 else spelled)]
    if not all(0 <= digit < radix for digit in digits):
        raise InvalidArgument("number", f"cannot parse {quote(text.content)} as a base {radix} integer")
    found = 0
    for digit in digits:
        found = found * radix + digit
        if found.bit_length() > BITS:
            raise UnsureError("more digits than dyncheck computes with")
    return number(Word(-found if sign == "-" else found))


def _refuse_other_than_text(arguments: Sequence[Value]) -> Type:
    if arguments[0].type != STRING:
        raise InvalidArgument("number", f"first argument must be a string, not {friendly(arguments[0].type)}")
    return NUMBER


_NUMBERS = Parameter("numbers", NUMBER)

FUNCTIONS = (
    plain("abs", lambda value: negate(value) if is_negative(value) else value, NUMBER, num=NUMBER),
    plain("ceil", partial(cut, towards=math.ceil), NUMBER, num=NUMBER),
    plain("floor", cut, NUMBER, num=NUMBER),
    plain("log", _log, NUMBER, num=NUMBER, base=NUMBER),
    Function("max", (), partial(_extreme, max), NUMBER, variadic=_NUMBERS),
    Function("min", (), partial(_extreme, min), NUMBER, variadic=_NUMBERS),
    Function("parseint", (Parameter("number", ANY), Parameter("base", NUMBER)), _parseint, _refuse_other_than_text),
    plain("pow", _pow, NUMBER, num=NUMBER, power=NUMBER),
    plain("signum", _signum, NUMBER, num=NUMBER),
)
