"""The patterns of `fileset`, and the files that match them.

The rules are those of the library that Terraform uses: braces do not nest, a slash ends them, and a broken pattern is an
error only when a name gets that far.
Source: https://github.com/bmatcuk/doublestar/blob/v1.1.5/doublestar.go
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator

from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.values import EvaluationError

_SPECIAL = set("*?[{\\")
_ANY_DEPTH = "**"
_MOST_FILES = 50_000
_MOST_STARS = 8
_SYMBOL = r"(\\.|[^\\-])"
_RANGE = re.compile(rf"{_SYMBOL}(?:-{_SYMBOL})?", re.DOTALL)
_RANGES = re.compile(rf"(?:{_RANGE.pattern})*", re.DOTALL)


def matching(base: str, pattern: str, tree: str, spend: Callable[[int], None]) -> list[str]:
    """The paths of the regular files that match, each with the base at its start. Nothing outside the tree is looked at."""
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
        """All paths below a directory that match the components."""
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
            components = components[1:]
        for name in names if components else ():
            if is_match(components[0], name, {}):
                path = os.path.join(directory, name)
                yield from self.matches(path, components[1:]) if components[1:] else (path,)

    def _at_any_depth(self, directory: str, names: list[str], components: list[str]) -> Iterator[str]:
        for name in names:
            path = os.path.join(directory, name)
            if os.path.isdir(path):
                if os.path.islink(path) and os.path.realpath(directory).startswith(os.path.realpath(path)):
                    raise UnsureError("follows a symbolic link that leads back")
                yield from self.matches(path, components)
            elif len(components) == 1:
                yield path

    def _names(self, directory: str) -> list[str]:
        try:
            names = sorted(os.listdir(directory))
        except OSError:
            raise UnsureError(f"cannot list {os.path.relpath(directory, self._base)}") from None
        self._left -= len(names)
        # The system has to say of each whether it is a directory.
        self._spend(4 * len(names))
        if self._left < 0:
            raise UnsureError(f"looks at more than {_MOST_FILES} files")
        return names

    def _refuse_outside(self, path: str) -> None:
        found = os.path.realpath(path)
        if found != self._tree and not found.startswith(f"{self._tree.rstrip('/')}/"):
            raise UnsureError("leads outside the checked directory")

    def is_regular(self, path: str) -> bool:
        """Whether a match is a regular file or a link to one."""
        self._refuse_outside(path)
        try:
            return stat.S_ISREG(os.stat(path).st_mode)
        except OSError:
            raise EvaluationError(f"cannot look at {quote(os.path.relpath(path, self._base))}") from None


def is_match(pattern: str, name: str, known: dict[tuple[str, str], bool]) -> bool:
    """Whether a pattern without slashes matches a whole name."""
    if pattern.count("*") > _MOST_STARS or pattern.count("{") > _MOST_STARS:
        raise UnsureError(f"has a pattern with more than {_MOST_STARS} stars or braces")
    while pattern and name:
        symbol, rest = pattern[0], pattern[1:]
        if symbol == "*":
            return not rest or any(_matches_after_star(rest, name[skipped:], known) for skipped in range(len(name)))
        if symbol == "{":
            options, rest = _until(rest, "}")
            return any(is_match(option + rest, name, known) for option in _split(options, ","))
        if symbol == "[":
            symbols, rest = _until(rest, "]")
            if not _is_in_class(symbols, name[0]):
                return False
        elif symbol == "\\":
            if not rest:
                raise _broken()
            if rest[0] != name[0]:
                return False
            rest = rest[1:]
        elif symbol not in ("?", name[0]):
            return False
        pattern, name = rest, name[1:]
    return pattern == name == "" or (not name and pattern == "*")


def _matches_after_star(pattern: str, name: str, known: dict[tuple[str, str], bool]) -> bool:
    """A broken part after a star only keeps the pattern from matching."""
    if (pattern, name) not in known:
        try:
            known[pattern, name] = is_match(pattern, name, known)
        except EvaluationError:
            known[pattern, name] = False
    return known[pattern, name]


def _is_in_class(symbols: str, character: str) -> bool:
    is_negated = symbols.startswith("^")
    ranges = symbols[is_negated:]
    if not symbols or not _RANGES.fullmatch(ranges):
        raise _broken()
    return any(low[-1] <= character <= (high or low)[-1] for low, high in _RANGE.findall(ranges)) != is_negated


def _until(pattern: str, end: str) -> list[str]:
    """The two parts of a pattern before and after the first end without a backslash."""
    parts = _split(pattern, end, 1)
    if len(parts) < 2:
        raise _broken()
    return parts


def _split(text: str, separator: str, most: int = 0) -> list[str]:
    return re.split(rf"(?<!\\){re.escape(separator)}", text, maxsplit=most)


def _broken() -> EvaluationError:
    return EvaluationError("syntax error in pattern")
