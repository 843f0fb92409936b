"""The engine lists passes, or only counts them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dyncheck.checking.run import Settings, run
from dyncheck.findings import Report, Status
from tests.support.fixtures import fixtures
from tests.support.paths import PLANS
from tests.support.plans import without_values

COPIES = ("one", "two", "three")


def plans() -> Iterator[Path]:
    """All recorded plans that dyncheck can check."""
    yield from (fixture.plan for fixture in fixtures() if fixture.is_planned)
    yield from (plan for plan in sorted(PLANS.glob("*.json")) if "errored" not in plan.stem)


def repeated(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan of a root module that calls the module of `plan` once for each copy, with different table names."""
    root = plan.get("configuration", {}).get("root_module", {})
    call = {"source": "./copied", "for_each_expression": {"constant_value": list(COPIES)}, "module": root}
    changes = [_moved(change, copy) for copy in COPIES for change in plan.get("resource_changes", ())]
    drifts = [_moved(change, copy) for copy in COPIES for change in plan.get("resource_drift", ())]
    configuration = plan.get("configuration", {}) | {"root_module": {"module_calls": {"copied": call}}}
    return without_values(plan) | {"resource_changes": changes, "resource_drift": drifts, "configuration": configuration}


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
    """Rename a table and all references to it for one copy."""
    if isinstance(values.get("name"), str) and "billing_mode" in values:
        values["name"] = f"{copy}-{values['name']}"
    blocks = [values, *(metric for query in values.get("metric_query") or () for metric in query.get("metric") or ())]
    for block in blocks:
        dimensions = block.get("dimensions")
        if isinstance(dimensions, dict) and isinstance(dimensions.get("TableName"), str):
            dimensions["TableName"] = f"{copy}-{dimensions['TableName']}"
    if isinstance(values.get("table_name"), str):
        values["table_name"] = f"{copy}-{values['table_name']}"


def checked(plan: dict[str, Any], lists_passes: bool = True) -> Report:
    """The report on a plan in the working directory."""
    Path("plan.json").write_text(json.dumps(plan, separators=(",", ":"), ensure_ascii=False), encoding="utf-8")
    return run(["plan.json"], Settings(allow_empty=True, lists_passes=lists_passes))


@pytest.mark.parametrize("path", list(plans()), ids=lambda path: path.stem)
def test_unlisted_passes_are_counted(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    plan = repeated(json.loads(path.read_bytes()))
    listed, counted = checked(plan), checked(plan, lists_passes=False)
    passes = [result for result in listed.results if result.status is Status.PASS]
    assert counted.results == tuple(result for result in listed.results if result not in passes)
    assert [each.passed for each in counted.inputs] == [len(passes)]
    assert counted.checks == listed.checks == len(listed.results)


TABLE = 'resource "aws_dynamodb_table" "products" {{\n  name         = "products"\n  billing_mode = {mode}\n}}\n'


@pytest.mark.parametrize(
    ("mode", "drifts"), [pytest.param('"PAY_PER_REQUEST"', True, id="sound"), pytest.param("var.nothing", False, id="with a fault")]
)
def test_the_interface_of_a_module_is_compared_unless_a_rule_finds_a_fault_in_it(mode: str, drifts: bool, tmp_path: Path) -> None:
    module = tmp_path / "dynamodb"
    module.mkdir()
    (module / "main.tf").write_text(TABLE.format(mode=mode))
    results = run([str(module)], Settings(select=("invalid-billing-mode", "interface-drift"))).results
    assert (any(result.rule == "interface-drift" for result in results), len(results) > 0) == (drifts, True)
