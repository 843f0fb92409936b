"""The issue's "Done when": the module as specified passes, and with any single demand broken the right rule fails at the right address."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Dyncheck
from tests.recording.demands import DEMANDS, UNBROKEN, Demand, Finding
from tests.support.paths import TESTS

each_demand = pytest.mark.parametrize("demand", DEMANDS, ids=lambda demand: demand.title)


def checked(dyncheck: Dyncheck, plan: Path) -> tuple[int, list[Finding], str]:
    """The exit code, all results that are not a pass, and the text report."""
    done = dyncheck("check", "--format", "json", plan)
    results = [result for result in json.loads(done.stdout)["results"] if result["status"] != "pass"]
    found = [
        Finding(result["rule"], result["address"], result["severity"] if result["status"] == "fail" else result["status"])
        for result in results
    ]
    words = "\n".join(
        f"{result['status']} {result['severity']} {result['rule']} {result['address']}: {result['message']}" for result in results
    )
    return done.returncode, sorted(found), words


def test_the_module_as_specified_has_warnings_and_notes_only(dyncheck: Dyncheck) -> None:
    code, found, words = checked(dyncheck, TESTS / "plans" / "specification.json")
    assert found == sorted(finding._replace(address=f"module.dynamodb.{finding.address}") for finding in UNBROKEN), words
    assert code == 0
    assert {finding.rule for finding in found if finding.severity == "warning"} == {"dead-alarm", "silent-alarm"}
    assert {finding.severity for finding in found} == {"warning", "note"}


@each_demand
def test_a_broken_demand_has_exactly_the_expected_findings(demand: Demand, dyncheck: Dyncheck) -> None:
    code, found, words = checked(dyncheck, demand.plan)
    new = [finding for finding in found if found.count(finding) > demand.expected.count(finding)]
    missing = [finding for finding in demand.expected if demand.expected.count(finding) > found.count(finding)]
    assert found == demand.expected, f"not expected: {new}\nnot found: {missing}\nof\n{words}"
    assert code == demand.exit_code, words


def test_every_demand_has_a_unique_name_and_every_plan_has_a_demand() -> None:
    assert sorted(demand.plan for demand in DEMANDS) == sorted((TESTS / "plans").glob("demand_*.json"))
