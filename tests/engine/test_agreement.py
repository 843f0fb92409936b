"""Every decision about keys, indexes, projections, types and sizes is that of DynamoDB Local, on generated tables, items and requests."""

from __future__ import annotations

import json
from itertools import islice

import pytest

from dyncheck.dynamodb.access import obstacles
from dyncheck.items.checking import ItemCheck, ItemFinding
from tests.engine.comparison import ACCEPTED, KINDS, KNOWN_GAPS, REFUSED, answers, digest, known_gap, recorded
from tests.engine.items import ItemCase
from tests.engine.schemas import schema
from tests.support.emulator import Emulator
from tests.support.samples import every

RECORD_AGAIN = "Run `python -m tests.engine.comparison` and look at what has changed."

# Which part of the table or index each refusal of a request is about.
PARTS = {
    "The number of conditions on the keys is invalid": {"hash", "range"},
    "One of the required keys was not given a value": {"hash", "range"},
    "Query condition missed key schema element": {"hash", "range"},
    "Query key condition not supported": {"hash", "range"},
    "Conditions can be of length 1 or 2 only": {"range"},
    "Either the KeyConditions or KeyConditionExpression parameter must be specified": {"hash"},
    "One or more parameter values were invalid: Condition parameter type does not match schema type": {"type"},
    # begins_with on a number, which need not be the next attribute of the key.
    "Invalid KeyConditionExpression: Incorrect operand type for operator or function": {"type", "range"},
    "Invalid attribute value type": {"type"},
    "One or more parameter values were invalid: Type mismatch for": {"type"},
    "Transaction cancelled": {"type"},
    "Consistent read cannot be true when": {"kind"},
    "Filter Expression can only contain non-primary key attributes": {"kind"},
    "One or more parameter values were invalid: Secondary index": {"projection"},
    "One or more parameter values were invalid: Global secondary index": {"projection"},
    "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported": {"projection"},
}

# Cases after the recorded ones: a few of them in each run, the others in thorough ones.
FRESH = [(name, start) for name in KINDS for start in range(KINDS[name].recorded, KINDS[name].recorded + 4000, 40)]


@pytest.mark.parametrize("name", KINDS)
def test_each_decision_is_the_recorded_answer_of_the_engine(name: str) -> None:
    cases = list(recorded(name))
    assert [digest(name, case) for case, *_ in cases] == [line for _, line, _ in cases], RECORD_AGAIN
    decision = KINDS[name].decision
    wrong = {case.number: answer for case, _, answer in cases if decision(case) != answer.partition(":")[0]}
    assert {number: answer for number, answer in wrong.items() if not is_known(name, number)} == {}


def test_a_file_of_items_is_decided_as_the_engine_answers() -> None:
    tables: dict[str, list[tuple[ItemCase, str]]] = {}
    for case, _, answer in recorded("items"):
        tables.setdefault(case.schema.name, []).append((case, answer))
    wrong = set()
    for cases in tables.values():
        # Good items come first, and again: what is learned from them decides about the others.
        cases.sort(key=lambda each: each[1])
        lines = [json.dumps(case.item).encode() for case, _ in cases]
        check = ItemCheck(cases[0][0].demands, is_plain=False)
        found = check.findings(iter([b"\n".join([lines[0], lines[0], *lines])]), "items")
        refused = {each.number - 3 for each in found if isinstance(each, ItemFinding) and each.problem.is_refused}
        wrong |= {case.number for at, (case, answer) in enumerate(cases) if (at in refused) != (answer != ACCEPTED)}
    assert {number for number in wrong if not is_known("items", number)} == set()


def test_at_least_a_thousand_cases_of_each_decision_are_recorded() -> None:
    assert {name: len(list(recorded(name))) for name in KINDS} == {"patterns": 1000, "items": 1000, "sizes": 400}


def test_a_refused_request_has_the_same_cause_as_in_the_engine() -> None:
    found: dict[str, set[str]] = {}
    for case, _, answer in recorded("patterns"):
        message = answer.removeprefix(f"{REFUSED}: ")
        causes = {each.part for each in obstacles(case.pattern, case.schema.target(case.pattern.index), case.types) if each.is_refused}
        if len(causes) == 1:
            (start,) = (start for start in PARTS if message.startswith(start))
            found[start] = found.get(start, set()) | causes
    assert found == PARTS


def test_each_known_gap_of_the_engine_is_still_one() -> None:
    gaps = {known_gap(case) for case, _, answer in recorded("items") if KINDS["items"].decision(case) != answer.partition(":")[0]}
    assert gaps == set(KNOWN_GAPS)


@pytest.mark.parametrize("part", every(100, FRESH), ids=lambda part: f"{part[0]}-{part[1]}")
def test_each_decision_is_the_answer_of_the_engine_to_fresh_cases(part: tuple[str, int], engine: Emulator) -> None:
    name, start = part
    account = engine.account(f"{name}{start}")
    found = list(islice(answers(account, KINDS[name], range(start, start + 40)), 40))
    wrong = [case for case, answer in found if KINDS[name].decision(case) != answer.partition(":")[0]]
    assert [case for case in wrong if not is_known(name, case.number)] == []


def test_the_engine_has_no_keys_of_several_attributes(engine: Emulator) -> None:
    table = schema(0).request
    names = ("first", "second")
    table["AttributeDefinitions"] += [{"AttributeName": name, "AttributeType": "S"} for name in names]
    key = [{"AttributeName": name, "KeyType": "HASH"} for name in names]
    table["GlobalSecondaryIndexes"] = [{"IndexName": "several", "KeySchema": key, "Projection": {"ProjectionType": "ALL"}}]
    answer = engine.account("several").call("CreateTable", table)
    assert answer.error == "ValidationException", "Generate such keys in tests/engine/schemas.py: the engine has them now."


def is_known(name: str, number: int) -> bool:
    """Whether the engine is known to be wrong on a case."""
    return name == "items" and bool(known_gap(KINDS[name].case(number)))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"SS": [1]}, "NUMBER_VALUE cannot be converted to String"),
        ({"N": "\uff11"}, "The parameter cannot be converted to a numeric value: \uff11"),
    ],
    ids=KNOWN_GAPS,
)
def test_dynalite_refuses_what_is_a_gap_of_the_engine(value: object, message: str, messages: Emulator) -> None:
    key = {"AttributeName": "id"}
    table = {"TableName": "gaps", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{**key, "AttributeType": "S"}]}
    messages.call("CreateTable", {**table, "KeySchema": [{**key, "KeyType": "HASH"}]})
    assert messages.call("PutItem", {"TableName": "gaps", "Item": {"id": {"S": "a"}, "extra": value}}).message == message
