"""Alarms that contracts demand: which dimensions they need, and that the printed fix is the right alarm."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, combinations
from pathlib import Path

import pytest

from dyncheck.checking import engine
from dyncheck.checking.one_input import inventory_of as inventory_of_reading
from dyncheck.dynamodb import METRICS, Account, AlarmContract, Contract, Inventory, Key, PrimaryKey, demanded_of
from dyncheck.dynamodb.contracts import Match
from dyncheck.findings import Result, Status
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.source import read
from tests.dynamodb.reading import alarm, inventory_of, table
from tests.support.rules import every_rule
from tests.support.terraform import PROVIDER, PROVIDER_WEST, Root, installed

PROVIDERS = """
provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "us_west_2"
  region = "us-west-2"
}
"""
TABLE = """
variable "alarm_actions" {
  type    = list(string)
  default = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

variable "alarm_actions_us_west_2" {
  type    = list(string)
  default = ["arn:aws:sns:us-west-2:123456789012:alarms"]
}

resource "aws_dynamodb_table" "orders" {
  name         = "dev-orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
%s}
"""
INDEX = """
  attribute {
    name = "status"
    type = "S"
  }

  global_secondary_index {
    name            = "ByStatus"
    hash_key        = "status"
    projection_type = "ALL"
  }
"""
REPLICA = """
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  replica {
    region_name = "us-west-2"
  }
"""
STREAM = '  stream_enabled   = true\n  stream_view_type = "KEYS_ONLY"\n'
KINESIS = """
resource "aws_dynamodb_kinesis_streaming_destination" "orders" {
  table_name = aws_dynamodb_table.orders.name
  stream_arn = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"
}
"""
TOPIC = """
resource "aws_sns_topic" "alarms" {
  name = "orders-alarms"
}

resource "aws_sns_topic_subscription" "alarms" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = "alarms@example.com"
}

