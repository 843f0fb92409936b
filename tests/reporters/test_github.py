"""The annotations of a pull request: one for each place with something new, within GitHub's limits."""

from __future__ import annotations

import os
import re

from hypothesis import example, given, settings
from msgspec.structs import replace

from dyncheck.findings import Report
from dyncheck.model import Location
from dyncheck.reporters.github import to_github
from dyncheck.reporters.safe import safe_text
from tests.reporters.findings_table import BASELINE, ERRORS, EVERYTHING, PITR, checked, many
from tests.reporters.test_formats import PATHS, VALUES
from tests.support.runner import Command, commands


def test_there_is_one_annotation_for_each_place() -> None:
    found = commands(to_github(EVERYTHING))
    assert [(command.name, command.properties.get("line"), command.properties["title"]) for command in found] == [
        ("error", "57", "3 findings: no-point-in-time-recovery, unencrypted-table, aws-managed-key"),
        ("error", None, "missing-table"),
        ("warning", "4", "2 findings: dead-alarm"),
        ("warning", None, "silent-alarm"),
        ("notice", "30", "2 findings: unwatched-index"),
        ("notice", None, "missing-ttl"),
    ]


def test_what_the_baseline_has_is_not_annotated() -> None:
    # The line of the first finding and of the first alarm have old findings too.
    found = [(command.name, command.properties.get("line"), command.properties["title"]) for command in commands(to_github(BASELINE))]
    assert found == [("warning", "4", "dead-alarm"), ("notice", "30", "unwatched-index"), ("notice", None, "missing-ttl")]


def test_the_log_counts_what_the_baseline_has() -> None:
    assert to_github(BASELINE).splitlines()[-1].endswith("2 new, 2 still open, 1 fixed, 1 now unknown")


def test_annotations_are_for_the_worst_findings() -> None:
    found = commands(to_github(many(5_000)))
    assert [command.name for command in found] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10


def test_the_last_line_counts_new_findings_without_an_annotation() -> None:
    last = to_github(many(5_000)).splitlines()[-1]
    assert "5,000 checks: 1,250 errors" in last
    # A third of 5,000 findings is new.
    assert re.search(r"\(1637 without an annotation: GitHub shows 10 of each kind\)$", last)


def test_every_error_of_the_run_has_an_annotation() -> None:
    first, second = commands(to_github(ERRORS))
    assert (first.name, first.properties, first.data) == ("error", {"title": "could not be checked"}, ERRORS.errors[0])
    assert second.data == ERRORS.errors[1]


def test_messages_are_within_the_limit() -> None:
    (command,) = commands(to_github(Report((checked(replace(PITR, message="x" * 10_000)),))))
    assert len(command.data) <= 4_096


@settings(max_examples=100, deadline=None)
@given(VALUES, PATHS)
@example("%0A::error::x%25", "a%2Cb%3A.tf")
@example("one\r\n::error::two", "a,line=7:b=c.tf")
def test_github_decodes_the_shown_values(message: str, file: str) -> None:
    result = replace(PITR, message=message, location=Location(file, 1, 2), related=(), fix="")
    (command,) = _commands_of_one_line(to_github(Report((checked(result),))))
    assert command.data == safe_text(f"{message}\n{PITR.address}")
    assert command.properties["file"] == safe_text(os.path.normpath(file))


def _commands_of_one_line(output: str) -> list[Command]:
    """The commands of an output; each must be one line of it."""
    found = commands(output)
    assert output.count("\n") == len(found) + 1
    return found
