"""How sensitive an alarm must be for a demand of a contract, in the direction of its comparison."""

from __future__ import annotations

from typing import Literal

import pytest

from dyncheck.checking import engine
from dyncheck.dynamodb import AlarmContract, Contract
from dyncheck.findings import Status
from tests.dynamodb.reading import inventory_of
from tests.policies.test_demanded_alarms import contract
from tests.support.rules import every_rule

RULES = tuple(rule for rule in every_rule() if rule.id == "insensitive-alarm")
TABLE = 'resource "aws_dynamodb_table" "orders" {\n  name     = "dev-orders"\n  hash_key = "id"\n}\n'
COUNT, UNITS, LATENCY = "TransactionConflict", "ConsumedReadCapacityUnits", "SuccessfulRequestLatency"
ABOVE: Literal["GreaterThanThreshold"] = "GreaterThanThreshold"
FROM: Literal["GreaterThanOrEqualToThreshold"] = "GreaterThanOrEqualToThreshold"
BELOW: Literal["LessThanThreshold"] = "LessThanThreshold"
DOWN_TO: Literal["LessThanOrEqualToThreshold"] = "LessThanOrEqualToThreshold"


def findings(expected: AlarmContract, comparison: str, threshold: float, period: int = 300, missing: str = "notBreaching") -> list[str]:
    """The findings on one alarm with these values that meets the demand."""
    operation = ', Operation = "Query"' if expected.operations else ""
    account = not expected.operations and expected.metric == "UserErrors"
    dimensions = "{}" if account else f"{{ TableName = aws_dynamodb_table.orders.name{operation} }}"
    text = f"""
resource "aws_cloudwatch_metric_alarm" "watching" {{
  namespace           = "AWS/DynamoDB"
  metric_name         = "{expected.metric}"
  statistic           = "{expected.expected_statistic}"
  comparison_operator = "{comparison}"
  threshold           = {threshold}
  period              = {period}
  evaluation_periods  = 2
  treat_missing_data  = "{missing}"
  dimensions          = {dimensions}
}}
"""
    demands: Contract = contract(account=(expected,)) if account else contract(expected)
    outcome = engine.check(inventory_of(TABLE + text), RULES, (demands,))
    assert outcome.problems == ()
    assert all(result.fix.startswith(f"{result.attribute} = ") for result in outcome.results if result.status is Status.FAIL)
    return [result.message if result.status is not Status.PASS else "" for result in outcome.results]


HIGHER, LOWER = (
    "Threshold is higher than the contract allows: threshold is %s",
    "Threshold is lower than the contract allows: threshold is %s",
)
NOT_AT = 'Alarm does not fire at the threshold of the contract: comparison_operator is "%s"; expected "%s"'


@pytest.mark.parametrize(
    ("expected", "comparison", "threshold", "found"),
    [
        # A count: "at least 6" is "more than 5".
        (AlarmContract(COUNT, threshold=5), ABOVE, 5, ""),
        (AlarmContract(COUNT, threshold=5), ABOVE, 6, f"{HIGHER % 6}; expected 5 or lower"),
        (AlarmContract(COUNT, threshold=5), FROM, 6, ""),
        (AlarmContract(COUNT, threshold=5), FROM, 7, f"{HIGHER % 7}; expected 6 or lower"),
        (AlarmContract(COUNT, threshold=5, comparison=FROM), ABOVE, 4, ""),
        (AlarmContract(COUNT, threshold=5, comparison=FROM), ABOVE, 5, f"{HIGHER % 5}; expected 4 or lower"),
        (AlarmContract(COUNT, threshold=5, comparison=FROM), FROM, 5, ""),
        (AlarmContract(COUNT, threshold=5, comparison=BELOW), BELOW, 5, ""),
        (AlarmContract(COUNT, threshold=5, comparison=BELOW), BELOW, 4, f"{LOWER % 4}; expected 5 or higher"),
        (AlarmContract(COUNT, threshold=5, comparison=BELOW), DOWN_TO, 4, ""),
        (AlarmContract(COUNT, threshold=5, comparison=BELOW), DOWN_TO, 3, f"{LOWER % 3}; expected 4 or higher"),
        (AlarmContract(COUNT, threshold=5, comparison=DOWN_TO), BELOW, 6, ""),
        (AlarmContract(COUNT, threshold=5, comparison=DOWN_TO), BELOW, 5, f"{LOWER % 5}; expected 6 or higher"),
        # Capacity units have fractions.
        (AlarmContract(UNITS, threshold=80), ABOVE, 80, ""),
        (AlarmContract(UNITS, threshold=80), FROM, 80, ""),
        (AlarmContract(UNITS, threshold=80), FROM, 81, f"{HIGHER % 81}; expected 80 or lower"),
        (AlarmContract(UNITS, threshold=80, comparison=FROM), ABOVE, 80, NOT_AT % (ABOVE, FROM)),
        (AlarmContract(UNITS, threshold=80, comparison=FROM), ABOVE, 81, f"{HIGHER % 81}; expected 80 or lower"),
        (AlarmContract(UNITS, threshold=80, comparison=FROM), ABOVE, 79, ""),
        (AlarmContract(UNITS, threshold=80, comparison=DOWN_TO), BELOW, 80, NOT_AT % (BELOW, DOWN_TO)),
        (AlarmContract(UNITS, threshold=80, comparison=DOWN_TO), DOWN_TO, 80, ""),
        (AlarmContract(UNITS, threshold=80, comparison=DOWN_TO), DOWN_TO, 79, f"{LOWER % 79}; expected 80 or higher"),
        (AlarmContract(UNITS, threshold=80, statistic="SampleCount"), FROM, 81, ""),
        (AlarmContract(LATENCY, threshold=50, operations=("Query",)), ABOVE, 50, ""),
        (AlarmContract(LATENCY, threshold=50, operations=("Query",)), ABOVE, 51, f"{HIGHER % 51}; expected 50 or lower"),
        (AlarmContract("UserErrors"), ABOVE, 3, f"{HIGHER % 3}; expected 0 or lower"),
    ],
)
def test_the_threshold_in_the_direction_of_the_comparison(expected: AlarmContract, comparison: str, threshold: float, found: str) -> None:
    assert findings(expected, comparison, threshold) == [found]


