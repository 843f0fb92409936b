"""Indexes with several attributes of a role, against contracts that list them."""

from __future__ import annotations

from pathlib import Path

import pytest

import dyncheck
from dyncheck.findings import Result, Status
from tests.dynamodb.reading import Arguments, block

CONTRACT = """\
table: orders
match: { resource: orders, name: "*-orders" }
name: "*-orders"
primary_key: { hash: { name: id, type: S } }
indexes:
  ByShop:
    hash: [{ name: shop, type: S }, { name: kind, type: S }]
    range: [{ name: day, type: S }, { name: time, type: N }]
"""


def index(*keys: str) -> str:
    """An index with these keys, each as in `HASH shop`."""
    named: Arguments = {"name": '"ByShop"', "projection_type": '"ALL"'}
    pairs = (key.split() for key in keys)
    blocks = (block("key_schema", {"attribute_name": f'"{name}"', "key_type": f'"{role}"'}) for role, name in pairs)
    return block("global_secondary_index", named, *blocks)


def found(tmp_path: Path, rule: str, *blocks: str, contract: str = CONTRACT) -> list[Result]:
    """The failures of a rule on a table with these indexes and all attributes that it may need."""
    (tmp_path / "contract.yaml").write_text(contract)
    module = tmp_path / "module"
    module.mkdir()
    types = {"id": "S", "shop": "S", "kind": "S", "day": "S", "time": "N", "other": "S"}
    attributes = [block("attribute", {"name": f'"{name}"', "type": f'"{kind}"'}) for name, kind in types.items()]
    table: Arguments = {"name": '"dev-orders"', "hash_key": '"id"'}
    (module / "main.tf").write_text(block('resource "aws_dynamodb_table" "orders"', table, *attributes, *blocks))
    results = dyncheck.check(module, select=[rule], policies=[tmp_path / "contract.yaml"]).results
    return [result for result in results if result.status is not Status.PASS]


KEYS = ("HASH shop", "HASH kind", "RANGE day", "RANGE time")
AT = 'global_secondary_index["ByShop"].key_schema is'


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (KEYS, []),
        (("HASH kind", "HASH shop", "RANGE day", "RANGE time"), []),
        (
            ("HASH shop", "RANGE day", "RANGE time"),
            [f'Index lacks the HASH attribute "kind": {AT} "shop"; expected "shop" and "kind"'],
        ),
        (
            ("HASH shop", "HASH kind", "HASH other", "RANGE day", "RANGE time"),
            [
                'Index has the additional HASH attribute "other", and a query must give every HASH attribute: '
                f'{AT} "shop" and "kind" and "other"; expected "shop" and "kind"'
            ],
        ),
        (
            ("HASH shop", "HASH other", "RANGE day", "RANGE time"),
            [f'Index has the wrong partition key: {AT} "shop" and "other"; expected "shop" and "kind"'],
        ),
        (
            ("HASH shop", "HASH shop", "RANGE day", "RANGE time"),
            [f'Index lacks the HASH attribute "kind": {AT} "shop" and "shop"; expected "shop" and "kind"'],
        ),
        (
            ("HASH shop", "HASH shop", "HASH kind", "RANGE day", "RANGE time"),
            [f'Index has the wrong partition key: {AT} "shop" and "shop" and "kind"; expected "shop" and "kind"'],
        ),
        (("HASH shop", "HASH kind"), [f'Index has no sort key: {AT} not set; expected "day" and "time"']),
        (
            ("HASH shop", "HASH kind", "RANGE day"),
            [f'Index lacks the RANGE attribute "time": {AT} "day"; expected "day" and "time"'],
        ),
        (
            ("HASH shop", "HASH kind", "RANGE day", "RANGE time", "RANGE other"),
            [f'Index has the additional RANGE attribute "other": {AT} "day" and "time" and "other"; expected "day" and "time"'],
        ),
        (
            ("HASH shop", "HASH kind", "RANGE time", "RANGE day"),
            [
                "Index has its RANGE attributes in another order, and a query must give them from left to right: "
                f'{AT} "time" and "day"; expected "day" and "time"'
            ],
        ),
        (
            ("RANGE day", "RANGE time"),
            [f'Index has no partition key: {AT} not set; expected "shop" and "kind"'],
        ),
    ],
    ids=lambda value: ", ".join(value) if isinstance(value, tuple) else "",
)
def test_the_attributes_of_a_role_are_compared_whole(keys: tuple[str, ...], expected: list[str], tmp_path: Path) -> None:
    assert [result.message for result in found(tmp_path, "wrong-index", index(*keys))] == expected


