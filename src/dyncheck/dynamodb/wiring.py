"""Finds the alarms that may be on a table, and the tables of an alarm, without testing every pair.

Everything that names a table becomes a hint: the name of the table, or the resource block that the name waits for. A table and an
alarm without a common hint are certainly unrelated. No hints (None) means that any table is possible. In a proof, a name may
depend on inputs: it is compared with the names that have the same start, and any other name is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from itertools import chain
from typing import Generic, TypeAlias, TypeVar

from dyncheck.dynamodb.types import TABLE
from dyncheck.model import Deferred, Known, Reference, Resource, Value, start_and_end

Hint: TypeAlias = "tuple[Hashable, str, str]"
Hints: TypeAlias = "frozenset[Hint] | None"
Item = TypeVar("Item")

_ANY_INSTANCE = "*"

# Marks the hint of a resource block; every other hint is a name, by what it starts with.
_BLOCK = "block"


def hints_of_table(resource: Resource) -> Hints:
    """The hints that name the table."""
    name = resource.body.value("name")
    named = hints_of_name(name.value) if isinstance(name, Known) else None
    if named is None:
        return None
    block = resource.block_address
    return named | {(_BLOCK, block, resource.module), (_BLOCK, block, _ANY_INSTANCE)}


def hints_of_dimensions(dimensions: Value) -> Hints:
    """The hints in the dimensions of an alarm."""
    if isinstance(dimensions, Known):
        if not isinstance(dimensions.value, dict):
            return None
        name = dimensions.value.get("TableName")
        return frozenset() if name is None else hints_of_name(name)
    return hints_of_references(dimensions.references) if isinstance(dimensions, Deferred) else frozenset()


def hints_of_references(references: tuple[Reference, ...]) -> Hints:
    """The hints in what a deferred value waits for."""
    if not references or any(reference.type != TABLE or reference.is_data for reference in references):
        return None
    return frozenset((_BLOCK, each.resource or "", _ANY_INSTANCE if each.module is None else each.module) for each in references)


def hints_of_name(name: str) -> Hints:
    """The hint of a name; None where the name is unknown."""
    known = start_and_end(name)
    return None if known is None else frozenset({(*known, "")})


def names_in(hints: Hints) -> Hints:
    """Those of the hints that are names. A resource block is the same only within one input."""
    return None if hints is None else frozenset(hint for hint in hints if hint[0] != _BLOCK)


def union(every: Iterable[Hints]) -> Hints:
    """The union of all hints."""
    found: set[Hint] = set()
    for hints in every:
        if hints is None:
            return None
        found |= hints
    return frozenset(found)


class Lookup(Generic[Item]):
    """Items by their hints, in the order of the input."""

    def __init__(self, items: Iterable[Item], hints_of: Callable[[Item], Hints]) -> None:
        self._items = tuple(items)
        self._anywhere: list[int] = []
        self._by_hint: dict[Hint, list[int]] = {}
        # Items by the start of their names.
        self._by_start: dict[Hashable, list[int]] = {}
        for position, item in enumerate(self._items):
            hints = hints_of(item)
            if hints is None:
                self._anywhere.append(position)
            else:
                for hint in hints:
                    self._by_hint.setdefault(hint, []).append(position)
                    if hint[0] != _BLOCK:
                        self._by_start.setdefault(hint[0], []).append(position)

    def near(self, hints: Hints) -> tuple[Item, ...]:
        """The items that have, or may have, a hint in common with these."""
        if hints is None:
            return self._items
        found = [self._by_hint[hint] for hint in hints if hint in self._by_hint]
        for start, *_ in hints:
            if start != _BLOCK:
                found += (positions for other, positions in self._by_start.items() if other != start)
        if not self._anywhere and len(found) == 1:
            return tuple([self._items[position] for position in found[0]])
        positions = {*self._anywhere, *chain.from_iterable(found)}
        return tuple([self._items[position] for position in sorted(positions)])
