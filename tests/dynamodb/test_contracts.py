"""The defaults of a contract, and the names that match a pattern."""

from __future__ import annotations

from typing import cast

import pytest
from msgspec import to_builtins

from dyncheck.dynamodb import AlarmContract, Contract, IndexContract, Key, PrimaryKey, has_form
from tests.dynamodb.reading import Anything, outcome


def test_the_defaults_of_a_contract() -> None:
    key = Key("id", "S")
    assert to_builtins(Contract("orders")) == {"table": "orders"}
    assert (PrimaryKey(key).range, IndexContract(key).range, IndexContract(key).projection) == (None, None, "ALL")
    alarm = AlarmContract("ReadThrottleEvents")
    assert (alarm.accepts, alarm.expected_statistic, alarm.comparison, alarm.threshold) == ((), "Sum", "GreaterThanThreshold", 0)
    assert (alarm.period, alarm.evaluation_periods, alarm.expected_missing_data) == (300, 2, "notBreaching")


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
def test_a_name_matches_a_pattern(pattern: str, text: str, expected: bool) -> None:
    assert has_form(text, pattern) is expected


def test_a_symbolic_name_matches_a_pattern_by_its_own_method() -> None:
    assert outcome(lambda: has_form(cast("str", Anything()), "*")) == "unknown: depends on what anything is"
