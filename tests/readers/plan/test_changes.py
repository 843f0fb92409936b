"""Plans of changes to what is applied, and a state: what each adds to the verdicts on the plan that changes nothing."""

from __future__ import annotations

from functools import cache

import pytest

import dyncheck
from dyncheck.errors import InputError
from dyncheck.findings import Status
from dyncheck.rule import Severity
from tests.support.paths import PLANS

Verdicts = set[tuple[str, str, str, str]]

PRODUCTS, SESSIONS = (f"module.dynamodb.aws_dynamodb_table.{name}" for name in ("products", "sessions"))


def verdicts(name: str) -> Verdicts:
    """Rule, status, address and attribute of every result of a plan that is not a pass."""
    report = dyncheck.check(PLANS / name)
    return {(each.rule, each.status.value, each.address, each.attribute) for each in report.results if each.status is not Status.PASS}


def notices(name: str) -> tuple[str, ...]:
    """What the user is told of how a plan was read."""
    return dyncheck.check(PLANS / name).inputs[0].notices


def on(address: str, found: Verdicts) -> Verdicts:
    """The verdicts on one resource."""
    return {verdict for verdict in found if verdict[2] == address}


@cache
def before() -> Verdicts:
    """The verdicts on the plan that changes nothing."""
    return verdicts("change_none.json")


ADDED: dict[str, Verdicts] = {
    "update": {
        (rule, "fail", table, "point_in_time_recovery.enabled")
        for rule in ("no-point-in-time-recovery", "protection-removed")
        for table in (PRODUCTS, SESSIONS)
    },
    "block_removed": set(),
    "rename": {
        *(("table-replacement", "fail", table, "name") for table in (PRODUCTS, SESSIONS)),
        # The key of the tables that go is the service's own, but a state shows it like any other.
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
def test_a_change_adds_what_it_breaks_and_nothing_else(change: str) -> None:
    found = verdicts(f"change_{change}.json")
    assert (found - before(), before() - found) == (ADDED[change], set())


def test_the_module_is_judged_the_same_before_and_after_its_apply() -> None:
    before_apply, after_apply = verdicts("reference.json"), on(PRODUCTS, before()) | on(SESSIONS, before())
    assert before_apply == after_apply


def test_moved_resources_are_judged_at_their_new_addresses() -> None:
    def moved(verdict: tuple[str, str, str, str]) -> tuple[str, str, str, str]:
        rule, status, address, attribute = verdict
        return rule, status, address.replace("module.dynamodb.", "module.store."), attribute

    assert verdicts("change_moved.json") == {moved(verdict) for verdict in before()}


def test_what_terraform_forgets_is_a_warning_and_not_judged_otherwise() -> None:
    forgotten = {("table-replacement", "fail", table, "") for table in (PRODUCTS, SESSIONS)}
    assert verdicts("change_forget.json") == before() - on(PRODUCTS, before()) - on(SESSIONS, before()) | forgotten
    report = dyncheck.check(PLANS / "change_forget.json", select=["table-replacement"])
    assert report.failures == {Severity.ERROR: 0, Severity.WARNING: 2, Severity.NOTE: 0}


def test_what_a_plan_destroys_is_an_error_and_not_judged_otherwise() -> None:
    gone = ("aws_dynamodb_table.number", "aws_dynamodb_table.text")
    destroyed = {("table-replacement", "fail", table, "") for table in gone}
    assert verdicts("change_removed.json") == before() - on(gone[0], before()) - on(gone[1], before()) | destroyed


def test_a_plan_that_destroys_everything_has_each_table_as_an_error() -> None:
    tables = {"aws_dynamodb_table.number", "aws_dynamodb_table.orders", "aws_dynamodb_table.text", PRODUCTS, SESSIONS}
    assert verdicts("change_destroy.json") == {("table-replacement", "fail", table, "") for table in tables}


def test_a_partial_plan_shows_no_absence() -> None:
    assert verdicts("change_target.json") == {
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


def test_a_table_that_a_partial_plan_leaves_out_may_still_be_there() -> None:
    report = dyncheck.check(PLANS / "change_target.json", select=["missing-table"], required=["sessions"])
    assert [(each.status, each.message) for each in report.results] == [
        (Status.UNKNOWN, "the plan is partial, so the table may exist although no checked input shows it")
    ]


@pytest.mark.parametrize(
    ("change", "select", "reason"),
    [
        ("destroy", ["missing-ttl"], "It destroys every table in it or removes it from the state."),
        (
            "refresh_only",
            [],
            "It changes nothing (a refresh-only plan, or an empty configuration). Check the state with `terraform show -json`.",
        ),
    ],
    ids=["destroy everything, and no rule on that is run", "refresh only"],
)
def test_a_plan_after_which_there_is_nothing_to_judge_is_refused(change: str, select: list[str], reason: str) -> None:
    path = PLANS / f"change_{change}.json"
    with pytest.raises(InputError) as refused:
        dyncheck.check(path, select=select)
    assert str(refused.value) == f"{path} has no DynamoDB table to check. {reason} If that is intended, use --allow-empty."


def test_a_state_is_judged_like_the_plan_that_changes_nothing() -> None:
    differing = {
        # A state does not say who wrote an ARN: Terraform's configuration, or the service.
        ("aws-managed-key", "unknown", PRODUCTS, "server_side_encryption.kms_key_arn"),
        ("aws-managed-key", "unknown", SESSIONS, "server_side_encryption.kms_key_arn"),
    }
    in_plan = {verdict for verdict in before() if verdict[0] != "aws-managed-key"}
    assert verdicts("state.json") == in_plan | differing
