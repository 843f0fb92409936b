"""The second form of a data model, with entities and templates of their keys."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from dyncheck.data_model.checks import findings
from dyncheck.data_model.reading import read_data
from dyncheck.data_model.structure import DataModel
from dyncheck.dynamodb.contracts import AccessPattern, RangeCondition
from dyncheck.item_schema import ItemAttribute


def field(name: str, kind: str = "string", *, required: bool = False) -> dict[str, Any]:
    """A field of an entity."""
    return {"name": name, "type": kind, "required": required}


def pattern(number: int, name: str, operation: str, *parameters: tuple[str, str], **more: Any) -> dict[str, Any]:
    """An access pattern."""
    given = [{"name": parameter, "type": kind} for parameter, kind in parameters]
    return {"pattern_id": number, "name": name, "description": name, "operation": operation, "parameters": given, **more}


DELIVERY = {
    "entity_type": "DELIVERY",
    "pk_template": "CUSTOMER#{customer_id}",
    "sk_template": "DELIVERY#{day}#{delivery_id}",
    "gsi_mappings": [{"name": "ByCity", "pk_template": "{city}", "sk_template": ["{status}", "{weight}"]}],
    "fields": [
        *(field(name) for name in ("customer_id", "day", "delivery_id", "status")),
        field("city", required=True),
        field("weight", "decimal"),
        field("parcels", "array"),
    ],
    "access_patterns": [
        pattern(
            1, "get_delivery", "GetItem", ("customer_id", "string"), ("day", "string"), ("delivery_id", "string"), consistent_read=True
        ),
        pattern(2, "deliveries_of_a_day", "Query", ("customer_id", "string"), ("day", "string")),
        pattern(3, "deliveries_since", "Query", ("customer_id", "string"), ("since", "string"), range_condition=">="),
        pattern(
            4,
            "heavy_deliveries",
            "Query",
            ("city", "string"),
            ("status", "string"),
            ("least", "decimal"),
            index_name="ByCity",
            range_condition=">=",
        ),
        pattern(
            5,
            "open_deliveries",
            "Query",
            ("customer_id", "string"),
            ("closed", "string"),
            filter_expression={"conditions": [{"field": "status", "operator": "<>", "param": "closed"}]},
        ),
        {**pattern(6, "create_delivery", "PutItem"), "parameters": [{"name": "delivery", "type": "entity", "entity_type": "Delivery"}]},
        pattern(7, "all_deliveries", "Scan"),
    ],
}
SCHEMA: dict[str, Any] = {
    "tables": [
        {
            "table_config": {"table_name": "Deliveries", "partition_key": "pk", "sort_key": "sk"},
            "gsi_list": [
                {
                    "name": "ByCity",
                    "partition_key": "city",
                    "sort_key": ["status", "weight"],
                    "projection": "INCLUDE",
                    "included_attributes": ["day"],
                }
            ],
            "entities": {"Delivery": DELIVERY},
        },
        {
            "table_config": {"table_name": "Couriers", "partition_key": "courier_id"},
            "entities": {
                "Courier": {
                    "entity_type": "COURIER",
                    "pk_template": "{courier_id}",
                    "fields": [field("courier_id", "integer")],
                    "access_patterns": [],
                }
            },
        },
    ],
    "cross_table_access_patterns": [
        {
            **pattern(8, "assign", "TransactWrite", ("courier_id", "integer")),
            "entities_involved": [
                {"table": "Deliveries", "entity": "Delivery", "action": "Put"},
                {"table": "Couriers", "entity": "Courier", "action": "Update"},
            ],
        }
    ],
}


def model_of(schema: object) -> DataModel:
    """The data model of a schema."""
    return read_data(json.dumps(schema, indent=2).encode(), "schema.json")


def messages(schema: object) -> list[str]:
    """The findings of a schema."""
    return [f"{each.rule or 'unread'}: {each.message}" for each in findings(model_of(schema))]


def test_the_template_of_a_key_decides_its_type() -> None:
    deliveries, couriers = model_of(SCHEMA).tables
    assert (deliveries.types, couriers.types) == (
        {"pk": "S", "sk": "S", "city": "S", "status": "S", "weight": "N"},
        {"courier_id": "N"},
    )


def test_an_index_has_its_keys_and_its_projection() -> None:
    index = model_of(SCHEMA).tables[0].indexes["ByCity"]
    assert (index.target.hash, index.target.range, index.projection) == (("city",), ("status", "weight"), "INCLUDE")
    assert index.target.projected == frozenset({"pk", "sk", "city", "status", "weight", "day"})


def test_the_fields_of_the_only_entity_are_the_items() -> None:
    assert model_of(SCHEMA).tables[0].items == {"customer_id": "S", "day": "S", "delivery_id": "S", "parcels": "L"}
    several = copy.deepcopy(SCHEMA)
    several["tables"][0]["entities"]["Other"] = {**DELIVERY, "access_patterns": []}
    assert model_of(several).tables[0].items == {}


def test_a_required_field_is_required() -> None:
    schema = copy.deepcopy(SCHEMA)
    schema["tables"][1]["entities"]["Courier"]["fields"].append(field("name", required=True))
    assert model_of(schema).tables[1].items == {"name": ItemAttribute("S", required=True)}


def test_a_pattern_is_a_request() -> None:
    model = model_of(SCHEMA)
    assert [request.pattern for request in model.requests] == [
        AccessPattern("get_delivery", "GetItem", equal=("pk", "sk"), consistent=True),
        AccessPattern("deliveries_of_a_day", table=True, equal=("pk",), range=RangeCondition("sk", "begins_with")),
        AccessPattern("deliveries_since", table=True, equal=("pk",), range=RangeCondition("sk", ">=")),
        AccessPattern("heavy_deliveries", index="ByCity", equal=("city", "status"), range=RangeCondition("weight", ">=")),
        AccessPattern("open_deliveries", table=True, equal=("pk",), filter=("status",)),
        AccessPattern("create_delivery", "PutItem"),
        AccessPattern("all_deliveries", "Scan"),
        AccessPattern("assign", "TransactWriteItems"),
        AccessPattern("assign", "UpdateItem", equal=("courier_id",)),
    ]
    assert findings(model) == []


def _pattern(schema: dict[str, Any], position: int) -> dict[str, Any]:
    found: dict[str, Any] = schema["tables"][0]["entities"]["Delivery"]["access_patterns"][position]
    return found


def _another(schema: dict[str, Any]) -> None:
    other = {**DELIVERY, "gsi_mappings": [{"name": "ByCity", "pk_template": "{city}", "sk_template": "{weight}"}], "access_patterns": []}
    schema["tables"][0]["entities"]["Other"] = other


AT = "tables[0].entities.Delivery.access_patterns"

MISTAKES: dict[str, tuple[Callable[[dict[str, Any]], object], list[str]]] = {
    "a key without its sort key": (
        lambda schema: _pattern(schema, 0)["parameters"].pop(),
        [
            'unserved-access: Access pattern 1 (get_delivery) is not served: the table "Deliveries" has the key "pk" and "sk", '
            'and the request gives "pk"'
        ],
    ),
    "a range of another type": (
        lambda schema: _pattern(schema, 3)["parameters"][2].update(type="string"),
        [
            'unserved-access: Access pattern 4 (heavy_deliveries) is not served: index "ByCity" has the key attribute "weight" of type N, '
            "and the application sends type S"
        ],
    ),
    "a consistent read of an index": (
        lambda schema: _pattern(schema, 3).update(consistent_read=True),
        [
            'unserved-access: Access pattern 4 (heavy_deliveries) is not served: index "ByCity" has no consistent reads, '
            "because it is a global index"
        ],
    ),
    "a filter by what the index does not have": (
        lambda schema: _pattern(schema, 3).update(filter_expression={"conditions": [{"field": "parcels", "function": "attribute_exists"}]}),
        [
            'unserved-access: Access pattern 4 (heavy_deliveries) is not served: index "ByCity" cannot filter by '
            'what it does not project: "parcels"'
        ],
    ),
    "one key attribute of two types": (
        _another,
        [
            "invalid-table: tables[0].entities.Other has the key attribute status, which is of type N here, "
            "and of type S in another entity or index"
        ],
    ),
    "parameters that may be for any part of a key": (
        lambda schema: _pattern(schema, 2).pop("range_condition"),
        [f"unread: {AT}[2].parameters does not show which part of the key since is for. This part is not checked"],
    ),
    "an index that the entity does not have": (
        lambda schema: _pattern(schema, 3).update(index_name="ByState"),
        [f'unread: {AT}[3].index_name is "ByState", for which the entity has no gsi_mappings. This part is not checked'],
    ),
    "an entity that does not exist": (
        lambda schema: schema["cross_table_access_patterns"][0]["entities_involved"][0].update(entity="Parcel"),
        [
            'unread: cross_table_access_patterns[0].entities_involved[0] is about the entity "Parcel" of the table "Deliveries", '
            "which the file does not have. This part is not checked"
        ],
    ),
    "a type that does not exist": (
        lambda schema: schema["tables"][1]["entities"]["Courier"]["fields"][0].update(type="float"),
        [
            'unread: tables[1].entities.Courier.fields[0].type is "float"; expected string, uuid, integer, decimal, boolean, '
            "array or object. This part is not checked",
            'unread: cross_table_access_patterns[0].entities_involved[1] is about the entity "Courier" of the table "Couriers", '
            "which the file does not have. This part is not checked",
        ],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found_or_said_to_be_unread(name: str) -> None:
    change, expected = MISTAKES[name]
    schema = copy.deepcopy(SCHEMA)
    change(schema)
    assert messages(schema) == expected
