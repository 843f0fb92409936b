"""Versions, and version constraints of providers and modules.

Source: https://developer.hashicorp.com/terraform/language/expressions/version-constraints
"""

from __future__ import annotations

import re
from typing import TypeAlias

Version: TypeAlias = "tuple[tuple[int, ...], str]"


def parsed(text: str) -> Version | None:
    """The numbers of a version, at least three, and its prerelease; None where it is not a version. Build metadata does not count.

    >>> parsed("1.2.3-beta1+b1"), parsed("v1.2"), parsed("one")
    (((1, 2, 3), 'beta1'), ((1, 2, 0), ''), None)
    """
    found = re.match(r"v?(\d+(?:\.\d+)*)(?:-([\w.~-]+))?(?:\+[\w.~-]+)?\Z", text.strip(), re.ASCII)
    if not found:
        return None
    numbers = tuple(map(int, found[1].split(".")))
    return numbers + (0,) * (3 - len(numbers)), found[2] or ""


def accepts(constraint: str, text: str) -> bool:
    """Whether a version constraint accepts a version; False where one of them is invalid.

    >>> accepts("~> 1.2", "1.9.0"), accepts("~> 1.2.0", "1.3.0"), accepts(">= 1.0", "2.0.0-rc1"), accepts(">= 1.0, != 1.2.3", "1.2.3+b1")
    (True, False, False, False)
    """
    version = parsed(text)
    return version is not None and all(_accepts(part, version) for part in constraint.split(","))


def is_constraint(text: str) -> bool:
    """Whether a text is a version constraint.

    >>> is_constraint(">= 1.5, < 2"), is_constraint("1.x")
    (True, False)
    """
    return all(map(_parts, text.split(",")))


def limits(constraint: str) -> tuple[str, ...]:
    """The versions that a constraint names, and the next one after each. If it accepts any version above one, it accepts one of these.

    >>> limits(">= 1.5, < 2")
    ('1.5', '1.5.1', '2', '2.0.1')
    """
    found: list[str] = []
    for part in constraint.split(","):
        named = _parts(part)
        version = parsed(named[1]) if named else None
        if named and version:
            *before, last = version[0]
            found += (named[1], ".".join(map(str, (*before, last + 1))))
    return tuple(found)


def _parts(part: str) -> tuple[str, str] | None:
    """The operator and the version of one condition; None where it is invalid."""
    found = re.match(r"\s*(=|!=|>=|<=|>|<|~>|)\s*(\S+)\s*\Z", part)
    return (found[1], found[2]) if found and parsed(found[2]) else None


def _accepts(part: str, version: Version) -> bool:
    found = _parts(part)
    limit = parsed(found[1]) if found else None
    if found is None or limit is None:
        return False
    operator = found[0]
    if operator in ("", "="):
        return version == limit
    if operator == "!=":
        return version != limit
    # A prerelease is accepted only beside one of the same version.
    if version[1] and (not limit[1] or version[0] != limit[0]):
        return False
    order = (_key(version) > _key(limit)) - (_key(version) < _key(limit))
    if operator == "~>":
        return (
            order >= 0 and not (limit[1] and not version[1]) and version[0][: _written(found[1]) - 1] == limit[0][: _written(found[1]) - 1]
        )
    return {">": order > 0, ">=": order >= 0, "<": order < 0, "<=": order <= 0}[operator]


def _written(text: str) -> int:
    """How many numbers of a version are written."""
    return len(re.split(r"[-+]", text, maxsplit=1)[0].split("."))


def _key(version: Version) -> tuple[object, ...]:
    """Sorts versions: a release after its prereleases, whose parts are compared as numbers where they are such."""
    parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in version[1].split(".")) if version[1] else ()
    return (version[0], not version[1], parts)
