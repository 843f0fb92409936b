"""The rules on changes, and the effects and notices, on real plans of every kind of change."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dyncheck.catalog.rules import all_rules
from dyncheck.checking.run import Settings, run
from dyncheck.findings import Report, Status
from dyncheck.model import without_keys
from dyncheck.reporters.effects import sentences
from dyncheck.reporters.formats import NAMES
from tests.conftest import Dyncheck
from tests.recording import changes, guarded
from tests.support.fixtures import Fixture, change_fixtures
from tests.support.paths import PLANS, REFERENCE
from tests.support.terraform import REQUIRED, Root

CACHE, SECRET, ORDERS = (f"aws_dynamodb_table.{name}" for name in ("cache", "secret", "orders"))
TOGGLED = "module.toggled.aws_dynamodb_table.this[0]"

CHANGE_RULES = {"alarm-removed", "index-removed", "protection-removed", "table-replacement"}

# Rule, status, address and attribute of each result that is not a pass.
TRIPPED: dict[str, set[tuple[str, str, str, str]]] = {
    "none": set(),
    "tainted": {("table-replacement", "fail", CACHE, "")},
    "create_before_destroy": {("table-replacement", "fail", CACHE, "name")},
    "imported": set(),
    "toggled": {("table-replacement", "fail", TOGGLED, "")},
    "toggled_moved": set(),
    # The plan is partial: other resources may exist.
    "targeted": {("alarm-removed", "unknown", "aws_cloudwatch_metric_alarm.orders", "")},
    "sensitive": {("table-replacement", "fail", SECRET, "name")},
    "drifted": set(),
    "drifted_and_left": {
        ("protection-removed", "fail", ORDERS, "deletion_protection_enabled"),
        ("protection-removed", "fail", ORDERS, "point_in_time_recovery.enabled"),
    },
}


def checked(plan: Path, source: Path | None = None) -> Report:
    """The results of the rules on changes for a plan, with or without its sources."""
    return run([str(plan)], Settings(select=tuple(sorted(CHANGE_RULES)), source=str(source or ""), allow_empty=True))


def rows(report: Report) -> set[tuple[str, str, str, str]]:
    """The results that are not a pass."""
    return {(each.rule, each.status.value, each.address, each.attribute) for each in report.results if each.status is not Status.PASS}


@pytest.mark.parametrize("change", guarded.CHANGES, ids=lambda change: change.name.replace("_", " "))
def test_a_change_has_exactly_the_expected_findings(change: guarded.Guarded) -> None:
    assert rows(checked(PLANS / f"guarded_{change.name}.json")) == TRIPPED[change.name]


def guarded_sources(change: guarded.Guarded, directory: Path) -> None:
    """The root module of a plan."""
    root = Root(directory)
    (directory / "toggled").mkdir()
    root.write("provider.tf", REQUIRED + changes.provider("http://127.0.0.1"))
    root.write("toggled/main.tf", guarded.TOGGLE)
    root.write("main.tf", change.configuration)


def base_sources(change: changes.Change, directory: Path) -> None:
    """The root module of a plan."""
    root = Root(directory)
    shutil.copytree(REFERENCE, directory / "Modules" / "dynamodb", ignore=shutil.ignore_patterns(".terraform*"))
    root.write("provider.tf", REQUIRED + changes.provider("http://127.0.0.1"))
    root.write("main.tf", change.configuration)


def fixture_sources(fixture: Fixture, directory: Path) -> None:
    """The root module of a plan."""
    root = Root(directory)
    address = "http://127.0.0.1"
    root.write("provider.tf", REQUIRED + changes.provider(address) + changes.provider(address, "us-west-2", "west"))
    root.write("main.tf", fixture.path.read_text())


SOURCES: list[Any] = [
    *(pytest.param(PLANS / f"guarded_{change.name}.json", guarded_sources, change, id=change.name) for change in guarded.CHANGES),
    *(
        pytest.param(PLANS / f"change_{change.name}.json", base_sources, change, id=f"base {change.name}")
        for change in changes.CHANGES
        if change.name not in ("errored", "refresh_only")
    ),
    *(pytest.param(fixture.plan, fixture_sources, fixture, id=fixture.path.stem) for fixture in change_fixtures()),
]


@pytest.mark.parametrize(("plan", "write", "change"), SOURCES)
def test_sources_change_no_status_and_add_lines(plan: Path, write: Callable[..., None], change: Any, tmp_path: Path) -> None:
    write(change, tmp_path)
    without, found = checked(plan), checked(plan, tmp_path)
    assert rows(found) == rows(without)
    assert not [notice for checked_input in found.inputs for notice in checked_input.notices if "sources" in notice]
    # dyncheck does not read a block that has no instance.
    blocks = {without_keys(each.address) for each in run([str(tmp_path)], Settings()).results}
    lost = [each for each in found.results if each.status is not Status.PASS and each.location is None]
    assert [each.address for each in lost if without_keys(each.address) in blocks] == []


def test_the_fix_of_a_rename_is_the_moved_block() -> None:
    (result,) = (each for each in checked(PLANS / "guarded_toggled.json").results if each.status is Status.FAIL)
    assert result.fix == (
        "moved {\n  from = module.toggled.aws_dynamodb_table.this[0]\n  to   = module.toggled.aws_dynamodb_table.autoscaled[0]\n}"
    )


def test_a_table_of_the_same_name_in_another_region_is_another_table() -> None:
    (fixture,) = (each for each in change_fixtures() if each.rule == "table-replacement")
    fixes = {result.address: result.fix for result in checked(fixture.plan).results if result.status is Status.FAIL}
    assert fixes["aws_dynamodb_table.east"] == "lifecycle {\n  prevent_destroy = true\n}"
    assert fixes["aws_dynamodb_table.old_address"] == (
        "moved {\n  from = aws_dynamodb_table.old_address\n  to   = aws_dynamodb_table.new_address\n}"
    )


DRIFTED = [
    "Outside Terraform, the alarm aws_cloudwatch_metric_alarm.orders was deleted since the last apply. The plan creates it again.",
    f"Outside Terraform, the table {CACHE} was deleted since the last apply. The plan creates it again, without its items.",
    f"Outside Terraform, deletion protection was switched off on {ORDERS} since the last apply. The plan restores it.",
    f"Outside Terraform, point-in-time recovery was switched off on {ORDERS} since the last apply. The plan restores it.",
    f"Outside Terraform, time to live was switched off on {SECRET} since the last apply. The plan restores it.",
]


def test_a_notice_names_protections_disabled_outside_terraform() -> None:
    assert sorted(checked(PLANS / "guarded_drifted.json").inputs[0].notices) == sorted(DRIFTED)


def test_protection_that_was_disabled_outside_terraform_and_that_the_plan_leaves_off_is_a_finding() -> None:
    report = checked(PLANS / "guarded_drifted_and_left.json")
    assert sorted(report.inputs[0].notices) == sorted(line for line in DRIFTED if ORDERS not in line)
    assert sorted(each.message for each in report.results if each.status is Status.FAIL) == [
        "Outside Terraform, deletion protection was switched off since the last apply: deletion_protection_enabled is false; expected true",
        "Outside Terraform, point-in-time recovery was switched off since the last apply: "
        "point_in_time_recovery.enabled is false; expected true",
    ]


def test_a_refresh_only_plan_is_judged_by_what_it_found(tmp_path: Path) -> None:
    plan = json.loads((PLANS / "guarded_drifted_and_left.json").read_text())
    del plan["resource_changes"]
    (tmp_path / "plan.json").write_text(json.dumps(plan | {"planned_values": {"root_module": {}}}))
    report = checked(tmp_path / "plan.json")
    assert rows(report) == {
        ("alarm-removed", "fail", "aws_cloudwatch_metric_alarm.orders", ""),
        ("protection-removed", "fail", ORDERS, "deletion_protection_enabled"),
        ("protection-removed", "fail", ORDERS, "point_in_time_recovery.enabled"),
        ("protection-removed", "fail", SECRET, "ttl.enabled"),
        ("table-replacement", "fail", CACHE, ""),
    }
    assert sorted(report.inputs[0].notices) == sorted(
        [
            "The plan is refresh-only: it changes nothing. The resources were checked as they are now.",
            "Outside Terraform, the alarm aws_cloudwatch_metric_alarm.orders was deleted since the last apply.",
            f"Outside Terraform, the table {CACHE} was deleted since the last apply.",
        ]
    )
    assert {effect.happens for effect in report.inputs[0].effects} == {"kept"}


@pytest.mark.parametrize("format_", NAMES)
def test_no_report_contains_sensitive_values(format_: str, dyncheck: Dyncheck) -> None:
    done = dyncheck("--format", format_, "-v", PLANS / "guarded_sensitive.json")
    for secret in (b"guarded-hidden", b"guarded-concealed"):
        assert secret not in done.stdout + done.stderr


def test_a_value_that_is_sensitive_before_or_after_is_sensitive(dyncheck: Dyncheck, tmp_path: Path) -> None:
    plan = json.loads((PLANS / "guarded_sensitive.json").read_text())
    for entry in plan["resource_changes"]:
        if entry["address"] == SECRET:
            entry["change"]["before_sensitive"] = {}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    assert b"guarded-hidden" not in dyncheck("-v", "plan.json").stdout


def effects(name: str) -> list[str]:
    """The effects on tables in the report."""
    return sentences(checked(PLANS / name).inputs[0])


@pytest.mark.parametrize("name", ["change_none", "change_moved", "change_block_removed", "guarded_none", "guarded_imported", "reference"])
def test_a_plan_that_changes_no_table_has_no_effects(name: str) -> None:
    assert effects(f"{name}.json") == []


def test_the_worst_effect_on_tables_comes_first() -> None:
    assert effects("change_removed.json") == [
        'The table "number-products" (aws_dynamodb_table.number) is destroyed with all its items, because the configuration no longer '
        "has its block.",
        'The table "text-products" (aws_dynamodb_table.text) is destroyed with all its items, because the configuration no longer '
        "has its block.",
        "The plan does not change the other 3 tables.",
    ]
    assert effects("guarded_toggled.json") == [
        f'The table "guarded-toggled" ({TOGGLED}) is destroyed with all its items, because count no longer includes its index. '
        "A table of the same name is created at module.toggled.aws_dynamodb_table.autoscaled[0], without these items.",
        "The plan does not change the other 3 tables.",
    ]
    assert effects("change_update.json")[0] == (
        'The table "dev-products" (module.dynamodb.aws_dynamodb_table.products) keeps its items and changes in place: '
        "point_in_time_recovery.enabled from true to false."
    )
    assert effects("change_forget.json")[0] == (
        'The table "dev-products" (module.dynamodb.aws_dynamodb_table.products) stays as it is, but Terraform no longer manages it.'
    )


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_effects_come_before_the_findings(format_: str, dyncheck: Dyncheck) -> None:
    out = dyncheck("--format", format_, PLANS / "change_removed.json").stdout.decode()
    assert 0 < out.index("What this plan does to your tables") < out.index("table-replacement")
    assert "What this plan does to your tables" not in dyncheck("--format", format_, PLANS / "change_none.json").stdout.decode()


def without_before(name: str) -> dict[str, Any]:
    """A plan without values before the change."""
    plan: dict[str, Any] = json.loads((PLANS / name).read_text())
    for part in ("prior_state", "resource_drift"):
        plan.pop(part, None)
    for entry in plan["resource_changes"]:
        entry.pop("action_reason", None)
        for part in ("before", "before_sensitive", "replace_paths"):
            entry["change"].pop(part, None)
    return plan | {"format_version": "0.1"}


def test_a_plan_without_values_before_the_change_has_unknown_results(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(without_before("change_update.json")))
    report = checked(tmp_path / "plan.json")
    products, sessions = (f"module.dynamodb.aws_dynamodb_table.{name}" for name in ("products", "sessions"))
    assert rows(report) == {
        (rule, "unknown", table, "") for rule in ("index-removed", "protection-removed") for table in (products, sessions)
    }
    assert {result.message for result in report.results if result.status is Status.UNKNOWN} == {
        "the plan does not show the resource before the change"
    }
    assert report.inputs[0].notices == (
        f"The plan has no values of {products}, {sessions} before the change, like all plans in an old format. "
        "Whether it removes protection, indexes or alarms there cannot be determined.",
        "The plan has no prior state, so changes outside Terraform since the last apply cannot be determined.",
    )


def test_a_plan_without_values_before_the_change_has_findings_on_destroyed_tables(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(without_before("change_rename.json")))
    found = {result.message for result in checked(tmp_path / "plan.json").results if result.status is Status.FAIL}
    assert found == {
        "The table is destroyed with all its items and recreated; the plan gives no reason. The plan does not say whether deletion "
        "protection and point-in-time recovery are on. To keep the table, restore its configuration"
    }


def test_a_postponed_change_is_unknown(tmp_path: Path) -> None:
    plan = json.loads((PLANS / "guarded_tainted.json").read_text())
    put_off = [entry for entry in plan["resource_changes"] if entry["address"] == CACHE]
    plan["resource_changes"] = [entry for entry in plan["resource_changes"] if entry["address"] != CACHE]
    plan |= {"deferred_changes": [{"reason": "provider_config_unknown", "resource_change": entry} for entry in put_off], "complete": False}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    assert rows(checked(tmp_path / "plan.json")) == {
        (rule, "unknown", CACHE, "") for rule in ("index-removed", "protection-removed", "table-replacement")
    }


def test_findings_on_changes_are_new_despite_a_baseline(dyncheck: Dyncheck, tmp_path: Path) -> None:
    plan = PLANS / "change_replace.json"
    options = ("--select", "table-replacement", plan)
    (tmp_path / "earlier.json").write_bytes(dyncheck("--format", "json", *options).stdout)
    done = dyncheck("--baseline", "earlier.json", *options)
    assert done.returncode == 1
    assert b"1 new, 0 still open, 0 fixed, 0 now unknown" in done.stdout


def test_the_removal_of_an_alarm_that_searches_for_its_metrics_is_unknown(tmp_path: Path) -> None:
    plan = json.loads((PLANS / "guarded_tainted.json").read_text())
    (alarm,) = (entry for entry in plan["resource_changes"] if entry["type"] == "aws_cloudwatch_metric_alarm")
    query = {
        "id": "all",
        "expression": "SUM(SEARCH('{AWS/DynamoDB,TableName} ReadThrottleEvents', 'Sum'))",
        "return_data": True,
        "metric": [],
    }
    before = alarm["change"]["before"] | {"metric_query": [query], "namespace": "", "metric_name": "", "dimensions": None}
    alarm["change"] |= {"actions": ["delete"], "before": before, "after": None}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    found = {result.message for result in checked(tmp_path / "plan.json").results if result.rule == "alarm-removed"}
    assert found == {"metric_query searches for its metrics, so the metrics that lose their alarm cannot be determined"}


def test_states_and_terraform_files_have_no_changes(tmp_path: Path) -> None:
    guarded_sources(guarded.CHANGES[0], tmp_path)
    assert checked(PLANS / "state.json").results == ()
    assert checked(tmp_path).results == ()


def test_the_list_of_rules_on_changes() -> None:
    assert {rule.id for rule in all_rules() if rule.is_on_change} == CHANGE_RULES
