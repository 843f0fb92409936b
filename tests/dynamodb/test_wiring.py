"""Which tables and alarms may be related."""

from __future__ import annotations

import pytest

from dyncheck.dynamodb.types import TABLE
from dyncheck.dynamodb.wiring import Hints, Lookup, hints_of_dimensions, hints_of_table, union
from dyncheck.model import UNSET, Deferred, Known, Reference, Resource, Value
from dyncheck.model.symbolic import Symbol, Text
from tests.dynamodb.reading import Anything, resource

ENDING_IN_ORDERS = Text((Symbol("environment"), "-orders"))


def waits_for(
    table: str | None = "aws_dynamodb_table.orders", module: str | None = "", type_: str = TABLE, *, is_data: bool = False
) -> Reference:
    """A reference to a table's name."""
    return Reference(f"{table}.name", resource=table, module=module, type=type_, attribute="name", is_data=is_data)


NAME = ("", "orders", "")
BLOCK = ("block", "aws_dynamodb_table.orders", "")
ANY_INSTANCE = ("block", "aws_dynamodb_table.orders", "*")


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        pytest.param(resource(name=Known("orders")), {NAME, BLOCK, ANY_INSTANCE}, id="a name"),
        pytest.param(
            resource(name=Known("orders"), module="module.shop[0]"),
            {
                NAME,
                ("block", "module.shop.aws_dynamodb_table.orders", "module.shop[0]"),
                ("block", "module.shop.aws_dynamodb_table.orders", "*"),
            },
            id="in a module",
        ),
        pytest.param(resource(name=Deferred()), None, id="an unknown name"),
        pytest.param(resource(), None, id="a generated name"),
        pytest.param(resource(name=Known(Anything())), None, id="a symbolic name"),
        pytest.param(
            resource(name=Known(ENDING_IN_ORDERS)),
            {((("environment",),), "-orders", ""), BLOCK, ANY_INSTANCE},
            id="a name that contains an input",
        ),
    ],
)
def test_the_hints_of_a_table(table: Resource, expected: Hints) -> None:
    assert hints_of_table(table) == expected


@pytest.mark.parametrize(
    ("dimensions", "expected"),
    [
        pytest.param(Known({"TableName": "orders"}), {NAME}, id="a name"),
        pytest.param(Known({"Operation": "Query"}), frozenset(), id="no name"),
        pytest.param(Known({"TableName": ENDING_IN_ORDERS}), {((("environment",),), "-orders", "")}, id="a name with a known end"),
        pytest.param(
            Known({"TableName": Text(("a-", Symbol("environment"), "-b-", Symbol("suffix")))}),
            {(("a-", ("environment",), "-b-", ("suffix",)), "", "")},
            id="a name that ends in an input",
        ),
        pytest.param(Known("orders"), None, id="not a map"),
        pytest.param(Known(Anything()), None, id="symbolic dimensions"),
        pytest.param(Known({"TableName": Anything()}), None, id="a symbolic name"),
        pytest.param(UNSET, frozenset(), id="no dimensions"),
        pytest.param(Deferred(), None, id="unknown dimensions"),
        pytest.param(Deferred((waits_for(),)), {BLOCK}, id="the table"),
        pytest.param(Deferred((waits_for(module=None),)), {ANY_INSTANCE}, id="the table in another module"),
        pytest.param(Deferred((waits_for(), waits_for(module=None))), {BLOCK, ANY_INSTANCE}, id="two references"),
        pytest.param(Deferred((waits_for(None),)), {("block", "", "")}, id="a table without a name"),
        pytest.param(Deferred((waits_for(type_="random_id"),)), None, id="another resource"),
        pytest.param(Deferred((waits_for(), waits_for(type_="random_id"))), None, id="the table and another resource"),
        pytest.param(Deferred((waits_for(is_data=True),)), None, id="a table from a data source"),
    ],
)
def test_the_hints_of_dimensions(dimensions: Value, expected: Hints) -> None:
    assert hints_of_dimensions(dimensions) == expected


def test_the_union_of_hints() -> None:
    assert union([]) == frozenset()
    assert union([frozenset({NAME}), frozenset({BLOCK})]) == frozenset({NAME, BLOCK})
    assert union([frozenset({NAME}), None, frozenset({BLOCK})]) is None


ONE, TWO, THREE = (("", name, "") for name in ("one", "two", "three"))


@pytest.mark.parametrize(
    ("hints", "near"),
    [
        (None, ["a", "b", "c", "anywhere"]),
        (frozenset({ONE}), ["a", "c", "anywhere"]),
        (frozenset({TWO}), ["b", "c", "anywhere"]),
        (frozenset({ONE, TWO}), ["a", "b", "c", "anywhere"]),
        (frozenset({THREE}), ["anywhere"]),
        (frozenset(), ["anywhere"]),
    ],
)
def test_near_items_keep_the_order_of_the_input(hints: Hints, near: list[str]) -> None:
    items: dict[str, Hints] = {"a": frozenset({ONE}), "b": frozenset({TWO}), "c": frozenset({TWO, ONE}), "anywhere": None}
    assert list(Lookup(items, items.__getitem__).near(hints)) == near
    items.pop("anywhere")
    assert list(Lookup(items, items.__getitem__).near(hints)) == [item for item in near if item != "anywhere"]


def test_few_items_of_many_keep_the_order_of_the_input() -> None:
    items: dict[int, Hints] = {number: frozenset({THREE}) for number in range(20)}
    items |= {1: frozenset({TWO}), 8: frozenset({ONE})}
    assert Lookup(items, items.__getitem__).near(frozenset({ONE, TWO})) == (1, 8)


SAME = Text((Symbol("environment"), "-orders"))
OTHER_END = Text((Symbol("environment"), "-others"))
OTHER_START = Text((Symbol("name"), "-orders"))


def test_names_with_the_same_start_are_compared_by_their_ends() -> None:
    names: dict[str, str | Text] = {"plain": "dev-orders", "same": SAME, "other end": OTHER_END, "other start": OTHER_START}
    tables = {each: hints_of_table(resource(name=Known(name))) for each, name in names.items()}
    lookup = Lookup(names, tables.__getitem__)
    near = {each: list(lookup.near(hints_of_dimensions(Known({"TableName": name})))) for each, name in names.items()}
    # Names with different starts cannot be compared here.
    assert near == {
        "plain": ["plain", "same", "other end", "other start"],
        "same": ["plain", "same", "other start"],
        "other end": ["plain", "other end", "other start"],
        "other start": ["plain", "same", "other end", "other start"],
    }
