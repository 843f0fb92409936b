"""Generated tables: keys, indexes, projections and types, as requests to DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple, TypeVar

from dyncheck.dynamodb.access import Kind

T = TypeVar("T")

ATTRIBUTES = ("pk", "sk", "state", "created", "owner", "total", "note", "color")

# Two values of each type, the smaller one first.
VALUES: dict[str, tuple[Any, Any]] = {
    "S": ("a", "b"),
    "N": ("1", "2"),
    "B": ("YQ==", "Yg=="),
    "BOOL": (False, True),
    "M": ({}, {"x": {"S": "y"}}),
    "SS": (["a"], ["a", "b"]),
}


class Draw:
    """Choices that are the same for the same seed in every version of Python: only `random()` promises that."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed).random

    def below(self, end: int) -> int:
        """A number from 0 to `end` - 1."""
        return int(self._random() * end)

    def one(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.below(len(options))]

    def happens(self, probability: float) -> bool:
        """True with that probability."""
        return self._random() < probability

    def some(self, options: Sequence[T], most: int) -> tuple[T, ...]:
        """At least one and at most so many of the options, in their order."""
        chosen = {self.below(len(options)) for _ in range(1 + self.below(most))}
        return tuple(option for number, option in enumerate(options) if number in chosen)


@dataclass(frozen=True)
class KnownTarget:
    """A table or an index whose parts are all known."""

    hash: tuple[str, ...]
    range: tuple[str, ...]
    kind: Kind
    types: dict[str, str]
    projected: frozenset[str] | None


class IndexShape(NamedTuple):
    """An index. `includes` are the attributes that its projection adds, None for all of the item."""

    name: str
    kind: Kind
    hash: str
    range: str | None
    includes: tuple[str, ...] | None


class Schema(NamedTuple):
    """A table, and the types of the attributes as its application sends them."""

    name: str
    hash: str
    range: str | None
    types: dict[str, str]
    indexes: tuple[IndexShape, ...]

    @property
    def table_key(self) -> tuple[str, ...]:
        """The key attributes of the table."""
        return tuple(filter(None, (self.hash, self.range)))

    @property
    def key_attributes(self) -> tuple[str, ...]:
        """The key attributes of the table and of its indexes."""
        own = (name for index in self.indexes for name in (index.hash, index.range) if name)
        return tuple(dict.fromkeys((*self.table_key, *own)))

    @property
    def request(self) -> dict[str, Any]:
        """The CreateTable request."""
        request: dict[str, Any] = {
            "TableName": self.name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": name, "AttributeType": self.types[name]} for name in self.key_attributes],
            "KeySchema": _key_schema(self.hash, self.range),
        }
        for kind, argument in (("global", "GlobalSecondaryIndexes"), ("local", "LocalSecondaryIndexes")):
            if found := [_index_request(index) for index in self.indexes if index.kind == kind]:
                request[argument] = found
        return request

    def target(self, name: str | None) -> KnownTarget:
        """The table or the index, as the decisions see it."""
        index = next((each for each in self.indexes if each.name == name), None)
        keys = (index.hash, index.range) if index else (self.hash, self.range)
        own = tuple(filter(None, keys))
        projected = None
        if index and index.includes is not None:
            projected = frozenset((*self.table_key, *own, *index.includes))
        kind: Kind = index.kind if index else "table"
        return KnownTarget(own[:1], own[1:], kind, {each: self.types[each] for each in self.key_attributes}, projected)


def schema(number: int) -> Schema:
    """The schema of that number."""
    draw = Draw(f"schema {number}")
    types = {name: draw.one("SSSSNNB") for name in ATTRIBUTES}
    range_key = "sk" if draw.happens(0.7) else None
    indexes = [_global(draw, position) for position in range(draw.below(4))]
    if range_key:
        indexes += [_local(draw, position) for position in range(draw.below(3))]
    return Schema(f"table-{number}", "pk", range_key, types, tuple(indexes))


def _global(draw: Draw, position: int) -> IndexShape:
    hash_key = draw.one(ATTRIBUTES)
    rest = [name for name in ATTRIBUTES if name != hash_key]
    range_key = draw.one(rest) if draw.happens(0.6) else None
    return IndexShape(f"global-{position}", "global", hash_key, range_key, _includes(draw, {"pk", "sk", hash_key, range_key}))


def _local(draw: Draw, position: int) -> IndexShape:
    range_key = draw.one(ATTRIBUTES[2:])
    return IndexShape(f"local-{position}", "local", "pk", range_key, _includes(draw, {"pk", "sk", range_key}))


def _includes(draw: Draw, keys: set[str | None]) -> tuple[str, ...] | None:
    kind = draw.one(("ALL", "KEYS_ONLY", "INCLUDE"))
    others = [name for name in ATTRIBUTES if name not in keys]
    return None if kind == "ALL" else () if kind == "KEYS_ONLY" else draw.some(others, 2)


def _key_schema(hash_key: str, range_key: str | None) -> list[dict[str, str]]:
    named = (("HASH", hash_key), ("RANGE", range_key))
    return [{"AttributeName": name, "KeyType": role} for role, name in named if name]


def _index_request(index: IndexShape) -> dict[str, Any]:
    kind = "ALL" if index.includes is None else "INCLUDE" if index.includes else "KEYS_ONLY"
    projection = {"ProjectionType": kind} | ({"NonKeyAttributes": list(index.includes)} if index.includes else {})
    return {"IndexName": index.name, "KeySchema": _key_schema(index.hash, index.range), "Projection": projection}
