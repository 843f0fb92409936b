"""Numbers in Terraform: binary floats of 512 bits, here an int, or a Fraction rounded to 512 bits.

Numbers from machine words and floats have fewer bits: `length` gives 64, `log` and `pow` give 53. Results computed from those
alone differ from the exact result in the last digits. Where these digits matter, the result is unknown.
Source: https://github.com/zclconf/go-cty/blob/main/docs/types.md#number and `math/big.Float`.
"""

from __future__ import annotations

import operator
import re
from bisect import bisect_left
from collections.abc import Callable
from functools import total_ordering
from math import copysign, floor, trunc
from typing import TYPE_CHECKING, Any, TypeAlias

from dyncheck.readers.hcl.language.problems import UnsureError

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

Number: TypeAlias = "int | Fraction | Inexact"

BITS = 512
# Every whole number up to this one is the same in a float, a machine word and 512 bits.
LARGEST_SURE = 2**53

# Larger and smaller numbers take too long to compute with and to write.
_LARGEST_EXPONENT = 1_200
_LARGEST_BITS = 4_096
_FEW_DIGITS, _MOST_DIGITS = 16, 160
# Enough for an exact decimal of every number, because denominators are powers of two.
_EXACT_DIGITS = _LARGEST_BITS * 3

_DECIMAL = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:([eEpP])([+-]?[0-9]{1,6}))?\Z")
_ANY_NUMBER = re.compile(r"[+-]?(?:[iI]nf|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eEpP][+-]?[0-9]+)?)\Z")


class Word(int):
    """A whole number of fewer than 512 bits, from a function."""


class _NegativeZero(Word):
    """The zero of `-0` and `0 * -1`. It equals zero, but has other digits: `tostring(-0)` is "-0"."""

    __slots__ = ()

    def __float__(self) -> float:
        return -0.0


NEGATIVE_ZERO = _NegativeZero(0)


@total_ordering
class Inexact:
    """A number whose last bits are not known: `log(2, 10)`, `length(a) / length(b)`.

    It can be compared with numbers that are not very near, and rounded to a whole number. Everything else raises `UnsureError`.
    """

    __slots__ = ("value",)

    def __init__(self, value: Fraction | int) -> None:
        self.value = value

    @property
    def error(self) -> Fraction:
        """The largest possible error of the value."""
        from fractions import Fraction

        return abs(Fraction(self.value)) / 2**44

    def __eq__(self, other: object) -> bool:
        """Equality in Python. The function `equal` compares numbers of Terraform."""
        return isinstance(other, Inexact) and other.value == self.value

    def __lt__(self, other: Any) -> bool:
        return bool(self.difference(other) < 0)

    def __hash__(self) -> int:
        return hash((Inexact, self.value))

    def __sub__(self, _other: object) -> Inexact:
        raise _imprecise()

    def __float__(self) -> float:
        return float(self.value)

    def difference(self, other: Any) -> Any:
        """This number minus the other. Raises `UnsureError` when they may be equal."""
        difference = self.value - (other.value if isinstance(other, Inexact) else other)
        if abs(difference) <= 2 * self.error:
            raise _imprecise()
        return difference


def _imprecise() -> UnsureError:
    return UnsureError("the last digits of a number")


def parse(text: str) -> Number | None:
    """The number in a decimal text; None for any other text, and for too many digits."""
    if len(text) > _LARGEST_EXPONENT:
        return None
    match = _DECIMAL.match(text)
    if not match or not (match[2] or match[3]):
        return None
    _, whole, part, letter, exponent = match.groups()
    digits = int(f"{whole}{part or ''}")
    powers = int(exponent or 0)
    # An exponent after p has the base 2, as in Go.
    decimal = (0 if letter in ("p", "P") else powers) - len(part or "")
    binary = powers if letter in ("p", "P") else 0
    if max(abs(decimal), abs(binary)) > _LARGEST_EXPONENT:
        return None
    if not digits:
        return NEGATIVE_ZERO if text[0] == "-" else 0
    value: int | Fraction = digits
    if decimal or binary:
        from fractions import Fraction

        value = digits * Fraction(10) ** decimal * Fraction(2) ** binary
    return rounded(-value if text[0] == "-" else value)


