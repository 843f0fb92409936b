"""Decides whether a table or an index serves an access pattern: its keys, its projection, and what DynamoDB refuses.

This module does not read Terraform. Each part of a `Target` may raise `Unknown` when it is read; a certain obstacle decides all the same.

Sources: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html and
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import takewhile
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from msgspec import Struct

from dyncheck.dynamodb.contracts import AccessPattern
from dyncheck.logic import each
from dyncheck.model import quoted

# The requests that give the key of the table for each item, and nothing else.
BY_KEY = ("GetItem", "BatchGetItem", "TransactGetItems", "UpdateItem", "DeleteItem")
# The requests that may give whole items, which have the key among their attributes.
OF_ITEMS = ("PutItem", "BatchWriteItem", "TransactWriteItems")

Kind: TypeAlias = "Literal['table', 'local', 'global']"
Types: TypeAlias = "Mapping[str, str]"

if TYPE_CHECKING:
    # Every run imports this module, and a protocol takes long to make.
    class Target(Protocol):
        """What a request reads: the table itself, or one of its indexes. Each property may raise `Unknown`."""

        @property
        def kind(self) -> Kind:
            """Whether it is the table itself, a local index or a global index."""

        @property
        def hash(self) -> tuple[str, ...]:
            """The attributes of the partition key; a local index has that of its table."""

        @property
        def range(self) -> tuple[str, ...]:
            """The attributes of the sort key, from left to right."""

        @property
        def types(self) -> Types:
            """The types of its key attributes."""

        @property
        def projected(self) -> frozenset[str] | None:
            """The attributes that it has, with the keys of the table and its own; None for all attributes of the items."""


class PlainTarget(Struct, frozen=True):
    """A table or an index whose parts are all known."""

    hash: tuple[str, ...]
    range: tuple[str, ...] = ()
    kind: Kind = "table"
    types: Types = {}
    projected: frozenset[str] | None = None


class Obstacle(Struct, frozen=True):
    """Why a target does not serve a pattern.

    `part` is the part of the target that decides, `attribute` the attribute that the pattern needs there, empty for none. `why` completes a
    sentence about the target. DynamoDB refuses the request, unless `is_refused` is False: then it sorts the answer by another attribute.
    """

    part: Literal["kind", "hash", "range", "type", "projection"]
    why: str
    attribute: str = ""
    is_refused: bool = True


Obstacles: TypeAlias = "Iterator[Obstacle]"
Part: TypeAlias = "Callable[[AccessPattern, Target, Types], Obstacles]"


def obstacles(pattern: AccessPattern, target: Target, types: Types) -> Obstacles:
    """Why the target does not serve the pattern; nothing where it does.

    `types` are those of the attributes that the application sends, as far as they are known. Raises `Unknown` at the end where an unknown
    part of the target decides.
    """
    parts: tuple[Part, ...] = (_is_index, _item_key, _types)
    if pattern.operation == "Query":
        parts = (_query_key, _types, _order, _filter, _projection, _consistency)
    elif pattern.operation == "Scan":
        parts = (_filter, _projection, _consistency)
    yield from each(parts, lambda part: part(pattern, target, types))


def serves(pattern: AccessPattern, target: Target, types: Types) -> bool:
    """Whether the target serves the pattern. Raises `Unknown` where an unknown part of it decides."""
    return next(obstacles(pattern, target, types), None) is None


def fetches(pattern: AccessPattern, target: Target) -> bool:
    """Whether each answer of a local index takes extra reads of the table, for attributes that the index does not have.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.Projections
    """
    if target.kind != "local" or not pattern.attributes or target.projected is None:
        return False
    return pattern.attributes == "ALL" or not target.projected.issuperset(pattern.attributes)


def _query_key(pattern: AccessPattern, target: Target, _: Types) -> Obstacles:
    equal, condition, hashes = pattern.given, pattern.condition, target.hash
    if lacking := [name for name in hashes if name not in equal]:
        listed = _listed(lacking)
        yield Obstacle("hash", f"needs its partition key {listed} by equality", lacking[0])
        return
    ranges = target.range
    fixed = tuple(takewhile(equal.__contains__, ranges))
    following = ranges[len(fixed)] if len(fixed) < len(ranges) else None
    for name in _conditions(pattern):
        if name in hashes or name in fixed or (condition and name == condition.attribute == following):
            continue
        if following is not None and name in ranges:
            yield Obstacle("range", f"needs {quoted(following)} by equality, which is before {quoted(name)} in its sort key", name)
        else:
            has = _key((*hashes, *ranges))
            yield Obstacle("range", f"{has}, so {quoted(name)} is only a filter, which does not limit what is read", name)


def _conditions(pattern: AccessPattern) -> Iterable[str]:
    """The attributes with a condition, each once."""
    condition = pattern.condition
    return dict.fromkeys((*pattern.given, condition.attribute)) if condition else pattern.given


def _types(pattern: AccessPattern, target: Target, types: Types) -> Obstacles:
    condition, given = pattern.condition, _conditions(pattern)
    begins = condition.attribute if condition and condition.condition == "begins_with" else None
    names: Iterable[str] = [name for name in (*target.hash, *target.range) if name in given]
    if pattern.operation in OF_ITEMS:
        # An item that is written has its index keys too.
        names = given or types
    for name in names:
        sent = types.get(name)
        if sent is None and name != begins:
            continue
        found = target.types.get(name)
        if found is not None and sent is not None and found != sent:
            yield Obstacle("type", f"has the key attribute {quoted(name)} of type {found}, and the application sends type {sent}", name)
        elif found == "N" and name == begins:
            yield Obstacle("type", f"has the key attribute {quoted(name)} of type N, and begins_with takes S or B", name)


def _order(pattern: AccessPattern, target: Target, _: Types) -> Obstacles:
    order, equal, condition = pattern.sorted_by, pattern.given, pattern.condition
    # An attribute that has one value in all of the answer is sorted. One with a condition is the one that the key must sort by anyway.
    if order is None or order in equal or (condition and condition.attribute == order):
        return
    rest = [name for name in target.range if name not in equal]
    # No two items have the same key.
    if not rest and target.kind == "table":
        return
    if not rest or rest[0] != order:
        why = f"sorts by {quoted(rest[0])}, not by" if rest else "has no sort key that sorts by"
        yield Obstacle("range", f"{why} {quoted(order)}", order, is_refused=False)


def _filter(pattern: AccessPattern, target: Target, _: Types) -> Obstacles:
    if not pattern.filter:
        return
    if pattern.operation == "Query":
        keys = (*target.hash, *target.range)
        for name in pattern.filter:
            if name in keys:
                yield Obstacle("kind", f"has {quoted(name)} in its key, and a filter of a Query takes no such attribute", name)
    # A query of a local index reads from the table what it answers with, but not what it filters by. A scan is answered, also where its
    # filter is by an attribute that a global index lacks.
    is_query = pattern.operation == "Query"
    if target.kind == "global" or (target.kind == "local" and is_query):
        yield from _lacking(pattern.filter, target, "cannot filter by what it does not project:", is_refused=is_query)


def _projection(pattern: AccessPattern, target: Target, _: Types) -> Obstacles:
    if pattern.attributes == "ALL":
        if target.kind == "global" and target.projected is not None:
            yield Obstacle("projection", "does not project all attributes")
    elif target.kind == "global":
        # A local index reads from the table what it lacks.
        yield from _lacking(pattern.attributes, target, "does not project")


def _lacking(names: tuple[str, ...], target: Target, what: str, *, is_refused: bool = True) -> Obstacles:
    if names and (projected := target.projected) is not None:
        lacking = [name for name in names if name not in projected]
        if lacking:
            yield Obstacle("projection", f"{what} {_listed(lacking)}", lacking[0], is_refused=is_refused)


def _consistency(pattern: AccessPattern, target: Target, _: Types) -> Obstacles:
    if pattern.consistent and target.kind == "global":
        yield Obstacle("kind", "has no consistent reads, because it is a global index")


def _is_index(pattern: AccessPattern, target: Target, _: Types) -> Obstacles:
    if target.kind != "table":
        yield Obstacle("kind", f"takes no {pattern.operation}, which uses the table only")


def _item_key(pattern: AccessPattern, target: Target, _: Types) -> Obstacles:
    """A request by key gives exactly the key of the table. One of items has it among their attributes, which need not be listed."""
    given = pattern.equal
    if pattern.operation in OF_ITEMS and not given:
        return
    hashes, ranges = target.hash, target.range
    why = f"{_key((*hashes, *ranges))}, and the request gives {_listed(given) or 'no attribute'}"
    extra = [name for name in given if name not in hashes and name not in ranges] if pattern.operation in BY_KEY else []
    if lacking := [name for name in hashes if name not in given]:
        yield Obstacle("hash", why, lacking[0])
    elif any(name not in given for name in ranges):
        yield Obstacle("range", why)
    elif extra:
        yield Obstacle("range", why, extra[0])


def _key(names: Iterable[str]) -> str:
    listed = _listed(names)
    return f"has the key {listed}" if listed else "has no key"


def _listed(names: Iterable[str]) -> str:
    return " and ".join(map(quoted, names))
