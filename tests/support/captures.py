"""Builds captures of a small account: one table, its calls, and alarms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

REGION = "us-east-1"
ACCOUNT = "123456789012"
DENIED = {"code": "AccessDeniedException", "message": "User is not authorized"}


def arn(name: str, region: str = REGION) -> str:
    """The ARN of a table."""
    return f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/{name}"


def table(name: str = "dev-orders", region: str = REGION, **fields: Any) -> dict[str, Any]:
    """The description of a table on demand, with what DynamoDB always returns."""
    return {
        "TableName": name,
        "TableArn": arn(name, region),
        "TableStatus": "ACTIVE",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
        "DeletionProtectionEnabled": True,
    } | fields


def call(service: str, operation: str, answer: Any = None, *, region: str = REGION, error: Any = None, **parameters: Any) -> dict[str, Any]:
    """One call."""
    return {"service": service, "operation": operation, "region": region, "parameters": parameters, "answer": answer, "error": error}


def calls_of(described: dict[str, Any], region: str = REGION, **answers: Any) -> list[dict[str, Any]]:
    """The calls about one table. An answer replaces the usual one of its operation: a dict with `code` is an error, None no call."""
    name = described["TableName"]
    recovery = {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 35}
    usual = {
        "DescribeTable": {"Table": described},
        "DescribeContinuousBackups": {
            "ContinuousBackupsDescription": {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}
        },
        "DescribeTimeToLive": {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}},
        "ListTagsOfResource": {"Tags": [{"Key": "Team", "Value": "shop"}, {"Key": "aws:cloudformation:stack-name", "Value": "x"}]},
        "DescribeKinesisStreamingDestination": {"TableName": name, "KinesisDataStreamDestinations": []},
    } | answers
    made = []
    for operation, answer in usual.items():
        about = {"ResourceArn": described["TableArn"]} if operation == "ListTagsOfResource" else {"TableName": name}
        is_error = isinstance(answer, dict) and "code" in answer
        if answer is not None:
            made.append(
                call("dynamodb", operation, None if is_error else answer, region=region, error=answer if is_error else None, **about)
            )
    return made


def of_region(*tables: str, region: str = REGION, **answers: Any) -> list[dict[str, Any]]:
    """The calls about a whole region with tables of these names, and without alarms unless `DescribeAlarms` gives some."""
    usual = {
        ("dynamodb", "ListTables"): {"TableNames": [*tables]},
        ("cloudwatch", "DescribeAlarms"): {"MetricAlarms": [], "CompositeAlarms": []},
        ("cloudwatch", "ListAlarmMuteRules"): {"AlarmMuteRuleSummaries": []},
        ("application-autoscaling", "DescribeScalableTargets"): {"ScalableTargets": []},
        ("application-autoscaling", "DescribeScalingPolicies"): {"ScalingPolicies": []},
        ("events", "ListRules"): {"Rules": []},
        ("lambda", "ListEventSourceMappings"): {"EventSourceMappings": []},
        ("pipes", "ListPipes"): {"Pipes": []},
    }
    made = []
    for (service, operation), empty in usual.items():
        answer = answers.get(operation, empty)
        is_error = isinstance(answer, dict) and "code" in answer
        made.append(call(service, operation, None if is_error else answer, region=region, error=answer if is_error else None))
    return made


def capture(*calls: dict[str, Any], regions: tuple[str, ...] = (REGION,), **fields: Any) -> dict[str, Any]:
    """A whole capture."""
    return {"format": "dyncheck-capture", "version": 1, "account": ACCOUNT, "regions": regions, "calls": calls} | fields


def written(path: Path, document: Any) -> Path:
    """The path of a file with that document."""
    path.write_text(json.dumps(document))
    return path
