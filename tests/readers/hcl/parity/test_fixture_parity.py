"""Compares HCL mode with plan mode on the fixtures, demands, modules and the example of this repository."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import dyncheck
from tests.readers.hcl.parity.law import OF_MODULES, Rows, contradictions, rows_of
from tests.recording.demands import DEMANDS, Demand
from tests.support.fixtures import Fixture, planned_fixtures
from tests.support.paths import EXAMPLES, PLANS, REFERENCE, SPECIFICATION
from tests.support.terraform import PROVIDER, PROVIDER_WEST, Root

_CALL = """
module "dynamodb" {
  source           = "./Modules/dynamodb"
  environment_name = "dev"
%s
}
"""
_TOPIC = '  alarm_actions    = ["arn:aws:sns:us-east-1:123456789012:alarms"]'


def hcl_rows(directory: Path, required: tuple[str, ...] = (), variables: dict[str, str] | None = None) -> Rows:
    """The results of HCL mode on a directory."""
    return rows_of(dyncheck.check(directory, required=required, allow_empty=True, variables=variables, ignore=OF_MODULES))


def plan_rows(plan: Path, required: tuple[str, ...] = ()) -> Rows:
    """The results of plan mode on a plan."""
    return rows_of(dyncheck.check(plan, required=required, allow_empty=True))


def assert_no_contradictions(plan: Rows, hcl: Rows, text: str = "") -> None:
    """Fail with all contradictions, and with the text of the configuration if it is not a file in the repository."""
    found = list(contradictions(plan, hcl))
    assert not found, "\n".join([*found, text])


@pytest.mark.usefixtures("on_every_rule")
@pytest.mark.parametrize("fixture", planned_fixtures(), ids=lambda fixture: fixture.path.stem)
def test_fixture_has_no_contradictions(fixture: Fixture, tmp_path: Path) -> None:
    root = Root(tmp_path)
    root.write("provider.tf", PROVIDER + PROVIDER_WEST)
    root.write("main.tf", fixture.planned_text)
    required = tuple(name for name in fixture.required if name != "orders")
    assert_no_contradictions(plan_rows(fixture.plan, required), hcl_rows(tmp_path, required))


@pytest.mark.parametrize("demand", DEMANDS, ids=lambda demand: demand.title)
def test_demand_has_no_contradictions(demand: Demand, tmp_path: Path) -> None:
    root = Root(tmp_path)
    for name in ("variables.tf", "outputs.tf"):
        root.write(name, (SPECIFICATION / name).read_text())
    root.write("provider.tf", PROVIDER + PROVIDER_WEST)
    root.write("main.tf", demand.configuration)
    options = dict(option.removeprefix("-var=").split("=", 1) for option in demand.options)
    hcl = hcl_rows(tmp_path, variables={"environment_name": "dev"} | options)
    assert_no_contradictions(plan_rows(demand.plan), hcl, demand.configuration)


@pytest.mark.parametrize(
    ("module", "arguments", "plan"),
    [(SPECIFICATION, "", "specification.json"), (REFERENCE, _TOPIC, "reference.json")],
    ids=lambda value: str(value)[-20:],
)
def test_module_has_the_same_results_in_both_modes(module: Path, arguments: str, plan: str, tmp_path: Path) -> None:
    root = Root(tmp_path)
    root.write("main.tf", PROVIDER + _CALL % arguments)
    shutil.copytree(module, tmp_path / "Modules" / "dynamodb", ignore=shutil.ignore_patterns(".terraform*"))
    expected, found = plan_rows(PLANS / plan), hcl_rows(tmp_path)
    assert_no_contradictions(expected, found)
    assert sorted(found) == sorted(expected), "HCL mode knows all values of this module, so the results must be equal."


def test_example_has_the_same_results_in_both_modes(tmp_path: Path) -> None:
    shutil.copy(EXAMPLES / "main.tf", tmp_path)
    assert sorted(hcl_rows(tmp_path)) == sorted(plan_rows(EXAMPLES / "plan.json"))


@pytest.mark.terraform
def test_infrastructure_has_no_contradictions(infrastructure: Root) -> None:
    required = ("products", "sessions")
    assert_no_contradictions(plan_rows(infrastructure.directory / "plan.json", required), hcl_rows(infrastructure.directory, required))
