"""A run of more than a second shows how far it is to a person who waits, and nothing to anybody else."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dyncheck.checking.processes import in_processes
from dyncheck.checking.progress import Progress, ProgressBar, watched
from tests.support.paths import SPECIFICATION

# A run that takes as long as it takes to be shown, whatever the machine.
SLOW = """
import signal, sys, time
from dyncheck.checking import progress
progress._FIRST = progress._NEXT = 0.01
from dyncheck.readers.trees import Trees
read = Trees.read
Trees.read = lambda *arguments: (time.sleep(0.2), read(*arguments))[1]
from dyncheck.cli.main import main
main()
"""


def test_the_line_says_how_many_parts_are_done() -> None:
    bar = ProgressBar()
    bar.begin(".", 4, "root modules")
    bar.step()
    assert bar.line() == "[======..................] 1 of 4 root modules"
    for _ in range(3):
        bar.step()
    assert bar.line() == "[========================] 4 of 4 root modules"


def test_the_line_of_one_input_names_it() -> None:
    bar = ProgressBar()
    bar.begin("plan.json")
    assert bar.line() == "checking plan.json"


def test_nothing_is_shown_where_standard_error_is_no_terminal() -> None:
    assert type(watched()) is Progress


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_on_a_terminal_the_bar_is_drawn_and_wiped_out(tmp_path: Path) -> None:
    shutil.copytree(SPECIFICATION, tmp_path / "one")
    shutil.copytree(SPECIFICATION, tmp_path / "two")
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", SLOW, ".", "--quiet"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm"},
    )
    os.close(theirs)
    shown = os.read(ours, 65_536).decode()
    os.close(ours)
    wipe = "\r\x1b[K"
    assert done.returncode == 0
    assert shown.startswith(f"{wipe}[........................] 0 of 2 root modules")
    assert shown.endswith(wipe)
    assert {line for line in shown.split(wipe) if line} <= {
        "[........................] 0 of 2 root modules",
        "[============............] 1 of 2 root modules",
        "[========================] 2 of 2 root modules",
    }


def test_work_in_several_processes_comes_back_in_order() -> None:
    assert list(in_processes(_squared, range(20), 3)) == [number * number for number in range(20)]


def _squared(number: int) -> int:
    return number * number


def test_root_modules_have_the_same_report_in_one_process_and_in_several(tmp_path: Path) -> None:
    for number in range(12):
        shutil.copytree(SPECIFICATION, tmp_path / f"root{number:02d}")
    (tmp_path / "root07" / "broken.tf").write_text("resource {\n")
    reports = []
    for processes in (1, 4):
        code = f"from dyncheck import processes; processes.available = lambda: {processes}; from dyncheck.cli.main import main; main()"
        done = subprocess.run([sys.executable, "-c", code, ".", "--format", "json"], cwd=tmp_path, capture_output=True)
        reports.append((done.returncode, done.stdout, done.stderr))
    assert reports[0][0] == 3
    assert reports[0] == reports[1]
