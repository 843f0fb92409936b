"""Numbers: size, sign, powers, and the integers that texts spell.

Source: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/number.go
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from dyncheck.readers.hcl.functions.declaration import Function, Parameter, invalid, named
from dyncheck.readers.hcl.functions.native import from_int, to_int
from dyncheck.readers.hcl.language.numbers import BITS, LARGEST_SURE, Inexact, Word, cut, exact, from_float, negate
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import ANY, NUMBER, STRING, Type, friendly
from dyncheck.readers.hcl.language.values import Problem, Value, number

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CAPITALS = 26


def _abs(value: Value) -> Value:
    return number(negate(value.content)) if value.content < 0 else value


def _ceil(value: Value) -> Value:
    return number(cut(value.content, math.ceil))


def _floor(value: Value) -> Value:
    return number(cut(value.content))


def _max(*numbers: Value) -> Value:
    return max(_some(numbers), key=lambda value: value.content)


def _min(*numbers: Value) -> Value:
    return min(_some(numbers), key=lambda value: value.content)


def _some(numbers: tuple[Value, ...]) -> tuple[Value, ...]:
    if not numbers:
        raise Problem("must pass at least one number")
    return numbers


def _signum(value: Value) -> Value:
    found = to_int(value)
    return from_int((found > 0) - (found < 0))


def _log(value: Value, base: Value) -> Value:
    dividend, divisor = _logarithm(_to_float(value)), _logarithm(_to_float(base))
    try:
        return _from_float(dividend / divisor)
    except ZeroDivisionError:
        return _from_float(math.nan if dividend == 0 else math.inf)


def _pow(value: Value, power: Value) -> Value:
    base, exponent = _to_float(value), _to_float(power)
    try:
        found = math.pow(base, exponent)
    except OverflowError:
        found = math.inf
    except ValueError:
        found = math.nan if base else math.inf
    if math.isfinite(found) and not _is_exact(base, exponent, found):
        return number(Inexact(Fraction(found)))
    return _from_float(found)


def _is_exact(base: float, exponent: float, power: float) -> bool:
    """Whether Go's power is the same to the last bit on every machine."""
    return base.is_integer() and exponent.is_integer() and exponent >= 0 and abs(power) <= LARGEST_SURE


def _to_float(value: Value) -> float:
    try:
        return float(exact(value.content))
    except OverflowError:
        raise Problem("value must be within the range of a float of 64 bits") from None


def _from_float(found: float) -> Value:
    if math.isnan(found):
        raise Problem("the result is not a number")
    if math.isinf(found):
        raise UnsureError("what gives an infinite number")
    return number(from_float(found))


def _logarithm(value: float) -> float:
    """The natural logarithm, to the last bit as Go has it on amd64; the C library's differs there in one of four.

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
        radix = to_int(base)
    except Problem as problem:
        raise invalid("base", str(problem)) from None
    if not 2 <= radix <= 62:
        raise invalid("base", "base must be a whole number between 2 and 62 inclusive")
    found = _parsed(text.content, radix)
    if found is None:
        raise invalid("number", f"cannot parse {quote(text.content)} as a base {radix} integer")
    if found.bit_length() > BITS:
        raise UnsureError("more digits than dyncheck computes with")
    return number(Word(found))


def _refuse_other_than_text(arguments: Sequence[Value]) -> Type:
    if arguments[0].type != STRING:
        raise invalid("number", f"first argument must be a string, not {friendly(arguments[0].type)}")
    return NUMBER


def _parsed(text: str, radix: int) -> int | None:
    """The integer; None when the text spells none. One with more digits than any use has is too large, and no more."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if radix <= len(_DIGITS) - _CAPITALS and digits.isascii():
        digits = digits.lower()
    known = {digit: value for value, digit in enumerate(_DIGITS[:radix])}
    if not digits or any(digit not in known for digit in digits):
        return None
    if len(digits.lstrip("0")) > BITS:
        return 1 << BITS
    found = 0
    for digit in digits:
        found = found * radix + known[digit]
    return -found if text[0] == "-" else found


_NUM = Parameter("num", NUMBER)

FUNCTIONS = named(
    Function("abs", (_NUM,), _abs, NUMBER),
    Function("ceil", (_NUM,), _ceil, NUMBER),
    Function("floor", (_NUM,), _floor, NUMBER),
    Function("log", (_NUM, Parameter("base", NUMBER)), _log, NUMBER),
    Function("max", (), _max, NUMBER, variadic=Parameter("numbers", NUMBER)),
    Function("min", (), _min, NUMBER, variadic=Parameter("numbers", NUMBER)),
    Function("parseint", (Parameter("number", ANY), Parameter("base", NUMBER)), _parseint, _refuse_other_than_text),
    Function("pow", (_NUM, Parameter("power", NUMBER)), _pow, NUMBER),
    Function("signum", (_NUM,), _signum, NUMBER),
)
