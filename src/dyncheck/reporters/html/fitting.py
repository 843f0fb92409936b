"""Fits text into a figure, because SVG does not break lines."""

from __future__ import annotations

import textwrap
import unicodedata

from dyncheck.reporters.safe import visible_text

_MOST_LINES = 4


def wrapped(value: str, columns: int) -> list[str]:
    """The text in lines of at most that many columns, cut after the last allowed line."""
    return textwrap.wrap(visible_text(value), columns, max_lines=_MOST_LINES, placeholder=" …")


def shortened(value: str, columns: int) -> str:
    """The text in one line, without its middle where it does not fit."""
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
    """The width of a text in columns; East Asian characters take two."""
    return len(value) if value.isascii() else sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in value)
