"""Fits text into a figure, which has no line breaks of its own."""

from __future__ import annotations

import textwrap
import unicodedata

from dyncheck.reporters.safe import visible_text

_MOST_LINES = 4


def wrapped(value: str, columns: int) -> list[str]:
    """The text in lines that are at most so long; what is beyond the last of them is left out."""
    return textwrap.wrap(visible_text(value), columns, max_lines=_MOST_LINES, placeholder=" …")


def shortened(value: str, columns: int) -> str:
    """The text in one line, its middle left out where it does not fit."""
    plain = " ".join(visible_text(value).split())
    if _columns(plain) <= columns:
        return plain
    half = (columns - 1) // 2
    return f"{_cut(plain, half)}…{_cut(plain[::-1], half)[::-1]}"


def _cut(value: str, columns: int) -> str:
    kept = 0
    for position, character in enumerate(value):
        kept += _columns(character)
        if kept > columns:
            return value[:position]
    return value


def _columns(value: str) -> int:
    """How wide a text is in columns: East Asian characters take two."""
    return len(value) if value.isascii() else sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in value)
