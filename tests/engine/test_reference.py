"""The tables of the reference module serve the access patterns of their contracts in DynamoDB Local, and no longer when a demand is broken.

Each edit of the plan makes other tables. Their items are those of the specification.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dyncheck
from dyncheck.catalog.contracts import built_in
from dyncheck.dynamodb.contracts import AccessPattern
from dyncheck.findings import Status
from tests.engine.patterns import request_of
from tests.support.emulator import Emulator
from tests.support.paths import PLANS

# The sample items of the specification.
PRODUCT: dict[str, Any] = {
    "id": {"N": "1"},
    "title": {"S": "Sample Product"},
    "path": {"S": "https://bucket.s3.region.amazonaws.com/image.jpg"},
    "description": {"S": "Product description"},
    "price": {"N": "29.99"},
    "category": {"S": "electronics"},
    "created_at": {"S": "2024-01-01T00:00:00Z"},
    "updated_at": {"S": "2024-01-01T00:00:00Z"},
}
SESSION: dict[str, Any] = {
    "session_id": {"S": "sess_123456789"},
    "user_id": {"S": "user_123"},
    "data": {"S": '{"cart": [], "preferences": {}}'},
    "created_at": {"S": "2024-01-01T00:00:00Z"},
    "expires_at": {"N": "1704153600"},
}
# A product that was created earlier, and changed later.
OLDER = PRODUCT | {"id": {"N": "2"}, "created_at": {"S": "2023-01-01T00:00:00Z"}, "updated_at": {"S": "2025-01-01T00:00:00Z"}}
ITEMS = {"products": [PRODUCT, OLDER], "sessions": [SESSION]}

ANSWERS: dict[str, list[Any]] = {
    "product by id": [PRODUCT],
    "products of a category by date": [OLDER, PRODUCT],
    "all products": [PRODUCT, OLDER],
    "session by id": [SESSION],
}

Table = dict[str, Any]


def index_of(table: Table) -> dict[str, Any]:
    """The index of the products."""
    (found,) = table["global_secondary_index"]
    assert isinstance(found, dict)
    return found


def retyped(table: Table, name: str, kind: str) -> None:
    """Declare an attribute with another type, or one more."""
    table["attribute"] = [each for each in table["attribute"] if each["name"] != name] + [{"name": name, "type": kind}]


def sort_by(table: Table, name: str | None) -> None:
    """Give the index another sort key, or none."""
    index_of(table)["range_key"] = name
    table["attribute"] = [each for each in table["attribute"] if each["name"] != "created_at"] + (
        [{"name": name, "type": "S"}] if name else []
    )


def with_sort_key(table: Table) -> None:
    """Give the table a sort key."""
    table["range_key"] = "created_at"


def without_index(table: Table) -> None:
    """Remove the index and the attributes that only it has."""
    table["global_secondary_index"] = []
    table["attribute"] = [each for each in table["attribute"] if each["name"] == "id"]


def keyed_by_title(table: Table) -> None:
    """Give the index another partition key."""
    index_of(table)["hash_key"] = "title"
    table["attribute"] = [each for each in table["attribute"] if each["name"] != "category"] + [{"name": "title", "type": "S"}]


# Edits of the products table, and the patterns that are served no longer.
EDITS: dict[str, tuple[Callable[[Table], Any], set[str]]] = {
    "none": (lambda _: None, set()),
    "no index": (without_index, {"products of a category by date"}),
    "another name of the index": (lambda table: index_of(table).update(name="ByCategory"), {"products of a category by date"}),
    "an index of keys": (lambda table: index_of(table).update(projection_type="KEYS_ONLY"), {"products of a category by date"}),
    "an index of some attributes": (
        lambda table: index_of(table).update(projection_type="INCLUDE", non_key_attributes=["title", "price"]),
        {"products of a category by date"},
    ),
    "another partition key of the index": (keyed_by_title, {"products of a category by date"}),
    "another sort key of the index": (lambda table: sort_by(table, "updated_at"), {"products of a category by date"}),
    "another type of the index key": (lambda table: retyped(table, "category", "N"), {"products of a category by date"}),
    "another type of the key": (lambda table: retyped(table, "id", "S"), {"product by id"}),
    "a sort key of the table": (with_sort_key, {"product by id"}),
}


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.usefixtures("on_every_rule")
def test_the_patterns_that_the_engine_serves_are_those_that_dyncheck_finds_served(name: str, engine: Emulator, tmp_path: Path) -> None:
    edit, unserved = EDITS[name]
    plan = edited(edit)
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    found = dyncheck.check(file, select=["unserved-access"]).results
    failed = {pattern for pattern in ANSWERS for each in found if each.status is Status.FAIL and f'"{pattern}"' in each.message}
    assert failed == unserved
    assert not_answered(plan, engine.account(name.replace(" ", ""))) == unserved


def not_answered(plan: dict[str, Any], engine: Emulator) -> set[str]:
    """The patterns whose requests the engine does not answer as it should, with the tables of the plan and the sample items."""
    found = set()
    for contract in built_in():
        table = next(values for values in planned_tables(plan) if values["name"] == f"dev-{contract.table}")
        engine.done("CreateTable", creation(table))
        written = [not engine.call("PutItem", {"TableName": table["name"], "Item": item}).error for item in ITEMS[contract.table]]
        for pattern in contract.access:
            items = answer(engine, table["name"], pattern)
            # An item whose keys have another type is refused, so a request that is accepted has no answer.
            if items is None or (all(written) and items != ANSWERS[pattern.name]):
                found.add(pattern.name)
    return found


def answer(engine: Emulator, table: str, pattern: AccessPattern) -> list[Any] | None:
    """The items of the answer to a pattern, with the values of the sample item; None where the engine refuses the request."""
    sample = PRODUCT | SESSION
    answered = engine.call(pattern.operation, request_of(pattern, table, lambda name, _: sample[name]))
    if answered.error:
        return None
    items = answered.body.get("Items") or [answered.body[key] for key in ("Item",) if key in answered.body]
    # A scan has no order.
    return sorted(items, key=lambda item: str(item["id"])) if pattern.operation == "Scan" else items


def edited(edit: Callable[[Table], Any]) -> dict[str, Any]:
    """The plan of the reference module with an edit of its products table, both in the planned values and in the changes."""
    plan: dict[str, Any] = json.loads((PLANS / "reference.json").read_bytes())
    for values in (*planned_tables(plan), *(change["change"]["after"] for change in plan["resource_changes"])):
        if values and values.get("name") == "dev-products" and "attribute" in values:
            edit(values)
    return plan


def planned_tables(plan: dict[str, Any]) -> list[Table]:
    """The planned values of the tables."""
    modules = plan["planned_values"]["root_module"]["child_modules"]
    return [each["values"] for module in modules for each in module["resources"] if each["type"] == "aws_dynamodb_table"]


def creation(table: Table) -> dict[str, Any]:
    """The CreateTable request that the provider sends for the planned values of a table."""
    request: dict[str, Any] = {
        "TableName": table["name"],
        "BillingMode": table["billing_mode"],
        "AttributeDefinitions": [{"AttributeName": each["name"], "AttributeType": each["type"]} for each in table["attribute"]],
        "KeySchema": key_schema(table),
    }
    if indexes := [
        {"IndexName": each["name"], "KeySchema": key_schema(each), "Projection": projection(each)}
        for each in table["global_secondary_index"]
    ]:
        request["GlobalSecondaryIndexes"] = indexes
    return request


def key_schema(values: dict[str, Any]) -> list[dict[str, str]]:
    """The key of a table or an index."""
    named = (("HASH", "hash_key"), ("RANGE", "range_key"))
    return [{"AttributeName": values[argument], "KeyType": role} for role, argument in named if values.get(argument)]


def projection(index: dict[str, Any]) -> dict[str, Any]:
    """The projection of an index."""
    included = index.get("non_key_attributes")
    return {"ProjectionType": index["projection_type"]} | ({"NonKeyAttributes": included} if included else {})
