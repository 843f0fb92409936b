"""Numbers as Terraform has them: binary floats of 512 bits, here an int, or a Fraction rounded to 512 bits.

What comes from a machine word has fewer bits, which shows in its decimal and in what is computed from it: `length` gives
64 of them, `log` and `pow` give 53. Such a number is `Whole` or, in a module of its own, `Broken`.
Source: https://github.com/zclconf/go-cty/blob/main/docs/types.md#number and `math/big.Float`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from dyncheck.readers.hcl.language.problems import Problem

if TYPE_CHECKING:
    from fractions import Fraction

Number: TypeAlias = "int | Fraction"

BITS = 512
WORD = 64
FLOAT = 53

# Larger or smaller numbers are in nobody's configuration, and would take long to compute with and to write.
_LARGEST_EXPONENT = 1_200
_LARGEST_BITS = 4_096

_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_DECIMAL = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:([eEpP])([+-]?[0-9]{1,6}))?\Z")
_ANY_NUMBER = re.compile(r"[+-]?(?:[iI]nf|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eEpP][+-]?[0-9]+)?)\Z")


class Whole(int):
    """A whole number of fewer bits than 512, or the zero with a minus that `0 * -1` gives."""

    bits: int
    negative: bool

    def __new__(cls, value: int, bits: int, negative: bool = False) -> Whole:
        """The value is rounded already."""
        made = super().__new__(cls, value)
        made.bits = bits
        made.negative = negative or value < 0
        return made

    def __add__(self, other: Any) -> Any:
        return fitted(int.__add__(self, other), self, other)

    def __radd__(self, other: Any) -> Any:
        return fitted(int.__radd__(self, other), other, self)

    def __sub__(self, other: Any) -> Any:
        return fitted(int.__sub__(self, other), self, other)

    def __rsub__(self, other: Any) -> Any:
        return fitted(int.__rsub__(self, other), other, self)

    def __mul__(self, other: Any) -> Any:
        return fitted(int.__mul__(self, other), self, other, exact=True)

    def __rmul__(self, other: Any) -> Any:
        return fitted(int.__rmul__(self, other), other, self, exact=True)

    def __neg__(self) -> int:
        return Whole(int.__neg__(self), self.bits, not self.negative and not self)

    def __abs__(self) -> int:
        return Whole(int.__abs__(self), self.bits)


def bits_of(value: Number) -> int:
    """How many bits a number has."""
    bits: int = getattr(value, "bits", BITS)
    return bits


def is_negative(value: Number) -> bool:
    """Whether it is written with a minus."""
    return value.negative if isinstance(value, Whole) else value < 0


def fitted(value: Any, one: Any, other: Any, exact: bool = False) -> Any:
    """What was computed from two numbers, in as many bits as the larger has; a product takes as many as it needs."""
    if value is NotImplemented:
        return value
    bits = max(bits_of(one), bits_of(other))
    if exact and bits < BITS:
        bits = max(bits, _needed(rounded(value)))
    return value if bits >= BITS else narrow(value, bits)


def _needed(value: Number) -> int:
    """How many bits there are from the first that is set to the last."""
    whole = abs(value) if isinstance(value, int) else abs(value.numerator)
    return whole.bit_length() - ((whole & -whole).bit_length() - 1) if whole else 0


def narrow(value: Number, bits: int) -> Number:
    """The nearest number of so many bits."""
    value = rounded(value, bits)
    if bits >= BITS:
        return value
    if isinstance(value, int):
        return Whole(value, bits, isinstance(value, Whole) and value.negative)
    from dyncheck.readers.hcl.language.fractions import Broken

    return Broken(value, bits)


def parse(text: str) -> Number | None:
    """The number that a text spells in decimal; None when it spells none, or one of more digits than any use has."""
    if len(text) > _LARGEST_EXPONENT:
        return None
    if _INTEGER.match(text):
        return _signed(rounded(int(text)), text)
    match = _DECIMAL.match(text)
    if not match or not (match[2] or match[3]):
        return None
    _, whole, part, letter, exponent = match.groups()
    digits = int(f"{whole}{part or ''}")
    powers = int(exponent or 0)
    # An exponent after p is one of two, as in Go's hexadecimal floats, which decimal ones may have too.
    decimal = (0 if letter in ("p", "P") else powers) - len(part or "")
    binary = powers if letter in ("p", "P") else 0
    if max(abs(decimal), abs(binary)) > _LARGEST_EXPONENT:
        return None
    from fractions import Fraction

    value = digits * Fraction(10) ** decimal * Fraction(2) ** binary
    return _signed(rounded(-value if text[0] == "-" else value), text)


def _signed(value: Number, text: str) -> Number:
    return Whole(0, BITS, negative=True) if not value and text[0] == "-" else value


def is_number(text: str) -> bool:
    """Whether a text spells a number for Terraform: one that `parse` gives, or an infinite one, or one beyond what is computed with."""
    return _ANY_NUMBER.match(text) is not None


def rounded(value: Number, bits: int = BITS) -> Number:
    """The nearest number of 512 bits, or of fewer, an int whenever it is whole. Raises `Problem` for one out of all proportion."""
    if max(value.numerator.bit_length(), value.denominator.bit_length() - BITS) > _LARGEST_BITS:
        raise Problem(f"a number with more than {_LARGEST_BITS} bits before or after its point, which is more than dyncheck computes with")
    if isinstance(value, int):
        return value if value.bit_length() <= bits else _rounded(value, 1, bits)
    if value.denominator == 1:
        return rounded(value.numerator, bits)
    # A plain fraction may be anything that was computed; one with bits of its own has been rounded to them.
    if getattr(value, "bits", BITS + 1) <= bits:
        return value
    return _rounded(value.numerator, value.denominator, bits)


def _rounded(numerator: int, denominator: int, bits: int) -> Number:
    from fractions import Fraction

    shift = last_bit(numerator, denominator, bits)
    scaled = Fraction(numerator, denominator) / Fraction(2) ** shift
    value = round(scaled) * Fraction(2) ** shift
    return value.numerator if value.denominator == 1 else value


def last_bit(numerator: int, denominator: int, bits: int) -> int:
    """The power of two of the last of the bits."""
    estimate = abs(numerator).bit_length() - denominator.bit_length() - bits
    scaled_up = abs(numerator) << max(-estimate, 0)
    size = (scaled_up // (denominator << max(estimate, 0))).bit_length()
    return estimate + size - bits


def multiply(one: Number, other: Number) -> Number:
    """The product, with the minus that zero keeps."""
    product = rounded(one * other)
    if not product and is_negative(one) != is_negative(other):
        return Whole(0, bits_of(product), negative=True)
    return product


def negate(value: Number) -> Number:
    """`-value`, with the minus that zero gets."""
    if not value and not isinstance(value, Whole):
        return Whole(0, BITS, negative=True)
    return -value


def divide(dividend: Number, divisor: Number) -> Number:
    """The quotient; the divisor is not 0."""
    from fractions import Fraction

    quotient = Fraction(dividend) / Fraction(divisor)
    if not quotient and is_negative(dividend) != is_negative(divisor):
        return Whole(0, max(bits_of(dividend), bits_of(divisor)), negative=True)
    return narrow(quotient, max(bits_of(dividend), bits_of(divisor)))


def from_float(value: float) -> Number:
    """The exact value of a finite float, with its bits."""
    from fractions import Fraction
    from math import copysign

    if value == 0 and copysign(1, value) < 0:
        return Whole(0, FLOAT, negative=True)
    return narrow(Fraction(value), FLOAT)


def to_plain(value: Number) -> int | float:
    """The number as JSON readers have it."""
    return int(value) if isinstance(value, int) else float(value)


def to_text(value: Number) -> str:
    """The shortest decimal that reads back as the same number, never with an exponent."""
    if type(value) is int and value.bit_length() <= BITS:
        return str(value)
    from dyncheck.readers.hcl.language.decimals import plain_text

    return plain_text(value)
