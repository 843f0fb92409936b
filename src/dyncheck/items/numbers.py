"""Numbers of DynamoDB: which texts are numbers, how many bytes they take, and which are equal."""

from __future__ import annotations

import re

from msgspec import Struct

# Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
MOST_DIGITS = 38
HIGHEST_POWER, LOWEST_POWER = 125, -130

_NUMBER = re.compile(r"([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?[0-9]+))?", re.ASCII)

# An exponent of more digits is out of range, whatever the digits before it.
_MOST_OF_EXPONENT = 9


class InvalidNumber(Exception):
    """DynamoDB refuses the number. The text completes the sentence "The number ..."."""


class Number(Struct, frozen=True):
    """A number in its only form: equal numbers are equal here. `digits` start and end with a digit that is not 0; zero has none.

    The value is 0.DIGITS times ten to the power `exponent`.
    """

    is_negative: bool
    digits: str
    exponent: int

    @property
    def size(self) -> int:
        """The bytes that DynamoDB counts: one for each two digits, aligned at the decimal point, one more, and one for a minus sign."""
        if not self.digits:
            return 1
        last = self.exponent - len(self.digits)
        pairs = -(-self.exponent // 2) - last // 2
        return pairs + 1 + self.is_negative


def parsed(text: str) -> Number:
    """The number that a text is. Raises `InvalidNumber` for a text that is no number, and for one that DynamoDB does not hold."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise InvalidNumber("is not a number")
    sign, whole, fraction, only_fraction, exponent = found.groups()
    whole, fraction = whole or "", fraction or only_fraction or ""
    digits = (whole + fraction).lstrip("0")
    power = len(whole) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if not digits:
        return Number(False, "", 0)
    if len(digits) > MOST_DIGITS:
        raise InvalidNumber(f"has {len(digits):,} significant digits")
    if exponent:
        size = exponent.lstrip("+-").lstrip("0")
        if len(size) > _MOST_OF_EXPONENT:
            raise InvalidNumber("is out of range")
        power += int(size or "0") * (-1 if exponent.startswith("-") else 1)
    if not LOWEST_POWER <= power - 1 <= HIGHEST_POWER:
        raise InvalidNumber("is out of range")
    return Number(sign == "-", digits, power)
