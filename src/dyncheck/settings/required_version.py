"""Compares the version of dyncheck with the one that a configuration requires, a specifier of PEP 440 such as `>=0.2,<1`.

https://packaging.python.org/en/latest/specifications/version-specifiers/. The versions of dyncheck are numbers with dots, and nothing else;
so the comparison is short, and needs no dependency. A test compares it with that of the library `packaging`. `===`, which compares text and
which PEP 440 advises against, is refused.
"""

from __future__ import annotations

import re
from itertools import zip_longest

from dyncheck.version import VERSION

_CLAUSE = re.compile(
    r"""\s*(?P<operator>~=|==|!=|<=|>=|<|>)\s*
    v?(?P<numbers>\d+(?:\.\d+)*)
    (?:(?P<any>\.\*)
      |(?P<before>[-_.]?(?:alpha|a|beta|b|preview|pre|c|rc)[-_.]?\d*)?
       (?P<after>-\d+|[-_.]?(?:post|rev|r)[-_.]?\d*)?
       (?P<development>[-_.]?dev[-_.]?\d*)?
    )\s*""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)

# With these a version may end in `.*`.
_TAKE_ANY = ("==", "!=")


def allows(specifier: str, version: str = VERSION) -> bool:
    """Whether a specifier allows a version of dyncheck. Raises `ValueError` for what is no specifier."""
    clauses = [_CLAUSE.fullmatch(clause) for clause in specifier.split(",") if clause.strip()]
    # Each of them is looked at, so that one that is wrong is found.
    held = [clause and _holds(clause, version) for clause in clauses]
    if None in held or not held:
        raise ValueError(specifier)
    return all(held)


def _holds(clause: re.Match[str], version: str) -> bool | None:
    """Whether a version fits a clause, or None for a clause that is wrong."""
    operator, numbers = clause["operator"], _numbers(clause["numbers"])
    if (clause["any"] and operator not in _TAKE_ANY) or (operator == "~=" and len(numbers) == 1):
        return None
    ours = _numbers(version)
    order = _compared(ours, numbers)
    if order == 0:
        order = _beside(clause)
    match operator:
        case "==" | "!=":
            is_equal = _starts_with(ours, numbers) if clause["any"] else order == 0
            return is_equal is (operator == "==")
        case "~=":
            return order >= 0 and _starts_with(ours, numbers[:-1])
        case "<":
            return order < 0
        case ">":
            return order > 0
        case "<=":
            return order <= 0
        case _:
            return order >= 0


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(".")]


def _compared(ours: list[int], others: list[int]) -> int:
    """-1, 0 or 1: whether a version is older than, equal to, or newer than another."""
    first, second = zip(*zip_longest(ours, others, fillvalue=0), strict=True)
    return (first > second) - (first < second)


def _beside(clause: re.Match[str]) -> int:
    """The same for the release of the clause's numbers, against its pre-release, post-release or development version."""
    if clause["before"]:
        return 1
    if clause["after"]:
        return -1
    return 1 if clause["development"] else 0


def _starts_with(ours: list[int], numbers: list[int]) -> bool:
    return _compared((ours + [0] * len(numbers))[: len(numbers)], numbers) == 0
