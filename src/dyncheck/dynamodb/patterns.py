"""Patterns of tags in contracts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from dyncheck.model import Opaque, Unknown, has_form

if TYPE_CHECKING:
    from dyncheck.regular.syntax import Pattern

# Characters of regular expressions that the value of a tag cannot contain.
# Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html
_ONLY_REGULAR = frozenset("[](){}|^$\\")


def regular(pattern: str) -> str | None:
    """The regular expression that a pattern of a tag is, None where `*` is all that is special in it.

    One between slashes is regular, and one with a character that no value of a tag has.

    >>> regular("/[0-9]{4}/"), regular("[0-9]{4}"), regular("team-*")
    ('[0-9]{4}', '[0-9]{4}', None)
    """
    if len(pattern) > 1 and pattern.startswith("/") and pattern.endswith("/"):
        return pattern[1:-1]
    return None if _ONLY_REGULAR.isdisjoint(pattern) else pattern


def fits(value: str | Opaque, pattern: str) -> bool:
    """Whether the whole value of a tag matches a pattern. May raise `Unknown`."""
    expression = regular(pattern)
    if expression is None:
        return has_form(value, pattern)
    if isinstance(value, Opaque):
        return bool(value.refuse())
    # Few contracts have one, and every run imports this module.
    from dyncheck.regular.machine import Machine
    from dyncheck.regular.problems import UnsurePattern

    try:
        return Machine(_whole(expression), lambda _: None).match(value, 0) is not None
    except UnsurePattern as reason:
        raise Unknown("", f"matches or does not match a regular expression that {reason}") from None


@cache
def _whole(expression: str) -> Pattern:
    from dyncheck.regular.syntax import parse

    return parse(rf"\A(?:{expression})\z")
