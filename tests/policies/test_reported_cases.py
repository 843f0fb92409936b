"""Small inputs after public reports of what checks of tables get wrong: the results that matter, on the plan and on the files.

`reported_cases.jsonl.xz` has the Terraform files of each case and the plan that Terraform made of them, where there is one.
"""

from __future__ import annotations

import json
import lzma
from functools import cache
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.json import Decoder

import dyncheck
from dyncheck.findings import Report, Status
from tests.support.paths import POLICIES


class Case(Struct, frozen=True):
    """One case: its files by name, and its plan, empty where the provider refuses the files."""

    name: str
    files: dict[str, str]
    plan: str


@cache
def cases() -> dict[str, Case]:
    """Every case by its name."""
    text = lzma.decompress((POLICIES / "reported_cases.jsonl.xz").read_bytes())
    return {case.name: case for case in map(Decoder(Case).decode, text.splitlines())}


# Errors and warnings, and the notes that the case is about: rule, the name of the resource, status.
Rows = set[tuple[str, str, str]]

UNPROTECTED_REPLICA: Rows = {
    ("aws-managed-key", "products", "fail"),
    ("invalid-table", "products", "fail"),
    ("no-deletion-protection", "products", "fail"),
    ("no-point-in-time-recovery", "products", "fail"),
    ("unwatched-replica", "products", "fail"),
}
KEYS_OF_AWS: Rows = {("aws-managed-key", name, "fail") for name in ("branch", "cond", "nullbranch", "one", "try")}
ALARMS_OF_TEN_SECONDS: Rows = {
    ("dead-alarm", "read", "fail"),
    ("dead-alarm", "write", "fail"),
    ("no-throttle-alarm", "products", "fail"),
}
RESTORED: Rows = {(rule, "restored", "unknown") for rule in ("attribute-mismatch", "capacity-mismatch", "invalid-table")}

# By the case and the input: the rules that are compared, empty for all at or above a warning, and the results that are not a pass.
EXPECTED: dict[tuple[str, str], tuple[set[str], Rows]] = {
    ("alarm_period_ten", "files"): (set(), ALARMS_OF_TEN_SECONDS),
    ("alarm_period_ten", "plan"): (set(), ALARMS_OF_TEN_SECONDS),
    ("alarms_only", "plan"): (set(), {("dead-alarm", "a", "fail"), ("silent-alarm", "a", "fail")}),
    ("alarms_only", "files"): (set(), {("dead-alarm", "a", "fail"), ("silent-alarm", "a", "fail")}),
    ("eventbridge_notifies", "files"): ({"silent-alarm"}, set()),
    ("eventbridge_notifies", "plan"): ({"silent-alarm"}, set()),
    ("ignore_changes_all", "files"): (
        {"no-point-in-time-recovery", "unencrypted-table", "dead-alarm", "silent-alarm"},
        {
            ("dead-alarm", "w", "unknown"),
            ("no-point-in-time-recovery", "d", "unknown"),
            ("silent-alarm", "w", "unknown"),
            ("unencrypted-table", "d", "unknown"),
        },
    ),
    ("ignore_changes_all", "plan"): (
        {"no-point-in-time-recovery", "unencrypted-table", "dead-alarm", "silent-alarm"},
        {
            ("dead-alarm", "w", "fail"),
            ("no-point-in-time-recovery", "d", "fail"),
            ("silent-alarm", "w", "fail"),
            ("unencrypted-table", "d", "fail"),
        },
    ),
    ("index_two_hash_keys", "plan"): (set(), {("unserved-access", "products", "fail"), ("wrong-index", "products", "fail")}),
    ("kms_key_destroyed", "plan"): ({"aws-managed-key", "key-destroyed"}, {("key-destroyed", "products", "fail")}),
    ("kms_key_not_the_one_used", "files"): ({"aws-managed-key"}, KEYS_OF_AWS),
    ("kms_key_not_the_one_used", "plan"): ({"aws-managed-key"}, KEYS_OF_AWS),
    ("metric_math_headroom", "files"): ({"dead-alarm", "no-throttle-alarm", "silent-alarm"}, {("silent-alarm", "t", "fail")}),
    ("metric_math_headroom", "plan"): ({"dead-alarm", "no-throttle-alarm", "silent-alarm"}, {("silent-alarm", "t", "fail")}),
    ("pitr_unknown_update", "plan"): (
        {"no-point-in-time-recovery", "protection-removed"},
        {
            ("no-point-in-time-recovery", "pitr_dynamic_unknown", "unknown"),
            ("protection-removed", "pitr_dynamic_unknown", "unknown"),
        },
    ),
    ("projection_all_lower_case", "files"): ({"invalid-table"}, {("invalid-table", "t", "fail")}),
    ("refresh_only_drift", "plan"): ({"protection-removed"}, {("protection-removed", "products", "fail")}),
    ("replica_block_removed", "plan"): (set(), {("replica-removed", "products", "fail")}),
    ("replica_unprotected", "files"): ({rule for rule, _, _ in UNPROTECTED_REPLICA}, UNPROTECTED_REPLICA),
    ("replica_unprotected", "plan"): ({rule for rule, _, _ in UNPROTECTED_REPLICA}, UNPROTECTED_REPLICA),
    ("restored_table", "files"): (set(), RESTORED),
    ("restored_table", "plan"): (set(), RESTORED),
    ("stream_view_type_changed", "plan"): (set(), {("protection-removed", "products", "fail")}),
    ("tag_resource", "files"): (set(), {("missing-tags", "products", "fail")}),
    ("tag_resource", "plan"): (set(), {("missing-tags", "products", "fail")}),
    ("topic_in_another_region", "files"): (set(), {("silent-alarm", "throttle", "fail")}),
    ("topic_in_another_region", "plan"): (set(), {("silent-alarm", "throttle", "fail")}),
    ("to_ondemand", "plan"): ({"capacity-mismatch", "invalid-table"}, set()),
    ("ttl_without_attribute", "files"): ({"invalid-table"}, {("invalid-table", "t", "fail")}),
}


