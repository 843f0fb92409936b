"""Which key or index serves an access pattern, and why another one does not. Tests on DynamoDB Local hold the same decisions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dyncheck.dynamodb import AccessPattern
from dyncheck.dynamodb.access import Kind, Obstacle, PlainTarget, Types, fetches, obstacles, serves
from dyncheck.dynamodb.contracts import Order, RangeCondition
from dyncheck.model import Unknown

TYPES = {"id": "S", "at": "S", "shop": "S", "city": "S", "day": "S", "total": "N"}
TABLE = PlainTarget(("id",), ("at",), "table", TYPES)
HASH_ONLY = PlainTarget(("id",), (), "table", TYPES)
KEYS = PlainTarget(("shop",), ("day",), "global", TYPES, frozenset({"id", "at", "shop", "day"}))
ALL = PlainTarget(("shop",), ("total",), "global", TYPES)
SEVERAL = PlainTarget(("shop", "city"), ("day", "total"), "global", TYPES)
LOCAL = PlainTarget(("id",), ("day",), "local", TYPES, frozenset({"id", "at", "day"}))


def query(*equal: str, **terms: object) -> AccessPattern:
    return AccessPattern("a", equal=equal, **terms)  # type: ignore[arg-type]


def begins(attribute: str) -> RangeCondition:
    return RangeCondition(attribute, "begins_with")


def request(operation: str, *equal: str) -> AccessPattern:
    return AccessPattern("a", operation=operation, equal=equal)  # type: ignore[arg-type]


SERVED = {
    "the whole key": (query("id", "at"), TABLE),
    "a part of the key": (query("id"), TABLE),
    "a range on the sort key": (query("id", range="at", order="at"), TABLE),
    "a condition that is an equality": (query("id", range=RangeCondition("at", "=")), TABLE),
    "an equality as the only condition": (query(range=RangeCondition("id", "=")), HASH_ONLY),
    "the start of a text": (query("id", range=begins("at")), TABLE),
    "the order of the one item that there is": (query("id", order="total"), HASH_ONLY),
    "the order of an attribute with one value": (query("id", order="id"), TABLE),
    "a descending order": (query("id", order=Order("at", "descending")), TABLE),
    "a filter on the table": (query("id", filter=("total",)), TABLE),
    "a consistent read of the table": (query("id", consistent=True), TABLE),
    "an index": (query("shop", range="total", attributes="ALL"), ALL),
    "the keys of the table and of the index": (query("shop", attributes=("id", "at", "day")), KEYS),
    "a filter on a key of the table": (query("shop", filter=("id",)), KEYS),
    "several attributes of a partition key": (query("city", "shop"), SEVERAL),
    "several attributes of a sort key": (query("shop", "city", "day", range="total", order="total"), SEVERAL),
    "a range on the first attribute of a sort key": (query("shop", "city", range="day", order="day"), SEVERAL),
    "a consistent read of a local index": (query("id", range="day", attributes="ALL", consistent=True), LOCAL),
    "a scan of the table": (AccessPattern("a", operation="Scan", filter=("id",), attributes="ALL", consistent=True), TABLE),
    "a scan of an index with a filter on its key": (AccessPattern("a", operation="Scan", filter=("shop",)), KEYS),
    "an item by its key": (request("GetItem", "at", "id"), TABLE),
    "items by their keys": (request("BatchGetItem", "id"), HASH_ONLY),
    "an item that is written": (request("PutItem", "id", "at", "total"), TABLE),
    "items whose attributes are not listed": (request("BatchWriteItem"), TABLE),
}

NOT_SERVED = {
    "no partition key": (query("at"), TABLE, ("hash", 'needs its partition key "id" by equality', "id")),
    "a range on the partition key": (query("at", range="id"), TABLE, ("hash", 'needs its partition key "id" by equality', "id")),
    "a part of a partition key": (query("shop"), SEVERAL, ("hash", 'needs its partition key "city" by equality', "city")),
    "an attribute that is not a key": (
        query("id", "total"),
        TABLE,
        ("range", 'has the key "id" and "at", so "total" is only a filter, which does not limit what is read', "total"),
    ),
    "a sort key from the right": (
        query("shop", "city", "total"),
        SEVERAL,
        ("range", 'needs "day" by equality, which is before "total" in its sort key', "total"),
    ),
    "equality after a range": (
        query("shop", "city", "total", range="day"),
        SEVERAL,
        ("range", 'needs "day" by equality, which is before "total" in its sort key', "total"),
    ),
    "the start of a number": (
        query("shop", range=begins("total")),
        ALL,
        ("type", 'has the key attribute "total" of type N, and begins_with takes S or B', "total"),
    ),
    "a filter on a key": (
        query("shop", filter=("day",)),
        KEYS,
        ("kind", 'has "day" in its key, and a filter of a Query takes no such attribute', "day"),
    ),
    "a filter on what an index lacks": (
        query("shop", filter=("total",)),
        KEYS,
        ("projection", 'cannot filter by what it does not project: "total"', "total"),
    ),
    "all attributes of an index of keys": (query("shop", attributes="ALL"), KEYS, ("projection", "does not project all attributes", "")),
    "an attribute that an index lacks": (
        query("shop", attributes=("id", "total", "city")),
        KEYS,
        ("projection", 'does not project "total" and "city"', "total"),
    ),
    "a consistent read of a global index": (
        query("shop", consistent=True),
        ALL,
        ("kind", "has no consistent reads, because it is a global index", ""),
    ),
    "an item of an index": (request("GetItem", "shop"), ALL, ("kind", "takes no GetItem, which uses the table only", "")),
    "an item by a part of its key": (
        request("GetItem", "id"),
        TABLE,
        ("range", 'has the key "id" and "at", and the request gives "id"', ""),
    ),
    "an item by more than its key": (
        request("UpdateItem", "id", "total"),
        HASH_ONLY,
        ("range", 'has the key "id", and the request gives "id" and "total"', "total"),
    ),
    "an item by another key": (request("DeleteItem", "shop"), HASH_ONLY, ("hash", 'has the key "id", and the request gives "shop"', "id")),
    "an item that is written without its key": (
        request("PutItem", "id", "total"),
        TABLE,
        ("range", 'has the key "id" and "at", and the request gives "id" and "total"', ""),
    ),
}


@pytest.mark.parametrize(("pattern", "target"), SERVED.values(), ids=SERVED)
def test_a_pattern_is_served(pattern: AccessPattern, target: PlainTarget) -> None:
    assert list(obstacles(pattern, target, TYPES)) == []


@pytest.mark.parametrize(("pattern", "target", "obstacle"), NOT_SERVED.values(), ids=NOT_SERVED)
def test_a_pattern_is_not_served(pattern: AccessPattern, target: PlainTarget, obstacle: tuple[str, str, str]) -> None:
    found = [(each.part, each.why, each.attribute) for each in obstacles(pattern, target, TYPES) if each.is_refused]
    assert found[:1] == [obstacle]


@pytest.mark.parametrize(
    ("pattern", "target", "why"),
    [
        (query("shop", order="total"), KEYS, 'sorts by "day", not by "total"'),
        (query("id", "at", order="total"), LOCAL, 'sorts by "day", not by "total"'),
        (query("shop", "city", range="day", order="total"), SEVERAL, 'sorts by "day", not by "total"'),
        (query("shop", order="day"), PlainTarget(("shop",), (), "global"), 'has no sort key that sorts by "day"'),
    ],
)
def test_only_the_next_attribute_of_a_sort_key_sorts_and_dynamodb_does_not_refuse_that(
    pattern: AccessPattern, target: PlainTarget, why: str
) -> None:
    assert [each for each in obstacles(pattern, target, TYPES) if not each.is_refused] == [
        Obstacle("range", why, pattern.sorted_by or "", is_refused=False)
    ]


def test_the_type_that_the_application_sends_is_that_of_the_key() -> None:
    found = list(obstacles(query("id", range="at"), TABLE, {"id": "N", "at": "S"}))
    assert found == [Obstacle("type", 'has the key attribute "id" of type S, and the application sends type N', "id")]


@pytest.mark.parametrize("pattern", [request("PutItem", "id", "shop"), request("PutItem"), request("TransactWriteItems")])
def test_an_item_that_is_written_has_the_types_of_index_keys(pattern: AccessPattern) -> None:
    table = PlainTarget(("id",), (), "table", {"id": "S", "shop": "S"})
    found = list(obstacles(pattern, table, {"id": "S", "shop": "N", "total": "N"}))
    assert found == [Obstacle("type", 'has the key attribute "shop" of type S, and the application sends type N', "shop")]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [((), False), (("id", "day"), False), (("id", "total"), True), ("ALL", True)],
)
def test_a_local_index_reads_from_the_table_what_it_lacks(attributes: object, expected: bool) -> None:
    pattern = query("id", attributes=attributes)
    assert (serves(pattern, LOCAL, TYPES), fetches(pattern, LOCAL), fetches(pattern, TABLE)) == (True, expected, False)


class Open:
    """An index whose projection is not known."""

    kind: Kind = "global"
    hash = ("shop",)
    range = ("day",)
    types: Types = TYPES

    @property
    def projected(self) -> frozenset[str] | None:
        raise Unknown("projection_type", "waits for a value")


def answers(pattern: AccessPattern) -> Iterator[object]:
    try:
        for obstacle in obstacles(pattern, Open(), TYPES):
            yield obstacle.part
    except Unknown as reason:
        yield str(reason)


def test_a_certain_obstacle_decides_whatever_is_unknown_besides() -> None:
    assert list(answers(query("shop"))) == []
    assert list(answers(query("shop", attributes="ALL"))) == ["projection_type waits for a value"]
    assert list(answers(query("city", attributes="ALL"))) == ["hash", "projection_type waits for a value"]
