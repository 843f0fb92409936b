"""Quotes the lines of a finding, for a report that shows them."""

from __future__ import annotations

import re
from functools import lru_cache
from textwrap import dedent

from dyncheck.model import Location

# Longer blocks are cut. The header and the first arguments show which block it is.
MOST_LINES = 12
_MOST_CHARACTERS = 300

# A line that makes a value sensitive may contain the value.
_CONCEALS = re.compile(r"\bsensitive\s*\(")


def excerpt(location: Location | None) -> tuple[str, ...]:
    """The lines of a location; none where they can no longer be read, or may contain a sensitive value."""
    if location is None:
        return ()
    lines = _lines(location.file)[location.line - 1 : min(location.end_line, location.line - 1 + MOST_LINES)]
    if not lines or any(map(_CONCEALS.search, lines)):
        return ()
    return tuple(dedent("\n".join(line[:_MOST_CHARACTERS].rstrip() for line in lines)).split("\n"))


@lru_cache(maxsize=8)
def _lines(file: str) -> tuple[str, ...]:
    try:
        with open(file, encoding="utf-8-sig") as opened:
            return tuple(opened.read().split("\n"))
    except (OSError, UnicodeDecodeError):
        return ()
