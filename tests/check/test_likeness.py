"""What is read and judged once for all that is alike comes out as if each had been read and judged by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dyncheck.checking import engine
from dyncheck.checking.run import Settings, run
from dyncheck.checking.subjects import Subject
from dyncheck.findings import Report, Status
from dyncheck.readers.plan import resource_changes
from dyncheck.rule import Rule
from tests.support.fixtures import fixtures
from tests.support.paths import PLANS

COPIES = ("one", "two", "three")


def plans() -> Iterator[Path]:
    """Every plan of the tests that can be checked."""
    yield from (fixture.plan for fixture in fixtures() if fixture.is_planned)
    yield from (plan for plan in sorted(PLANS.glob("*.json")) if "errored" not in plan.stem)


def repeated(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan of a root module that calls what the plan is of several times; each time the tables have other names."""
    root = plan.get("configuration", {}).get("root_module", {})
    call = {"source": "./copied", "for_each_expression": {"constant_value": list(COPIES)}, "module": root}
    changes = [_moved(change, copy) for copy in COPIES for change in plan.get("resource_changes", ())]
    drifts = [_moved(change, copy) for copy in COPIES for change in plan.get("resource_drift", ())]
    configuration = plan.get("configuration", {}) | {"root_module": {"module_calls": {"copied": call}}}
    return plan | {"resource_changes": changes, "resource_drift": drifts, "configuration": configuration}


def _moved(change: dict[str, Any], copy: str) -> dict[str, Any]:
    instance = f'module.copied["{copy}"]'
    moved: dict[str, Any] = json.loads(json.dumps(change))
    moved["address"] = f"{instance}.{change['address']}"
    moved["module_address"] = f"{instance}.{change['module_address']}" if "module_address" in change else instance
    if "previous_address" in change:
        moved["previous_address"] = f"{instance}.{change['previous_address']}"
    for part in ("before", "after"):
        values = moved["change"].get(part)
        if isinstance(values, dict):
            _rename(values, copy)
    return moved


def _rename(values: dict[str, Any], copy: str) -> None:
    """Give a table, and whatever names it, the name that it has in that copy."""
    if isinstance(values.get("name"), str) and "billing_mode" in values:
        values["name"] = f"{copy}-{values['name']}"
    blocks = [values, *(metric for query in values.get("metric_query") or () for metric in query.get("metric") or ())]
    for block in blocks:
        dimensions = block.get("dimensions")
        if isinstance(dimensions, dict) and isinstance(dimensions.get("TableName"), str):
            dimensions["TableName"] = f"{copy}-{dimensions['TableName']}"
    if isinstance(values.get("table_name"), str):
        values["table_name"] = f"{copy}-{values['table_name']}"


@pytest.mark.parametrize("plan", list(plans()), ids=lambda plan: plan.stem)
def test_a_repeated_plan_has_the_results_of_one_whose_resources_are_each_like_no_other(
    plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = json.dumps(repeated(json.loads(plan.read_bytes())), separators=(",", ":"), ensure_ascii=False)
    (tmp_path / "plan.json").write_text(text, encoding="utf-8")
    together = checked()
    monkeypatch.setattr(resource_changes, "OWN", {})
    assert checked() == together


@pytest.mark.parametrize("plan", list(plans()), ids=lambda plan: plan.stem)
def test_passes_that_nobody_wants_listed_are_counted(plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.json").write_text(json.dumps(repeated(json.loads(plan.read_bytes()))), encoding="utf-8")
    listed, counted = checked(), checked(lists_passes=False)
    passes = [result for result in listed.results if result.status is Status.PASS]
    assert counted.results == tuple(result for result in listed.results if result not in passes)
    assert [each.passed for each in counted.inputs] == [len(passes)]
    assert counted.checks == listed.checks == len(listed.results)


def checked(lists_passes: bool = True) -> Report:
    """The report on the repeated plan."""
    return run(["plan.json"], Settings(allow_empty=True, lists_passes=lists_passes))


def test_a_rule_that_looks_at_nothing_of_a_resources_own_is_run_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.json").write_text(json.dumps(repeated(json.loads((PLANS / "specification.json").read_bytes()))))
    ran: list[str] = []
    judge = engine.judge

    def counted(rule: Rule, subject: Subject) -> engine.Judgement:
        ran.append(rule.id)
        return judge(rule, subject)

    monkeypatch.setattr(engine, "judge", counted)
    report = checked()
    tables = sum(checked.tables for checked in report.inputs)
    assert tables == 2 * len(COPIES)
    # The two tables are of two blocks. Names and tags are each table's own.
    assert {rule: ran.count(rule) for rule in ("unencrypted-table", "no-throttle-alarm", "wrong-table-name", "missing-tags")} == {
        "unencrypted-table": 2,
        "no-throttle-alarm": 2,
        "wrong-table-name": tables,
        "missing-tags": tables,
    }
