"""Where the rule on alarms that never fire sees the fault: in the alarm, in its metric query, or in the place of the table."""

from __future__ import annotations

import pytest

from dyncheck.checking import engine
from dyncheck.findings import Status
from tests.dynamodb.reading import inventory_of
from tests.support.rules import every_rule

RULES = tuple(rule for rule in every_rule() if rule.id == "dead-alarm")
TABLE = """
provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "orders" {
  name     = "dev-orders"
  hash_key = "id"
%s}
"""
ALARM = """
resource "aws_cloudwatch_metric_alarm" "watching" {
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = "dev-orders" }
}
"""
QUERY = """
resource "aws_cloudwatch_metric_alarm" "watching" {
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "reads"
    return_data = true
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      stat        = "Sum"
      period      = 300
      dimensions  = { TableName = "dev-orders" }
    }
  }
}
"""


def results(alarm: str, old: str = "", new: str = "", table: str = TABLE % "") -> list[tuple[str, str, str]]:
    """The attribute, the message and the fix of what the rule finds, after a change of the alarm."""
    assert old in alarm
    outcome = engine.check(inventory_of(table + alarm.replace(old, new, 1)), RULES, ())
    assert outcome.problems == ()
    return [(each.attribute, f"{each.status.value} {each.message}", each.fix) for each in outcome.results if each.status is not Status.PASS]


IN = {ALARM: "", QUERY: 'metric_query["reads"].metric.'}
each_place = pytest.mark.parametrize("alarm", [ALARM, QUERY], ids=["alarm", "query"])

ELSEWHERE = "fail Alarm is in another region or account than the table that it names, and sees no metrics of it"
NAMESPACE = 'fail Alarm watches a namespace without table metrics: %snamespace is "AWS/Dynamodb"; expected "AWS/DynamoDB"'
UNIT = 'fail Alarm uses a unit that the metric does not have: %sunit is "Bytes"; expected "Count"'
SENT = "fail Alarm watches dimensions that DynamoDB does not send with SystemErrors: %sdimensions is %s; expected {TableName, Operation}"
TOO_SHORT = "fail Alarm can never fire: DynamoDB sends one data point in 60 seconds, and 2 of 2 periods of 10 seconds need more"
IN_THE_WEST = "\n  provider = aws.west\n  comparison"


@each_place
def test_the_fault_is_in_the_block_of_the_metric(alarm: str) -> None:
    place = IN[alarm]
    assert results(alarm) == []
    assert results(alarm, "AWS/DynamoDB", "AWS/Dynamodb") == [(f"{place}namespace", NAMESPACE % place, 'namespace = "AWS/DynamoDB"')]
    assert results(alarm, '"dev-orders" }', '"dev-orders" }\n  unit = "Bytes"') == [(f"{place}unit", UNIT % place, 'unit = "Count"')]


@each_place
def test_an_alarm_in_another_region_than_its_table(alarm: str) -> None:
    assert results(alarm, "\n  comparison", IN_THE_WEST) == [(f"{IN[alarm]}dimensions", ELSEWHERE, "")]
    assert results(alarm, "\n  comparison", '\n  region = "us-west-2"\n  comparison') == [("region", ELSEWHERE, "")]


@each_place
def test_a_table_with_a_stream_may_have_a_replica_beside_the_alarm(alarm: str) -> None:
    assert results(alarm, "\n  comparison", IN_THE_WEST, TABLE % "  stream_enabled = true\n") == []


def test_an_alarm_may_watch_a_table_of_another_account() -> None:
    query = QUERY.replace("return_data = true", 'return_data = true\n    account_id  = "123456789012"')
    assert results(query, "\n  comparison", IN_THE_WEST) == []


@each_place
def test_the_fix_keeps_the_values_of_the_alarm(alarm: str) -> None:
    alarm, place = alarm.replace("ReadThrottleEvents", "SystemErrors"), IN[alarm]
    found = '{ Operation = "Query", Other = "x", TableName = "dev-orders" }'
    fix = 'dimensions = { TableName = aws_dynamodb_table.orders.name, Operation = "Query" }'
    more = '"dev-orders", Operation = "Query", Other = "x" }'
    assert results(alarm, '"dev-orders" }', more) == [(f"{place}dimensions", SENT % (place, found), fix)]
    found, fix = '{ TableName = "dev-bills" }', 'dimensions = { TableName = "dev-bills", Operation = "GetItem" }'
    assert results(alarm, '"dev-orders" }', '"dev-bills" }') == [(f"{place}dimensions", SENT % (place, found), fix)]


def test_the_fix_of_periods_that_are_too_short() -> None:
    assert results(ALARM, " 300", " 10") == [("period", TOO_SHORT, "period = 60")]


def test_the_fault_of_a_query_is_in_its_block() -> None:
    found = results(QUERY, '= "reads"', '= "reads"\n    expression = "1 + 1"')
    message = "fail CloudWatch rejects the alarm: a query has both a metric and an expression; expected one of them"
    assert ('metric_query["reads"].expression', message, "") in found


INSIGHTS = """
resource "aws_cloudwatch_metric_alarm" "watching" {
  provider            = aws.west
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  metric_query {
    id          = "reads"
    return_data = true
    period      = 300
    expression  = "SELECT SUM(ReadThrottleEvents) FROM SCHEMA(\\"AWS/DynamoDB\\", TableName)"
  }
}
"""
OF_ANOTHER_SERVICE = """  metric_query {
    id = "more"
    metric {
      namespace   = "AWS/EC2"
      metric_name = "ReadThrottleEvents"
      stat        = "Sum"
      period      = 300
      dimensions  = { TableName = terraform_data.later.output }
    }
  }
  metric_query {
"""


def test_an_alarm_on_all_tables_of_its_region_names_none_elsewhere() -> None:
    assert results(INSIGHTS) == []


@each_place
def test_a_table_whose_name_is_known_later_may_be_elsewhere(alarm: str) -> None:
    table = (TABLE % "").replace('"dev-orders"', "terraform_data.later.output")
    assert results(alarm, "\n  comparison", IN_THE_WEST, table) == [("name", "unknown name waits for terraform_data.later.output", "")]


def test_a_metric_of_another_service_may_name_the_table() -> None:
    found = results(QUERY, "  metric_query {\n", OF_ANOTHER_SERVICE)
    assert [message.partition(" ")[0] for _, message, _ in found] == ["unknown"]
