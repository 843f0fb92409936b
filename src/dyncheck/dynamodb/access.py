"""Decides whether a table or an index serves an access pattern: its keys, its projection, and what DynamoDB refuses.

Knows nothing of Terraform. Each part of a `Target` may raise `Unknown` when it is read; an obstacle that is certain decides all the same.

Sources: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html and
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Literal, Protocol

from msgspec import Struct

from dyncheck.dynamodb.contracts import AccessPattern, RangeCondition
from dyncheck.logic import each

# Requests that give exactly the key of the table, for each item.
BY_KEY = frozenset({"GetItem", "BatchGetItem", "TransactGetItems", "UpdateItem", "DeleteItem"})
# Requests that give whole items, which contain the key.
OF_ITEMS = frozenset({"PutItem", "BatchWriteItem", "TransactWriteItems"})


class Target(Protocol):
    """What a request reads: the table itself, or an index. Each property may raise `Unknown`."""

    @property
    def kind(self) -> Literal["table", "local", "global"]:
        """Whether it is the table itself, a local index or a global one."""

    @property
    def hash(self) -> tuple[str, ...]:
        """The HASH attributes. A local index has that of its table."""

    @property
    def range(self) -> tuple[str, ...]:
        """The RANGE attributes, from left to right."""

    @property
    def types(self) -> Mapping[str, str]:
        """The types of its key attributes."""

    @property
    def projected(self) -> frozenset[str] | None:
        """All attributes that it has: the keys, those of the table, and what it includes. None for all of the item."""


class PlainTarget(Struct, frozen=True):
    """A table or an index of which all is known."""

    hash: tuple[str, ...]
    range: tuple[str, ...] = ()
    kind: Literal["table", "local", "global"] = "table"
    types: Mapping[str, str] = {}
    projected: frozenset[str] | None = None


class Obstacle(Struct, frozen=True):
    """Why a target does not serve a pattern.

    `part` is the part of the target that decides: `key`, `type`, `projection` or `kind`. `why` completes a sentence that starts with
    the target. `refused` says that DynamoDB refuses the request; else it answers, but not as the pattern expects.
    """

    part: Literal["key", "type", "projection", "kind"]
    why: str
    refused: bool = True


def obstacles(pattern: AccessPattern, target: Target, types: Mapping[str, str]) -> Iterator[Obstacle]:
    """Why the target does not serve the pattern; nothing where it does.

    `types` are those of the attributes as the application sends them, as far as they are known. Raises `Unknown` at the end
    where more of the target would decide.
    """
    if pattern.operation == "Query":
        parts = (_query_keys, _types, _order, _filter, _projection, _consistency)
    elif pattern.operation == "Scan":
        parts = (_filter, _projection, _consistency)
    else:
        parts = (_item_keys, _types)
    yield from each(parts, lambda part: part(pattern, target, types))


def fetched(pattern: AccessPattern, target: Target) -> tuple[str, ...]:
    """The attributes that DynamoDB reads from the table, because a local index does not have them: `*` for all that it lacks."""
    if target.kind != "local" or not pattern.attributes or target.projected is None:
        return ()
    if pattern.attributes == "ALL":
        return ("*",)
    projected = target.projected
    return tuple(name for name in pattern.attributes if name not in projected)


def _given(pattern: AccessPattern) -> tuple[tuple[str, ...], RangeCondition | None]:
    """The attributes that a request gives by equality, and its condition on a range."""
    condition = pattern.condition
    if condition and condition.condition == "=":
        return (*pattern.equal, condition.attribute), None
    return pattern.equal, condition


def _query_keys(pattern: AccessPattern, target: Target, _: Mapping[str, str]) -> Iterator[Obstacle]:
    equal, condition = _given(pattern)
    hashes = target.hash
    for name in hashes:
        if name not in equal:
            yield Obstacle("key", f"has the partition key {name}, which the request does not give by equality")
    if condition and condition.attribute in hashes:
        yield Obstacle("key", f"has the partition key {condition.attribute}, which takes no condition but equality")
    ranges = target.range
    fixed = tuple(takewhile(equal.__contains__, ranges))
    following = ranges[len(fixed)] if len(fixed) < len(ranges) else None
    for name in (*equal, *([condition.attribute] if condition else [])):
        is_next = condition is not None and name == condition.attribute == following
        if name in hashes or name in fixed or is_next:
            continue
        if name in ranges:
            yield Obstacle("key", f"has {following} before {name} in its sort key, and the request gives no {following} by equality")
        else:
            yield Obstacle("key", f"does not have {name} in its key, so it could only be a filter, which reads everything else too")


def _types(pattern: AccessPattern, target: Target, types: Mapping[str, str]) -> Iterator[Obstacle]:
    equal, condition = _given(pattern)
    begins = condition.attribute if condition and condition.condition == "begins_with" else None
    given = {*equal, *([condition.attribute] if condition else [])}
    found = target.types
    # An item that is written has its index keys too.
    for name in pattern.equal if pattern.operation in OF_ITEMS else (*target.hash, *target.range):
        if name not in given or (kind := found.get(name)) is None:
            continue
        if types.get(name, kind) != kind:
            yield Obstacle("type", f"has the key attribute {name} of type {kind}, and the application sends type {types[name]}")
        elif name == begins and kind == "N":
            yield Obstacle("type", f"has the key attribute {name} of type N, and begins_with takes S or B only")


def _order(pattern: AccessPattern, target: Target, _: Mapping[str, str]) -> Iterator[Obstacle]:
    order = pattern.sorted_by
    equal = _given(pattern)[0]
    # An attribute with one value is sorted.
    if order is None or order in equal:
        return
    rest = [name for name in target.range if name not in equal]
    # The whole key of a table is that of one item.
    if not rest and target.kind == "table":
        return
    if not rest or rest[0] != order:
        by = f"sorts by {rest[0]}" if rest else "has no sort key to sort by"
        yield Obstacle("key", f"{by}, not by {order}", refused=False)


def _filter(pattern: AccessPattern, target: Target, _: Mapping[str, str]) -> Iterator[Obstacle]:
    if not pattern.filter:
        return
    if pattern.operation == "Query":
        keys = (*target.hash, *target.range)
        for name in pattern.filter:
            if name in keys:
                yield Obstacle("key", f"has {name} in its key, and a filter may not have key attributes")
    # A query of a local index fetches what it answers with, but not what it filters by.
    if target.kind == "global" or (target.kind == "local" and pattern.operation == "Query"):
        # A scan is answered: its filter does not see what the index lacks.
        yield from _lacking(pattern.filter, target, "filter by", refused=pattern.operation == "Query")


def _projection(pattern: AccessPattern, target: Target, _: Mapping[str, str]) -> Iterator[Obstacle]:
    if pattern.attributes == "ALL":
        if target.kind == "global" and target.projected is not None:
            yield Obstacle("projection", "does not project all attributes")
    elif pattern.attributes and target.kind == "global":
        yield from _lacking(pattern.attributes, target, "read")


def _lacking(names: tuple[str, ...], target: Target, verb: str, *, refused: bool = True) -> Iterator[Obstacle]:
    if (projected := target.projected) is None:
        return
    if lacking := [name for name in names if name not in projected]:
        yield Obstacle("projection", f"does not project {' and '.join(lacking)}, so a request cannot {verb} it", refused)


def _consistency(pattern: AccessPattern, target: Target, _: Mapping[str, str]) -> Iterator[Obstacle]:
    if pattern.consistent and target.kind == "global":
        yield Obstacle("kind", "is a global index, which has no consistent read")


def _item_keys(pattern: AccessPattern, target: Target, _: Mapping[str, str]) -> Iterator[Obstacle]:
    """The key of the table, which each item of the request has. Only a request by key may not have more."""
    if target.kind != "table":
        yield Obstacle("kind", f"is an index, and {pattern.operation} uses the table only")
        return
    if pattern.operation in OF_ITEMS and not pattern.equal:
        return
    keys = (*target.hash, *target.range)
    for name in keys:
        if name not in pattern.equal:
            yield Obstacle("key", f"has {name} in its key, which the request does not give")
    if pattern.operation in BY_KEY:
        for name in pattern.equal:
            if name not in keys:
                yield Obstacle("key", f"does not have {name} in its key, and {pattern.operation} gives the key only")