@pytest.mark.parametrize(
    ("expected", "comparison", "threshold", "period", "found"),
    [
        # 80 in 300 seconds is 16 in 60 seconds.
        (AlarmContract(UNITS, threshold=80), ABOVE, 80, 60, f"{HIGHER % 80}; expected 16 or lower"),
        (AlarmContract(UNITS, threshold=80), ABOVE, 16, 60, ""),
        (AlarmContract(UNITS, threshold=80, statistic="SampleCount"), ABOVE, 17, 60, f"{HIGHER % 17}; expected 16 or lower"),
        (AlarmContract(UNITS, threshold=80, comparison=BELOW), BELOW, 80, 60, ""),
        (AlarmContract(UNITS, threshold=80, comparison=BELOW), BELOW, 16, 60, f"{LOWER % 16}; expected 80 or higher"),
        (AlarmContract(UNITS, threshold=80, statistic="Average"), ABOVE, 80, 60, ""),
        (
            AlarmContract(UNITS, threshold=80),
            ABOVE,
            80,
            600,
            "Period is longer than the contract allows: period is 600; expected 300 seconds or fewer",
        ),
    ],
)
def test_the_period_of_the_alarm(expected: AlarmContract, comparison: str, threshold: float, period: int, found: str) -> None:
    assert findings(expected, comparison, threshold, period) == [found]


def test_a_longer_period_allows_no_higher_threshold() -> None:
    assert findings(AlarmContract(UNITS, threshold=80), ABOVE, 100, 600) == [
        "Period is longer than the contract allows: period is 600; expected 300 seconds or fewer",
        f"{HIGHER % 100}; expected 80 or lower",
    ]


def test_missing_data_counts_as_the_contract_demands() -> None:
    message = 'Missing data is treated differently than in the contract: treat_missing_data is "missing"; expected "%s"'
    assert findings(AlarmContract(COUNT), ABOVE, 0, missing="missing") == [message % "notBreaching"]
    assert findings(AlarmContract(UNITS), ABOVE, 0, missing="missing") == [""]
    assert findings(AlarmContract(UNITS, treat_missing_data="breaching"), ABOVE, 0, missing="missing") == [message % "breaching"]


QUERY = """
  metric_query {
    id = "%s"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "%s"
      stat        = "Sum"
      period      = %d
      dimensions  = { TableName = aws_dynamodb_table.orders.name }
    }
  }
"""
EXPRESSION = """
resource "aws_cloudwatch_metric_alarm" "watching" {
  comparison_operator = "GreaterThanThreshold"
  threshold           = %d
  evaluation_periods  = 2
  datapoints_to_alarm = 1
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "sum"
    expression  = "%s"
    return_data = true
  }
%s}
"""


def results(threshold: int, expression: str, *periods: int) -> list[tuple[str, str, str]]:
    """The attribute, the message and the fix of each finding on an alarm on an expression of metrics with these periods."""
    metrics = ("ReadThrottleEvents", "WriteThrottleEvents")
    queries = "".join(QUERY % each for each in zip(("reads", "writes"), metrics, periods, strict=True))
    demands = contract(*(AlarmContract(name, threshold=0.0) for name in metrics[:1]))
    outcome = engine.check(inventory_of(TABLE + EXPRESSION % (threshold, expression, queries)), RULES, (demands,))
    assert outcome.problems == ()
    return [(each.attribute, each.message, each.fix) for each in outcome.results if each.status is not Status.PASS]


def test_an_expression_must_breach_for_every_count_above_the_threshold_of_the_contract() -> None:
    message = "Expression of the alarm does not breach its threshold for every count above 0: threshold is 3; expected a lower one"
    assert results(3, "FILL(reads, 0) + FILL(writes, 0)", 300, 300) == [("threshold", message, "")]


def test_each_period_of_an_expression_is_compared_with_the_contract() -> None:
    place = 'metric_query["writes"].metric.period'
    message = f"Period is longer than the contract allows: {place} is 600; expected 300 seconds or fewer"
    assert results(0, "FILL(reads, 0) + FILL(writes, 0)", 300, 600) == [(place, message, "period = 300")]


@pytest.mark.parametrize(("reads", "writes", "place"), [(10, 300, "reads"), (1, 300, "reads"), (10, 20, "reads"), (300, 10, "writes")])
def test_a_period_shorter_than_the_time_between_data_points_is_told_once(reads: int, writes: int, place: str) -> None:
    place = f'metric_query["{place}"].metric.period'
    seconds = min(reads, writes)
    message = f"Period is shorter than the time between two data points: {place} is {seconds}; expected 60 seconds or more"
    assert results(0, "FILL(reads, 0) + FILL(writes, 0)", reads, writes) == [(place, message, "period = 60")]
