"""Every line of the reference module, removed and changed: a rule notices the edit, Terraform refuses it, or no demand needs the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.infrastructure.reference_lines import NOT_DEMANDED, Edit, Entry, edits, recorded, unnoticed
from tests.recording.record_reference_lines import of_terraform, of_the_files, tables
from tests.support.paths import ROOT
from tests.support.samples import THOROUGH, parts

RECORD_AGAIN = "`python -m tests.recording.record_reference_lines` updates the record of each edit."
PARTS = 24


def pairs() -> list[tuple[Edit, Entry]]:
    """Each edit with its record, if it has one."""
    by_key = {entry.edit: entry for entry in recorded()}
    return [(edit, by_key[edit.key]) for edit in edits() if edit.key in by_key]


def test_every_edit_is_recorded() -> None:
    assert [entry.edit for entry in recorded()] == [edit.key for edit in edits()], RECORD_AGAIN


def test_edits_that_no_rule_notices_have_a_reason() -> None:
    assert [edit.key for edit in unnoticed(recorded()) if not edit.reason] == [], (
        "Correct the rule that should notice the edit, or add to NOT_DEMANDED why the specification does not demand the line."
    )


def test_every_reason_is_used() -> None:
    used = {edit.reason for edit in unnoticed(recorded())}
    assert [reason for reason in NOT_DEMANDED if reason not in used] == [], "A rule notices these now: remove them from NOT_DEMANDED."


def test_the_documentation_has_the_recorded_figures() -> None:
    document = ROOT / "docs" / "reliability.md"
    missing = [table for table in tables(recorded()) if table not in document.read_text()]
    assert missing == [], f"Write into {document}:\n" + "\n\n".join(missing)


@pytest.mark.parametrize("part", parts(PARTS))
def test_the_rules_on_files_match_the_record(part: int) -> None:
    sample = pairs()[part::PARTS]
    found = of_the_files(edit for edit, _ in sample)
    shown = {entry.edit: tuple(sorted(rules)) for (_, entry), rules in zip(sample, found, strict=True)}
    assert shown == {entry.edit: entry.in_files for _, entry in sample}, RECORD_AGAIN


def test_files_and_plan_have_the_same_findings() -> None:
    assert {entry.edit: entry.in_plan for _, entry in pairs() if not set(entry.in_plan) <= set(entry.in_files)} == {}


# Each refused edit needs another run of Terraform, which takes as long as the plan of all other edits.
SAMPLE = [(edit, entry) for edit, entry in pairs() if edit.file == "main.tf" and entry.in_plan][::20]


@pytest.mark.terraform
@pytest.mark.parametrize("sample", [SAMPLE, pytest.param(pairs(), marks=THOROUGH)], ids=["sample", "all"])
def test_terraform_and_the_plan_match_the_record(ready: Path, sample: list[tuple[Edit, Entry]]) -> None:
    refused, planned = of_terraform([edit for edit, _ in sample], ready)
    made = {edit.key: (edit in refused, tuple(sorted(planned.get(edit, ())))) for edit, _ in sample}
    assert made == {entry.edit: (bool(entry.refused), entry.in_plan) for _, entry in sample}, RECORD_AGAIN
