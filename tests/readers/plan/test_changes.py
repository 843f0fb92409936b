"""Plans of changes to applied resources, and a state. Each test compares the results with those of a plan without changes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

import dyncheck
from dyncheck.errors import InputError
from dyncheck.findings import Status
from dyncheck.rule import Severity
from tests.support.paths import PLANS

Findings = set[tuple[str, str, str, str]]

PRODUCTS, SESSIONS = (f"module.dynamodb.aws_dynamodb_table.{name}" for name in ("products", "sessions"))


def findings_of(name: str) -> Findings:
    """The rule, status, address and attribute of each finding on a plan."""
    report = dyncheck.check(PLANS / name)
    return {(each.rule, each.status.value, each.address, each.attribute) for each in report.results if each.status is not Status.PASS}


def notices(name: str) -> tuple[str, ...]:
    """The notices about a plan."""
    return dyncheck.check(PLANS / name).inputs[0].notices


def on(address: str, found: Findings) -> Findings:
    """The results of one resource."""
    return {finding for finding in found if finding[2] == address}


@cache
def before() -> Findings:
    """The findings on the plan without changes."""
    return findings_of("change_none.json")


def key_on(status: str, *tables: str) -> Findings:
    """The findings on the key: the simulated cloud does not hide the ARN of the AWS managed key, so only a new table shows it."""
    return {("aws-managed-key", status, table, "server_side_encryption.kms_key_arn") for table in tables}


ADDED: dict[str, Findings] = {
    "update": {
        (rule, "fail", table, "point_in_time_recovery.enabled")
        for rule in ("no-point-in-time-recovery", "protection-removed")
        for table in (PRODUCTS, SESSIONS)
    },
    "block_removed": set(),
    "rename": {
        *(("table-replacement", "fail", table, "name") for table in (PRODUCTS, SESSIONS)),
        *(("aws-managed-key", "fail", table, "server_side_encryption.kms_key_arn") for table in (PRODUCTS, SESSIONS)),
        # The destroyed tables use the AWS managed key, but a state shows it like any other key.
        *(("protection-removed", "unknown", table, "server_side_encryption.kms_key_arn") for table in (PRODUCTS, SESSIONS)),
    },
    "replace": {("table-replacement", "fail", "aws_dynamodb_table.text", "")},
    "key_types": {
        ("attribute-mismatch", "fail", "aws_dynamodb_table.number", 'attribute["id"].type'),
        ("attribute-mismatch", "fail", "aws_dynamodb_table.text", 'attribute["id"].type'),
        ("wrong-primary-key", "fail", "aws_dynamodb_table.number", 'attribute["id"].type'),
    },
    "on_demand": {("capacity-mismatch", "unknown", "aws_dynamodb_table.orders", "read_capacity")},
}


@pytest.mark.parametrize("change", ADDED, ids=lambda change: change.replace("_", " "))
def test_change_adds_only_the_findings_it_causes(change: str) -> None:
    found, gone = findings_of(f"change_{change}.json"), key_on("unknown", PRODUCTS, SESSIONS) if change == "rename" else set()
    assert (found - before(), before() - found) == (ADDED[change], gone)


def test_module_has_the_same_findings_before_and_after_apply() -> None:
    before_apply, after_apply = findings_of("reference.json"), on(PRODUCTS, before()) | on(SESSIONS, before())
    keys = (key_on("fail", PRODUCTS, SESSIONS), key_on("unknown", PRODUCTS, SESSIONS))
    assert (before_apply - after_apply, after_apply - before_apply) == keys


def test_moved_resources_have_findings_at_their_new_addresses() -> None:
    def moved(finding: tuple[str, str, str, str]) -> tuple[str, str, str, str]:
        rule, status, address, attribute = finding
        return rule, status, address.replace("module.dynamodb.", "module.store."), attribute

    assert findings_of("change_moved.json") == {moved(finding) for finding in before()}


def test_table_removed_from_the_state_has_only_a_warning() -> None:
    forgotten = {("table-replacement", "fail", table, "") for table in (PRODUCTS, SESSIONS)}
    assert findings_of("change_forget.json") == before() - on(PRODUCTS, before()) - on(SESSIONS, before()) | forgotten
    report = dyncheck.check(PLANS / "change_forget.json", select=["table-replacement"])
    assert report.failures == {Severity.ERROR: 0, Severity.WARNING: 2, Severity.NOTE: 0}


def test_destroyed_table_has_only_an_error() -> None:
    gone = ("aws_dynamodb_table.number", "aws_dynamodb_table.text")
    destroyed = {("table-replacement", "fail", table, "") for table in gone}
    assert findings_of("change_removed.json") == before() - on(gone[0], before()) - on(gone[1], before()) | destroyed


def test_plan_that_destroys_everything_has_one_error_per_table() -> None:
    tables = {"aws_dynamodb_table.number", "aws_dynamodb_table.orders", "aws_dynamodb_table.text", PRODUCTS, SESSIONS}
    assert findings_of("change_destroy.json") == {("table-replacement", "fail", table, "") for table in tables}


def test_partial_plan_never_proves_that_a_resource_is_missing() -> None:
    assert findings_of("change_target.json") == {
        ("aws-managed-key", "fail", PRODUCTS, "server_side_encryption.kms_key_arn"),
        ("insensitive-alarm", "unknown", PRODUCTS, ""),
        ("no-deletion-protection", "fail", PRODUCTS, "deletion_protection_enabled"),
        ("no-throttle-alarm", "unknown", PRODUCTS, ""),
        ("protection-removed", "unknown", PRODUCTS, "server_side_encryption.kms_key_arn"),
        ("table-replacement", "fail", PRODUCTS, "name"),
        ("unwatched-index", "unknown", PRODUCTS, ""),
    }
    assert notices("change_target.json") == (
        "The plan is partial (-target, or changes deferred to a later plan). Nothing outside it was checked.",
    )


def test_required_table_is_unknown_when_the_plan_is_partial() -> None:
    report = dyncheck.check(PLANS / "change_target.json", select=["missing-table"], required=["sessions"])
    assert [(each.status, each.message) for each in report.results] == [
        (Status.UNKNOWN, "the plan is partial, so the table may exist although no checked input shows it")
    ]


@pytest.mark.parametrize(
    ("removed", "select", "reason"),
    [
        ((), ["missing-ttl"], "It destroys every table in it or removes it from the state."),
        (("resource_changes", "prior_state"), [], "It changes nothing (a refresh-only plan, or an empty configuration)."),
    ],
    ids=["everything is destroyed, and no rule on changes runs", "nothing is changed"],
)
def test_plan_without_a_table_to_check_is_refused(removed: tuple[str, ...], select: list[str], reason: str, tmp_path: Path) -> None:
    plan = json.loads((PLANS / "change_destroy.json").read_bytes())
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({key: value for key, value in plan.items() if key not in removed}))
    with pytest.raises(InputError) as refused:
        dyncheck.check(path, select=select)
    assert str(refused.value) == f"{path} has no DynamoDB table to check. {reason} If that is intended, use --allow-empty."


def test_state_has_the_same_findings_as_the_plan_without_changes() -> None:
    only_in_state = {
        # A state does not show whether the configuration or AWS set an ARN.
        ("aws-managed-key", "unknown", PRODUCTS, "server_side_encryption.kms_key_arn"),
        ("aws-managed-key", "unknown", SESSIONS, "server_side_encryption.kms_key_arn"),
    }
    in_plan = {finding for finding in before() if finding[0] != "aws-managed-key"}
    assert findings_of("state.json") == in_plan | only_in_state
