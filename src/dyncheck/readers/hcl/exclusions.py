"""The patterns that exclude directories, as `.gitignore` has them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from dyncheck.files import Exclude
from dyncheck.readers.hcl.configuration.files import is_inside

_ANY_DEPTH = "**"
_SPECIAL = re.compile(r"\*+|\?|\[[!^]?\]?[^]]*\]", re.DOTALL)


class Exclusions:
    """The patterns of a run, and which of them have excluded a directory."""

    def __init__(self, patterns: Iterable[Exclude]) -> None:
        self._patterns = [(each, _expression(each.pattern)) for each in dict.fromkeys(patterns)]
        self._used: set[Exclude] = set()

    def of(self, directory: str) -> Exclude | None:
        """The first pattern that excludes a directory, by its real path."""
        found = [each for each, expression in self._patterns if _fits(each, expression, directory)]
        self._used.update(found)
        return found[0] if found else None

    def unused(self) -> Iterator[Exclude]:
        """The patterns that no directory fits."""
        return (each for each, _ in self._patterns if each not in self._used)


def why_invalid(pattern: str) -> str:
    """What is wrong with a pattern, empty if nothing is."""
    if pattern.startswith("!"):
        return "expected a pattern without !, because nothing is included again"
    if ".." in pattern.split("/"):
        return "expected a path without .."
    return ""


def _fits(exclude: Exclude, expression: re.Pattern[str], directory: str) -> bool:
    if not is_inside(directory, exclude.base):
        return False
    path = os.path.relpath(directory, exclude.base).replace(os.sep, "/")
    # The base itself has no name there that could fit.
    return expression.match(path) is not None if path != os.curdir else not expression.pattern


def _expression(pattern: str) -> re.Pattern[str]:
    """A regular expression for the paths of the directories that fit a pattern, and of all below them.

    Without a slash, except at the end, a pattern fits at any depth. `**` at the end fits the directory itself as well.
    """
    words = [word for word in pattern.split("/") if word not in ("", os.curdir)]
    while words and words[-1] == _ANY_DEPTH:
        words.pop()
    if not words:
        return re.compile("")
    if "/" not in pattern.rstrip("/"):
        words.insert(0, _ANY_DEPTH)
    parts = "".join("(?:[^/]+/)*" if word == _ANY_DEPTH else f"{_word(word)}/" for word in words)
    return re.compile(rf"{parts.removesuffix('/')}(?:/|\Z)", re.DOTALL)


def _word(word: str) -> str:
    """A regular expression for one name of a path."""
    pieces: list[str] = []
    end = 0
    for found in _SPECIAL.finditer(word):
        pieces += (re.escape(word[end : found.start()]), _special(found[0]))
        end = found.end()
    return "".join((*pieces, re.escape(word[end:])))


def _special(symbol: str) -> str:
    if symbol[0] == "*":
        return "[^/]*"
    if symbol == "?":
        return "[^/]"
    is_negated = symbol[1] in "!^"
    inner = symbol[1 + is_negated : -1].replace("\\", r"\\").replace("[", r"\[").replace("]", r"\]")
    try:
        re.compile(expression := f"[{'^/' if is_negated else ''}{inner}]")
    except re.error:
        # A range that ends before it begins fits no name.
        return r"[^\s\S]"
    return expression
