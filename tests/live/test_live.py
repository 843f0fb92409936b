"""`dyncheck live` on a local cloud that the real Terraform filled: its verdicts are those of the state, and it finds what was changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pytest

from tests.conftest import Dyncheck
from tests.live.conftest import client
from tests.recording.make_plans import applied
from tests.support.cloud import Request, cloud, proxy
from tests.support.paths import ROOT

pytestmark = pytest.mark.terraform

# Service, method and parameters of a call.
Call: TypeAlias = tuple[str, str, dict[str, Any]]

PRODUCTS = "arn:aws:dynamodb:us-east-1:123456789012:table/dev-products"
READS = "dev-dynamodb-products-read-throttle"
TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"


@pytest.fixture(scope="module", name="applied_cloud")
def _applied_cloud(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a cloud with the reference module, and its state. A test takes back what it changes."""
    with cloud() as address:
        create_topic(address)
        with applied(address, ready) as root:
            state = tmp_path_factory.mktemp("applied") / "state.json"
            state.write_bytes(root.state())
        yield address, state


def create_topic(address: str) -> None:
    """The topic of the alarms, with somebody who hears of them."""
    sns = client(address, "sns")
    sns.create_topic(Name="alarms")
    sns.subscribe(TopicArn=TOPIC, Protocol="email", Endpoint="operators@example.com")


def made(address: str, call: Call) -> None:
    """Make a call."""
    service, method, parameters = call
    getattr(client(address, service), method)(**parameters)


def results(done: Any) -> list[dict[str, Any]]:
    """The results of a report in JSON."""
    assert done.returncode in (0, 1), done.stderr.decode()
    found: list[dict[str, Any]] = json.loads(done.stdout)["results"]
    return found


def name(address: str) -> str:
    """The name in an ARN."""
    return address.rpartition(":")[2].removeprefix("table/")


def verdicts(found: list[dict[str, Any]], names: dict[str, str]) -> set[tuple[str, ...]]:
    """Rule, status, name and attribute of each result; `names` are those of addresses."""
    return {
        (each["rule"], each["status"], names.get(each["address"]) or name(each["address"]), each.get("attribute", "")) for each in found
    }


def names_in(state: Path) -> dict[str, str]:
    """The names of tables and alarms, by their addresses in a state."""
    found = {}
    modules = [json.loads(state.read_text())["values"]["root_module"]]
    while modules:
        module = modules.pop()
        modules += module.get("child_modules", ())
        for each in module.get("resources", ()):
            found[each["address"]] = each["values"].get("name") or each["values"].get("alarm_name")
    return found


def of_account(live: Dyncheck, address: str, state: Path) -> list[tuple[str, str, str]]:
    """Rule, name and message of each finding on the account, drift included."""
    done = live(address, "live", "--region", "us-east-1", "--against", str(state), "--format", "json")
    return [(each["rule"], name(each["address"]), each["message"]) for each in results(done) if each["status"] == "fail"]


def test_the_verdicts_and_the_exit_code_are_those_of_the_state(applied_cloud: tuple[str, Path], live: Dyncheck) -> None:
    address, state = applied_cloud
    of_state = live(address, "check", str(state), "--format", "json")
    found = live(address, "live", "--region", "us-east-1", "--format", "json")
    account, state_only = verdicts(results(found), {}), verdicts(results(of_state), names_in(state))
    assert {each for each in account if each[0] != "aws-managed-key"} == {each for each in state_only if each[0] != "aws-managed-key"}
    # Only the account shows who manages the key of a table.
    assert {status for rule, status, *_ in state_only if rule == "aws-managed-key"} == {"unknown"}
    assert {status for rule, status, *_ in account if rule == "aws-managed-key"} == {"pass"}
    assert found.returncode == of_state.returncode


def test_an_account_that_nobody_changed_has_no_drift(applied_cloud: tuple[str, Path], live: Dyncheck) -> None:
    address, state = applied_cloud
    assert [each for each in of_account(live, address, state) if each[0] == "drift"] == []


def recovery(is_on: bool) -> Call:
    specification = {"PointInTimeRecoveryEnabled": is_on}
    return "dynamodb", "update_continuous_backups", {"TableName": "dev-products", "PointInTimeRecoverySpecification": specification}


def time_to_live(is_on: bool) -> Call:
    specification = {"Enabled": is_on, "AttributeName": "expires_at"}
    return "dynamodb", "update_time_to_live", {"TableName": "dev-sessions", "TimeToLiveSpecification": specification}


