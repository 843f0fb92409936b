"""Timestamps of ISO 8601."""

from __future__ import annotations

import re
from calendar import monthrange

_TIMESTAMP = re.compile(
    r"([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:[.,][0-9]+)?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)?"
)

# The days that every month has.
_SURE = "28"


def is_timestamp(text: str) -> bool:
    """Whether a text is a date and a time of ISO 8601, to the second or finer, with or without an offset.

    >>> is_timestamp("2024-01-01T00:00:00Z"), is_timestamp("2024-02-30T00:00:00Z"), is_timestamp("2024-01-01")
    (True, False, False)
    """
    found = _TIMESTAMP.fullmatch(text)
    if found is None:
        return False
    year, month, day = found.groups()
    # A year 0 is valid in ISO 8601, and not in Python.
    return day <= _SURE or int(day) <= monthrange(int(year) or 4, int(month))[1]