resource "aws_cloudwatch_metric_alarm" "orders_conflicts" {
  alarm_name          = "conflicts"
  namespace           = "AWS/DynamoDB"
  metric_name         = "TransactionConflict"
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.orders.name }
  alarm_actions       = [aws_sns_topic.alarms.arn]
}
"""
CONFIGURATIONS = {
    "a table": TABLE % "",
    "a table with an index": TABLE % INDEX,
    "a table with a replica": TABLE % REPLICA,
    "a table with a stream": TABLE % STREAM,
    "a table with a Kinesis stream": TABLE % "" + KINESIS,
    "a table with everything and an alarm": TABLE % (INDEX + REPLICA) + KINESIS + TOPIC,
    "instances of a table": TABLE.replace('"dev-orders"', '"${each.key}-orders"') % ('  for_each = toset(["dev", "test"])\n' + INDEX),
}

# The rules that an alarm can break, and those that demand one.
ON_ALARMS = ("dead-alarm", "duplicate-name", "insensitive-alarm", "silent-alarm")
DEMANDING = ("missing-alarm", "no-throttle-alarm", "unwatched-index", "unwatched-replica")
RULES = tuple(rule for rule in every_rule() if rule.id in (*ON_ALARMS, *DEMANDING))

OF_THE_ACCOUNT = frozenset(name for name, metric in METRICS.items() if frozenset() in metric.dimensions)
BY_STREAM = ("ReturnedBytes", "ReturnedRecordsCount")
KEY = PrimaryKey(Key("id", "S"))


def contract(*alarms: AlarmContract, account: tuple[AlarmContract, ...] = ()) -> Contract:
    """A contract on the table that demands these alarms."""
    return Contract("orders", match=Match("orders", "*-orders"), name="*-orders", primary_key=KEY, alarms=alarms, account_alarms=account)


def findings(text: str, demands: Contract) -> list[Result]:
    """The results of the rules on alarms that are not a pass."""
    return findings_in(inventory_of(PROVIDERS + text), demands)


def findings_in(inventory: Inventory, demands: Contract) -> list[Result]:
    """The results of the rules on alarms that are not a pass, in an inventory."""
    outcome = engine.check(inventory, RULES, (demands,))
    assert outcome.problems == ()
    return [result for result in outcome.results if result.status is not Status.PASS]


def shown(results: Iterable[Result]) -> list[str]:
    """The results in one line each."""
    return [f"{result.status.value} {result.rule} {result.address}: {result.message}" for result in results]


def with_fixes(text: str, results: Iterable[Result]) -> str:
    """The configuration with the printed fixes of the demanded alarms."""
    return "\n".join((text, *(result.fix for result in results)))


def demands_on(*metrics: str, comparison: str = "GreaterThanThreshold") -> Contract:
    """A contract that demands an alarm on each of the metrics, of a table or of the account."""
    threshold = 2.0 * comparison.startswith("Less")
    expected = [AlarmContract(metric, comparison=comparison, threshold=threshold) for metric in metrics]  # type: ignore[arg-type]
    account = tuple(each for each in expected if each.metric in OF_THE_ACCOUNT)
    return contract(*(each for each in expected if each not in account), account=account)


# The label of a new stream is known only after the apply, so it is not certain that an alarm has it.
LABEL = "aws_dynamodb_table.orders.stream_label"


@pytest.mark.parametrize("comparison", ["GreaterThanThreshold", "LessThanThreshold"])
@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_the_printed_fixes_remove_all_findings_and_add_none(configuration: str, comparison: str) -> None:
    text, demands = CONFIGURATIONS[configuration], demands_on(*METRICS, comparison=comparison)
    before = findings(text, demands)
    assert {(result.rule in DEMANDING, result.status) for result in before} == {(True, Status.FAIL)}
    missing = {result.attribute.split('"')[1] for result in before}
    assert {name for name in METRICS if METRICS[name].dimensions[0] <= {"TableName", "Operation"}} - {*BY_STREAM} <= missing
    after = findings(with_fixes(text, before), demands)
    assert [each for each in shown(after) if not (each.startswith("unknown") and each.endswith(LABEL))] == []
    assert bool(after) is ("stream_enabled" in text)


@pytest.mark.parametrize("metric", sorted(METRICS))
def test_the_printed_fix_of_one_metric_removes_its_finding(metric: str) -> None:
    text, demands = CONFIGURATIONS["a table with everything and an alarm"], demands_on(metric)
    before = findings(text, demands)
    assert [result.status for result in before] == [Status.FAIL] * len(before)
    assert before
    after = findings(with_fixes(text, before), demands)
    assert {result.status for result in after} <= ({Status.UNKNOWN} if metric in BY_STREAM else set())


@pytest.mark.terraform
@pytest.mark.parametrize("configuration", ["a table with everything and an alarm", "instances of a table"])
def test_terraform_accepts_the_printed_fixes(configuration: str, tmp_path: Path) -> None:
    text, demands = CONFIGURATIONS[configuration], demands_on(*METRICS)
    root = Root(tmp_path, installed(tmp_path / "installed"))
    root.write("provider.tf", PROVIDER + PROVIDER_WEST.replace('"west"', '"us_west_2"'))
    root.write("main.tf", with_fixes(text, findings(text, demands)))
    (tmp_path / "plan.json").write_bytes(root.plan())
    after = findings_in(inventory_of_reading(read_document(read(str(tmp_path / "plan.json")))), demands)
    assert [each for each in shown(after) if not (each.startswith("unknown") and each.endswith(LABEL))] == []


HAS_PARTS = {
    "ReturnedBytes": ("a table with a stream", "a table with a replica", "a table with everything and an alarm"),
    "ReplicationLatency": ("a table with a replica", "a table with everything and an alarm"),
    "FailedToReplicateRecordCount": ("a table with a Kinesis stream", "a table with everything and an alarm"),
    "OnlineIndexPercentageProgress": ("a table with an index", "a table with everything and an alarm", "instances of a table"),
}


@pytest.mark.parametrize("metric", sorted(HAS_PARTS))
def test_a_metric_of_a_part_is_demanded_where_the_table_has_the_part(metric: str) -> None:
    found = {name for name, text in CONFIGURATIONS.items() if findings(text, demands_on(metric))}
    assert found == {*HAS_PARTS[metric]}


DIMENSIONS = {
    "TableName": '"dev-orders"',
    "GlobalSecondaryIndexName": '"ByStatus"',
    "Operation": '"Query"',
    "ReceivingRegion": '"us-west-2"',
    "DelegatedOperation": '"ChangeDataCapture"',
    "StreamLabel": '"2026-11-30T00:00:00.000"',
}
SETS = tuple(chain.from_iterable(combinations(DIMENSIONS, size) for size in range(len(DIMENSIONS) + 1)))
ALARM = """
resource "aws_cloudwatch_metric_alarm" "watching_%d" {
  namespace           = "AWS/DynamoDB"
  metric_name         = "%s"
  statistic           = "%s"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { %s }
}
"""


@pytest.mark.parametrize("metric", sorted(METRICS))
def test_an_alarm_meets_a_demand_with_exactly_the_dimensions_of_the_metric(metric: str) -> None:
    operation = "GetRecords" if metric in BY_STREAM else "Query"
    text = TABLE % (INDEX + REPLICA + f"  stream_label = {DIMENSIONS['StreamLabel']}\n") + KINESIS
    for number, names in enumerate(SETS):
        pairs = ", ".join(f"{name} = {DIMENSIONS[name]}" for name in names).replace("Query", operation)
        text += ALARM % (number, metric, METRICS[metric].statistics[0], pairs)
    held = inventory_of(text)
    orders, demands = table(held), demands_on(metric)
    subject = Account("orders", (orders,)) if metric in OF_THE_ACCOUNT else orders
    every = (each.demand for each in demanded_of(subject, demands, demands.alarms))
    demand = next(each for each in every if dict(each.part or ()).get("Operation", operation) == operation)
    met = {frozenset(names) for number, names in enumerate(SETS) if alarm(held, f"watching_{number}").watches(orders, demand)}
    assert met == {frozenset() if demand.part is None else frozenset({"TableName", *dict(demand.part)})}
    assert met <= {*METRICS[metric].dimensions}


MORE = (
    TABLE.partition("resource")[2]
    .replace(' "aws_dynamodb_table" "orders"', 'resource "aws_dynamodb_table" "%s"')
    .replace("dev-orders", "%s-orders")
)
UNKNOWN_COUNT = "  count = length(terraform_data.later.output)\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (MORE % ("one", "one", "")) + MORE % ("two", "two", ""),
            ["fail missing-alarm orders: No alarm fires on UserErrors of the account"],
        ),
        (MORE.replace("orders", "bills") % ("one", "one", ""), []),
        (
            'resource "terraform_data" "later" {}\n' + MORE % ("orders", "one", UNKNOWN_COUNT),
            ["unknown missing-alarm orders: the number of instances waits for terraform_data.later.output"],
        ),
        (
            'resource "terraform_data" "later" {}\n' + (MORE % ("orders", "one", UNKNOWN_COUNT)) + MORE % ("two", "two", ""),
            ["fail missing-alarm orders: No alarm fires on UserErrors of the account"],
        ),
    ],
    ids=["two tables", "no table under the contract", "a table that may not exist", "a table that may not exist and another"],
)
def test_the_account_is_judged_once_where_there_are_tables(text: str, expected: list[str]) -> None:
    found = [result for result in findings(text, demands_on("UserErrors")) if result.rule == "missing-alarm"]
    assert [each for each in shown(found) if " orders: " in each] == expected


APPLYING = {
    "TransactionConflict": {"insensitive-alarm": "note", "missing-alarm": "error", "unwatched-replica": "note"},
    "ThrottledRequests": {"insensitive-alarm": "note", "no-throttle-alarm": "error", "unwatched-replica": "note"},
    "ReadThrottleEvents": {
        "insensitive-alarm": "note",
        "no-throttle-alarm": "error",
        "unwatched-index": "note",
        "unwatched-replica": "note",
    },
    "OnlineIndexThrottleEvents": {"insensitive-alarm": "note", "missing-alarm": "error", "unwatched-replica": "note"},
    "UserErrors": {"insensitive-alarm": "note", "missing-alarm": "error"},
}


@pytest.mark.parametrize("metric", sorted(APPLYING))
def test_a_rule_applies_only_where_the_contract_demands_something_of_it(metric: str) -> None:
    outcome = engine.check(inventory_of(PROVIDERS + TABLE % ""), every_rule(), (demands_on(metric),))
    found = {result.rule: result.severity.value for result in outcome.results if result.rule in (*DEMANDING, "insensitive-alarm")}
    assert found == APPLYING[metric]
