"""A run of more than a second shows its progress on a terminal, and nothing elsewhere."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dyncheck.checking.processes import in_processes
from dyncheck.checking.progress import Progress, watched
from tests.support.paths import PLANS, SPECIFICATION

PLAN = PLANS / "reference.json"

on_terminals = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")

# A run that need not be long to be shown.
SLOW = """
from dyncheck.checking import progress
progress._PATIENCE = 0.0
from dyncheck.cli.main import main
main()
"""


@pytest.fixture(name="terminal")
def _terminal() -> Iterator[tuple[int, int]]:
    """The two ends of a terminal."""
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(ours)


def shown(terminal: tuple[int, int], code: str, *paths: str, directory: Path) -> list[str]:
    """The lines that a run shows on a terminal, one after the other."""
    ours, theirs = terminal
    done = subprocess.run(
        [sys.executable, "-c", code, *paths, "--quiet", "--select", "unencrypted-table"],
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "80"},
    )
    os.set_blocking(ours, False)
    os.close(theirs)
    assert done.returncode == 0
    try:
        return [line.removeprefix("\x1b[?25l").rstrip() for line in os.read(ours, 65_536).decode().split("\r") if line]
    except OSError:  # The terminal is closed, and nothing was written.
        return []


def test_nothing_is_shown_when_standard_error_is_not_a_terminal() -> None:
    assert type(watched()) is Progress


@on_terminals
def test_a_terminal_shows_the_progress_bar_and_clears_it(terminal: tuple[int, int], tmp_path: Path) -> None:
    for name in ("one", "two"):
        shutil.copytree(SPECIFICATION, tmp_path / name)
    assert shown(terminal, SLOW, ".", directory=tmp_path) == [
        f"Checking  [{'#' * 18}{'-' * 18}]  1/2",
        f"Checking  [{'#' * 36}]  2/2",
        "\x1b[K\x1b[?25h",
    ]


@on_terminals
def test_each_plan_is_a_part_beside_the_root_modules(terminal: tuple[int, int], tmp_path: Path) -> None:
    shutil.copytree(SPECIFICATION, tmp_path / "one")
    for name in ("a.json", "b.json"):
        shutil.copy(PLAN, tmp_path / name)
    lines = shown(terminal, SLOW, "a.json", "b.json", "one", directory=tmp_path)
    assert [line.rpartition(" ")[2] for line in lines[:-1]] == ["1/2", "2/2", "3/3"]


@on_terminals
def test_a_run_of_one_part_shows_nothing(terminal: tuple[int, int], tmp_path: Path) -> None:
    shutil.copytree(SPECIFICATION, tmp_path / "one")
    assert shown(terminal, SLOW, "one", directory=tmp_path) == []


@on_terminals
def test_a_short_run_shows_nothing(terminal: tuple[int, int], tmp_path: Path) -> None:
    for name in ("one", "two"):
        shutil.copytree(SPECIFICATION, tmp_path / name)
    assert shown(terminal, SLOW.replace("0.0", "3600.0"), ".", directory=tmp_path) == []


def test_results_of_several_processes_are_in_order() -> None:
    assert list(in_processes(_squared, range(20), 3)) == [number * number for number in range(20)]


def _squared(number: int) -> int:
    return number * number


def test_root_modules_have_the_same_report_in_one_process_and_in_several(tmp_path: Path) -> None:
    for number in range(12):
        shutil.copytree(SPECIFICATION, tmp_path / f"root{number:02d}")
    (tmp_path / "root07" / "broken.tf").write_text("resource {\n")
    reports = []
    for processes in (1, 4):
        code = (
            f"from dyncheck.checking import processes; processes.available = lambda: {processes}; "
            "from dyncheck.cli.main import main; main()"
        )
        done = subprocess.run([sys.executable, "-c", code, ".", "--format", "json"], cwd=tmp_path, capture_output=True)
        reports.append((done.returncode, done.stdout, done.stderr))
    assert reports[0][0] == 3
    assert reports[0] == reports[1]