def report_of(case: Case, mode: str, directory: Path) -> Report:
    """The report of a case on its plan, which has its files beside it, or on the files."""
    for name, text in case.files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    if mode == "files":
        return dyncheck.check(directory)
    plan = directory / "plan.json"
    plan.write_text(case.plan)
    return dyncheck.check(plan)


@pytest.mark.usefixtures("on_every_rule")
@pytest.mark.parametrize(("name", "mode"), EXPECTED, ids=[f"{name}-{mode}" for name, mode in EXPECTED])
def test_a_reported_case_has_the_right_results(name: str, mode: str, tmp_path: Path) -> None:
    rules, expected = EXPECTED[(name, mode)]
    found = {
        (result.rule, result.address.rpartition(".")[2].partition("[")[0], result.status.value)
        for result in report_of(cases()[name], mode, tmp_path).results
        if result.status is not Status.PASS and (result.rule in rules if rules else result.severity.value != "note")
    }
    assert found == expected


@pytest.mark.parametrize("mode", ["plan", "files"])
def test_tables_that_other_resource_types_make_are_named_as_not_checked(mode: str, tmp_path: Path) -> None:
    (checked,) = report_of(cases()["table_by_cloudformation"], mode, tmp_path).inputs
    assert [notice for notice in checked.notices if "not checked" in notice] == [
        "aws_cloudformation_stack.s was not checked: dyncheck does not read the DynamoDB tables in its template.",
        "aws_dynamodb_global_table.g was not checked: dyncheck does not read global tables of version 2017.11.29.",
    ]


@pytest.mark.usefixtures("on_every_rule")
@pytest.mark.parametrize("mode", ["plan", "files"])
def test_composite_alarms_notify_of_the_alarms_that_can_raise_them(mode: str, tmp_path: Path) -> None:
    report = report_of(cases()["composite_rules"], mode, tmp_path)
    silent = {result.address: result.status for result in report.results if result.rule == "silent-alarm"}
    assert silent == {
        f'aws_cloudwatch_metric_alarm.r["{name}"]': Status.PASS if is_heard else Status.FAIL
        for name, is_heard in {
            "andnot": False,
            "arn": False,
            "atleast": True,
            "nested": True,
            "not2sp": False,
            "notparen": False,
            "okonly": False,
            "percent": True,
            "plain": True,
        }.items()
    } | {"aws_sns_topic.t": Status.FAIL}


def test_every_case_is_used() -> None:
    assert {name for name, _ in EXPECTED} | {"composite_rules", "table_by_cloudformation"} == cases().keys()
    assert all(json.loads(case.plan) for case in cases().values() if case.plan)
