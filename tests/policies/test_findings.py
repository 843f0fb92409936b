"""All parts of each finding, on every rule's fixture and on the plans of changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import dyncheck
from dyncheck.checking.run import Settings, run
from dyncheck.errors import InputError
from dyncheck.findings import Result, Status
from dyncheck.model import without_keys
from tests.policies.edited_plans import EDITED, Edited
from tests.policies.test_policies import checked, checked_module
from tests.support.fixtures import Fixture, change_fixtures, fixtures
from tests.support.golden import REWRITE, assert_golden
from tests.support.paths import DETAILS, PLANS, TESTS
from tests.support.rules import RULES

GOLDEN = TESTS / "golden" / "findings"


def written(result: Result) -> str:
    """A result in the format of the golden file."""
    severity = f" {result.severity.value}" if result.status is not Status.PASS else ""
    lines = [f"{result.status.value}{severity} {result.address}", f"  {result.message}" if result.message else ""]
    for name in ("attribute", "summary", "found", "expected", "table"):
        text = getattr(result, name)
        lines.append(f"  {name}: {text}" if text else "")
    lines += [f"  fix: {line}" for line in result.fix.splitlines()]
    if result.location:
        last = f"-{result.location.end_line}" if result.location.end_line != result.location.line else ""
        lines.append(f"  at: {_name(result.location.file)}:{result.location.line}{last}")
    lines += [f"  from: {_name(related.file)}:{related.line} {related.message}" for related in result.related]
    lines += [f"  in: {place.kind} {_name(place.file)}:{place.line}-{place.end_line}" for place in result.places]
    return "\n".join(filter(None, lines))


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _with_golden(found: list[Fixture], prefix: str = "") -> list[Fixture]:
    """The fixtures that have a golden file; `make golden` writes one for each."""
    return [each for each in found if REWRITE or each.rule in RULES or (GOLDEN / f"{prefix}{each.path.stem}.txt").exists()]


@pytest.mark.golden
@pytest.mark.usefixtures("on_every_rule")
@pytest.mark.parametrize("fixture", _with_golden(fixtures()), ids=lambda fixture: fixture.path.stem)
def test_the_findings_of_a_fixture(fixture: Fixture) -> None:
    _compare(GOLDEN / f"{fixture.path.stem}.txt", list(checked(fixture).results))


@pytest.mark.golden
@pytest.mark.usefixtures("on_every_rule")
@pytest.mark.parametrize("fixture", _with_golden(change_fixtures(), "sources."), ids=lambda fixture: fixture.path.stem)
def test_a_finding_on_a_change_has_its_source_location(fixture: Fixture, tmp_path: Path) -> None:
    shutil.copy(fixture.path, tmp_path / "main.tf")
    report = run([str(fixture.plan)], Settings(source=str(tmp_path), select=(fixture.rule,)))
    _compare(GOLDEN / f"sources.{fixture.path.stem}.txt", [result for result in report.results if result.status is not Status.PASS])


# The plans without resources to check, or with too few.
REFUSED = {"change_errored", "errored", "guarded_targeted"}
PLANS_OF_CHANGES = [path for path in sorted(PLANS.glob("*.json")) if not path.name.startswith("demand_")]


@pytest.mark.golden
@pytest.mark.parametrize("plan", [plan for plan in PLANS_OF_CHANGES if plan.stem not in REFUSED], ids=lambda plan: plan.stem)
def test_the_findings_of_a_plan_of_changes(plan: Path) -> None:
    _compare(GOLDEN / f"plan.{plan.stem}.txt", [result for result in dyncheck.check(plan).results if result.status is not Status.PASS])


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_plan_without_a_resource_to_check_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        dyncheck.check(PLANS / f"{name}.json")


def _compare(golden: Path, results: list[Result]) -> None:
    found = "".join(f"{written(result)}\n" for result in results)
    assert_golden(golden, found)


def test_every_golden_file_is_compared() -> None:
    kept = {f"{fixture.path.stem}.txt" for fixture in fixtures()} | {f"plan.{plan.stem}.txt" for plan in PLANS.glob("*.json")}
    kept |= {f"sources.{fixture.path.stem}.txt" for fixture in change_fixtures()}
    kept |= {f"details.{path.stem}.txt" for path in DETAILS.glob("*.tf")} | {_golden_of(edited).name for edited in EDITED}
    assert {path.name for path in GOLDEN.iterdir()} <= kept


@pytest.mark.golden
@pytest.mark.usefixtures("on_every_rule")
@pytest.mark.parametrize("path", sorted(DETAILS.glob("*.tf")), ids=lambda path: path.stem)
def test_details_of_a_rule(path: Path, tmp_path: Path) -> None:
    # A Terraform file stands for its whole directory, so each file gets a separate directory.
    module = tmp_path / "dynamodb"
    module.mkdir()
    shutil.copy(path, module / "main.tf")
    contract = path.with_suffix(".yaml")
    fixture = Fixture(path)
    policies = [contract] if contract.exists() else ()
    results = checked_module(fixture, module, policies).results
    _compare(GOLDEN / f"details.{path.stem}.txt", list(results))
    found = {(without_keys(result.address), result.status.value) for result in results if result.status is not Status.PASS}
    marked = {(mark.address, mark.status) for mark in fixture.expectations}
    assert found == marked


@pytest.mark.golden
@pytest.mark.parametrize("edited", EDITED, ids=lambda edited: edited.title)
def test_details_of_a_plan(edited: Edited, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(edited.written())
    _compare(_golden_of(edited), list(dyncheck.check(plan, select=[edited.rule]).results))


def _golden_of(edited: Edited) -> Path:
    return GOLDEN / f"edited.{edited.title.replace(' ', '_')}.txt"
