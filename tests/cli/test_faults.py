"""Faults during a run: changing files, full disks, signals. There is never half a report and never exit code 0."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dyncheck.checking.run import Settings, run
from dyncheck.errors import InputError
from dyncheck.readers.source import read
from tests.support.paths import INPUTS

ONE_TABLE = (INPUTS / "one_table.json").read_bytes()
DYNCHECK = [sys.executable, "-m", "dyncheck"]


@pytest.fixture(autouse=True)
def _with_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plan.json").write_bytes(ONE_TABLE)


def shell(command: str) -> subprocess.CompletedProcess[bytes]:
    """A line of bash in which `dyncheck` is the command line."""
    wrapped = f'dyncheck() {{ {shlex.join(DYNCHECK)} "$@"; }}\n{command}'
    return subprocess.run(["bash", "-c", wrapped], capture_output=True, timeout=60, check=False)


# Files that do not stay as they are.


def test_a_file_that_changes_while_it_is_read() -> None:
    Path("large.json").write_bytes(b" " * 30_000_000)
    is_over = threading.Event()

    def touch() -> None:
        while not is_over.is_set():
            os.utime("large.json")

    thread = threading.Thread(target=touch)
    thread.start()
    try:
        said = {_refusal("large.json") for _ in range(40)}
    finally:
        is_over.set()
        thread.join()
    assert said <= {"", "large.json changed while it was read. Check it again when it is complete."}
    assert len(said - {""}) == 1


def _refusal(path: str) -> str:
    """The reason why a file cannot be read, or an empty text."""
    try:
        read(path)
    except InputError as error:
        return str(error)
    return ""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such file")
def test_a_file_that_is_truncated_while_it_is_read() -> None:
    assert run(["/proc/self/mem"], Settings()).errors == ("/proc/self/mem cannot be read: Input/output error. Check the path.",)


def test_a_file_that_vanishes_before_it_is_read() -> None:
    Path("main.tf").write_text('resource "aws_dynamodb_table" "t" {\n}\n')
    os.symlink("gone.tf", "other.tf")
    assert run(["."], Settings()).errors == ("other.tf is not a readable regular file. Remove it, or correct the link or its permissions.",)


# Where the report goes.


def test_a_device_that_is_full() -> None:
    done = shell("dyncheck plan.json --output /dev/full")
    said = "dyncheck: /dev/full cannot be written: No space left on device. Choose another file for --output.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", said, 2)


def test_a_disk_that_is_full_in_the_middle_of_a_report() -> None:
    """The limit of the operating system for file sizes simulates a full disk: the write fails halfway."""
    done = shell("ulimit -f 4; dyncheck plan.json --format html --output report.html")
    said = "dyncheck: report.html cannot be written: File too large. Choose another file for --output.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", said, 2)
    assert sorted(os.listdir()) == ["plan.json"]


def test_an_earlier_report_survives_a_full_disk() -> None:
    Path("report.html").write_text("of yesterday")
    assert shell("ulimit -f 4; dyncheck plan.json --format html --output report.html").returncode == 2
    assert Path("report.html").read_text() == "of yesterday"
    assert sorted(os.listdir()) == ["plan.json", "report.html"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_without_write_permission() -> None:
    Path("closed").mkdir(mode=0o500)
    done = shell("dyncheck plan.json --output closed/report.txt")
    said = "dyncheck: closed/report.txt cannot be written: Permission denied. Choose another file for --output.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", said, 2)
    assert os.listdir("closed") == []


WRITING = """
import os, sys
from dyncheck.cli.main import main
import dyncheck.cli.outputs, dyncheck.cli.check
dyncheck.cli.outputs.rendered = lambda *arguments: "x" * 150_000_000
sys.argv = ["dyncheck", "plan.json", "--output", "report.txt"]
main()
"""


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """A background process of a shell ignores Ctrl-C, and so do its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "a service that stops the job"])
def test_a_signal_in_the_middle_of_a_report_leaves_nothing_behind(number: signal.Signals, code: int) -> None:
    """The report is large, so that the signal arrives while it is written."""
    Path("report.txt").write_text("of yesterday")
    process = subprocess.Popen([sys.executable, "-c", WRITING], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until = time.monotonic() + 30
    while not [name for name in os.listdir() if name.endswith(".tmp")] and time.monotonic() < until:
        assert process.poll() is None, process.communicate()
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == code
    assert Path("report.txt").read_text() == "of yesterday"
    assert sorted(os.listdir()) == ["plan.json", "report.txt"]


@pytest.mark.usefixtures("_interruptible")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)], ids=["Ctrl-C", "a service"])
def test_a_signal_before_there_is_a_report(number: signal.Signals, code: int) -> None:
    process = subprocess.Popen(
        [*DYNCHECK, "-", "--output", "report.txt"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    # More than a pipe holds: once it is taken, dyncheck is reading.
    process.stdin.write(b" " * 1_000_000)
    process.stdin.flush()
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (out, err.strip(), process.returncode) == (b"", b"", code)
    assert sorted(os.listdir()) == ["plan.json"]


# The machine.


def test_no_environment_variable_is_needed() -> None:
    """Without a home, with a read-only home, or with the locale C, the report has the same bytes."""
    Path("plän.json").write_bytes(ONE_TABLE)
    Path("home").mkdir(mode=0o500)
    runs = [
        subprocess.run([*DYNCHECK, "plän.json", "--format", "json"], env=environment, capture_output=True, check=False)
        for environment in (
            {},
            {"HOME": "/nonexistent", "LC_ALL": "C"},
            {"HOME": os.path.abspath("home"), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        )
    ]
    assert {(done.stderr, done.returncode) for done in runs} == {(b"", 1)}
    assert len({done.stdout for done in runs}) == 1
    assert os.listdir("home") == []
