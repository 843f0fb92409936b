"""A data model is read as it is written, in both forms; what cannot be read is said, at its line, and the rest is checked all the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dyncheck.data_model.checks import findings
from dyncheck.data_model.reading import read_data
from dyncheck.dynamodb.contracts import AccessPattern, RangeCondition
from dyncheck.errors import InputError
from tests.data_model.changes import FILE, MODEL, changed, command, index, item


def remarks(model: object) -> list[str]:
    """The findings of a data model, each with its line and its kind."""
    return [
        f"{each.line} {each.rule or 'unread'}: {each.message}"
        for each in findings(read_data(json.dumps(model, indent=2).encode(), "model.json"))
    ]


def test_a_table_has_its_keys_indexes_and_time_to_live() -> None:
    orders, customers = read_data(FILE.read_bytes(), "model.json").tables
    assert (orders.name, orders.target.hash, orders.target.range, orders.time_to_live) == (
        "Orders",
        ("customer",),
        ("order",),
        "expires_at",
    )
    assert {name: (each.target.kind, each.target.hash, each.target.range, each.projection) for name, each in orders.indexes.items()} == {
        "ByStatus": ("global", ("status",), ("placed_at",), "INCLUDE"),
        "ByTotal": ("local", ("customer",), ("total",), "KEYS_ONLY"),
    }
    assert orders.types == {"customer": "S", "order": "S", "status": "S", "placed_at": "N", "total": "N"}
    assert (customers.target.hash, customers.target.range, customers.indexes, customers.time_to_live) == (("id",), (), {}, "")


def test_a_command_is_a_request() -> None:
    requests = read_data(FILE.read_bytes(), "model.json").requests
    assert [requests[position].pattern for position in (0, 1, 2)] == [
        AccessPattern("Order by its number", "GetItem", equal=("customer", "order"), consistent=True),
        AccessPattern(
            "Orders of a customer, the latest first",
            table=True,
            equal=("customer",),
            range=RangeCondition("order", "begins_with"),
            page_size=10,
        ),
        AccessPattern(
            "Open orders of a day",
            index="ByStatus",
            equal=("status",),
            range=RangeCondition("placed_at", "between"),
            attributes=("status", "currency"),
        ),
    ]
    assert [(request.types, request.descending) for request in requests[1:3]] == [
        ({"customer": "S", "order": "S"}, True),
        ({"status": "S", "placed_at": "N"}, False),
    ]


def test_a_time_to_live_that_is_off_is_none() -> None:
    model = changed(lambda model: model["tables"][0]["TimeToLiveSpecification"].update(Enabled=False))
    assert read_data(json.dumps(model).encode(), "model.json").tables[0].time_to_live == ""


def test_a_key_of_several_attributes_is_read_in_its_order() -> None:
    def change(model: dict[str, Any]) -> None:
        index(model)["KeySchema"].insert(1, {"AttributeName": "total", "KeyType": "HASH"})
        index(model)["KeySchema"].append({"AttributeName": "order", "KeyType": "RANGE"})

    found = read_data(json.dumps(changed(change)).encode(), "model.json").tables[0].indexes["ByStatus"].target
    assert (found.hash, found.range) == (("status", "total"), ("placed_at", "order"))
    assert remarks(changed(change)) == [
        "200 unserved-access: Access pattern 3 (Open orders of a day) is not served: "
        'index "ByStatus" needs its partition key "total" by equality'
    ]


NOT_CHECKED = ". This part is not checked"

UNREAD = {
    "a table in another form": (
        lambda model: model["tables"].append({"table_name": "Carts", "partition_key": {"name": "id", "type": "S"}}),
        ["tables[2].table_name is not a key of CreateTable; write TableName, KeySchema and AttributeDefinitions"],
    ),
    "a key that is not defined": (
        lambda model: model["tables"][1].update(KeySchema=[{"AttributeName": "email", "KeyType": "HASH"}]),
        [
            'tables[1].KeySchema[0].AttributeName is "email", which is not in AttributeDefinitions',
            'Item is for the table "Customers", which is not among those that can be read ("Orders")',
            'Access pattern 6 (Place an order) is for the table "Customers", which is not among those that can be read ("Orders")',
            'Access pattern 7 (Two customers) is for the table "Customers", which is not among those that can be read ("Orders")',
            'Access pattern 8 (All customers) is for the table "Customers", which is not among those that can be read ("Orders")',
        ],
    ),
    "an item without a request": (
        lambda model: model["items"]["Orders"].append({"customer": {"S": "c1"}}),
        ["items.Orders[2].PutRequest is not there; expected an object"],
    ),
    "two commands": (
        command(7, "$", " && aws dynamodb scan --table-name Orders"),
        ["access_patterns[7].implementation has several commands (&&); expected one"],
    ),
    "a key in another file": (
        command(0, "'{[^']*}'", "file://key.json"),
        ["access_patterns[0].implementation has --key in another file, which is not read"],
    ),
    "true as Python writes it": (
        command(4, "true", "True"),
        [
            "access_patterns[4].implementation has --expression-attribute-values that is not JSON: JSON is malformed: invalid character "
            "(byte 45); JSON writes true and false in small letters"
        ],
    ),
    "a statement of PartiQL": (
        lambda model: model["access_patterns"][7].update(
            implementation="aws dynamodb execute-statement --statement 'SELECT * FROM Orders'"
        ),
        ["access_patterns[7].implementation is `aws dynamodb execute-statement`, which is no access to items"],
    ),
    "no command": (
        lambda model: model["access_patterns"][7].pop("implementation"),
        ["access_patterns[7] has no implementation, so its request is not known"],
    ),
    "conditions in the old form": (
        lambda model: model["access_patterns"][7].update(implementation="aws dynamodb scan --table-name Customers --scan-filter '{}'"),
        [
            "access_patterns[7].implementation has conditions in their old form; write --key-condition-expression and --filter-expression",
        ],
    ),
}


@pytest.mark.parametrize("name", UNREAD)
def test_what_cannot_be_read_is_said(name: str) -> None:
    change, expected = UNREAD[name]
    found = [each.partition(" ")[2] for each in remarks(changed(change))]
    assert found == [f"unread: {each}{NOT_CHECKED}" for each in expected]


def test_a_key_that_an_object_has_twice_is_said() -> None:
    text = json.dumps(MODEL, indent=2).replace('"pattern": "1",', '"pattern": "0",\n"pattern": "1",')
    found = findings(read_data(text.encode(), "model.json"))
    said = "access_patterns[0].pattern is there twice; programs read the last one only. This part is not checked"
    assert [(each.rule, each.message) for each in found] == [("", said)]


def test_an_item_that_never_expires_is_found() -> None:
    model = changed(lambda model: item(model).update(expires_at={"N": "1735689600000"}))
    assert [each.partition(": ")[2] for each in remarks(model)] == [
        'Time is after the year 5000, so it is probably in milliseconds in an item of the table "Orders": expires_at; '
        "expected seconds since 1970, such as 1704153600"
    ]


def test_a_value_is_shown_only_if_asked_for() -> None:
    model = read_data(json.dumps(changed(lambda model: item(model).update(total={"N": "29,99"}))).encode(), "model.json")
    assert [["29,99" in each.message for each in findings(model, shows_values=shows)] for shows in (False, True)] == [[False], [True]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "model.json is not a data model of the DynamoDB MCP server: it has no array `tables` with at least one table."),
        ("[]", "model.json is not a data model of the DynamoDB MCP server: it has no array `tables` with at least one table."),
        ('{"tables": []}', "model.json is not a data model of the DynamoDB MCP server: it has no array `tables` with at least one table."),
        ("", "model.json:1:1: Missing value. The JSON data ends prematurely."),
        ('{"tables": [True]}', 'model.json:1:13: Invalid JSON keyword. "True" is not a valid JSON keyword. Did you mean "true"?'),
    ],
)
def test_another_file_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError) as refused:
        read_data(text.encode(), "model.json")
    assert str(refused.value) == message
