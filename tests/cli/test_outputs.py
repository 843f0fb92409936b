"""Several reports in one run: their places, and the outputs that are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dyncheck.reporters.formats import NAMES, STYLED
from tests.conftest import Dyncheck
from tests.support.paths import EXAMPLES

EXAMPLE = EXAMPLES / "plan.json"


@pytest.fixture(name="plan")
def _plan(tmp_path: Path) -> str:
    (tmp_path / "plan.json").write_bytes(EXAMPLE.read_bytes())
    return "plan.json"


def test_several_formats_in_one_run_match_single_runs(plan: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    together = dyncheck(plan, *(f"--output={name}={name}.out" for name in NAMES))
    alone = {name: dyncheck(plan, "--format", name) for name in NAMES}
    assert {name: (tmp_path / f"{name}.out").read_bytes() for name in NAMES} == {name: done.stdout for name, done in alone.items()}
    assert (together.stdout, together.stderr, together.returncode) == (alone["text"].stdout, b"", 1)
    assert {(done.stderr, done.returncode) for done in alone.values()} == {(b"", 1)}


def test_a_file_without_a_format_replaces_standard_output(plan: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    done = dyncheck(plan, "--format", "json", "--output", "report.json", "--output", "sarif=report.sarif")
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 1)
    assert json.loads((tmp_path / "report.json").read_bytes())["version"] == 1
    assert json.loads((tmp_path / "report.sarif").read_bytes())["version"] == "2.1.0"


def test_a_file_name_with_an_equals_sign_is_written_with_its_directory(plan: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    assert dyncheck(plan, "--output", "./a=b").returncode == 1
    assert (tmp_path / "a=b").read_bytes() == dyncheck(plan).stdout


REFUSED = {
    "an unknown format": (
        ["--output", "sarf=report.sarif"],
        "--output sarf=report.sarif: there is no format 'sarf'. Did you mean 'sarif'? For a file of that name, write ./sarf=report.sarif.",
    ),
    "a format without a file": (["--output", "sarif="], "--output sarif= has no file name. Write sarif=FILE."),
    "nothing": (["--output", ""], "--output has no file name. Write --output FILE or --output FORMAT=FILE."),
    "two reports in one file": (
        ["--output", "json=report", "--output", "sarif=./report"],
        "Two reports cannot be written to the same file ./report. Name a file for each.",
    ),
    "an input": (
        ["--output", "json=plan.json"],
        "plan.json is an input, and dyncheck never overwrites inputs. Choose another file for --output.",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), REFUSED.values(), ids=REFUSED)
def test_an_invalid_output_is_refused_before_anything_is_written(
    arguments: list[str], message: str, plan: str, dyncheck: Dyncheck, tmp_path: Path
) -> None:
    done = dyncheck(plan, *arguments)
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", f"dyncheck: {message}\n", 2)
    assert [file.name for file in tmp_path.iterdir()] == ["plan.json"]


def test_errors_are_in_every_format_for_programs(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("{}")
    message = dyncheck("plan.json").stderr.decode().removeprefix("dyncheck: ").strip()
    done = dyncheck("plan.json", *(f"--output={name}={name}.out" for name in NAMES))
    assert (done.stdout, done.returncode) == (b"", 3)
    written = {name: (tmp_path / f"{name}.out").read_text() for name in NAMES if name not in STYLED}
    assert json.loads(written["json"])["errors"] == [message]
    assert json.loads(written["sarif"])["runs"][0]["invocations"][0]["executionSuccessful"] is False
    assert written["github"].splitlines()[0] == f"::error title=could not be checked::{message}"
    assert "an empty JSON object" in written["markdown"]
    assert "an empty JSON object" in written["junit"]
    assert "an empty JSON object" in written["html"]