def protection(is_on: bool) -> Call:
    return "dynamodb", "update_table", {"TableName": "dev-products", "DeletionProtectionEnabled": is_on}


def untagged() -> Call:
    return "dynamodb", "untag_resource", {"ResourceArn": PRODUCTS, "TagKeys": ["Type"]}


def tagged() -> Call:
    return "dynamodb", "tag_resource", {"ResourceArn": PRODUCTS, "Tags": [{"Key": "Type", "Value": "DynamoDB"}]}


def alarm(**changed: Any) -> Call:
    as_applied = {
        "AlarmName": READS,
        "Namespace": "AWS/DynamoDB",
        "MetricName": "ReadThrottleEvents",
        "Dimensions": [{"Name": "TableName", "Value": "dev-products"}],
        "Statistic": "Sum",
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 0.0,
        "Period": 300,
        "EvaluationPeriods": 2,
        "TreatMissingData": "notBreaching",
        "ActionsEnabled": True,
        "AlarmActions": [TOPIC],
    }
    return "cloudwatch", "put_metric_alarm", as_applied | changed


def no_alarm() -> Call:
    return "cloudwatch", "delete_alarms", {"AlarmNames": [READS]}


def no_table() -> Call:
    return "dynamodb", "delete_table", {"TableName": "number-products"}


def same_table() -> Call:
    keys = [{"AttributeName": "id", "KeyType": "HASH"}]
    attributes = [{"AttributeName": "id", "AttributeType": "N"}]
    return (
        "dynamodb",
        "create_table",
        {"TableName": "number-products", "KeySchema": keys, "AttributeDefinitions": attributes, "BillingMode": "PAY_PER_REQUEST"},
    )


class ByHand(NamedTuple):
    """What somebody does by hand, what takes it back, and the findings that it makes."""

    what: str
    done: Call
    undone: Call
    findings: set[tuple[str, str, str]]


def drift(of: str, name: str, path: str, found: str, expected: str) -> tuple[str, str, str]:
    return ("drift", name, f"The account differs from module.dynamodb.{of}: {path} is {found}; expected {expected}")


TABLE, ALARM = "aws_dynamodb_table.products", "aws_cloudwatch_metric_alarm.products_read_throttle"
RECOVERY_OFF = {
    drift(TABLE, "dev-products", "point_in_time_recovery.enabled", "false", "true"),
    ("no-point-in-time-recovery", "dev-products", "Point-in-time recovery is off: point_in_time_recovery.enabled is false; expected true"),
}
BY_HAND = (
    ByHand("recovery is off", recovery(is_on=False), recovery(is_on=True), RECOVERY_OFF),
    ByHand(
        "time to live is off",
        time_to_live(is_on=False),
        time_to_live(is_on=True),
        {
            drift("aws_dynamodb_table.sessions", "dev-sessions", "ttl.enabled", "false", "true"),
            ("missing-ttl", "dev-sessions", "Time to live is off: ttl.enabled is false; expected true"),
        },
    ),
    ByHand(
        "protection is on",
        protection(is_on=True),
        protection(is_on=False),
        {drift(TABLE, "dev-products", "deletion_protection_enabled", "true", "false")},
    ),
    ByHand(
        "a tag is removed",
        untagged(),
        tagged(),
        {
            drift(TABLE, "dev-products", 'tags["Type"]', "not set", '"DynamoDB"'),
            ("missing-tags", "dev-products", 'Tag "Type" is missing: tags["Type"] is not set; expected "DynamoDB"'),
        },
    ),
    ByHand(
        "an alarm has no actions",
        alarm(ActionsEnabled=False),
        alarm(),
        {
            drift(ALARM, READS, "actions_enabled", "false", "true"),
            ("silent-alarm", READS, "Alarm actions are disabled: actions_enabled is false; expected true"),
        },
    ),
    ByHand(
        "an alarm is on another table",
        alarm(Dimensions=[{"Name": "TableName", "Value": "dev-sessions"}]),
        alarm(),
        {
            drift(ALARM, READS, "dimensions", '{ TableName = "dev-sessions" }', '{ TableName = "dev-products" }'),
            ("no-throttle-alarm", "dev-products", "No alarm fires on ReadThrottleEvents of this table"),
        },
    ),
    ByHand(
        "an alarm is deleted",
        no_alarm(),
        alarm(),
        {
            ("drift", f"module.dynamodb.{ALARM}", f'The account has no alarm "{READS}"'),
            ("no-throttle-alarm", "dev-products", "No alarm fires on ReadThrottleEvents of this table"),
        },
    ),
    ByHand(
        "a table is deleted",
        no_table(),
        same_table(),
        {("drift", "aws_dynamodb_table.number", 'The account has no table "number-products"')},
    ),
)