def is_number(text: str) -> bool:
    """Whether a text is a number for Terraform, even if it is infinite or has too many digits for `parse`."""
    return _ANY_NUMBER.match(text) is not None


def rounded(value: int | Fraction) -> int | Fraction:
    """The nearest number of 512 bits, an int when it is whole. Raises `UnsureError` when it is too large or too small."""
    if isinstance(value, int) and value.bit_length() <= BITS:
        return value
    if max(value.numerator.bit_length(), value.denominator.bit_length() - BITS) > _LARGEST_BITS:
        raise UnsureError(f"a number with more than {_LARGEST_BITS} bits, which is more than dyncheck computes with")
    from fractions import Fraction

    unit = Fraction(2) ** _last_bit(value)
    return _whole(round(value / unit) * unit)


def _whole(value: Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value


def _last_bit(value: int | Fraction) -> int:
    """The power of two of the last of the 512 bits. The value is not 0."""
    numerator, denominator = abs(value.numerator), value.denominator
    power = numerator.bit_length() - denominator.bit_length()
    if numerator << max(-power, 0) < denominator << max(power, 0):
        power -= 1
    return power - BITS + 1


def calculate(sign: str, one: Number, other: Number) -> Number:
    """`one sign other`; a divisor is not 0."""
    found = _ARITHMETIC[sign](exact(one), exact(other))
    if not found and _IS_NEGATIVE[sign](is_negative(one), is_negative(other), not one):
        return NEGATIVE_ZERO
    # A remainder has as few bits as its dividend.
    has_few_bits = isinstance(one, Word) and (isinstance(other, Word) or sign == "%")
    return from_few_bits(found) if has_few_bits else rounded(found)


def _quotient(dividend: int | Fraction, divisor: int | Fraction) -> int | Fraction:
    from fractions import Fraction

    return _whole(Fraction(dividend) / Fraction(divisor))


def _remainder(dividend: int | Fraction, divisor: int | Fraction) -> int | Fraction:
    """With the sign of the dividend. Each step is rounded, so that `1 % 0.1` is 0.

    Source: `Modulo` in https://github.com/zclconf/go-cty/blob/main/cty/value_ops.go
    """
    whole = trunc(rounded(_quotient(dividend, divisor)))
    return dividend - rounded(divisor * whole)


_ARITHMETIC: dict[str, Callable[[Any, Any], int | Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _quotient,
    "%": _remainder,
}


# Whether a result of zero is negative, by the signs of the operands and whether the first is zero. A quotient is rounded towards
# zero, and its divisor times it taken off, to find a remainder.
# Source: https://github.com/golang/go/blob/master/src/math/big/float.go and `Modulo` of cty.
_IS_NEGATIVE: dict[str, Callable[[bool, bool, bool], bool]] = {
    "+": lambda one, other, is_zero: is_zero and one and other,
    "-": lambda one, other, is_zero: is_zero and one and not other,
    "*": lambda one, other, _: one != other,
    "/": lambda one, other, _: one != other,
    "%": lambda one, other, is_zero: is_zero and one and not other,
}


def is_negative(value: Number) -> bool:
    """Whether a number has the sign of negative ones."""
    return value is NEGATIVE_ZERO or value < 0


def from_few_bits(value: int | Fraction) -> Number:
    """An exact result, which Terraform has in fewer than 512 bits."""
    return Word(value) if isinstance(value, int) and abs(value) <= LARGEST_SURE else Inexact(value)


def from_float(value: float) -> Number:
    """A finite float."""
    from fractions import Fraction

    if not value:
        return NEGATIVE_ZERO if copysign(1, value) < 0 else Word(0)
    if value.is_integer():
        return from_few_bits(int(value))
    return Inexact(Fraction(value))


def exact(value: Number) -> int | Fraction:
    """The number, unless it is inexact. Raises `UnsureError`."""
    if isinstance(value, Inexact):
        raise _imprecise()
    return value


def equal(one: Number, other: Number) -> bool:
    """Whether two numbers are equal. Raises `UnsureError` for two that may be."""
    if isinstance(one, Inexact):
        return not one.difference(other)
    return not other.difference(one) if isinstance(other, Inexact) else one == other


def negate(value: Number) -> Number:
    if isinstance(value, Inexact):
        return Inexact(-value.value)
    if not value:
        return Word(0) if value is NEGATIVE_ZERO else NEGATIVE_ZERO
    return Word(-value) if isinstance(value, Word) else -value


def cut(value: Number, towards: Callable[[Any], int] = floor) -> int:
    """The whole number below, or above with `ceil`."""
    if not isinstance(value, Inexact):
        return (value if isinstance(value, int) else towards(value)) or Word(0)
    found = towards(value.value - value.error)
    if found != towards(value.value + value.error):
        raise _imprecise()
    return Word(found)


def is_whole(value: Number) -> bool:
    """Whether it has no fractional part. Raises `UnsureError` when that is not known."""
    return isinstance(value, int) or equal(value, cut(value))


def to_text(value: Number) -> str:
    """The shortest decimal that reads back as the same number, never with an exponent."""
    if isinstance(value, int) and value.bit_length() <= BITS:
        return "-0" if value is NEGATIVE_ZERO else int.__repr__(value)
    return f"{_shortest(value):f}"


def general_text(value: Number, precision: int = -1) -> str:
    """The number as Go's `%g` writes it; the shortest form when the precision is negative."""
    if not value:
        return to_text(value)
    found = _shortest(value) if precision < 0 else _to_digits(_to_digits(exact(value), _EXACT_DIGITS), precision or 1)
    digits, point = len(found.as_tuple().digits), found.adjusted() + 1
    limit = 6 if precision < 0 else precision or 1
    if precision >= 0 and limit > digits >= point:
        limit = digits
    if point - 1 < -4 or point - 1 >= limit:
        return _with_exponent(found, digits - 1)
    return f"{found:f}"


def decimal_text(value: Number, verb: str, precision: int) -> str:
    """The number as Go's `%e` or `%f` writes it."""
    if value is NEGATIVE_ZERO:
        return f"-{decimal_text(0, verb, precision)}"
    found = _to_digits(exact(value), _EXACT_DIGITS)
    return f"{found:.{precision}f}" if verb == "f" else _with_exponent(found, precision)


def _with_exponent(value: Decimal, precision: int) -> str:
    digits, _, exponent = f"{value:.{precision}e}".partition("e")
    return f"{digits}e{int(exponent) if value else 0:+03d}"


def _to_digits(value: int | Fraction | Decimal, count: int) -> Decimal:
    """The number rounded to so many digits, half to even, without zeros at the end."""
    from decimal import Context, Decimal

    context = Context(prec=count)
    numerator, denominator = (value, 1) if isinstance(value, Decimal) else (value.numerator, value.denominator)
    found = context.divide(Decimal(numerator), Decimal(denominator))
    return found.normalize(context) if found else Decimal(0)


def _shortest(number: Number) -> Decimal:
    """The shortest decimal that is within half a unit of the last bit, as `roundShortest` of `math/big` finds it."""
    from decimal import Decimal
    from fractions import Fraction

    value = exact(number)
    if not value:
        return Decimal(0)
    unit = Fraction(2) ** _last_bit(value)
    is_even = int(abs(Fraction(value)) / unit) % 2 == 0

    def is_near(count: int) -> bool:
        error = abs(Fraction(_to_digits(value, count)) - value)
        return error < unit / 2 or (is_even and error == unit / 2)

    # Most numbers have few digits, which then are found soon.
    most = _FEW_DIGITS if is_near(_FEW_DIGITS) else _MOST_DIGITS
    return _to_digits(value, bisect_left(range(most), True, 1, key=is_near))
