"""Quotes the lines that a finding is about, for a report that shows them."""

from __future__ import annotations

import re
from functools import lru_cache

from dyncheck.model import Location

# A block that is longer is quoted to here; its header and its first arguments say which one it is.
MOST_LINES = 12
_MOST_CHARACTERS = 300

# Lines that make a secret of a value may hold the secret itself.
_CONCEALS = re.compile(r"\bsensitive\s*\(")


def excerpt(location: Location | None) -> tuple[str, ...]:
    """The lines of a location; none where they cannot be read any more, or may hold a secret."""
    if location is None:
        return ()
    lines = _lines(location.file)[location.line - 1 : min(location.end_line, location.line - 1 + MOST_LINES)]
    if any(map(_CONCEALS.search, lines)):
        return ()
    return _outdented(tuple(line[:_MOST_CHARACTERS].rstrip() for line in lines))


@lru_cache(maxsize=8)
def _lines(file: str) -> tuple[str, ...]:
    try:
        with open(file, encoding="utf-8-sig") as opened:
            return tuple(opened.read().split("\n"))
    except (OSError, UnicodeDecodeError):
        return ()


def _outdented(lines: tuple[str, ...]) -> tuple[str, ...]:
    shared = min((len(line) - len(line.lstrip(" ")) for line in lines if line), default=0)
    return tuple(line[shared:] for line in lines)
