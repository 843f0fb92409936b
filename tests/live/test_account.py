"""`dyncheck capture` and `dyncheck live` on a local cloud that answers as a large, slow, closed or half-open account does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Dyncheck
from tests.live.conftest import CREDENTIALS, client, create_table
from tests.support.cloud import Proxy, Request, proxy

EAST = ("--region", "us-east-1")


def refused(code: str, message: str = "no") -> tuple[int, str]:
    """An error as services with JSON answer it."""
    return 400, json.dumps({"__type": f"com.amazonaws#{code}", "message": message})


def refused_as_xml(code: str) -> tuple[int, str]:
    """An error as STS answers it."""
    return 403, f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"


def captured(tmp_path: Path) -> dict[str, Any]:
    """The capture that a test wrote."""
    found: dict[str, Any] = json.loads((tmp_path / "capture.json").read_text())
    return found


def said(done: Any) -> str:
    """What a run wrote to standard error."""
    text: str = done.stderr.decode()
    return text


def unknown(done: Any) -> list[tuple[str, str]]:
    """Rule and message of each result that is unknown."""
    return [(each["rule"], each["message"]) for each in json.loads(done.stdout)["results"] if each["status"] == "unknown"]


@pytest.mark.parametrize("number", [110, pytest.param(300, marks=pytest.mark.thorough)])
def test_all_tables_of_several_pages_are_captured_although_some_calls_are_throttled(
    number: int, moto: str, live: Dyncheck, tmp_path: Path
) -> None:
    names = [f"dev-{each:03}" for each in range(number)]
    for name in names:
        create_table(moto, name)
    throttled: set[str] = set()

    def first_refuses(request: Request) -> tuple[int, str] | None:
        if request.action != "dynamodb:DescribeTimeToLive" or request.number % 10 or request.body in throttled:
            return None
        throttled.add(request.body)
        return refused("ThrottlingException", "Rate exceeded")

    with proxy(moto) as asked:
        asked.answer = first_refuses
        done = live(asked.address, "capture", *EAST, "-o", "capture.json", AWS_MAX_ATTEMPTS="3")
    assert done.returncode == 0, said(done)
    calls = captured(tmp_path)["calls"]
    for operation in ("DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups"):
        answered = [each["parameters"]["TableName"] for each in calls if each["operation"] == operation and each["answer"]]
        assert answered == names, operation
    assert sum(each.action == "dynamodb:ListTables" for each in asked.requests) == -(-number // 100)
    assert len(throttled) >= number // 20
    assert f"has {number} tables and 0 alarms of the account 123456789012 in us-east-1." in said(done)


def test_what_may_not_be_asked_is_unknown_with_the_permission(moto: str, live: Dyncheck) -> None:
    create_table(moto, "dev-orders")
    with proxy(moto) as asked:
        asked.answer = lambda request: refused("AccessDeniedException") if request.action == "dynamodb:DescribeContinuousBackups" else None
        done = live(asked.address, "live", *EAST, "--select", "no-point-in-time-recovery", "--format", "json")
    why = "point_in_time_recovery cannot be determined: the permission dynamodb:DescribeContinuousBackups is missing in us-east-1"
    assert unknown(done) == [("no-point-in-time-recovery", why)]
    assert done.returncode == 0


def test_a_table_that_is_deleted_between_two_calls_is_left_out_and_named(moto: str, live: Dyncheck) -> None:
    create_table(moto, "dev-gone")
    create_table(moto, "dev-orders")

    def delete_first(request: Request) -> None:
        if request.action == "dynamodb:DescribeTable" and "dev-gone" in request.body:
            client(moto).delete_table(TableName="dev-gone")

    with proxy(moto) as asked:
        asked.answer = delete_first
        done = live(asked.address, "live", *EAST, "--select", "unencrypted-table", "--format", "json")
    report = json.loads(done.stdout)
    assert [each["address"].rpartition("/")[2] for each in report["results"]] == ["dev-orders"]
    assert "The table dev-gone in us-east-1 was deleted while the account was captured." in report["inputs"][0]["notices"]


def test_a_table_that_is_deleted_after_it_was_described_has_unknown_protections(moto: str, live: Dyncheck) -> None:
    create_table(moto, "dev-gone")

    def delete_first(request: Request) -> None:
        if request.action == "dynamodb:DescribeContinuousBackups":
            client(moto).delete_table(TableName="dev-gone")

    with proxy(moto) as asked:
        asked.answer = delete_first
        done = live(asked.address, "live", *EAST, "--select", "no-point-in-time-recovery", "--format", "json")
    why = "dynamodb:DescribeContinuousBackups does not find it in us-east-1; it is not ready yet, or was deleted"
    assert unknown(done) == [("no-point-in-time-recovery", f"point_in_time_recovery cannot be determined: {why}")]


def test_a_region_that_is_switched_off_is_no_region_without_tables(moto: str, live: Dyncheck) -> None:
    create_table(moto, "dev-orders")
    with proxy(moto) as asked:
        asked.answer = lambda request: refused("UnrecognizedClientException") if request.region == "eu-south-1" else None
        done = live(asked.address, "live", *EAST, "--region", "eu-south-1", "--select", "unencrypted-table", "--format", "json")
    assert done.returncode == 3
    assert said(done) == (
        "dyncheck: The tables in eu-south-1 are not all known: the region eu-south-1 does not accept the credentials "
        "(dynamodb:ListTables: UnrecognizedClientException); it may be switched off. Capture it again, or without this region.\n"
    )
    assert json.loads(done.stdout)["inputs"][0]["tables"] == 1


def test_a_service_that_cannot_be_reached_is_no_service_without_tables(moto: str, live: Dyncheck) -> None:
    done = live(moto, "live", *EAST, "--format", "json", AWS_ENDPOINT_URL_DYNAMODB="http://127.0.0.1:1")
    assert done.returncode == 3
    assert "the region us-east-1 cannot be reached (dynamodb:ListTables: EndpointConnectionError)" in said(done)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("ExpiredToken", "The credentials for AWS have expired. Sign in again."),
        (
            "InvalidClientTokenId",
            "AWS does not say whose account it is in us-east-1: it does not accept the credentials (InvalidClientTokenId). "
            "Choose others with --profile, or a region that is switched on.",
        ),
    ],
)
@pytest.mark.parametrize("command", ["live", "capture"])
def test_credentials_that_are_refused_end_the_run_in_a_sentence(command: str, code: str, sentence: str, moto: str, live: Dyncheck) -> None:
    with proxy(moto) as asked:
        asked.answer = lambda request: refused_as_xml(code) if request.action.startswith("sts:") else None
        done = live(asked.address, command, *EAST)
    assert (done.returncode, done.stdout, said(done)) == (2, b"", f"dyncheck: {sentence}\n")


def test_without_credentials_a_sentence_says_so(live: Dyncheck, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setitem(CREDENTIALS, name, "")
    done = live("http://127.0.0.1:1", "live", *EAST)
    assert (done.returncode, said(done)) == (2, "dyncheck: There are no credentials for AWS. Sign in, or name a profile with --profile.\n")


def test_without_a_region_a_sentence_says_so(live: Dyncheck) -> None:
    done = live("http://127.0.0.1:1", "capture")
    assert (done.returncode, said(done)) == (
        2,
        "dyncheck: No region is given. Name one with --region, or set AWS_REGION.\n",
    )


def test_a_directory_with_the_name_of_the_command_is_pointed_at(live: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "live").mkdir()
    done = live("http://127.0.0.1:1", "live", cwd=tmp_path)
    assert (done.returncode, said(done)) == (
        2,
        "dyncheck: No region is given. Name one with --region, or set AWS_REGION. To check the directory live, write ./live.\n",
    )


def test_a_profile_that_does_not_exist_is_named(live: Dyncheck) -> None:
    done = live("http://127.0.0.1:1", "capture", *EAST, "--profile", "prod")
    assert (done.returncode, said(done)) == (
        2,
        "dyncheck: There is no session with AWS: The config profile (prod) could not be found.\n",
    )


def test_a_role_is_assumed_for_the_calls(moto: str, live: Dyncheck) -> None:
    role = "arn:aws:iam::210987654321:role/reader"
    with proxy(moto) as asked:
        done = live(asked.address, "capture", *EAST, "-o", "capture.json", "--role-arn", role)
    assert done.returncode == 0, said(done)
    assert "sts:AssumeRole" in asked.actions
    assert "the account 210987654321" in said(done)


@pytest.mark.parametrize("command", ["live", "capture"])
def test_without_boto3_a_sentence_says_what_to_install(command: str, tmp_path: Path) -> None:
    run = f"import sys; sys.modules['boto3'] = None; sys.argv = ['dyncheck', {command!r}, '--region', 'us-east-1']\n"
    done = subprocess.run(
        [sys.executable, "-c", run + "from dyncheck.cli.main import main; main()"], cwd=tmp_path, capture_output=True, check=False
    )
    assert (done.returncode, said(done)) == (2, 'dyncheck: This command needs boto3. Install it with `pip install "dyncheck[live]"`.\n')


def test_all_regions_that_are_switched_on_are_asked(moto: str, live: Dyncheck, tmp_path: Path) -> None:
    create_table(moto, "dev-orders", "eu-west-1")
    done = live(moto, "capture", "--all-regions", "-o", "capture.json")
    assert done.returncode == 0, said(done)
    regions = captured(tmp_path)["regions"]
    assert {"us-east-1", "eu-west-1"} < {*regions}
    assert f"has 1 table and 0 alarms of the account 123456789012 in {len(regions)} regions." in said(done)


def test_only_tables_with_a_fitting_name_are_asked_for(moto: str, live: Dyncheck, tmp_path: Path) -> None:
    for name in ("dev-orders", "prod-orders"):
        create_table(moto, name)
    live(moto, "capture", *EAST, "--table", "prod-*", "-o", "capture.json")
    described = [each["parameters"]["TableName"] for each in captured(tmp_path)["calls"] if each["operation"] == "DescribeTable"]
    assert described == ["prod-orders"]


def test_a_capture_has_no_credentials_and_no_addresses_of_subscribers(moto: str, live: Dyncheck, tmp_path: Path) -> None:
    create_table(moto, "dev-orders")
    sns = client(moto, "sns")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="somebody@example.com")
    client(moto, "cloudwatch").put_metric_alarm(
        AlarmName="reads",
        AlarmDescription="the password is swordfish",
        Namespace="AWS/DynamoDB",
        MetricName="ReadThrottleEvents",
        Dimensions=[{"Name": "TableName", "Value": "dev-orders"}],
        Statistic="Sum",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=0,
        Period=300,
        EvaluationPeriods=1,
        AlarmActions=[topic],
    )
    live(moto, "capture", *EAST, "-o", "capture.json", AWS_SECRET_ACCESS_KEY="swordfish")
    text = (tmp_path / "capture.json").read_text()
    assert "ListSubscriptionsByTopic" in text
    assert "somebody@example.com" not in text
    assert "swordfish" not in text


@pytest.mark.parametrize("command", ["capture", "live"])
def test_control_c_leaves_what_was_captured_usable(command: str, moto: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    for number in range(60):
        create_table(moto, f"dev-{number:02}")
    options = ("-o", "capture.json") if command == "capture" else ("--format", "json", "--output", "report.json")
    with proxy(moto) as asked:
        running = subprocess.Popen(
            [sys.executable, "-m", "dyncheck", command, *EAST, *options],
            cwd=tmp_path,
            env=os.environ | CREDENTIALS | {"AWS_ENDPOINT_URL": asked.address},
            stderr=subprocess.PIPE,
        )
        _wait_for(asked, "dynamodb:DescribeContinuousBackups", 15)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=30)
    assert running.returncode == 130, errors.decode()
    assert b"Traceback" not in errors
    if command == "live":
        report = json.loads((tmp_path / "report.json").read_text())
        assert report["inputs"][0]["tables"] == 60
        assert "The capture was interrupted, so what it had not asked for yet is unknown." in report["inputs"][0]["notices"]
        return
    assert captured(tmp_path)["complete"] is False
    done = dyncheck("capture.json", "--select", "no-point-in-time-recovery", "--format", "json")
    found = [each["status"] for each in json.loads(done.stdout)["results"]]
    assert len(found) == 60
    assert {*found} == {"fail", "unknown"}


def _wait_for(asked: Proxy, action: str, number: int) -> None:
    for _ in range(600):
        if sum(each.action == action for each in asked.requests) >= number:
            return
        time.sleep(0.05)
    raise TimeoutError(f"{action} was not called {number} times: {asked.actions}")
