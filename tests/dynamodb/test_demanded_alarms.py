"""The parts of a table for which a contract demands alarms, and the HCL of the missing ones."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dyncheck.dynamodb import Account, AlarmContract, Contract, Demand, Inventory, Key, PrimaryKey, demanded_of, missing_alarms
from dyncheck.dynamodb.contracts import Match
from dyncheck.dynamodb.demanded_alarms import demanded_of_replica
from dyncheck.dynamodb.types import KINESIS_DESTINATION
from dyncheck.model import Unknown
from tests.dynamodb.reading import alarm, block, inventory_of, outcome, table

TABLE = 'resource "aws_dynamodb_table" "orders" {\n  name     = "orders"\n  hash_key = "id"\n%s}\n'
STREAM = "  stream_enabled = true\n"
LATER = 'resource "terraform_data" "later" {}\n'
REPLICAS = '  replica {\n    region_name = "eu-west-1"\n  }\n  replica {\n    region_name = "us-west-2"\n  }\n'
EIGHT = ("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")


def contract(*alarms: AlarmContract, account: tuple[AlarmContract, ...] = ()) -> Contract:
    """A contract that demands these alarms."""
    key = PrimaryKey(Key("id", "S"))
    return Contract("orders", match=Match("orders", "*-orders"), name="*-orders", primary_key=key, alarms=alarms, account_alarms=account)


def parts(text: str, *alarms: AlarmContract) -> list[object]:
    """The dimensions of each demanded alarm, besides the name of the table; the reason where there may be more."""
    found: list[object] = []
    demands = contract(*alarms)
    try:
        for each in demanded_of(table(inventory_of(text)), demands, alarms):
            found.append(each.demand.part)
    except Unknown as reason:
        found.append(str(reason))
    return found


def operations(*names: str) -> list[object]:
    """The parts of these operations."""
    return [(("Operation", name),) for name in names]


GET_RECORDS = (("Operation", "GetRecords"), ("StreamLabel", None))


@pytest.mark.parametrize(
    ("text", "alarms", "expected"),
    [
        pytest.param(TABLE % "", [AlarmContract("SystemErrors")], operations(*EIGHT), id="the usual operations"),
        pytest.param(TABLE % "", [AlarmContract("ReturnedItemCount")], operations("Query", "Scan"), id="the operations of the metric"),
        pytest.param(
            TABLE % "",
            [AlarmContract("SystemErrors", operations=("PutItem", "Query")), AlarmContract("SuccessfulRequestLatency")],
            operations("PutItem", "Query") * 2,
            id="the operations of the other alarms",
        ),
        pytest.param(
            TABLE % "",
            [AlarmContract("ReturnedItemCount"), AlarmContract("SystemErrors", operations=("PutItem", "Query"))],
            operations("Query", "PutItem", "Query"),
            id="those of them that the metric has",
        ),
        pytest.param(
            TABLE % "",
            [AlarmContract("ReturnedItemCount"), AlarmContract("SystemErrors", operations=("PutItem",))],
            operations("Query", "Scan", "PutItem"),
            id="all of the metric without any of them",
        ),
        pytest.param(
            TABLE % STREAM,
            [AlarmContract("SystemErrors"), AlarmContract("ReturnedBytes", operations=("GetRecords",))],
            [*operations(*EIGHT), GET_RECORDS],
            id="the reading of a stream counts for itself",
        ),
        pytest.param(
            TABLE % STREAM,
            [AlarmContract("SystemErrors", operations=("GetRecords", "Query"))],
            operations("Query", "GetRecords"),
            id="errors of reading a stream have no label",
        ),
        pytest.param(TABLE % "", [AlarmContract("ReturnedBytes")], [], id="no stream"),
        pytest.param(
            LATER + TABLE % "  stream_enabled = terraform_data.later.output\n",
            [AlarmContract("SuccessfulRequestLatency", operations=("GetRecords", "Query")), AlarmContract("TransactionConflict")],
            [*operations("Query"), (), "stream_enabled waits for terraform_data.later.output"],
            id="a stream that is not certain",
        ),
        pytest.param(TABLE % STREAM, [AlarmContract("ConsumedReadCapacityUnits")], [()], id="the table itself"),
        pytest.param(
            TABLE % REPLICAS,
            [AlarmContract("ReplicationLatency")],
            [(("ReceivingRegion", "eu-west-1"),), (("ReceivingRegion", "us-west-2"),)],
            id="the replicas",
        ),
        pytest.param(
            TABLE % "",
            [AlarmContract("ReplicationLatency", regions=("eu-north-1",))],
            [(("ReceivingRegion", "eu-north-1"),)],
            id="named regions",
        ),
        pytest.param(
            TABLE % "" + 'resource "aws_dynamodb_table_replica" "there" {\n  global_table_arn = aws_dynamodb_table.orders.arn\n}\n',
            [AlarmContract("ReplicationLatency")],
            ['replica["aws_dynamodb_table_replica.there"] is in a region that its provider does not show'],
            id="a replica in an unknown region",
        ),
        pytest.param(TABLE % "", [AlarmContract("FailedToReplicateRecordCount")], [], id="no Kinesis stream"),
    ],
)
def test_the_parts_of_a_table_that_need_an_alarm(text: str, alarms: list[AlarmContract], expected: list[object]) -> None:
    assert parts(text, *alarms) == expected


def test_a_kinesis_stream_that_the_input_does_not_show_may_exist() -> None:
    held = inventory_of(TABLE % "")
    incomplete = Inventory(held.resources, incomplete=frozenset({KINESIS_DESTINATION}), why_incomplete="A target was given")
    demands = contract(AlarmContract("FailedToReplicateRecordCount"))
    found = outcome(lambda: list(demanded_of(table(incomplete), demands, demands.alarms)))
    assert found == "unknown: A target was given, so the resource may exist although the input does not show it"


def test_a_replica_needs_the_alarms_on_requests() -> None:
    orders = table(inventory_of(TABLE % (STREAM + REPLICAS)))
    names = ("ReplicationLatency", "ReturnedBytes", "OnlineIndexThrottleEvents", "FailedToReplicateRecordCount", "TransactionConflict")
    demands = contract(*map(AlarmContract, names), AlarmContract("SystemErrors", operations=("Query", "GetRecords")))
    found = [each.demand.part for each in demanded_of_replica(next(orders.replicas), demands)]
    assert found == [(), (("Operation", "Query"),)]


WATCHING = {
    "alarm_name": '"watching"',
    "namespace": '"AWS/DynamoDB"',
    "comparison_operator": '"LessThanThreshold"',
    "threshold": "5",
    "period": "60",
    "evaluation_periods": "1",
    "dimensions": '{ TableName = "orders", Operation = "Query" }',
}


def watching(**arguments: str | None) -> str:
    """An alarm on a metric of the operation Query."""
    return block('resource "aws_cloudwatch_metric_alarm" "watching"', {**WATCHING, **arguments})


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("p99", True), ("p99.0", True), ("P99", True), ("p99.9", False), ("p9", False), ("tm99", False), ("IQM", False)],
)
def test_a_percentile_is_compared_as_a_number(statistic: str, expected: bool) -> None:
    text = watching(metric_name='"SuccessfulRequestLatency"', extended_statistic=f'"{statistic}"')
    held = inventory_of(TABLE % "" + text)
    demand = Demand(("SuccessfulRequestLatency",), (("Operation", "Query"),), ("p99",), falls=True)
    assert alarm(held, "watching").watches(table(held), demand) is expected


ACCOUNT = contract(account=(AlarmContract("UserErrors"),))
USER_ERRORS = {"metric_name": '"UserErrors"', "statistic": '"Sum"', "comparison_operator": '"GreaterThanThreshold"'}
HERE, THERE = (
    f'provider "aws" {{\n{alias}  region = "{region}"\n}}\n' for alias, region in (("", "eu-west-1"), ('  alias = "us"\n', "us-east-1"))
)


def test_an_alarm_on_the_account_is_in_the_region_of_the_tables() -> None:
    text = HERE + THERE + TABLE % "" + (TABLE % "  provider = aws.us\n").replace('"orders"', '"invoices"')
    held = inventory_of(text + watching(**USER_ERRORS, dimensions=None))
    both, one = (Account("orders", tables) for tables in (held.tables, held.tables[:1]))
    assert list(missing_alarms(one, ACCOUNT, ACCOUNT.account_alarms)) == []
    (problem,) = missing_alarms(both, ACCOUNT, ACCOUNT.account_alarms)
    assert (problem.address, problem.path) == ("orders", 'alarm["UserErrors"]')
    assert problem.summary == (
        "No alarm fires on UserErrors of the account "
        "(closest: aws_cloudwatch_metric_alarm.watching: it is in another region or account than the table)"
    )
    assert (
        problem.fix
        == """\
