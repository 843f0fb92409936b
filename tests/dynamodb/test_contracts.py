"""What a contract demands where it says nothing, and which names have the form of a pattern."""

from __future__ import annotations

from typing import cast

import pytest

from dyncheck.dynamodb import AlarmContract, Contract, IndexContract, Key, PrimaryKey, has_form
from dyncheck.dynamodb.contracts import Match
from tests.dynamodb.reading import Anything, told


def test_what_a_contract_leaves_out() -> None:
    key = Key("id", "S")
    contract = Contract("orders", Match("orders", "*-orders"), "*-orders", PrimaryKey(key))
    assert (contract.description, contract.indexes, contract.time_to_live, contract.alarms, contract.tags, contract.item) == (
        "",
        {},
        None,
        (),
        {},
        {},
    )
    assert (contract.primary_key.range, IndexContract(key).range, IndexContract(key).projection) == (None, None, "ALL")
    alarm = AlarmContract("ReadThrottleEvents")
    assert (alarm.accepts, alarm.statistic, alarm.comparison, alarm.threshold) == ((), "Sum", "GreaterThanThreshold", 0)
    assert (alarm.period, alarm.evaluation_periods, alarm.treat_missing_data) == (300, 2, "notBreaching")


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*-products", "dev-products", True),
        ("*-products", "-products", False),
        ("*-products", "dev-products-2", False),
        ("*-products", "dev-product", False),
        ("products", "products", True),
        ("products", "dev-products", False),
        ("a.c", "abc", False),
        ("a.c", "a.c", True),
        ("*-*", "a-b-c", True),
        ("*", "a\nb", True),
        ("*", "", False),
    ],
)
def test_the_form_of_a_name(pattern: str, text: str, expected: bool) -> None:
    assert has_form(text, pattern) is expected


def test_a_name_that_stands_for_many_answers_for_itself() -> None:
    assert told(lambda: has_form(cast("str", Anything()), "*")) == "unknown: depends on what anything is"
