"""Compares HCL mode with plans on top of a state: a pass on files is never a fail in such a plan.

`python -m tests.recording.record_updates` recorded the plans. Its option `--check` compares new configurations that are not recorded.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.recording.record_parity import GENERATIONS
from tests.recording.record_updates import RecordedUpdate, disagreements, read_updates

RECORDED = [(generation, recorded) for generation in GENERATIONS for recorded in read_updates(generation)]


@pytest.mark.parametrize(("generation", "recorded"), RECORDED, ids=lambda value: getattr(value, "seed", value))
def test_hcl_mode_does_not_contradict_a_plan_on_top_of_a_state(generation: int, recorded: RecordedUpdate, tmp_path: Path) -> None:
    found = list(disagreements(recorded, generation, tmp_path))
    assert not found, "\n".join([*found, recorded.text])


@pytest.mark.parametrize("generation", GENERATIONS)
def test_there_are_enough_distinct_recorded_updates(generation: int) -> None:
    cases = [recorded.case for found, recorded in RECORDED if found == generation]
    assert len(cases) >= 150
    assert len({case.before + case.after for case in cases}) == len(cases)


FEATURES = {
    "ignore_changes of all": r"ignore_changes = all",
    "of an argument": r"ignore_changes = \[[^\]]*\bbilling_mode",
    "of a block": r"ignore_changes = \[[^\]]*\bttl\b",
    "of an argument in a block": r"ignore_changes = \[[^\]]*\bpoint_in_time_recovery\[0\]\.enabled",
    "of a key of a map": r'ignore_changes = \[[^\]]*\btags\["Name"\]',
    "of an attribute of a map": r"ignore_changes = \[[^\]]*\btags\.Type",
    "of a quoted name": r'ignore_changes = \["',
    "an alarm whose changes are ignored": r"ignore_changes = \[(metric_name|alarm_actions|dimensions)",
    "a dynamic block without a block": r"for_each = \[\]",
    "a dynamic block that is known later": r"for_each = terraform_data",
    "on demand": r"PAY_PER_REQUEST",
}


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("feature", FEATURES)
def test_recorded_updates_have_every_feature(feature: str, generation: int) -> None:
    number = sum(bool(re.search(FEATURES[feature], recorded.case.after)) for found, recorded in RECORDED if found == generation)
    assert number >= 2, f"only {number} cases have this feature"


@pytest.mark.parametrize("generation", GENERATIONS)
def test_recorded_updates_cover_passes_and_fails(generation: int) -> None:
    counts = Counter((rule, status) for found, recorded in RECORDED if found == generation for rule, _, status in recorded.verdicts)
    rules = (
        "no-point-in-time-recovery",
        "unencrypted-table",
        "capacity-mismatch",
        "silent-alarm",
        "missing-tags",
        "no-deletion-protection",
    )
    assert [rule for rule in rules for status in ("pass", "fail") if counts[rule, status] < 10] == []
