"""A short fuzzing run with a fixed seed: earlier failures, and some inputs for each target. `make fuzz` runs the long part."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from fuzz.documents import plans_of_provider_6
from fuzz.engines import Tally, by_hypothesis, by_inputs, by_mutation, kept
from fuzz.target import Target
from fuzz.targets import TARGETS, named
from tests.support.samples import parts

SEED = 20_261

# Executions with changed fixtures and with hypothesis, for targets that are not slow.
CHANGED, MADE = 150, 30
SLOW = {
    **dict.fromkeys(("tree", "tree-layout", "tree-unrelated", "tree-additions"), (3, 0)),
    **dict.fromkeys(("plan", "state", "report", "proofs", "selftest"), (15, 4)),
    **dict.fromkeys(("plan-order", "plan-unrelated", "plan-unknown", "document"), (20, 4)),
}


@pytest.fixture(autouse=True)
def _elsewhere() -> Iterator[None]:
    """Restore the working directory, which targets change."""
    before = os.getcwd()
    yield
    os.chdir(before)


def failures(tally: Tally) -> list[str]:
    """The failures, each with the command that reproduces it."""
    return [f"{why}\n  python -m fuzz --case {path} {path.split('/')[-2]}" for path, why in tally.failures.items()]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_all_properties_hold(target: Target) -> None:
    changed, made = SLOW.get(target.name, (CHANGED, MADE))
    tally = by_mutation(target, changed, SEED)
    if made:
        tally.add(by_hypothesis(target, 60, SEED, made))
    assert failures(tally) == []
    assert tally.executions >= changed


@pytest.mark.usefixtures("on_every_rule")
@pytest.mark.parametrize("part", parts(4))
@pytest.mark.parametrize("law", ["plan-order", "plan-unrelated", "plan-unknown"])
def test_the_laws_hold_on_the_plans_of_provider_6(law: str, part: int) -> None:
    tally = by_inputs(named(law), plans_of_provider_6()[part::4])
    assert failures(tally) == []
    assert tally.taken > 0.9 * tally.executions


def test_additions_to_trees_of_several_root_modules_remove_no_finding() -> None:
    tally = by_inputs(named("tree-additions"), named("tree-additions").seeds()[::4])
    assert failures(tally) == []
    assert tally.taken > 0.8 * tally.executions


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_earlier_failures_stay_fixed(target: Target) -> None:
    assert failures(kept(target)) == []


def test_a_broken_property_is_reported() -> None:
    def run(data: bytes) -> bool:
        assert b"\xff" not in data
        return True

    broken = Target("broken", run, named("number").seeds, named("number").mutate)
    tally = by_mutation(broken, 2_000, SEED)
    assert tally.executions == 2_000
    assert {why.partition(":")[0] for why in tally.failures.values()} == {"AssertionError"}
    assert all("python -m fuzz --case fuzz/found/broken/" in line for line in failures(tally))
