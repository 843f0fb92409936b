"""Captures: what each answer means, and what is unknown without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore import loaders
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

import dyncheck
from dyncheck.dynamodb import Table
from dyncheck.errors import InputError
from dyncheck.findings import Status
from dyncheck.model import Deferred, Unknown
from dyncheck.readers.capture.calls import OPERATIONS
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.source import Source, read
from tests.support.captures import DENIED, arn, call, calls_of, capture, of_region, table, written


def table_of(tmp_path: Path, document: Any) -> Table:
    """The only table of a document."""
    reading = read_document(read(str(written(tmp_path / "capture.json", document))))
    from dyncheck.checking.one_input import inventory_of

    (found,) = inventory_of(reading).tables
    return found


def verdicts(tmp_path: Path, document: Any, *rules: str) -> list[tuple[str, str, str]]:
    """The rule, status and message of each result that is no pass."""
    report = dyncheck.check(written(tmp_path / "capture.json", document), select=rules, reference=False)
    return [(each.rule, each.status.value, each.message) for each in report.results if each.status is not Status.PASS]


def test_a_field_that_is_absent_means_what_dynamodb_means_by_it(tmp_path: Path) -> None:
    bare = table()
    del bare["BillingModeSummary"]
    found = table_of(tmp_path, capture(*of_region("dev-orders"), *calls_of(bare)))
    assert (found.billing_mode, found.table_class, found.encrypted, found.has_stream) == ("PROVISIONED", "STANDARD", False, False)
    assert (found.point_in_time_recovery, found.recovery_days, found.time_to_live_enabled) == (True, 35, False)
    assert (found.address, found.name, found.region, found.hash_key, found.range_key) == (
        arn("dev-orders"),
        "dev-orders",
        "us-east-1",
        "id",
        None,
    )


def test_every_field_of_a_table_is_read(tmp_path: Path) -> None:
    keys = [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]
    index = {
        "IndexName": "ByCustomer",
        "KeySchema": [{"AttributeName": "customer", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total"]},
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
    }
    described = table(
        KeySchema=keys,
        GlobalSecondaryIndexes=[index],
        LocalSecondaryIndexes=[{"IndexName": "ByTime", "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        TableClassSummary={"TableClass": "STANDARD_INFREQUENT_ACCESS"},
        BillingModeSummary={"BillingMode": "PROVISIONED"},
    )
    answers: dict[str, Any] = {
        "DescribeTimeToLive": {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLING", "AttributeName": "expires_at"}}
    }
    found = table_of(tmp_path, capture(*of_region("dev-orders"), *calls_of(described, **answers)))
    (read_index,) = found.indexes
    assert (read_index.name, read_index.keys, read_index.projection) == ("ByCustomer", (("HASH", "customer"),), "INCLUDE")
    assert (read_index.projected_attributes, read_index.block.read("read_capacity")) == (frozenset({"total"}), 5)
    assert [block.string("name") for block in found.local_indexes] == ["ByTime"]
    assert (found.stream_view_type, found.table_class, found.time_to_live_attribute) == (
        "KEYS_ONLY",
        "STANDARD_INFREQUENT_ACCESS",
        "expires_at",
    )
    assert (found.range_key, found.tag("Team"), found.tag("aws:cloudformation:stack-name")) == ("at", "shop", None)


def test_an_index_with_several_keys_has_a_key_schema(tmp_path: Path) -> None:
    schema = [{"AttributeName": name, "KeyType": "HASH"} for name in ("tenant", "region")]
    index = {"IndexName": "ByTenant", "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}}
    found = table_of(tmp_path, capture(*of_region("dev-orders"), *calls_of(table(GlobalSecondaryIndexes=[index]))))
    assert [each.keys_of("HASH") for each in found.indexes] == [("tenant", "region")]


@pytest.mark.parametrize(
    ("operation", "read_it"),
    [
        ("DescribeContinuousBackups", lambda found: found.point_in_time_recovery),
        ("DescribeTimeToLive", lambda found: found.time_to_live_enabled),
        ("ListTagsOfResource", lambda found: found.tag("Team")),
        ("DescribeTable", lambda found: found.billing_mode),
    ],
)
@pytest.mark.parametrize(
    ("error", "why"),
    [
        (DENIED, "the permission dynamodb:{} is missing in us-east-1"),
        ({"code": "ThrottlingException"}, "dynamodb:{} failed in us-east-1 with ThrottlingException"),
        (None, "dynamodb:{} was not asked in us-east-1, because the capture was interrupted"),
    ],
)
def test_what_is_not_answered_is_unknown_and_says_why(tmp_path: Path, operation: str, read_it: Any, error: Any, why: str) -> None:
    found = table_of(tmp_path, capture(*of_region("dev-orders"), *calls_of(table(), **{operation: error})))
    with pytest.raises(Unknown) as unknown:
        read_it(found)
    assert f"cannot be determined: {why.format(operation)}" in str(unknown.value)


def test_alarms_that_may_not_be_listed_leave_the_demand_for_them_unknown(tmp_path: Path) -> None:
    document = capture(*of_region("dev-products", DescribeAlarms=DENIED), *calls_of(table("dev-products")))
    report = dyncheck.check(written(tmp_path / "capture.json", document), select=["no-throttle-alarm"])
    (result,) = report.results
    assert result.status is Status.UNKNOWN
    assert result.message == (
        "the permission cloudwatch:DescribeAlarms is missing in us-east-1, so the resource may exist although the input does not show it"
    )


def test_the_output_of_describe_table_is_an_input_in_which_the_rest_is_unknown(tmp_path: Path) -> None:
    found = verdicts(tmp_path, {"Table": table()}, "no-point-in-time-recovery", "unencrypted-table")
    shown = "`aws dynamodb describe-table` does not show what dynamodb:DescribeContinuousBackups answers; `dyncheck capture` asks for it"
    assert found == [
        ("no-point-in-time-recovery", "unknown", f"point_in_time_recovery cannot be determined: {shown}"),
        (
            "unencrypted-table",
            "fail",
            "Encryption with a KMS key is off: server_side_encryption.enabled is not set; expected true",
        ),
    ]


def test_a_key_is_of_the_customer_or_of_aws_as_kms_says(tmp_path: Path) -> None:
    key = f"arn:aws:kms:us-east-1:123456789012:key/{'1' * 8}"
    described = table(SSEDescription={"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key})
    base = [*of_region("dev-orders"), *calls_of(described)]

    def answered(answer: Any, error: Any = None) -> list[tuple[str, str, str]]:
        asked = {"service": "kms", "operation": "DescribeKey", "region": "us-east-1", "parameters": {"KeyId": key}}
        return verdicts(tmp_path, capture(*base, asked | {"answer": answer, "error": error}), "aws-managed-key")

    assert answered({"KeyMetadata": {"Arn": key, "KeyManager": "CUSTOMER"}}) == []
    assert [status for _, status, _ in answered({"KeyMetadata": {"Arn": key, "KeyManager": "AWS"}})] == ["fail"]
    ((_, status, message),) = answered(None, DENIED)
    assert (status, message) == (
        "unknown",
        f"server_side_encryption.kms_key_arn is the key {key}, and who manages it cannot be determined: "
        "the permission kms:DescribeKey is missing in us-east-1",
    )


def test_a_replica_is_a_part_of_its_table_and_has_the_answers_of_its_region(tmp_path: Path) -> None:
    there = "eu-west-1"
    here = table(Replicas=[{"RegionName": there, "ReplicaStatus": "ACTIVE"}])
    other = table(region=there, Replicas=[{"RegionName": "us-east-1", "ReplicaStatus": "ACTIVE"}], DeletionProtectionEnabled=False)
    off = {"ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"}}}
    document = capture(
        *of_region("dev-orders"),
        *of_region("dev-orders", region=there),
        *calls_of(here),
        *calls_of(other, there, DescribeContinuousBackups=off),
        regions=("us-east-1", there),
    )
    (replica,) = table_of(tmp_path, document).replicas
    assert (replica.region, replica.point_in_time_recovery, replica.deletion_protection) == (there, False, False)


def test_the_protections_of_a_replica_in_a_region_that_was_not_asked_are_unknown(tmp_path: Path) -> None:
    document = capture(*of_region("dev-orders"), *calls_of(table(Replicas=[{"RegionName": "eu-west-1", "ReplicaStatus": "ACTIVE"}])))
    (replica,) = table_of(tmp_path, document).replicas
    value = replica.block.value("point_in_time_recovery")
    assert isinstance(value, Deferred)
    assert value.reason == "cannot be determined: the region eu-west-1 was not captured"


def test_an_alarm_whose_topic_does_not_exist_is_not_taken_to_be_heard(tmp_path: Path) -> None:
    topic = "arn:aws:sns:us-east-1:123456789012:alarms"
    alarm = {
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
        "AlarmActions": [topic],
    }
    calls = [*of_region("dev-orders", DescribeAlarms={"MetricAlarms": [alarm], "CompositeAlarms": []}), *calls_of(table())]
    gone = {"service": "sns", "operation": "GetTopicAttributes", "region": "us-east-1", "parameters": {"TopicArn": topic}}
    found = verdicts(tmp_path, capture(*calls, gone | {"error": {"code": "NotFound"}}), "silent-alarm")
    assert found == [
        ("silent-alarm", "fail", f'The topic of the alarm does not exist: alarm_actions is "{topic}"; expected a topic that exists')
    ]
    there = gone | {"answer": {"Attributes": {"TopicArn": topic}}}
    heard = gone | {"operation": "ListSubscriptionsByTopic", "answer": {"Subscriptions": [{"TopicArn": topic, "Protocol": "email"}]}}
    assert verdicts(tmp_path, capture(*calls, there, heard), "silent-alarm") == []
    unheard = heard | {"answer": {"Subscriptions": []}}
    assert [status for _, status, _ in verdicts(tmp_path, capture(*calls, there, unheard), "silent-alarm")] == ["fail"]


def test_an_interrupted_capture_and_a_table_that_is_gone_are_said(tmp_path: Path) -> None:
    gone = calls_of(table("dev-gone"), DescribeTable={"code": "ResourceNotFoundException"})[:1]
    document = capture(*of_region("dev-gone", "dev-orders"), *calls_of(table()), *gone, complete=False)
    report = dyncheck.check(written(tmp_path / "capture.json", document), select=["unencrypted-table"])
    (checked,) = report.inputs
    assert (checked.kind, checked.tables) == ("capture", 1)
    assert checked.notices == (
        "The capture was interrupted, so what it had not asked for yet is unknown.",
        "The table dev-gone in us-east-1 was deleted while the account was captured.",
    )


def test_a_required_table_is_not_missing_where_only_some_tables_were_asked_for(tmp_path: Path) -> None:
    document = capture(*of_region("dev-orders", "prod-orders"), *calls_of(table()), tables=["dev-o*"])
    report = dyncheck.check(written(tmp_path / "capture.json", document), select=["missing-table"], required=["products"])
    assert [(each.status, each.message) for each in report.required] == [
        (Status.UNKNOWN, "only tables named dev-o* were captured, so the table may exist although no checked input shows it")
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            b'{"format": "dyncheck-capture", "version": 2, "calls": []}',
            "c.json is not a valid capture: Invalid enum value 2 - at `$.version`. ",
        ),
        (
            b'{"format": "dyncheck-capture", "version": 1, "calls": [{}]}',
            "c.json is not a valid capture: Object missing required field `service`",
        ),
        (b'{"Table": {"TableName": "x"}}', "c.json is not the description of a table: it has no TableName and TableArn. "),
        (b'{"Table": []}', "c.json is not the description of a table: it has no TableName and TableArn. "),
    ],
)
def test_what_is_not_a_capture_is_refused_in_a_sentence(text: bytes, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        read_document(Source("c.json", text))
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.permission)
def test_every_operation_is_one_of_botocore_with_these_parameters_and_fields(operation: Any) -> None:
    model = ServiceModel(loaders.Loader().load_service_model(operation.service, "service-2"))
    called = model.operation_model(operation.name)
    given = dict(operation.fixed) | ({operation.subject: "some-name-that-is-long-enough"} if operation.subject else {})
    assert not ParamValidator().validate(given, called.input_shape).has_errors()
    fields = called.output_shape.members
    assert set(operation.items) <= set(fields)
    items = [fields[name].member for name in operation.items] or [each for each in fields.values() if each.type_name == "structure"]
    known = {name for item in items for name in getattr(item, "members", {})}
    if operation.kept and "Attributes" not in fields:
        assert set(operation.kept) <= known


def test_tables_that_were_not_asked_for_are_not_checked(tmp_path: Path) -> None:
    document = capture(*of_region("dev-orders", "prod-orders"), *calls_of(table()), tables=["dev-*"])
    assert table_of(tmp_path, document).name == "dev-orders"


def test_an_index_and_a_replica_that_are_being_deleted_are_not_there(tmp_path: Path) -> None:
    index = {"IndexName": "ByCustomer", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "IndexStatus": "DELETING"}
    described = table(GlobalSecondaryIndexes=[index], Replicas=[{"RegionName": "eu-west-1", "ReplicaStatus": "DELETING"}])
    found = table_of(tmp_path, capture(*of_region("dev-orders"), *calls_of(described)))
    assert ([*found.indexes], [*found.replicas]) == ([], [])


def test_a_replica_shows_the_key_of_its_region(tmp_path: Path) -> None:
    there = "eu-west-1"
    key = f"arn:aws:kms:{there}:123456789012:key/1"
    here = table(Replicas=[{"RegionName": there}])
    other = table(region=there, SSEDescription={"Status": "ENABLED", "KMSMasterKeyArn": key}, Replicas=[{"RegionName": "us-east-1"}])
    described = {"KeyMetadata": {"KeyId": "1", "Arn": key, "KeyManager": "AWS"}}
    calls = [*calls_of(here), *calls_of(other, there), call("kms", "DescribeKey", described, region=there, KeyId=key)]
    (replica,) = table_of(tmp_path, capture(*of_region("dev-orders"), *calls)).replicas
    assert replica.block.read("kms_key_arn") == key
    (replica,) = table_of(tmp_path, capture(*of_region("dev-orders"), *calls_of(here))).replicas
    assert isinstance(replica.block.value("kms_key_arn"), Deferred)
