"""Drift: what an account has and the code has not, and the reverse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Dyncheck
from tests.support.captures import DENIED, arn, calls_of, capture, of_region, table, written

PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\n'
ORDERS = """
resource "aws_dynamodb_table" "orders" {
  name                        = "dev-orders"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true

  attribute {
    name = "id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  tags = { Team = "shop" }
}
"""
ALARM = """
resource "aws_cloudwatch_metric_alarm" "reads" {
  alarm_name          = "reads"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  dimensions          = { TableName = "dev-orders" }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 1
}
"""
AS_WRITTEN = {
    "AlarmName": "reads",
    "AlarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:reads",
    "Namespace": "AWS/DynamoDB",
    "MetricName": "ReadThrottleEvents",
    "Dimensions": [{"Name": "TableName", "Value": "dev-orders"}],
    "Statistic": "Sum",
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 0.0,
    "Period": 300,
    "EvaluationPeriods": 1,
    "TreatMissingData": "missing",
    "ActionsEnabled": True,
    "AlarmActions": [],
}


@pytest.fixture(name="drift")
def _drift(tmp_path: Path, dyncheck: Dyncheck) -> Any:
    """Compares a capture with Terraform files: the status, address and message of each result that is no pass."""

    def compare(code: str, *calls: dict[str, Any], **fields: Any) -> list[tuple[str, str, str]]:
        (tmp_path / "code").mkdir(exist_ok=True)
        (tmp_path / "code" / "main.tf").write_text(PROVIDER + code)
        written(tmp_path / "capture.json", capture(*calls, **fields))
        done = dyncheck(
            *("live", "--capture", "capture.json", "--against", "code", "--select", "drift", "--format", "json", "--allow-empty"),
            cwd=tmp_path,
        )
        assert done.returncode == 0, done.stderr.decode()
        return [
            (each["status"], each["address"], each["message"]) for each in json.loads(done.stdout)["results"] if each["status"] != "pass"
        ]

    return compare


def differs(path: str, found: str, expected: str, of: str = "aws_dynamodb_table.orders") -> str:
    """The message of an argument that differs."""
    return f"The account differs from {of}: {path} is {found}; expected {expected}"


def test_an_account_that_has_what_the_code_says_has_no_drift(drift: Any) -> None:
    alarms = {"MetricAlarms": [AS_WRITTEN], "CompositeAlarms": []}
    assert drift(ORDERS + ALARM, *of_region("dev-orders", DescribeAlarms=alarms), *calls_of(table())) == []


def test_every_argument_that_differs_is_found(drift: Any) -> None:
    described = table(
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        BillingModeSummary={"BillingMode": "PROVISIONED"},
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        TableClassSummary={"TableClass": "STANDARD_INFREQUENT_ACCESS"},
        DeletionProtectionEnabled=False,
        SSEDescription={"Status": "ENABLED", "KMSMasterKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1"},
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        GlobalSecondaryIndexes=[
            {"IndexName": "ByHand", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}
        ],
        Replicas=[{"RegionName": "eu-west-1"}],
    )
    off = {"ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"}}}
    live = {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}}
    calls = calls_of(described, DescribeContinuousBackups=off, DescribeTimeToLive=live, ListTagsOfResource={"Tags": []})
    assert drift(ORDERS, *of_region("dev-orders"), *calls) == [
        ("fail", arn("dev-orders"), message)
        for message in (
            differs("attribute", '{ id = "N" }', '{ id = "S" }'),
            differs("billing_mode", '"PROVISIONED"', '"PAY_PER_REQUEST"'),
            differs("deletion_protection_enabled", "false", "true"),
            differs('global_secondary_index["ByHand"]', "in the account", "none, as in the code"),
            differs("point_in_time_recovery.enabled", "false", "true"),
            differs('replica["eu-west-1"]', "in the account", "none, as in the code"),
            differs("server_side_encryption.enabled", "true", "false"),
            differs("stream_enabled", "true", "false"),
            differs("table_class", '"STANDARD_INFREQUENT_ACCESS"', '"STANDARD"'),
            differs('tags["Team"]', "not set", '"shop"'),
            differs("ttl.enabled", "true", "false"),
        )
    ]


def test_what_differs_inside_an_index_is_found_at_its_line(drift: Any) -> None:
    code = ORDERS.replace(
        "  point_in_time_recovery",
        """  attribute {
    name = "customer"
    type = "S"
  }

  attribute {
    name = "at"
    type = "S"
  }

  range_key      = "at"
  read_capacity  = 5
  write_capacity = 5

  global_secondary_index {
    name            = "ByCustomer"
    hash_key        = "customer"
    projection_type = "ALL"
    read_capacity   = 5
    write_capacity  = 5
  }

  local_secondary_index {
    name            = "ByTime"
    range_key       = "customer"
    projection_type = "ALL"
  }

  point_in_time_recovery""",
        1,
    ).replace("PAY_PER_REQUEST", "PROVISIONED")
    keys = [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]
    own = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    by_customer = {
        "IndexName": "ByCustomer",
        "KeySchema": [{"AttributeName": "customer", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
        "ProvisionedThroughput": {"ReadCapacityUnits": 9, "WriteCapacityUnits": 5},
    }
    by_time = {
        "IndexName": "ByTime",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "customer", "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    described = table(
        BillingModeSummary={"BillingMode": "PROVISIONED"},
        ProvisionedThroughput=own,
        KeySchema=keys,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("id", "customer", "at")],
        GlobalSecondaryIndexes=[by_customer],
        LocalSecondaryIndexes=[by_time],
    )
    assert drift(code, *of_region("dev-orders"), *calls_of(described)) == [
        ("fail", arn("dev-orders"), message)
        for message in (
            differs('global_secondary_index["ByCustomer"].projection_type', '"KEYS_ONLY"', '"ALL"'),
            differs('global_secondary_index["ByCustomer"].read_capacity', "9", "5"),
            differs('local_secondary_index["ByTime"].projection_type', '"KEYS_ONLY"', '"ALL"'),
        )
    ]


def test_the_most_units_on_demand_are_compared_where_the_code_sets_them(drift: Any) -> None:
    limited = table(OnDemandThroughput={"MaxReadRequestUnits": 50, "MaxWriteRequestUnits": 10})
    code = ORDERS.replace("  tags =", "  on_demand_throughput {\n    max_read_request_units = 20\n  }\n\n  tags =")
    assert drift(code, *of_region("dev-orders"), *calls_of(limited)) == [
        ("fail", arn("dev-orders"), differs("on_demand_throughput.max_read_request_units", "50", "20"))
    ]
    assert drift(ORDERS, *of_region("dev-orders"), *calls_of(limited)) == []


def test_the_queries_of_an_alarm_are_compared(drift: Any) -> None:
    code = """
resource "aws_cloudwatch_metric_alarm" "reads" {
  alarm_name          = "reads"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1

  metric_query {
    id          = "sum"
    expression  = "FILL(m1, 0)"
    return_data = true
  }

  metric_query {
    id = "m1"

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
    metric = {
        "Namespace": "AWS/DynamoDB",
        "MetricName": "ReadThrottleEvents",
        "Dimensions": [{"Name": "TableName", "Value": "dev-orders"}],
    }
    queries = [
        {"Id": "sum", "Expression": "FILL(m1, 0)", "ReturnData": True},
        {"Id": "m1", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False},
        {"Id": "m2", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False},
    ]
    metrics = ("Namespace", "MetricName", "Dimensions", "Statistic", "Period")
    alarm = {name: value for name, value in AS_WRITTEN.items() if name not in metrics} | {"Metrics": queries}
    calls = of_region("dev-orders", DescribeAlarms={"MetricAlarms": [alarm], "CompositeAlarms": []})
    of = "aws_cloudwatch_metric_alarm.reads"
    assert drift(ORDERS + code, *calls, *calls_of(table())) == [
        ("fail", AS_WRITTEN["AlarmArn"], message)
        for message in (
            differs('metric_query["m1"].metric.period', "60", "300", of),
            differs('metric_query["m2"]', "in the account", "none, as in the code", of),
        )
    ]


def test_an_alarm_that_was_changed_by_hand_is_found(drift: Any) -> None:
    changed = AS_WRITTEN | {"Threshold": 100.0, "ActionsEnabled": False, "Dimensions": [{"Name": "TableName", "Value": "dev-other"}]}
    alarms = {"MetricAlarms": [changed], "CompositeAlarms": []}
    of = "aws_cloudwatch_metric_alarm.reads"
    assert drift(ORDERS + ALARM, *of_region("dev-orders", DescribeAlarms=alarms), *calls_of(table())) == [
        ("fail", AS_WRITTEN["AlarmArn"], message)
        for message in (
            differs("actions_enabled", "false", "true", of),
            differs("dimensions", '{ TableName = "dev-other" }', '{ TableName = "dev-orders" }', of),
            differs("threshold", "100", "0", of),
        )
    ]


def test_tables_and_alarms_that_only_one_side_has_are_found(drift: Any) -> None:
    assert drift(ORDERS + ALARM, *of_region("by-hand"), *calls_of(table("by-hand"))) == [
        ("fail", arn("by-hand"), "The code has no table of this name"),
        ("fail", "aws_cloudwatch_metric_alarm.reads", 'The account has no alarm "reads"'),
        ("fail", "aws_dynamodb_table.orders", 'The account has no table "dev-orders"'),
    ]


def test_a_table_in_a_region_that_was_not_asked_is_not_missing(drift: Any) -> None:
    assert drift(ORDERS, *of_region(region="eu-west-1"), regions=("eu-west-1",)) == []


def test_a_name_that_the_files_leave_open_is_matched_by_what_they_show_of_it(drift: Any) -> None:
    code = 'variable "environment" {}\n' + ORDERS.replace('"dev-orders"', '"${var.environment}-orders"')
    changed = calls_of(table(DeletionProtectionEnabled=False))
    others = calls_of(table("dev-products"))
    found = drift(code, *of_region("dev-orders", "dev-products"), *changed, *others)
    assert found == [
        (
            "fail",
            arn("dev-orders"),
            differs("deletion_protection_enabled", "false", "true", 'aws_dynamodb_table.orders (found by its name "*-orders")'),
        ),
        ("fail", arn("dev-products"), "The code has no table of this name"),
    ]
    both = drift(code, *of_region("dev-orders", "prod-orders"), *calls_of(table()), *calls_of(table("prod-orders")))
    assert both == [
        (
            "unknown",
            "aws_dynamodb_table.orders",
            'name fits 2 tables of the account ("dev-orders", "prod-orders"), so it is not known which one it is',
        )
    ]


def test_what_an_account_does_not_answer_is_unknown(drift: Any) -> None:
    calls = calls_of(table(), DescribeContinuousBackups=DENIED)
    assert drift(ORDERS, *of_region("dev-orders"), *calls) == [
        (
            "unknown",
            arn("dev-orders"),
            "point_in_time_recovery cannot be determined: the permission dynamodb:DescribeContinuousBackups is missing in us-east-1",
        )
    ]


def test_drift_points_at_the_line_of_the_code(tmp_path: Path, drift: Any, dyncheck: Dyncheck) -> None:
    drift(ORDERS, *of_region("dev-orders"), *calls_of(table(DeletionProtectionEnabled=False)))
    done = dyncheck(
        *("live", "--capture", "capture.json", "--against", "code", "--select", "drift", "--format", "concise", "--fail-on", "warning"),
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert done.stdout.decode().startswith("code/main.tf:9:3: warning drift ")


COMPOSITE = """
resource "aws_cloudwatch_composite_alarm" "all" {
  alarm_name = "all"
  alarm_rule = "ALARM(reads)"
}
"""


def test_an_alarm_that_is_on_another_service_now_is_not_missing(drift: Any) -> None:
    alarms = {"MetricAlarms": [AS_WRITTEN | {"Namespace": "AWS/SQS"}], "CompositeAlarms": []}
    calls = of_region("dev-orders", DescribeAlarms=alarms)
    namespace = differs("namespace", '"AWS/SQS"', '"AWS/DynamoDB"', "aws_cloudwatch_metric_alarm.reads")
    assert drift(ORDERS + ALARM, *calls, *calls_of(table())) == [("fail", AS_WRITTEN["AlarmArn"], namespace)]
    alarms = {"MetricAlarms": [AS_WRITTEN], "CompositeAlarms": []}
    elsewhere = ALARM.replace("AWS/DynamoDB", "AWS/SQS").replace("TableName", "QueueName")
    found = drift(ORDERS + elsewhere, *of_region("dev-orders", DescribeAlarms=alarms), *calls_of(table()))
    assert [message for *_, message in found] == [
        differs("dimensions", '{ TableName = "dev-orders" }', '{ QueueName = "dev-orders" }', "aws_cloudwatch_metric_alarm.reads"),
        differs("namespace", '"AWS/DynamoDB"', '"AWS/SQS"', "aws_cloudwatch_metric_alarm.reads"),
    ]


def test_composite_alarms_are_compared_and_others_of_the_account_are_left_alone(drift: Any) -> None:
    of_account = [
        {"AlarmName": name, "AlarmArn": f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}", "AlarmRule": "ALARM(writes)"}
        for name in ("all", "other")
    ]
    calls = of_region("dev-orders", DescribeAlarms={"MetricAlarms": [AS_WRITTEN], "CompositeAlarms": of_account})
    rule = differs("alarm_rule", '"ALARM(writes)"', '"ALARM(reads)"', "aws_cloudwatch_composite_alarm.all")
    assert drift(ORDERS + ALARM + COMPOSITE, *calls, *calls_of(table())) == [("fail", of_account[0]["AlarmArn"], rule)]


def test_a_local_index_that_the_code_has_not_is_found(drift: Any) -> None:
    keys = [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}]
    index = {"IndexName": "ByTime", "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}
    assert drift(ORDERS, *of_region("dev-orders"), *calls_of(table(LocalSecondaryIndexes=[index]))) == [
        ("fail", arn("dev-orders"), differs('local_secondary_index["ByTime"]', "in the account", "none, as in the code"))
    ]


def test_a_table_that_was_not_asked_for_is_not_missing(drift: Any) -> None:
    assert drift(ORDERS, *of_region("test-orders"), tables=("test-*",))[0][2] == "The code has no table of this name"
    assert [each for each in drift(ORDERS, *of_region("test-orders"), tables=("test-*",)) if each[1] == "aws_dynamodb_table.orders"] == []


@pytest.mark.parametrize(
    ("listed", "why"),
    [
        (DENIED, "the permission dynamodb:ListTables is missing in us-east-1"),
        ({"code": "UnrecognizedClientException"}, "the region us-east-1 does not accept the credentials (dynamodb:ListTables: "),
    ],
)
def test_a_table_is_not_missing_where_the_tables_may_not_be_listed(
    listed: dict[str, str], why: str, tmp_path: Path, dyncheck: Dyncheck
) -> None:
    (tmp_path / "main.tf").write_text(PROVIDER + ORDERS)
    written(tmp_path / "capture.json", capture(*of_region(ListTables=listed)))
    options = ("--select", "drift", "--format", "json", "--allow-empty")
    done = dyncheck("live", "--capture", "capture.json", "--against", "main.tf", *options, cwd=tmp_path)
    (result,) = json.loads(done.stdout)["results"]
    assert (result["status"], result["address"]) == ("unknown", "aws_dynamodb_table.orders")
    assert result["message"].startswith(f'name is "dev-orders", and {why}')
    assert done.returncode == 3
    assert done.stderr.decode().startswith(f"dyncheck: The tables in us-east-1 are not all known: {why}")


def test_a_table_that_may_not_be_in_the_code_is_not_missing(drift: Any) -> None:
    code = 'variable "with_orders" {}\n' + ORDERS.replace("  name ", "  count = var.with_orders ? 1 : 0\n  name ", 1)
    ((status, address, message),) = drift(code, *of_region("dev-products"))[1:]
    assert (status, address.partition("[")[0]) == ("unknown", "aws_dynamodb_table.orders")
    assert message.endswith('and the account has no table "dev-orders"')


def test_a_name_that_the_code_gives_for_certain_is_not_that_of_a_pattern(drift: Any) -> None:
    audit = ORDERS.replace('"orders"', '"audit"').replace("dev-orders", "audit-orders")
    code = 'variable "environment" {}\n' + audit + ORDERS.replace('"dev-orders"', '"${var.environment}-orders"')
    assert drift(code, *of_region("dev-orders", "audit-orders"), *calls_of(table()), *calls_of(table("audit-orders"))) == []


@pytest.fixture(name="findings")
def _findings(tmp_path: Path, dyncheck: Dyncheck) -> Any:
    """Checks a capture of a table without protection beside the code that manages it: rule, place and fix of each finding."""

    def check(*arguments: str, code: str = ORDERS) -> list[tuple[str, str, str]]:
        (tmp_path / "main.tf").write_text(PROVIDER + code)
        described = table(DeletionProtectionEnabled=False)
        written(tmp_path / "capture.json", capture(*of_region("dev-orders"), *calls_of(described)))
        (tmp_path / "contract.yaml").write_text('table: orders\nmatch: { name: "*-orders" }\nalarms: [{ metric: ReadThrottleEvents }]\n')
        rules = ("--select", "no-deletion-protection", "--select", "no-throttle-alarm", "--policy", "contract.yaml")
        done = dyncheck(*arguments, *rules, "--format", "json", cwd=tmp_path)
        assert done.returncode in (0, 1), done.stderr.decode()
        found = [each for each in json.loads(done.stdout)["results"] if each["status"] == "fail"]
        assert {each["address"] for each in found} <= {arn("dev-orders")}
        places = [each["location"] and f"{each['location']['file']}:{each['location']['line']}" for each in found]
        return [(each["rule"], place or "", each["fix"]) for each, place in zip(found, places, strict=True)]

    return check


def alarm_in(fix: str) -> list[str]:
    """The first lines of the fix that name the table."""
    return [line.strip() for line in fix.splitlines() if "alarm_name" in line or "dimensions" in line or line.startswith("resource")]


def test_a_fix_refers_to_the_code_that_manages_a_table_and_the_finding_has_its_line(findings: Any) -> None:
    for arguments in (
        ("live", "--capture", "capture.json", "--against", "main.tf"),
        ("live", "--capture", "capture.json", "--source", "."),
        ("check", "capture.json", "--source", "."),
    ):
        alarm, protection = sorted(findings(*arguments), key=lambda found: found[0], reverse=True)
        assert protection[:2] == ("no-deletion-protection", "main.tf:9")
        assert alarm[:2] == ("no-throttle-alarm", "main.tf:5")
        assert alarm_in(alarm[2]) == [
            'resource "aws_cloudwatch_metric_alarm" "orders_read_throttle" {',
            'alarm_name          = "${aws_dynamodb_table.orders.name}-read-throttle"',
            "dimensions          = { TableName = aws_dynamodb_table.orders.name }",
        ]


def test_without_code_a_fix_has_the_names_of_the_account(findings: Any) -> None:
    """Code that happens to be beside a capture may be that of another account."""
    alarm, protection = sorted(findings("check", "capture.json"), key=lambda found: found[0], reverse=True)
    assert (protection[1], alarm[1]) == ("", "")
    assert alarm_in(alarm[2]) == [
        'resource "aws_cloudwatch_metric_alarm" "dev_orders_read_throttle" {',
        'alarm_name          = "dev-orders-read-throttle"',
        'dimensions          = { TableName = "dev-orders" }',
    ]


def test_a_waiver_in_the_code_holds_for_what_the_code_manages(findings: Any) -> None:
    code = ORDERS.replace("  deletion", "  # dyncheck: ignore[no-deletion-protection] rebuilt every night\n  deletion")
    assert [rule for rule, *_ in findings("check", "capture.json", "--source", ".", code=code)] == ["no-throttle-alarm"]


def test_options_that_ask_an_account_are_refused_with_a_file(dyncheck: Dyncheck) -> None:
    done = dyncheck("live", "--capture", "capture.json", "--region", "us-east-1")
    assert done.returncode == 2
    assert b"--capture cannot be combined with the options that ask an account. Remove it, or those." in done.stderr


def test_a_global_table_is_compared_in_the_region_of_its_code(drift: Any) -> None:
    """An account does not show which of its regions was the first."""
    code = ORDERS.replace(
        '  tags = { Team = "shop" }',
        '  tags = { Team = "shop" }\n\n  replica {\n    region_name = "eu-west-1"\n    point_in_time_recovery = true\n  }',
    )
    there = "eu-west-1"
    calls = [
        *of_region("dev-orders", region=there),
        *of_region("dev-orders"),
        *calls_of(table(Replicas=[{"RegionName": there}], DeletionProtectionEnabled=False)),
        *calls_of(table(region=there, Replicas=[{"RegionName": "us-east-1"}]), there),
    ]
    assert drift(code, *calls, regions=(there, "us-east-1")) == [
        ("fail", arn("dev-orders"), differs("deletion_protection_enabled", "false", "true"))
    ]
