"""Changes of the data model of the tests: each is a mistake, or one more way to write the same."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

FILE = Path(__file__).parent / "dynamodb_data_model.json"
MODEL: dict[str, Any] = json.loads(FILE.read_bytes())

Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> dict[str, Any]:
    """The data model with a change."""
    model = copy.deepcopy(MODEL)
    change(model)
    return model


def item(model: dict[str, Any]) -> dict[str, Any]:
    """The first item of the orders."""
    found: dict[str, Any] = model["items"]["Orders"][0]["PutRequest"]["Item"]
    return found


def index(model: dict[str, Any]) -> dict[str, Any]:
    """The global index of the orders."""
    found: dict[str, Any] = model["tables"][0]["GlobalSecondaryIndexes"][0]
    return found


def command(position: int, pattern: str, replacement: str) -> Change:
    """Change the command of an access pattern: what matches a regular expression becomes another text."""

    def change(model: dict[str, Any]) -> None:
        entry = model["access_patterns"][position]
        before = entry["implementation"]
        entry["implementation"] = re.sub(pattern, replacement, before)
        assert entry["implementation"] != before, pattern

    return change


class Mistake(NamedTuple):
    """A change that DynamoDB refuses, and what it refuses: `table`, `item` or the position of an access pattern."""

    refused: str | int
    change: Change


MISTAKES = {
    "an attribute that no key has": Mistake(
        "table", lambda model: model["tables"][1]["AttributeDefinitions"].append({"AttributeName": "name", "AttributeType": "S"})
    ),
    "an index that includes nothing": Mistake("table", lambda model: index(model)["Projection"].pop("NonKeyAttributes")),
    "two partition keys of a table": Mistake("table", lambda model: model["tables"][0]["KeySchema"][1].update(KeyType="HASH")),
    "a projection of all with attributes": Mistake("table", lambda model: index(model)["Projection"].update(ProjectionType="ALL")),
    "an item without its sort key": Mistake("item", lambda model: item(model).pop("order")),
    "an index key of another type": Mistake("item", lambda model: item(model).update(placed_at={"S": "2024-01-01"})),
    "an empty index key": Mistake("item", lambda model: item(model).update(status={"S": ""})),
    "a set with nothing in it": Mistake("item", lambda model: item(model).update(tags={"SS": []})),
    "a number that is a text": Mistake("item", lambda model: item(model).update(total={"N": "29,99"})),
    "two items with one key": Mistake("item", lambda model: item(model).update(order={"S": "o2"})),
    "a request without the sort key": Mistake(0, command(0, r', "order": {"S": "o1"}', "")),
    "a request with a key of another type": Mistake(0, command(0, '"S": "o1"', '"N": "1"')),
    "a request with more than the key": Mistake(0, command(0, '"S": "o1"}', '"S": "o1"}, "status": {"S": "open"}')),
    "a range of the partition key": Mistake(1, command(1, "#customer = ", "#customer > ")),
    "a key condition with OR": Mistake(1, command(1, " AND begins", " OR begins")),
    "two conditions on an attribute": Mistake(1, command(1, "begins_with", "#order > :prefix AND begins_with")),
    "a query without the partition key of the index": Mistake(2, command(2, "#status = :status AND ", "")),
    "an attribute that the index does not have": Mistake(2, command(2, "#status, #currency", "#status, #currency, paid")),
    "a consistent read of a global index": Mistake(2, command(2, "--projection", "--consistent-read --projection")),
    "a range of another type": Mistake(3, command(3, '"N": "100"', '"S": "100"')),
    "a filter by an attribute that a local index does not have": Mistake(
        3, command(3, "--select ALL_ATTRIBUTES", "--filter-expression 'currency = :customer'")
    ),
    "a filter by a key attribute": Mistake(4, command(4, r"attribute_exists\(#paid\)", "#customer = :customer")),
    "a value that is not defined": Mistake(4, command(4, "#paid = :paid", "#paid = :payed")),
    "a name that is not used": Mistake(4, command(4, '"#paid": "paid"', '"#paid": "paid", "#x": "x"')),
    "an item of a transaction without its key": Mistake(5, command(5, '"order": {"S": "o3"}, ', "")),
    "a key of a batch with another attribute": Mistake(6, command(6, '{"id": {"S": "c2"}}', '{"name": {"S": "c2"}}')),
    "an update of a key attribute": Mistake(9, command(9, "REMOVE #note", "REMOVE customer, #note")),
    "an update of an index key with another type": Mistake(9, command(9, '"S": "sent"', '"N": "7"')),
    "an index that does not exist": Mistake(2, command(2, "ByStatus", "ByState")),
    "a table that does not exist": Mistake(7, command(7, "Customers", "Clients")),
}
