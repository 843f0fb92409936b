"""Which tables and alarms can have to do with each other, so that not every pair of them must be looked at.

Whatever names a table is turned into hints: the table's name, or the resource block it waits for. A table and an alarm without
a common hint certainly have nothing to do with each other. No hints at all (None) means: may be any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Generic, TypeAlias, TypeVar

from dyncheck.dynamodb.types import TABLE
from dyncheck.model import Deferred, Known, Opaque, Reference, Resource, Value

Hint: TypeAlias = "tuple[str, str, str]"
Hints: TypeAlias = "frozenset[Hint] | None"
Item = TypeVar("Item")

_ANY_INSTANCE = "*"


def hints_of_table(resource: Resource) -> Hints:
    """What may name the table."""
    name = resource.body.related("name")
    if not isinstance(name, Known) or isinstance(name.value, Opaque):
        return None
    block = resource.block_address
    return frozenset({_named(name.value), ("block", block, resource.module), ("block", block, _ANY_INSTANCE)})


def hints_of_dimensions(dimensions: Value) -> Hints:
    """What tables an alarm's dimensions may name."""
    if isinstance(dimensions, Known):
        if isinstance(dimensions.value, Opaque):
            return None
        name = dimensions.value.get("TableName") if isinstance(dimensions.value, dict) else None
        if isinstance(name, Opaque):
            return None
        return frozenset({_named(name)} if name is not None else ())
    if not isinstance(dimensions, Deferred):
        return frozenset()
    if not dimensions.references or not all(map(_is_of_table, dimensions.references)):
        return None
    return frozenset(map(_waiting, dimensions.references))


def union(every: Iterable[Hints]) -> Hints:
    """The hints of all together."""
    found: set[Hint] = set()
    for hints in every:
        if hints is None:
            return None
        found |= hints
    return frozenset(found)


class Lookup(Generic[Item]):
    """Items by their hints, in the order they came in."""

    def __init__(self, items: Iterable[Item], hints_of: Callable[[Item], Hints]) -> None:
        self._items = tuple(items)
        self._anywhere: list[int] = []
        self._by_hint: dict[Hint, list[int]] = {}
        for position, item in enumerate(self._items):
            hints = hints_of(item)
            if hints is None:
                self._anywhere.append(position)
            else:
                for hint in hints:
                    self._by_hint.setdefault(hint, []).append(position)

    def near(self, hints: Hints) -> tuple[Item, ...]:
        """The items that have a hint in common with these, or may have."""
        if hints is None:
            return self._items
        found = [self._by_hint[hint] for hint in hints if hint in self._by_hint]
        if not self._anywhere and len(found) == 1:
            return tuple([self._items[position] for position in found[0]])
        positions = {*self._anywhere, *chain.from_iterable(found)}
        return tuple([self._items[position] for position in sorted(positions)])


def _named(name: str) -> Hint:
    return ("name", name, "")


def _is_of_table(reference: Reference) -> bool:
    return reference.type == TABLE and not reference.is_data


def _waiting(reference: Reference) -> Hint:
    return ("block", reference.resource or "", _ANY_INSTANCE if reference.module is None else reference.module)