resource "aws_cloudwatch_metric_alarm" "account_user_errors" {
  provider            = aws.us
  alarm_name          = "dynamodb-user-errors"
  namespace           = "AWS/DynamoDB"
  metric_name         = "UserErrors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  # alarm_actions     = ["..."] # the ARN of an SNS topic
}"""
    )


def fixes(text: str, *alarms: AlarmContract) -> list[str]:
    """The labels, names and actions in the fixes of the missing alarms."""
    demands = contract(*alarms)
    problems = missing_alarms(table(inventory_of(VARIABLE + text)), demands, alarms)
    return [
        " ".join(line.split('" "')[-1].split(" = ")[-1].strip(' "{') for line in problem.fix.splitlines() if line.split()[0] in KEPT)
        for problem in problems
    ]


KEPT = ("resource", "alarm_name", "alarm_actions", "region", "extended_statistic")
NAME = "${aws_dynamodb_table.orders.name}"
VARIABLE = 'variable "alarm_actions" {}\n'
TOPIC = 'resource "aws_sns_topic" "alarms" {}\n'
CONFLICTS, INDEXES = AlarmContract("TransactionConflict"), AlarmContract("OnlineIndexThrottleEvents")
OTHER = {"metric_name": '"TransactionConflict"', "statistic": '"Minimum"', "dimensions": '{ TableName = "orders" }'}


@pytest.mark.parametrize(
    ("text", "alarms", "expected"),
    [
        pytest.param(
            TABLE % "",
            [CONFLICTS, replace(CONFLICTS, statistic="Maximum"), replace(CONFLICTS, comparison="LessThanThreshold", threshold=2)],
            [
                f"orders_transaction_conflict {NAME}-transaction-conflict var.alarm_actions",
                f"orders_transaction_conflict_maximum {NAME}-transaction-conflict-Maximum var.alarm_actions",
                f"orders_transaction_conflict_low {NAME}-transaction-conflict-low var.alarm_actions",
            ],
            id="several demands on one metric",
        ),
        pytest.param(
            TABLE % "".join(f'  global_secondary_index {{\n    name = "{name}"\n  }}\n' for name in ("ByDay", "by_day", "by.day")),
            [INDEXES],
            [
                f"orders_online_index_throttle_events_by_day {NAME}-online-index-throttle-events-ByDay var.alarm_actions",
                f"orders_online_index_throttle_events_by_day_2 {NAME}-online-index-throttle-events-by_day-2 var.alarm_actions",
                f"orders_online_index_throttle_events_by_day_3 {NAME}-online-index-throttle-events-by.day-3 var.alarm_actions",
            ],
            id="indexes with similar names",
        ),
        pytest.param(
            TABLE % "" + watching(**OTHER, alarm_actions='["arn:x"]').replace('"watching" {', '"orders_transaction_conflict" {'),
            [CONFLICTS],
            [
                f"orders_transaction_conflict_2 {NAME}-transaction-conflict-2 "
                "aws_cloudwatch_metric_alarm.orders_transaction_conflict.alarm_actions"
            ],
            id="a label that another alarm has",
        ),
        pytest.param(
            TABLE % "" + watching(alarm_name='"orders-transaction-conflict"'),
            [CONFLICTS],
            [f"orders_transaction_conflict_2 {NAME}-transaction-conflict-2 var.alarm_actions"],
            id="a name that another alarm has",
        ),
        pytest.param(
            TOPIC + TABLE % "" + watching(**OTHER, alarm_actions="[aws_sns_topic.alarms.arn]"),
            [CONFLICTS],
            [f"orders_transaction_conflict {NAME}-transaction-conflict [aws_sns_topic.alarms.arn]"],
            id="the topic of another alarm",
        ),
        pytest.param(
            TABLE % '  region = "eu-west-1"\n',
            [replace(CONFLICTS, metric="SuccessfulRequestLatency", statistic="p99", operations=("Query",))],
            [
                "orders_successful_request_latency_p99_query aws_dynamodb_table.orders.region "
                f"{NAME}-successful-request-latency-p99-Query p99 var.alarm_actions"
            ],
            id="a region and a percentile",
        ),
    ],
)
def test_the_names_and_actions_of_a_fix(text: str, alarms: list[AlarmContract], expected: list[str]) -> None:
    assert fixes(text, *alarms) == expected


def test_a_fix_names_only_a_variable_that_its_module_has() -> None:
    lines = {}
    for text in (TABLE % "", VARIABLE + TABLE % ""):
        (problem,) = missing_alarms(table(inventory_of(text)), contract(CONFLICTS), (CONFLICTS,))
        lines[text] = problem.fix.splitlines()[-2]

    assert [*lines.values()] == [
        '  # alarm_actions     = ["..."] # the ARN of an SNS topic',
        "  alarm_actions       = var.alarm_actions",
    ]


def test_an_alarm_on_another_operation_is_not_nearly_right() -> None:
    demands = contract(AlarmContract("SystemErrors", operations=("Query", "Scan")))
    right = {"metric_name": '"SystemErrors"', "statistic": '"Sum"', "comparison_operator": '"GreaterThanThreshold"'}
    typo = block(
        'resource "aws_cloudwatch_metric_alarm" "typo"', {**WATCHING, **right, "dimensions": '{ TableName = "orders", Operation = "scan" }'}
    )
    held = inventory_of(TABLE % "" + watching(**right) + typo)
    (problem,) = missing_alarms(table(held), demands, demands.alarms)
    assert problem.summary == (
        'No alarm fires on SystemErrors for "Scan" of this table '
        '(closest: aws_cloudwatch_metric_alarm.typo: dimensions are { Operation = "scan", TableName = "orders" })'
    )
    assert problem.path == 'alarm["SystemErrors"]["Scan"]'
