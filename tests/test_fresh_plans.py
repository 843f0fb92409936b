"""The committed plans are what Terraform makes of the same configurations today."""

from __future__ import annotations

from pathlib import Path

import pytest

import dyncheck
from dyncheck.errors import InputError
from tests import guarded
from tests.changes import CHANGES
from tests.demands import DEMANDS, SPECIFICATION
from tests.fixtures import change_fixtures, planned_fixtures
from tests.make_plans import PLANS, cloud, plan_of_change_fixture, plans_of_changes, plans_of_guarded
from tests.together import Module, plan_together, planned

pytestmark = pytest.mark.terraform

# Those in which Terraform's own rules matter most; `make plans` makes them all.
AFRESH = tuple(change for change in CHANGES if change.name in ("none", "moved", "forget", "key_types", "on_demand", "block_removed"))

GUARDED_AFRESH = tuple(change for change in guarded.CHANGES if change.name in ("imported", "toggled", "drifted"))

STALE = "Run `make plans`, and review what it changes."


def test_the_plans_of_all_fixtures(tmp_path: Path, ready: Path) -> None:
    by_name = {fixture.path.stem.replace(".", "_"): fixture for fixture in planned_fixtures()}
    fresh = plan_together(tmp_path, ready, {name: Module(fixture.path.read_text()) for name, fixture in by_name.items()})
    for name, fixture in by_name.items():
        kept = planned(fixture.plan.read_bytes())
        changes = {address: fixture.with_impossible_change(address, change) for address, change in fresh[name].changes.items()}
        assert changes == kept.changes, f"{fixture.path.name}: {STALE}"
        assert fresh[name].written == kept.written, f"{fixture.path.name}: {STALE}"


def test_the_plans_of_all_demands(tmp_path: Path, ready: Path) -> None:
    variables = (SPECIFICATION / "variables.tf").read_text()
    modules = {demand.name: Module(demand.configuration + variables, demand.arguments) for demand in DEMANDS}
    fresh = plan_together(tmp_path, ready, modules)
    for demand in DEMANDS:
        kept = planned(demand.plan.read_bytes())
        assert fresh[demand.name] == kept, f"{demand.title}: Run `python -m tests.demands`, and review what it changes."


def test_the_plans_of_changes_to_what_is_applied(tmp_path: Path) -> None:
    """Names that the cloud invents differ from run to run, so the verdicts are compared, not the bytes."""
    for name, made in plans_of_changes(AFRESH):
        fresh = tmp_path / name
        fresh.write_bytes(made)
        assert verdicts(fresh) == verdicts(PLANS / name), f"{name}: {STALE}"


def test_the_plans_of_fixtures_on_top_of_what_is_applied(tmp_path: Path, ready: Path) -> None:
    with cloud() as address:
        for fixture in change_fixtures():
            fresh = tmp_path / fixture.plan.name
            fresh.write_bytes(plan_of_change_fixture(fixture, address, ready))
            assert verdicts(fresh) == verdicts(fixture.plan), f"{fixture.path.name}: {STALE}"


def test_the_plans_of_changes_to_what_protects_tables(tmp_path: Path) -> None:
    for name, made in plans_of_guarded(GUARDED_AFRESH):
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