def test_the_type_of_every_attribute_counts(tmp_path: Path) -> None:
    results = found(tmp_path, "wrong-index", index(*KEYS), contract=CONTRACT.replace("name: time, type: N", "name: time, type: B"))
    assert [result.message for result in results] == [
        'Sort key "time" of index "ByShop" has the wrong type: attribute["time"].type is "N"; expected "B"'
    ]


def test_attributes_may_be_too_many(tmp_path: Path) -> None:
    one = CONTRACT.replace("[{ name: day, type: S }, { name: time, type: N }]", "null")
    (result,) = found(tmp_path, "wrong-index", index(*KEYS), contract=one)
    assert (result.message, result.fix) == (
        f'Index has the wrong sort key: {AT} "day" and "time"; expected no sort key',
        "# remove the key_schema of the sort key",
    )


def test_a_key_schema_counts_each_attribute_as_a_key(tmp_path: Path) -> None:
    assert [result.message for result in found(tmp_path, "attribute-mismatch", index(*KEYS))] == [
        'Attribute "other" is declared but is not a key of the table or of an index'
    ]


def test_the_fix_of_a_missing_index_has_all_attributes(tmp_path: Path) -> None:
    (result,) = found(tmp_path, "missing-index")
    assert result.fix.split() == index(*KEYS).split()


def test_the_fix_of_a_missing_index_takes_key_schema_for_any_list(tmp_path: Path) -> None:
    one = CONTRACT.replace("[{ name: day, type: S }, { name: time, type: N }]", "{ name: day, type: S }")
    (result,) = found(tmp_path, "missing-index", contract=one)
    assert result.fix.split() == index("HASH shop", "HASH kind", "RANGE day").split()


def test_the_fix_of_a_missing_index_has_the_form_of_the_other_indexes(tmp_path: Path) -> None:
    one = CONTRACT.replace("[{ name: shop, type: S }, { name: kind, type: S }]", "{ name: shop, type: S }")
    one = one.replace("[{ name: day, type: S }, { name: time, type: N }]", "null")
    (result,) = found(tmp_path, "missing-index", index("HASH other").replace("ByShop", "ByOther"), contract=one)
    assert result.fix.split() == index("HASH shop").split()


def test_an_index_with_two_arguments_needs_key_schema_for_more(tmp_path: Path) -> None:
    arguments: Arguments = {"name": '"ByShop"', "hash_key": '"shop"', "range_key": '"day"', "projection_type": '"ALL"'}
    partition, sort = found(tmp_path, "wrong-index", block("global_secondary_index", arguments))
    assert [result.message for result in (partition, sort)] == [
        'Index lacks the HASH attribute "kind": global_secondary_index["ByShop"].hash_key is "shop"; expected "shop" and "kind"',
        'Index lacks the RANGE attribute "time": global_secondary_index["ByShop"].range_key is "day"; expected "day" and "time"',
    ]
    whole = "".join(block("key_schema", {"attribute_name": f'"{name}"', "key_type": f'"{role}"'}) for role, name in map(str.split, KEYS))
    assert partition.fix.split() == sort.fix.split() == ["#", "in", "place", "of", "hash_key", "and", "range_key", *whole.split()]
