"""Any and all over tests that may be unknown: one certain answer decides, else the unknown is raised."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from dyncheck.model import Unknown

Item = TypeVar("Item")
Found = TypeVar("Found")


def first(items: Iterable[Item], test: Callable[[Item], bool]) -> Item | None:
    """The first item for which the test certainly holds, whatever is unknown about the others.

    Raises the foremost `Unknown` when no item passes and some test is unknown. The iterator of the items may end in `Unknown`,
    when there may be more of them than are known.
    """
    unknown: Unknown | None = None
    for item in items:
        try:
            if test(item):
                return item
        except Unknown as reason:
            unknown = foremost(unknown, reason)
    if unknown:
        raise unknown
    return None


def foremost(one: Unknown | None, other: Unknown) -> Unknown:
    """The `Unknown` that is raised: the first, but in a proof one that an input decides."""
    return other if one is None or (one.question is None and other.question is not None) else one


def some(items: Iterable[Item], test: Callable[[Item], bool]) -> bool:
    """Whether the test holds for some item; raises `Unknown` as `first` does."""
    return first(items, test) is not None


def those(items: Iterable[Item], test: Callable[[Item], bool]) -> tuple[Item, ...]:
    """The items for which the test certainly holds."""

    def certain(item: Item) -> bool:
        try:
            return test(item)
        except Unknown:
            return False

    return tuple(filter(certain, items))


def each(items: Iterable[Item], check: Callable[[Item], Iterator[Found]]) -> Iterator[Found]:
    """The problems of all items; an item that cannot be judged does not hide the problems of the next.

    Raises the foremost `Unknown` at the end. The iterator of the items may end in `Unknown`, as for `first`.
    """
    unknown: Unknown | None = None
    try:
        for item in items:
            try:
                yield from check(item)
            except Unknown as reason:
                unknown = foremost(unknown, reason)
    except Unknown as reason:
        unknown = foremost(unknown, reason)
    if unknown:
        raise unknown
