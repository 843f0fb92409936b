"""Numbers as the functions behind Terraform's take them: machine integers, whole numbers of any size, floats."""

from __future__ import annotations

from dyncheck.readers.hcl.language.numbers import Word, is_whole
from dyncheck.readers.hcl.language.values import Problem, Value, number

_LEAST, _MOST = -(2**63), 2**63 - 1


def to_int(value: Value) -> int:
    """A number as a machine integer. Raises `Problem` when it is none."""
    found = value.content
    if not is_whole(found) or not _LEAST <= found <= _MOST:
        raise Problem(f"value must be a whole number, between {_LEAST} and {_MOST}")
    return int(found)


def to_whole(value: Value) -> int:
    """A number as an integer of any size. Raises `Problem` when it has a fractional part."""
    found = value.content
    if not is_whole(found):
        raise Problem("value must be a whole number")
    return int(found)


def from_int(found: int) -> Value:
    """A machine integer as a number, which has 64 bits."""
    return number(Word(found))
