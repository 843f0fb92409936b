"""The committed plans equal new plans of the same configurations."""

from __future__ import annotations

from pathlib import Path

import pytest

import dyncheck
from dyncheck.errors import InputError
from tests.recording import guarded
from tests.recording.changes import CHANGES
from tests.recording.demands import DEMANDS
from tests.recording.make_plans import plan_of_change_fixture, plans_of_changes, plans_of_guarded
from tests.recording.together import Module, plan_together, planned
from tests.support.cloud import cloud
from tests.support.fixtures import Fixture, change_fixtures, planned_fixtures
from tests.support.paths import PLANS, SPECIFICATION
from tests.support.samples import every

pytestmark = pytest.mark.terraform

STALE = "Run `make plans`, and review what it changes."


def test_the_plans_of_all_fixtures(tmp_path: Path, ready: Path) -> None:
    by_name = {fixture.path.stem.replace(".", "_"): fixture for fixture in planned_fixtures()}
    fresh = plan_together(tmp_path, ready, {name: Module(fixture.path.read_text()) for name, fixture in by_name.items()})
    for name, fixture in by_name.items():
        kept = planned(fixture.plan.read_bytes())
        changes = {address: fixture.with_impossible_change(address, change) for address, change in fresh[name].changes.items()}
        assert changes == kept.changes, f"{fixture.path.name}: {STALE}"
        assert fresh[name].written == kept.written, f"{fixture.path.name}: {STALE}"


@pytest.mark.thorough
def test_the_plans_of_all_demands(tmp_path: Path, ready: Path) -> None:
    variables = (SPECIFICATION / "variables.tf").read_text()
    modules = {demand.name: Module(demand.configuration + variables, demand.arguments) for demand in DEMANDS}
    fresh = plan_together(tmp_path, ready, modules)
    for demand in DEMANDS:
        kept = planned(demand.plan.read_bytes())
        assert fresh[demand.name] == kept, f"{demand.title}: Run `python -m tests.recording.demands`, and review what it changes."


@pytest.mark.thorough
def test_the_plans_of_changes(tmp_path: Path, ready: Path) -> None:
    """Generated names differ between runs, so the test compares results, not bytes."""
    for name, made in plans_of_changes(ready, CHANGES):
        fresh = tmp_path / name
        fresh.write_bytes(made)
        assert verdicts(fresh) == verdicts(PLANS / name), f"{name}: {STALE}"


@pytest.mark.parametrize("fixture", every(13, change_fixtures()), ids=lambda fixture: fixture.path.stem)
def test_the_plan_of_a_fixture_after_an_apply(fixture: Fixture, tmp_path: Path, ready: Path) -> None:
    """Each fixture has a separate root, because the unknowns of one fixture would affect another."""
    with cloud() as address:
        (tmp_path / "plan.json").write_bytes(plan_of_change_fixture(fixture, address, ready))
    assert verdicts(tmp_path / "plan.json") == verdicts(fixture.plan), STALE


@pytest.mark.thorough
def test_the_plans_of_changes_to_protections(tmp_path: Path, ready: Path) -> None:
    for name, made in plans_of_guarded(ready, guarded.CHANGES):
        fresh = tmp_path / name
        fresh.write_bytes(made)
        assert verdicts(fresh) == verdicts(PLANS / name), f"{name}: {STALE}"


def verdicts(plan: Path) -> list[tuple[str, str, str, str]] | str:
    """Rule, status, address and attribute of each result, or why the plan cannot be checked."""
    try:
        report = dyncheck.check(plan)
    except InputError as error:
        return str(error).removeprefix(str(plan))
    return [(result.rule, result.status.value, result.address, result.attribute) for result in report.results]
