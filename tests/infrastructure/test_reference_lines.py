"""Every line of the reference module, removed and changed: each edit is noticed by a rule, refused by Terraform, or not demanded."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.infrastructure.reference_lines import NOT_DEMANDED, Edit, Entry, edits, recorded, unnoticed
from tests.recording.record_reference_lines import of_terraform, of_the_files, tables
from tests.support.paths import ROOT
from tests.support.samples import THOROUGH, parts

RECORD_AGAIN = "`python -m tests.recording.record_reference_lines` records anew what notices each edit."
PARTS = 24


def pairs() -> list[tuple[Edit, Entry]]:
    """Each edit with what was recorded of it, where something was."""
    by_key = {entry.edit: entry for entry in recorded()}
    return [(edit, by_key[edit.key]) for edit in edits() if edit.key in by_key]


def test_every_edit_is_recorded() -> None:
    assert [entry.edit for entry in recorded()] == [edit.key for edit in edits()], RECORD_AGAIN


def test_what_no_rule_notices_is_not_demanded() -> None:
    assert [edit.key for edit in unnoticed(recorded()) if not edit.reason] == [], (
        "Mend the rule that should notice; or say in NOT_DEMANDED why the specification does not demand the line."
    )


def test_each_reason_is_that_of_an_edit() -> None:
    used = {edit.reason for edit in unnoticed(recorded())}
    assert [reason for reason in NOT_DEMANDED if reason not in used] == [], "A rule notices these now: take them out of NOT_DEMANDED."


def test_the_figures_of_the_documentation_are_those_recorded() -> None:
    document = ROOT / "docs" / "reliability.md"
    missing = [table for table in tables(recorded()) if table not in document.read_text()]
    assert missing == [], f"Write into {document}:\n" + "\n\n".join(missing)


@pytest.mark.parametrize("part", parts(PARTS))
def test_the_files_show_what_was_recorded(part: int) -> None:
    sample = pairs()[part::PARTS]
    found = of_the_files(edit for edit, _ in sample)
    shown = {entry.edit: tuple(sorted(rules)) for (_, entry), rules in zip(sample, found, strict=True)}
    assert shown == {entry.edit: entry.in_files for _, entry in sample}, RECORD_AGAIN


def test_the_files_show_what_the_plan_shows() -> None:
    assert {entry.edit: entry.in_plan for _, entry in pairs() if not set(entry.in_plan) <= set(entry.in_files)} == {}


# Each refusal is one more round with Terraform, and takes as long as all that is planned.
SAMPLE = [(edit, entry) for edit, entry in pairs() if edit.file == "main.tf" and entry.in_plan][::20]


@pytest.mark.terraform
@pytest.mark.parametrize("sample", [SAMPLE, pytest.param(pairs(), marks=THOROUGH)], ids=["sample", "all"])
def test_terraform_plans_what_was_recorded(ready: Path, sample: list[tuple[Edit, Entry]]) -> None:
    refused, planned = of_terraform([edit for edit, _ in sample], ready)
    made = {edit.key: (edit in refused, tuple(sorted(planned.get(edit, ())))) for edit, _ in sample}
    assert made == {entry.edit: (bool(entry.refused), entry.in_plan) for _, entry in sample}, RECORD_AGAIN
