"""The annotations of a pull request: one for each place with something new, within GitHub's limits."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from msgspec.structs import replace

from dyncheck.findings import Report
from dyncheck.model import Location
from dyncheck.reporters.github import to_github
from dyncheck.reporters.safe import safe_text
from tests.conftest import Dyncheck
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


TABLE = """resource "aws_dynamodb_table" "{name}" {{
  name         = "dev-{name}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {{
    name = "id"
    type = "S"
  }}
}}
"""
ADDED = """resource "aws_dynamodb_table" "added" {
  name                        = "dev-added"
  billing_mode                = "PAY_PER_REQUEST"
  deletion_protection_enabled = true
  hash_key                    = "id"

  attribute {
    name = "id"
    type = "S"
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000000"
  }
}
"""


def test_a_pull_request_that_adds_one_finding_to_ninety_old_ones_annotates_one(dyncheck: Dyncheck, tmp_path: Path) -> None:
    # Without protection, encryption and recovery each table has three findings.
    old = "".join(TABLE.format(name=f"table_{number}") for number in range(30))
    (tmp_path / "main.tf").write_text(old)
    assert dyncheck(".", "--output", "json=main.json", "--output", "sarif=main.sarif").returncode == 1
    (tmp_path / "main.tf").write_text(f"# A line that moves all others.\n{old}{ADDED}")
    outputs = [part for name in ("sarif", "markdown", "github-comment") for part in ("--output", f"{name}=report.{name}")]
    done = dyncheck(".", "--baseline", "main.json", "--format", "github", *outputs)
    assert done.returncode == 1
    log = done.stdout.decode()
    (annotation,) = commands(log)
    assert (annotation.name, annotation.properties["title"]) == ("error", "no-point-in-time-recovery")
    assert (tmp_path / "main.tf").read_text().splitlines()[int(annotation.properties["line"]) - 1] == ADDED.splitlines()[0]
    assert log.splitlines()[-1].endswith("1 new, 90 still open, 0 fixed, 0 now unknown")

    results = json.loads((tmp_path / "report.sarif").read_text())["runs"][0]["results"]
    before = json.loads((tmp_path / "main.sarif").read_text())["runs"][0]["results"]
    assert Counter(result["baselineState"] for result in results) == {"new": 1, "unchanged": 90}
    # GitHub recognises the old alerts by these.
    assert {_identity(result) for result in before} < {_identity(result) for result in results}
    assert len({_identity(result) for result in results}) == 91

    for name in ("markdown", "github-comment"):
        text = (tmp_path / f"report.{name}").read_text()
        new, still_open = text.split("### Still open")
        assert "## dyncheck: 1 new error\n" in new
        assert len(re.findall(r"^\| (error|note) \|", new, re.MULTILINE)) == 1
        assert "<details><summary>90 findings</summary>" in still_open


def _identity(result: dict[str, Any]) -> tuple[str, str]:
    return result["ruleId"], result["partialFingerprints"]["dyncheck/v1"]


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
