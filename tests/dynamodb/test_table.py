"""Tables and their indexes in Terraform files."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace

from dyncheck.dynamodb import TABLE, Index, Inventory, Table
from dyncheck.dynamodb.types import INDEX
from dyncheck.model import Deferred, Known, Question, Reference, Unknown, Unset, Value
from tests.dynamodb.reading import Arguments, Values, block, inventory_of, outcome, resource, table

LATER = "terraform_data.later.output"
ELSEWHERE = 'resource "terraform_data" "later" {}\nresource "aws_dynamodb_table" "others" {\n  name = "others"\n}\n'


def held(*blocks: str, **arguments: str | None) -> Inventory:
    """A table with these arguments and blocks."""
    named: Arguments = {"name": '"orders"'}
    return inventory_of(ELSEWHERE + block('resource "aws_dynamodb_table" "orders"', named | arguments, *blocks))


def inner(name: str, /, **arguments: str | None) -> str:
    """A block of the table."""
    return block(name, arguments)


def dynamic(name: str, /, **arguments: str | None) -> str:
    """A dynamic block that may exist; this is known only after apply."""
    return block(f'dynamic "{name}"', {"for_each": f"{LATER}"}, block("content", arguments))


def facts(found: Table) -> dict[str, Any]:
    """All properties of a table that rules read."""
    read = {name: partial(getattr, found, name) for name in FACTS} | {"local_indexes": lambda: (*found.local_indexes,)}
    return {name: outcome(ask) for name, ask in read.items()}


MAY_BE_THERE = f"unknown: {{}} comes from a dynamic block whose for_each waits for {LATER}"

FACTS: dict[str, Any] = {
    "billing_mode": "PROVISIONED",
    "table_class": "STANDARD",
    "hash_key": None,
    "range_key": None,
    "encrypted": False,
    "point_in_time_recovery": False,
    "deletion_protection": False,
    "time_to_live_enabled": False,
    "time_to_live_attribute": None,
    "has_stream": False,
    "kms_key": Unset(),
    "configures_kms_key": False,
    "attributes": {},
    "written_attributes": {},
    "local_indexes": (),
}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(held(), {}, id="only a name"),
        pytest.param(
            held(billing_mode='"PAY_PER_REQUEST"', table_class='"STANDARD_INFREQUENT_ACCESS"', hash_key='"id"', range_key='"at"'),
            {"billing_mode": "PAY_PER_REQUEST", "table_class": "STANDARD_INFREQUENT_ACCESS", "hash_key": "id", "range_key": "at"},
            id="arguments",
        ),
        pytest.param(held(table_class='""', range_key='""'), {}, id="an empty value like an unset one"),
        pytest.param(
            held(deletion_protection_enabled="true", stream_enabled="true"),
            {"deletion_protection": True, "has_stream": True},
            id="enabled arguments",
        ),
        pytest.param(held(deletion_protection_enabled="false", stream_enabled="false"), {}, id="disabled arguments"),
        pytest.param(
            held(
                inner("server_side_encryption", enabled="true", kms_key_arn='"arn"'),
                inner("point_in_time_recovery", enabled="true"),
                inner("ttl", enabled="true", attribute_name='"until"'),
            ),
            {
                "encrypted": True,
                "kms_key": Known("arn"),
                "configures_kms_key": True,
                "point_in_time_recovery": True,
                "time_to_live_enabled": True,
                "time_to_live_attribute": "until",
            },
            id="blocks",
        ),
        pytest.param(
            held(
                inner("server_side_encryption", enabled="false"),
                inner("point_in_time_recovery", enabled="false"),
                inner("ttl", enabled="false", attribute_name='""'),
            ),
            {},
            id="disabled blocks",
        ),
        pytest.param(
            held(dynamic("server_side_encryption", enabled="true")),
            dict.fromkeys(("encrypted", "kms_key", "configures_kms_key"), MAY_BE_THERE.format("server_side_encryption")),
            id="a block that may exist",
        ),
        pytest.param(
            held(inner("attribute", name='"id"', type='"S"'), inner("attribute", name='"at"', type='"N"')),
            {"attributes": {"id": "S", "at": "N"}},
            id="attributes",
        ),
    ],
)
def test_the_properties_of_a_table(found: Inventory, expected: dict[str, Any]) -> None:
    assert facts(table(found)) == FACTS | expected


def test_an_unknown_name() -> None:
    found = table(held(name=LATER))
    assert outcome(lambda: found.name) == f"unknown: name waits for {LATER}"
    assert outcome(lambda: found.is_named_by(Known("orders"))) == f"unknown: name waits for {LATER}"


@pytest.mark.parametrize(
    ("tags", "expected", "shown"),
    [
        (None, None, "not set"),
        ("{}", None, "not set"),
        ('{ Name = "orders" }', "orders", '"orders"'),
        ('{ Other = "orders" }', None, "not set"),
        (f"{{ Name = {LATER} }}", f"unknown: tags waits for {LATER}", "not set"),
    ],
    ids=["no tags", "empty tags", "the tag", "another tag", "unknown tags"],
)
def test_a_tag(tags: str | None, expected: str | None, shown: str) -> None:
    found = table(held(tags=tags))
    assert (outcome(lambda: found.tag("Name")), found.show_tag("Name")) == (expected, shown)


PROVIDER = 'provider "aws" {\n  region = "eu-west-1"\n  default_tags {\n    tags = %s\n  }\n}\n'


@pytest.mark.parametrize(
    ("defaults", "own", "expected", "shown"),
    [
        ('{ Name = "default" }', None, "default", '"default"'),
        ('{ Name = "default" }', '{ Name = "orders" }', "orders", '"orders"'),
        (f"{{ Name = {LATER} }}", '{ Name = "orders" }', "orders", '"orders"'),
        (f"{{ Name = {LATER} }}", None, "unknown: tags_all waits for the provider's default tags", "not set"),
    ],
    ids=["the provider's tag", "the table's tag over the provider's", "the table's tag over an unknown one", "an unknown"],
)
def test_a_tag_and_the_tags_of_the_provider(defaults: str, own: str | None, expected: str, shown: str) -> None:
    text = block('resource "aws_dynamodb_table" "orders"', {"name": '"orders"', "tags": own})
    found = table(inventory_of(ELSEWHERE + PROVIDER % defaults + text))
    assert (outcome(lambda: found.tag("Name")), found.show_tag("Name")) == (expected, shown)


INDEX_BLOCK = {"name": '"ByDate"', "hash_key": '"date"', "projection_type": '"ALL"'}


def separate(table_name: str = "aws_dynamodb_table.orders.name", projection: dict[str, str | None] | None = None, more: str = "") -> str:
    """An index that is a separate resource."""
    return block(
        'resource "aws_dynamodb_global_secondary_index" "by_date"',
        {"table_name": table_name, "index_name": '"ByDate"'},
        inner("key_schema", attribute_name='"date"', attribute_type='"S"', key_type='"HASH"'),
        block("projection", projection or {"projection_type": '"ALL"'}),
        more,
    )


def described(index: Index) -> dict[str, Any]:
    """All properties of an index that rules read."""
    capacity, read, write = index.capacity_block
    return {
        "name": index.name,
        "shown": index.shown_name,
        "keys": index.keys,
        "hash": index.keys_of("HASH"),
        "range": index.keys_of("RANGE"),
        "types": index.own_types,
        "projection": index.projection,
        "attributes": index.projected_attributes,
        "capacity": (capacity.path, read, write),
        "places": (index.key_argument("HASH"), index.key_argument("RANGE"), index.projection_argument("projection_type")),
    }


IN_ITS_TABLE: dict[str, Any] = {
    "name": "ByDate",
    "shown": '"ByDate"',
    "keys": (("HASH", "date"),),
    "hash": ("date",),
    "range": (),
    "types": {},
    "projection": "ALL",
    "attributes": frozenset(),
    "capacity": ('global_secondary_index["ByDate"]', "read_capacity", "write_capacity"),
    "places": ("hash_key", "range_key", "projection_type"),
}
OF_ITS_OWN = IN_ITS_TABLE | {
    "types": {"date": "S"},
    "capacity": ("", "read_capacity_units", "write_capacity_units"),
    "places": ("key_schema", "key_schema", "projection.projection_type"),
}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(held(inner("global_secondary_index", **INDEX_BLOCK)), IN_ITS_TABLE, id="a block"),
        pytest.param(
            held(inner("global_secondary_index", **INDEX_BLOCK, range_key='"at"')),
            IN_ITS_TABLE | {"keys": (("HASH", "date"), ("RANGE", "at")), "range": ("at",)},
            id="a block with two keys",
        ),
        pytest.param(
            held(inner("global_secondary_index", **INDEX_BLOCK | {"projection_type": '"INCLUDE"', "non_key_attributes": '["size", "at"]'})),
            IN_ITS_TABLE | {"projection": "INCLUDE", "attributes": frozenset({"size", "at"})},
            id="a block with some attributes",
        ),
        pytest.param(
            held(
                block(
                    "global_secondary_index",
                    {"name": '"ByDate"', "projection_type": '"ALL"'},
                    inner("key_schema", attribute_name='"date"', key_type='"HASH"'),
                    inner("key_schema", attribute_name='"at"', key_type='"RANGE"'),
                )
            ),
            IN_ITS_TABLE
            | {
                "keys": (("HASH", "date"), ("RANGE", "at")),
                "range": ("at",),
                "places": ("key_schema", "key_schema", "projection_type"),
            },
            id="a block with key_schema",
        ),
        pytest.param(
            held(
                block(
                    "global_secondary_index",
                    {"name": '"ByDate"', "projection_type": '"ALL"'},
                    *(inner("key_schema", attribute_name=f'"{name}"', key_type='"HASH"') for name in ("date", "shop", "kind")),
                    *(inner("key_schema", attribute_name=f'"{name}"', key_type='"RANGE"') for name in ("to", "at")),
                )
            ),
            IN_ITS_TABLE
            | {
                "keys": (("HASH", "date"), ("HASH", "shop"), ("HASH", "kind"), ("RANGE", "to"), ("RANGE", "at")),
                "hash": ("date", "shop", "kind"),
                "range": ("to", "at"),
                "places": ("key_schema", "key_schema", "projection_type"),
            },
            id="a block with several attributes of a role",
        ),
        pytest.param(
            inventory_of(block('resource "aws_dynamodb_table" "orders"', {"name": '"orders"'}) + separate()),
            OF_ITS_OWN,
            id="a resource",
        ),
        pytest.param(
            inventory_of(
                block('resource "aws_dynamodb_table" "orders"', {"name": '"orders"'})
                + separate(
                    projection={"projection_type": '"INCLUDE"', "non_key_attributes": '["size"]'},
                    more=inner("provisioned_throughput", read_capacity_units="1", write_capacity_units="2"),
                )
            ),
            OF_ITS_OWN
            | {
                "projection": "INCLUDE",
                "attributes": frozenset({"size"}),
                "capacity": ("provisioned_throughput", "read_capacity_units", "write_capacity_units"),
            },
            id="a resource with some attributes and its own capacity",
        ),
    ],
)
def test_an_index_in_each_spelling(found: Inventory, expected: dict[str, Any]) -> None:
    (index,) = table(found).indexes
    assert described(index) == expected


KEY_SCHEMA = inner("key_schema", attribute_name='"date"', key_type='"HASH"')


@pytest.mark.parametrize(
    ("arguments", "blocks", "expected"),
    [
        ({}, [KEY_SCHEMA], None),
        ({"hash_key": '"date"'}, [], None),
        ({"hash_key": '"date"'}, [KEY_SCHEMA], "hash_key"),
        ({"range_key": '"at"'}, [KEY_SCHEMA], "range_key"),
        ({"hash_key": "null"}, [KEY_SCHEMA], None),
        ({"hash_key": LATER}, [KEY_SCHEMA], f'unknown: global_secondary_index["ByDate"].hash_key waits for {LATER}'),
    ],
)
def test_an_index_has_a_key_beside_its_key_schema(arguments: Arguments, blocks: list[str], expected: str | None) -> None:
    named: Arguments = {"name": '"ByDate"', "projection_type": '"ALL"'}
    written = block("global_secondary_index", named | arguments, *blocks)
    (index,) = table(held(written)).indexes
    assert outcome(lambda: index.key_beside_schema) == expected


@pytest.mark.parametrize(
    ("table_name", "expected"),
    [
        ("aws_dynamodb_table.orders.name", ["ByDate"]),
        ("aws_dynamodb_table.orders.id", ["ByDate"]),
        ('"orders"', ["ByDate"]),
        ('"others"', []),
        ("aws_dynamodb_table.others.name", []),
        (None, []),
        ("aws_dynamodb_table.others.arn", []),
        (LATER, f"unknown: aws_dynamodb_global_secondary_index.by_date waits for {LATER}"),
    ],
    ids=[
        "by reference",
        "by id",
        "by name",
        "another name",
        "another table",
        "no table",
        "another attribute of another table",
        "an unknown",
    ],
)
def test_the_table_of_a_separate_index(table_name: str | None, expected: list[str] | str) -> None:
    index = block('resource "aws_dynamodb_global_secondary_index" "by_date"', {"table_name": table_name, "index_name": '"ByDate"'})
    found = table(inventory_of(ELSEWHERE + block('resource "aws_dynamodb_table" "orders"', {"name": '"orders"'}) + index))
    assert outcome(lambda: [index.name for index in found.indexes]) == expected


def test_two_indexes_with_the_same_keys_and_projection() -> None:
    kinds = [
        INDEX_BLOCK,
        INDEX_BLOCK | {"name": '"Other"'},
        INDEX_BLOCK | {"hash_key": '"at"'},
        INDEX_BLOCK | {"range_key": '"at"'},
        INDEX_BLOCK | {"projection_type": '"KEYS_ONLY"'},
        INDEX_BLOCK | {"projection_type": '"INCLUDE"', "non_key_attributes": '["size"]'},
        INDEX_BLOCK | {"projection_type": '"INCLUDE"', "non_key_attributes": '["at"]'},
    ]
    indexes = [next(iter(table(held(inner("global_secondary_index", **kind))).indexes)) for kind in kinds]
    assert [[position for position, other in enumerate(indexes) if index.has_definition_of(other)] for index in indexes] == [
        [0, 1],
        [0, 1],
        [2],
        [3],
        [4],
        [5],
        [6],
    ]


def test_a_deferred_key() -> None:
    found = table(held(inner("server_side_encryption", enabled="true", kms_key_arn=LATER)))
    assert isinstance(found.kms_key, Deferred)
    assert found.configures_kms_key is True


def test_attributes_as_written() -> None:
    written = ({"name": "id", "type": "S"}, {"name": "at"}, {"type": "N"}, {"name": 5, "type": "S"}, {"name": "on", "type": None})
    found = Table(replace(resource(), constant_blocks={"attribute": written}), Inventory(()))
    assert found.written_attributes == {"id": "S"}


class UnknownConfiguration(Values):
    """A block whose configuration is unknown."""

    __slots__ = ()

    def configures(self, name: str) -> None:  # type: ignore[override]
        """Always unknown."""


@pytest.mark.parametrize(
    ("exists", "constants", "body", "expected"),
    [
        pytest.param(False, {}, Values(), True, id="a new table"),
        pytest.param(False, {"read_capacity": 5}, Values(), True, id="a constant on a new table"),
        pytest.param(False, {"read_capacity": None}, Values(), False, id="null on a new table"),
        pytest.param(True, {"read_capacity": 5}, UnknownConfiguration(), True, id="a constant"),
        pytest.param(True, {"read_capacity": None}, UnknownConfiguration(), False, id="null"),
        pytest.param(True, {"write_capacity": 5}, Values(), False, id="not set"),
        pytest.param(
            True,
            {},
            UnknownConfiguration(read_capacity=Known(5)),
            "unknown: read_capacity is 5; the plan does not show whether the configuration sets it or the table keeps it",
            id="an unknown configuration",
        ),
        pytest.param(
            True,
            {},
            Values(read_capacity=Known(5)),
            "unknown: read_capacity is 5; the plan does not show whether the configuration sets it or the table keeps it",
            id="set by a value that is not constant",
        ),
    ],
)
def test_set_arguments(exists: bool, constants: dict[str, Any], body: Values, expected: bool | str) -> None:
    found = Table(replace(resource(), body=body, exists=exists, constants=constants), Inventory(()))
    assert outcome(lambda: found.sets("read_capacity")) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [(Known("ByDate"), False), (Known("Other"), True), (Deferred(), True)],
    ids=["null on this index", "null on another index", "an unknown name"],
)
def test_an_index_of_a_new_table_sets_an_argument(name: Value, expected: bool) -> None:
    written = ({"name": "ByDate", "read_capacity": None},)
    new = replace(resource(), exists=False, constant_blocks={"global_secondary_index": written})
    assert Index(new, Inventory(()), Values(name=name)).sets("read_capacity") is expected


@pytest.mark.parametrize("name", ["tags_all", "tags"])
def test_a_sensitive_tag_is_not_shown(name: str) -> None:
    every: dict[str, Value] = {"tags_all": Known({"Name": "orders"}), "tags": Known({"Name": "orders"})}
    body = Values(**every | {name: Known({"Name": "orders"}, sensitive=True)})
    found = Table(replace(resource(), body=body), Inventory(()))
    assert (found.show_tag("Name"), found.show_tag("Other")) == ("(sensitive)", "not set")


def refers(
    to: str | None, attribute: str = "name", module: str | None = "", type_: str | None = TABLE, *, is_data: bool = False
) -> Reference:
    """A reference to an attribute of a resource."""
    return Reference(f"{to}.{attribute}", resource=to, module=module, type=type_, attribute=attribute, is_data=is_data)


ORDERS, OTHERS = "aws_dynamodb_table.orders", "aws_dynamodb_table.others"
WAITS = f"unknown: waits for {ORDERS}"
WHILE_PLANNING = "; refer to the name of the table instead"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(Known("orders"), True, id="its name"),
        pytest.param(Known("others"), False, id="another name"),
        pytest.param(Unset(), False, id="nothing"),
        pytest.param(Deferred(), "unknown: is known only after apply", id="an unknown"),
        pytest.param(Deferred((refers(ORDERS),)), f"{WAITS}.name", id="its name, known later"),
        pytest.param(Deferred((refers(ORDERS, "id"),)), f"{WAITS}.id{WHILE_PLANNING}", id="its id"),
        pytest.param(Deferred((refers(ORDERS, "arn"),)), f"{WAITS}.arn{WHILE_PLANNING}", id="its ARN"),
        pytest.param(Deferred((refers(ORDERS), refers(ORDERS, "id"))), f"{WAITS}.id, {ORDERS}.name{WHILE_PLANNING}", id="its name and id"),
        pytest.param(Deferred((refers(OTHERS, "id"),)), False, id="another table"),
        pytest.param(Deferred((refers(OTHERS), refers(OTHERS, "id"))), False, id="another table twice"),
        pytest.param(Deferred((refers(OTHERS, "id"), refers(ORDERS))), f"{WAITS}.name, {OTHERS}.id", id="one of two tables"),
        pytest.param(Deferred((refers(ORDERS, module=None),)), f"{WAITS}.name", id="its name in another module"),
        pytest.param(Deferred((refers(ORDERS, module="module.shop"),)), False, id="a table of another module"),
        pytest.param(Deferred((refers(ORDERS, is_data=True),)), f"{WAITS}.name", id="a data source"),
        pytest.param(Deferred((refers(OTHERS, is_data=True),)), f"unknown: waits for {OTHERS}.name", id="another data source"),
        pytest.param(
            Deferred((refers("random_id.x", "hex", type_="random_id"),)), "unknown: waits for random_id.x.hex", id="another resource"
        ),
        pytest.param(
            Deferred((refers("random_id.x", "id", type_="random_id"),)),
            f"unknown: waits for random_id.x.id{WHILE_PLANNING}",
            id="the id of another resource",
        ),
        pytest.param(
            Deferred((refers(None, "id", type_=None),)), f"unknown: waits for None.id{WHILE_PLANNING}", id="a reference without an address"
        ),
        pytest.param(
            Deferred((refers(None, type_=TABLE),)), "unknown: waits for None.name", id="a reference to a table without an address"
        ),
    ],
)
def test_a_value_as_the_name_of_a_table(value: Value, expected: bool | str) -> None:
    found = Table(resource(name=Known("orders")), Inventory(()))
    answer = outcome(lambda: found.is_named_by(value))
    assert (answer, type(answer)) == (expected, type(expected))


def test_a_separate_index_is_on_a_table_in_its_region() -> None:
    providers = 'provider "aws" {\n  region = "eu-west-1"\n}\nprovider "aws" {\n  alias  = "east"\n  region = "us-east-1"\n}\n'
    tables = block('resource "aws_dynamodb_table" "orders"', {"name": '"orders"'})
    index = block('resource "aws_dynamodb_global_secondary_index" "by_date"', {"table_name": '"orders"', "provider": "aws.east"})
    assert [*table(inventory_of(providers + tables + index)).indexes] == []


def test_indexes_of_an_incomplete_input() -> None:
    partial = {"incomplete": frozenset({INDEX}), "why_incomplete": "the plan is partial"}
    unseen = "unknown: the plan is partial, so the resource may exist although the input does not show it"
    alone, with_one = held(), held(inner("global_secondary_index", **INDEX_BLOCK))
    for found, expected in ((alone, unseen), (with_one, ["ByDate"])):
        again = Inventory(found.resources, **partial)  # type: ignore[arg-type]
        assert outcome(lambda again=again: [index.name for index in table(again).indexes]) == expected  # type: ignore[misc]


def test_the_unknown_table_of_an_index_has_its_question() -> None:
    question = Question("name", "null")
    index = resource(type_=INDEX, table_name=Deferred(question=question))
    found = Inventory([resource(name=Known("orders")), index]).tables[0]
    with pytest.raises(Unknown) as unknown:
        list(found.indexes)
    assert (unknown.value.path, unknown.value.why, unknown.value.question) == (f"{INDEX}.orders", "is known only after apply", question)


VERSION = """
terraform {{
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = "{}"
    }}
  }}
}}

resource "aws_dynamodb_table" "orders" {{
  name = "orders"
}}
"""


@pytest.mark.parametrize(("constraint", "expected"), [("~> 6.0", True), (">= 5.0, < 7.0", False), (">= 6.29", True), ("5.100.0", False)])
def test_an_index_is_written_in_the_form_of_the_provider(constraint: str, expected: bool) -> None:
    assert table(inventory_of(VERSION.format(constraint))).uses_key_schema is expected
