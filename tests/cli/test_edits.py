"""`dyncheck check --edits`: which reports have the edits, and that they never decide anything else."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Dyncheck
from tests.recording.demands import DEMANDS
from tests.support.paths import SPECIFICATION

TABLE = """\
resource "aws_dynamodb_table" "orders" {
  name                        = "orders"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true

  attribute {
    name = "id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = false
  }

  server_side_encryption {
    enabled = true
  }
}
"""
MARKS = {
    "json": '"edit":',
    "jsonl": '"edit":',
    "sarif": '"fixes":',
    "rdjson": '"suggestions":',
    "html": 'class="edit"',
    "github-comment": "```diff",
}
BY_DEFAULT = {"sarif", "rdjson", "html", "github-comment"}


@pytest.fixture(name="live", autouse=True)
def _live(tmp_path: Path) -> Path:
    """A root module with one finding that has a safe edit, in a repository."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / "live").mkdir()
    (tmp_path / "live" / "main.tf").write_text(TABLE)
    return tmp_path / "live"


@pytest.mark.parametrize("format_", MARKS)
def test_the_formats_for_reviews_have_the_edits_and_others_on_request(format_: str, dyncheck: Dyncheck) -> None:
    plain, asked, refused = (dyncheck("check", "live", "--format", format_, *more) for more in ((), ("--edits",), ("--no-edits",)))
    has = [MARKS[format_] in done.stdout.decode() for done in (plain, asked, refused)]
    assert has == [format_ in BY_DEFAULT, True, False]
    assert {done.returncode for done in (plain, asked, refused)} == {1}
    assert {done.stderr for done in (plain, asked, refused)} == {b""}


def test_a_report_does_not_depend_on_the_others_of_the_run(live: Path, dyncheck: Dyncheck) -> None:
    both = dyncheck("check", "live", "--format", "json", "--output", "rdjson=reviewdog.json")
    assert both.stdout == dyncheck("check", "live", "--format", "json").stdout
    assert "suggestions" in (live.parent / "reviewdog.json").read_text()


def test_the_text_is_the_same_with_edits(dyncheck: Dyncheck) -> None:
    assert dyncheck("check", "live", "--edits").stdout == dyncheck("check", "live").stdout


def test_no_file_is_written(live: Path, dyncheck: Dyncheck) -> None:
    dyncheck("check", "live", "--edits", "--format", "json")
    assert (live / "main.tf").read_text() == TABLE
    assert [path.name for path in live.iterdir()] == ["main.tf"]


def test_a_plan_has_the_edits_of_its_sources(tmp_path: Path, dyncheck: Dyncheck) -> None:
    (demand,) = (demand for demand in DEMANDS if demand.name == "products_recovery_off")
    shutil.copytree(SPECIFICATION, tmp_path / "module")
    (tmp_path / "module" / "main.tf").write_text(demand.configuration)
    shutil.copy(demand.plan, tmp_path / "plan.json")
    report = json.loads(dyncheck("check", "plan.json", "--source", "module", "--format", "json", "--edits").stdout)
    edits = {
        (each["rule"], edit["file"], edit["text"]) for each in report["results"] if "edit" in each for edit in each["edit"]["replacements"]
    }
    assert ("no-point-in-time-recovery", "module/main.tf", "true") in edits


def test_a_plan_on_standard_input_has_no_edits(dyncheck: Dyncheck) -> None:
    (demand,) = (demand for demand in DEMANDS if demand.name == "products_recovery_off")
    plan = demand.plan.read_bytes()
    plain = dyncheck("check", "-", "--format", "rdjson", stdin=plan)
    assert (plain.returncode, plain.stderr, "suggestions" in plain.stdout.decode()) == (1, b"", False)
    asked = dyncheck("check", "-", "--format", "rdjson", "--edits", stdin=plan)
    assert (asked.returncode, asked.stdout) == (2, b"")
    assert asked.stderr.decode() == (
        "dyncheck: --edits cannot be used here: verifying the edits reads a plan twice, so it must be a file.\n"
    )


def test_inputs_that_are_judged_together_have_no_edits(dyncheck: Dyncheck) -> None:
    assert "fixes" not in dyncheck("check", "live", "--together", "--format", "sarif").stdout.decode()
    asked = dyncheck("check", "live", "--together", "--edits", "--format", "sarif")
    assert (asked.returncode, asked.stdout) == (2, b"")
    assert asked.stderr.decode() == (
        "dyncheck: --edits cannot be used here: the edits are verified for each input alone, not with --together.\n"
    )
