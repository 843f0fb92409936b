"""The patterns of `fileset`, and the files that match them.

The rules are those of the library that Terraform uses, oddities included: braces do not nest, a slash ends them, and a
broken pattern is found out only when a name gets that far.
Source: https://github.com/bmatcuk/doublestar/blob/v1.1.5/doublestar.go
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator

from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.values import Problem

_SPECIAL = set("*?[{\\")
_ANY_DEPTH = "**"
_MOST_FILES = 50_000
_MOST_STARS = 8


class BadPatternError(Exception):
    """A pattern that does not end what it begins."""


def matching(base: str, pattern: str, tree: str, spend: Callable[[int], None]) -> list[str]:
    """The paths, each starting with the base, of the regular files that match. Nothing outside the tree is looked at."""
    if "\0" in pattern:
        raise UnsureError("has a pattern with a zero character, which no name has")
    walk = _Walk(base, tree, spend)
    return [path for path in dict.fromkeys(walk.matches(base, _split(pattern, "/"))) if walk.is_regular(path)]


class _Walk:
    def __init__(self, base: str, tree: str, spend: Callable[[int], None]) -> None:
        self._base = base
        self._tree = tree
        self._left = _MOST_FILES
        self._spend = spend

    def matches(self, directory: str, components: list[str]) -> Iterator[str]:
        """All below a directory that the components match, from the first on."""
        plain = next((index for index, each in enumerate(components) if _SPECIAL.intersection(each)), len(components))
        directory = os.path.normpath(os.path.join(directory, *components[:plain]))
        components = components[plain:]
        self._refuse_outside(directory)
        if not components:
            if os.path.lexists(directory):
                yield directory
            return
        if not os.path.isdir(directory):
            return
        names = self._names(directory)
        if components[0] == _ANY_DEPTH:
            yield from self._at_any_depth(directory, names, components)
            if len(components) == 1:
                return
            components = components[1:]
        for name in names:
            if matches(components[0], name):
                path = os.path.join(directory, name)
                if len(components) == 1:
                    yield path
                else:
                    yield from self.matches(path, components[1:])

    def _at_any_depth(self, directory: str, names: list[str], components: list[str]) -> Iterator[str]:
        for name in names:
            path = os.path.join(directory, name)
            if os.path.isdir(path):
                self._refuse_loop(path)
                yield from self.matches(path, components)
            elif len(components) == 1:
                yield path

    def _names(self, directory: str) -> list[str]:
        try:
            names = sorted(os.listdir(directory))
        except OSError:
            raise UnsureError(f"cannot look into {os.path.relpath(directory, self._base)}") from None
        self._left -= len(names)
        # Each is asked of the system whether it is a directory.
        self._spend(4 * len(names))
        if self._left < 0:
            raise UnsureError(f"looks at more than {_MOST_FILES} files")
        return names

    def _refuse_outside(self, path: str) -> None:
        found = os.path.realpath(path)
        if found != self._tree and not found.startswith(f"{self._tree.rstrip('/')}/"):
            raise UnsureError("leads outside the checked directory")

    def _refuse_loop(self, path: str) -> None:
        if os.path.islink(path) and os.path.realpath(os.path.dirname(path)).startswith(os.path.realpath(path)):
            raise UnsureError("follows a symbolic link that leads back")

    def is_regular(self, path: str) -> bool:
        """Whether a match is a regular file, links followed."""
        self._refuse_outside(path)
        try:
            return stat.S_ISREG(os.stat(path).st_mode)
        except OSError:
            shown = os.path.relpath(path, self._base)
            raise Problem(f"failed to stat {quote(shown)}: stat {shown}: no such file or directory") from None


def matches(pattern: str, name: str) -> bool:
    """Whether a pattern without slashes matches a whole name. Raises `BadPatternError`."""
    if pattern.count("*") > _MOST_STARS or pattern.count("{") > _MOST_STARS:
        raise UnsureError(f"has a pattern with more than {_MOST_STARS} stars or braces")
    return _matches(pattern, name, {})


def _matches(pattern: str, name: str, known: dict[tuple[str, str], bool]) -> bool:
    while pattern and name:
        symbol, rest = pattern[0], pattern[1:]
        if symbol == "*":
            return not rest or any(_matches_after_star(rest, name[skipped:], known) for skipped in range(len(name)))
        if symbol == "{":
            options, rest = _until(rest, "}")
            return any(_matches(option + rest, name, known) for option in _split(options, ","))
        if symbol == "[":
            symbols, rest = _until(rest, "]")
            if not _is_in_class(symbols, name[0]):
                return False
        elif symbol == "\\":
            if not rest:
                raise BadPatternError
            if rest[0] != name[0]:
                return False
            rest = rest[1:]
        elif symbol not in ("?", name[0]):
            return False
        pattern, name = rest, name[1:]
    return pattern == name == "" or (not name and pattern == "*")


def _matches_after_star(pattern: str, name: str, known: dict[tuple[str, str], bool]) -> bool:
    """What is broken after a star only keeps it from matching."""
    if (pattern, name) not in known:
        try:
            known[pattern, name] = _matches(pattern, name, known)
        except BadPatternError:
            known[pattern, name] = False
    return known[pattern, name]


def _is_in_class(symbols: str, character: str) -> bool:
    if not symbols:
        raise BadPatternError
    is_negated = symbols[0] == "^"
    ranges = list(_ranges(symbols[1:] if is_negated else symbols))
    return any(low <= character <= high for low, high in ranges) != is_negated


def _ranges(symbols: str) -> Iterator[tuple[str, str]]:
    while symbols:
        low, symbols = _class_symbol(symbols)
        high = low
        if symbols.startswith("-"):
            high, symbols = _class_symbol(symbols[1:])
        yield low, high


def _class_symbol(symbols: str) -> tuple[str, str]:
    if symbols[:1] in ("", "-") or symbols == "\\":
        raise BadPatternError
    return (symbols[1], symbols[2:]) if symbols[0] == "\\" else (symbols[0], symbols[1:])


def _until(pattern: str, end: str) -> tuple[str, str]:
    """What stands before and after the first end that no backslash precedes."""
    position = _position(pattern, end)
    if position < 0:
        raise BadPatternError
    return pattern[:position], pattern[position + 1 :]


def _position(text: str, symbol: str) -> int:
    position = text.find(symbol)
    while position > 0 and text[position - 1] == "\\":
        position = text.find(symbol, position + 1)
    return position


def _split(text: str, separator: str) -> list[str]:
    parts: list[str] = []
    while True:
        position = _position(text, separator)
        if position < 0:
            return [*parts, text]
        parts.append(text[:position])
        text = text[position + 1 :]
