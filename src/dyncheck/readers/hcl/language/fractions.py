"""Numbers with a fractional part and fewer bits than 512: `log(2, 10)`, `length(a) / length(b)`.

Apart from the other numbers, since few configurations divide and `fractions` takes its time to import.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dyncheck.readers.hcl.language.numbers import fitted, parse, to_text


class Broken(Fraction):
    """A fraction of fewer bits; what is computed from two such is rounded to as few."""

    __slots__ = ("bits",)

    bits: int

    def __new__(cls, value: Fraction, bits: int) -> Broken:
        """The value is rounded already."""
        made = super().__new__(cls, value)
        made.bits = bits
        return made

    def __eq__(self, other: object) -> bool:
        return bool(_as_spelled(self) == (_as_spelled(other) if isinstance(other, Broken) else other))

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(_as_spelled(self))

    def __add__(self, other: Any) -> Any:
        return fitted(Fraction.__add__(self, other), self, other)

    def __radd__(self, other: Any) -> Any:
        return fitted(Fraction.__radd__(self, other), other, self)

    def __sub__(self, other: Any) -> Any:
        return fitted(Fraction.__sub__(self, other), self, other)

    def __rsub__(self, other: Any) -> Any:
        return fitted(Fraction.__rsub__(self, other), other, self)

    def __mul__(self, other: Any) -> Any:
        return fitted(Fraction.__mul__(self, other), self, other, exact=True)

    def __rmul__(self, other: Any) -> Any:
        return fitted(Fraction.__rmul__(self, other), other, self, exact=True)

    def __neg__(self) -> Broken:
        return Broken(Fraction.__neg__(self), self.bits)

    def __abs__(self) -> Broken:
        return Broken(Fraction.__abs__(self), self.bits)


def _as_spelled(value: Broken) -> Any:
    """The number that the decimal of this one spells. Terraform takes two fractions for equal when they are spelled alike."""
    return parse(to_text(value))
