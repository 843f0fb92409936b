"""A strict run: what was not checked, no check at all, and an unknown result of severity error end in exit code 3."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Dyncheck
from tests.support.paths import PLANS

TABLE = """\
resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery {
    enabled = %s
  }
}
"""
STACK = 'variable "body" {}\nresource "aws_cloudformation_stack" "tables" {\n  name          = "tables"\n  template_body = var.body\n}\n'
RECOVERY = ("--select", "no-point-in-time-recovery")


def write(directory: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)


@pytest.mark.parametrize(
    ("files", "options", "reasons"),
    [
        ({"main.tf": TABLE % "true"}, RECOVERY, []),
        ({"main.tf": TABLE % "false"}, RECOVERY, []),
        (
            {"main.tf": TABLE % "true" + STACK},
            RECOVERY,
            ["--strict: 1 part of the inputs was not checked: aws_cloudformation_stack.tables."],
        ),
        (
            {"main.tf": TABLE % "true"},
            ("--select", "missing-index"),
            ["--strict: no rule applies to anything in the inputs, so nothing was checked."],
        ),
        (
            {"main.tf": "locals {}\n"},
            ("--allow-empty",),
            ["--strict: no rule applies to anything in the inputs, so nothing was checked."],
        ),
        (
            {"main.tf": TABLE % "var.recovery" + 'variable "recovery" {}\n'},
            RECOVERY,
            ["--strict: 1 result of severity error is unknown: no-point-in-time-recovery on aws_dynamodb_table.orders."],
        ),
        ({"main.tf": TABLE % "true", "old/main.tf": "resource {\n"}, (*RECOVERY, "--exclude", "old"), []),
    ],
    ids=["a pass", "a finding", "a stack", "no subject", "no table", "an unknown", "an excluded directory"],
)
def test_what_a_strict_run_does_not_accept(
    files: dict[str, str], options: tuple[str, ...], reasons: list[str], dyncheck: Dyncheck, tmp_path: Path
) -> None:
    write(tmp_path, files)
    done, lenient = dyncheck(".", "--strict", "--format", "json", *options), dyncheck(".", *options)
    assert json.loads(done.stdout).get("errors", []) == reasons
    assert done.stderr.decode() == "".join(f"dyncheck: {reason}\n" for reason in reasons)
    assert (done.returncode, lenient.returncode) == (3 if reasons else lenient.returncode, 1 if "false" in files["main.tf"] else 0)


def test_a_directory_that_cannot_be_read_is_not_checked(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"live/main.tf": TABLE % "true", "old/main.tf": "resource {\n"})
    report = json.loads(dyncheck(".", "--strict", "--format", "json", *RECOVERY).stdout)
    assert [(each["path"], each["state"]) for each in report["directories"]] == [("live", "checked"), ("old", "not checked")]
    assert [each["path"] for each in report["not_checked"]] == ["old"]
    assert report["errors"][-1] == "--strict: 1 directory was not checked: old."


def test_the_last_lines_of_the_text_say_why(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": TABLE % "var.recovery" + 'variable "recovery" {}\n'})
    why = ["--strict: 1 result of severity error is unknown: no-point-in-time-recovery on", "aws_dynamodb_table.orders."]
    for options, last in (((), [*why, "Exit code 3: not everything could be checked."]), (("--quiet",), why)):
        done = dyncheck(".", "--strict", *RECOVERY, *options)
        lines = done.stdout.decode().splitlines()
        assert (lines[-len(last) :], done.stderr, done.returncode) == (last, b"", 3)


def test_a_partial_plan_is_not_checked_as_a_whole(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes((PLANS / "change_target.json").read_bytes())
    done = dyncheck("plan.json", "--strict", "--format", "json", *RECOVERY)
    report = json.loads(done.stdout)
    why = "the plan is partial, so dyncheck did not check what is outside it"
    assert report["inputs"][0]["not_checked"] == [{"path": "plan.json", "reason": why}]
    assert (report["errors"], done.returncode) == (["--strict: 1 part of the inputs was not checked: plan.json."], 3)


def test_an_unknown_of_the_baseline_is_accepted(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": TABLE % "var.recovery" + 'variable "recovery" {}\n'})
    (tmp_path / "before.json").write_bytes(dyncheck(".", "--format", "json", *RECOVERY).stdout)
    assert dyncheck(".", "--strict", "--baseline", "before.json", *RECOVERY).returncode == 0


def test_changed_files_without_a_table_are_accepted(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": "locals {}\n"})
    assert dyncheck("--changed", "--allow-empty", "--strict", "main.tf").returncode == 0


@pytest.mark.parametrize(
    ("configured", "options", "code"),
    [("true", (), 3), ("true", ("--no-strict",), 0), ("false", ("--strict",), 3), ("false", (), 0)],
)
def test_the_command_line_goes_before_the_configuration(
    configured: str, options: tuple[str, ...], code: int, dyncheck: Dyncheck, tmp_path: Path
) -> None:
    write(tmp_path, {"main.tf": TABLE % "true", ".dyncheck.yaml": f"strict: {configured}\n"})
    assert dyncheck(".", "--select", "missing-index", *options).returncode == code


ALARM = """\
resource "aws_cloudwatch_metric_alarm" "reads" {
  alarm_name          = "reads"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 1
  dimensions          = { TableName = "orders" }
}
"""


def test_a_root_module_with_only_alarms_is_checked(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": ALARM})
    done = dyncheck(".", "--strict", "--select", "dead-alarm")
    expected = ".: hcl\n\nChecked 1 root module (1 file).\n0 tables, 1 alarm, 1 check: no findings\nExit code 0: no errors.\n"
    assert (done.stdout.decode(), done.stderr, done.returncode) == (expected, b"", 0)