@pytest.mark.parametrize("by_hand", BY_HAND, ids=[each.what for each in BY_HAND])
def test_what_was_changed_by_hand_is_found_and_is_drift(by_hand: ByHand, applied_cloud: tuple[str, Path], live: Dyncheck) -> None:
    address, state = applied_cloud
    before = of_account(live, address, state)
    made(address, by_hand.done)
    try:
        found = of_account(live, address, state)
    finally:
        made(address, by_hand.undone)
    assert {*found} - {*before} == by_hand.findings


def test_encryption_that_was_switched_off_is_found_and_is_drift(applied_cloud: tuple[str, Path], live: Dyncheck) -> None:
    """moto ignores a change of the encryption, so the answer is changed on its way."""
    address, state = applied_cloud

    def without_encryption(request: Request) -> tuple[int, str] | None:
        if request.action != "dynamodb:DescribeTable" or "dev-products" not in request.body:
            return None
        described = client(address).describe_table(TableName="dev-products")["Table"]
        return 200, json.dumps(
            {"Table": {key: value for key, value in described.items() if key not in ("SSEDescription", "CreationDateTime")}}
        )

    before = of_account(live, address, state)
    with proxy(address) as asked:
        asked.answer = without_encryption
        found = of_account(live, asked.address, state)
    assert {*found} - {*before} == {
        drift(TABLE, "dev-products", "server_side_encryption.enabled", "false", "true"),
        (
            "unencrypted-table",
            "dev-products",
            "Encryption with a KMS key is off: server_side_encryption.enabled is not set; expected true",
        ),
    }


REPORT = """\
aws:123456789012: capture

warning  drift: The account differs from
         module.dynamodb.aws_dynamodb_table.products
         arn:aws:dynamodb:us-east-1:123456789012:table/dev-products
         found:    point_in_time_recovery.enabled is false
         expected: true

Contracts: products on 3 tables; sessions on 1 table; none on 1 table.
5 tables, 2 alarms, 7 checks: 1 warning
Exit code 1: 1 warning.
"""


def test_after_a_change_by_hand_the_report_names_the_table_the_attribute_and_the_drift(
    applied_cloud: tuple[str, Path], live: Dyncheck
) -> None:
    address, state = applied_cloud
    made(address, recovery(is_on=False))
    try:
        done = live(address, "live", "--region", "us-east-1", "--against", str(state), "--select", "drift", "--fail-on", "warning")
    finally:
        made(address, recovery(is_on=True))
    assert done.returncode == 1
    assert done.stdout.decode() == REPORT


def test_a_topic_that_is_gone_is_found_although_the_state_has_its_arn(applied_cloud: tuple[str, Path], live: Dyncheck) -> None:
    address, state = applied_cloud
    before = of_account(live, address, state)
    made(address, ("sns", "delete_topic", {"TopicArn": TOPIC}))
    try:
        found = of_account(live, address, state)
    finally:
        create_topic(address)
    message = f'The topic of the alarm does not exist: alarm_actions is "{TOPIC}"; expected a topic that exists'
    assert {*found} - {*before} == {("silent-alarm", READS, message), ("silent-alarm", READS.replace("read", "write"), message)}


def test_no_call_is_made_that_the_policy_does_not_allow(applied_cloud: tuple[str, Path], live: Dyncheck) -> None:
    address, _ = applied_cloud
    allowed = json.loads((ROOT / "docs" / "live" / "policy.json").read_text())["Statement"][0]["Action"]
    with proxy(address) as asked:
        live(asked.address, "live", "--region", "us-east-1")
        live(asked.address, "capture", "--all-regions", "-o", "capture.json")
    # Everybody may ask who he is.
    assert asked.actions <= {*allowed, "sts:GetCallerIdentity"}
    # moto knows no mute rules and has no rule of EventBridge here.
    assert {*allowed} - asked.actions == {"cloudwatch:GetAlarmMuteRule", "events:ListTargetsByRule"}
