"""Every rule on its fixture, and every broken demand, planned with provider 6: the results are those of provider 5."""

from __future__ import annotations

from pathlib import Path

import pytest

import dyncheck
from dyncheck.findings import Status
from dyncheck.model import without_keys
from tests.recording.demands import DEMANDS, Demand
from tests.support import provider_6
from tests.support.fixtures import Expectation, Fixture, fixtures

# Version 6 computes the index blocks of a table: its plan shows a dynamic block whose for_each is unknown like no block at all, and keeps
# the last index that the configuration no longer has. Without the Terraform files, these fixtures have other results there.
DIFFERENT = frozenset({"attribute_mismatch", "index_removed", "missing_index"})

FIXTURES = [fixture for fixture in fixtures() if fixture.plan in provider_6.plans()]


@pytest.mark.usefixtures("on_every_rule")
@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.path.stem)
def test_the_results_match_the_marks_in_the_fixture(fixture: Fixture, tmp_path: Path) -> None:
    plan = provider_6.written(fixture.plan, tmp_path)
    results = dyncheck.check(plan, select=[fixture.rule], required=fixture.required, policies=fixture.contracts).results
    found = sorted(
        Expectation(without_keys(each.address), each.status.value, each.message) for each in results if each.status is not Status.PASS
    )
    if fixture.path.stem in DIFFERENT:
        assert found != fixture.expectations, f"The results are right now: remove {fixture.path.stem} from DIFFERENT."
        return
    assert found == fixture.expectations, "Correct the rule; after changing the HCL run `make plans PROVIDER=6`."


@pytest.mark.parametrize("demand", DEMANDS, ids=lambda demand: demand.title)
def test_a_broken_demand_has_the_results_of_provider_5(demand: Demand, tmp_path: Path) -> None:
    rows = [
        sorted((each.rule, each.address, each.status.value) for each in dyncheck.check(plan).results)
        for plan in (demand.plan, provider_6.written(demand.plan, tmp_path))
    ]
    assert rows[1] == rows[0]
