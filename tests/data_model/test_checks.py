"""Mistakes in a data model are found, and DynamoDB Local refuses each of them."""

from __future__ import annotations

import json
import time

import pytest

from dyncheck.data_model.checks import findings, served
from dyncheck.data_model.reading import read, read_data
from tests.data_model.changes import FILE, MISTAKES, MODEL, changed
from tests.data_model.engine import refusals, request_of
from tests.support.emulator import Emulator

FINDINGS = FILE.parent / "findings.txt"


def found_in(model: object) -> list[str]:
    """The findings of a data model: what cannot be read starts with a mark."""
    found = findings(read_data(json.dumps(model, indent=2).encode(), "model.json"))
    return [f"unread: {each.message}" if each.is_unread else each.message for each in found]


def test_a_data_model_without_mistakes_has_no_finding() -> None:
    model = read(str(FILE))
    assert findings(model) == []
    assert [f"{request.label}: {request.pattern.operation} on {served(model, request)}" for request in model.requests] == [
        "1 (Order by its number): GetItem on the key of the table",
        "2 (Orders of a customer, the latest first): Query on the key of the table",
        '3 (Open orders of a day): Query on index "ByStatus"',
        '4 (Large orders of a customer): Query on index "ByTotal"',
        "5 (Paid orders of a customer): Query on the key of the table",
        "6 (Place an order): TransactWriteItems on the table",
        "6 (Place an order): UpdateItem on the key of the table",
        "7 (Two customers): BatchGetItem on the key of the table",
        "8 (All customers): Scan on the table",
        "9 (Send an order): UpdateItem on the key of the table",
    ]
    assert [(remark.where, remark.text) for remark in model.skipped] == [(("access_patterns", 8), "OpenSearch answers these.")]


def test_each_mistake_is_found() -> None:
    lines = (line for name in MISTAKES for line in (name, *(f"    {each}" for each in found_in(changed(MISTAKES[name].change)))))
    found = "".join(f"{line}\n" for line in lines)
    assert found == FINDINGS.read_text("utf-8"), f"Look at what has changed, and write it to {FINDINGS.name}."


def test_the_engine_takes_the_data_model(engine: Emulator) -> None:
    assert refusals(MODEL, engine.account("model")) == []


# DynamoDB Local accepts it. dynalite refuses it, in the words of the service.
GAP = "an update of an index key with another type"


@pytest.mark.parametrize("name", [name for name in MISTAKES if name != GAP])
def test_the_engine_refuses_a_mistake(name: str, engine: Emulator) -> None:
    mistake = MISTAKES[name]
    account = "".join(character for character in name if character.isalnum())
    assert refusals(changed(mistake.change), engine.account(account)) == [mistake.refused]


def test_dynalite_refuses_what_is_a_gap_of_the_engine(messages: Emulator) -> None:
    model = changed(MISTAKES[GAP].change)
    (orders, _) = model["tables"]
    messages.done("CreateTable", {key: value for key, value in orders.items() if key != "TimeToLiveSpecification"})
    while messages.done("DescribeTable", {"TableName": "Orders"})["Table"]["TableStatus"] != "ACTIVE":
        time.sleep(0.05)
    operation, request = request_of(model["access_patterns"][MISTAKES[GAP].refused]["implementation"])
    expected = "One or more parameter values were invalid: Type mismatch for Index Key status Expected: S Actual: N IndexName: ByStatus"
    assert messages.call(operation, request).message == expected
