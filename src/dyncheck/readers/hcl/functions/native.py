"""Numbers as Go's machine integers."""

from __future__ import annotations

from dyncheck.readers.hcl.language.numbers import Number, cut, is_whole
from dyncheck.readers.hcl.language.values import Problem

_LEAST, _MOST = -(2**63), 2**63 - 1


def to_int(number: Number) -> int:
    """The machine integer. Raises `Problem` for a fraction or a number that is too large."""
    if not is_whole(number) or not _LEAST <= number <= _MOST:
        raise Problem(f"value must be a whole number, between {_LEAST} and {_MOST}")
    return int(cut(number))
