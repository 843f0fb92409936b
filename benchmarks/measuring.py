"""Measures a program and its children: processor seconds, seconds, and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from msgspec import Struct

# A limit in seconds, because another tool may be far slower than dyncheck.
LONGEST = 900


class Cost(Struct, frozen=True):
    """The cost of one run: processor seconds, seconds, and peak resident bytes of its largest process."""

    processor: float
    wall: float
    memory: int


class Command(Struct, frozen=True):
    """A program with its arguments and working directory.

    `exits` are the exit codes of success. `makes` is the file that it writes; an old one is removed before the measurement.
    """

    arguments: tuple[str, ...]
    directory: Path
    exits: tuple[int, ...] = (0, 1)
    makes: Path | None = None


class TooSlow(Exception):
    """The program was still running after `LONGEST` seconds."""


class Failed(Exception):
    """The program failed; the message is its last line of output."""


def measured(command: Command) -> Cost:
    """Measure one run. Raises `Failed` on an unexpected exit code, and `TooSlow`."""
    # Byte code is written once and then read, as for users.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    if command.makes:
        command.makes.unlink(missing_ok=True)
    with tempfile.TemporaryFile() as errors:
        before = time.perf_counter()
        process = subprocess.Popen(command.arguments, cwd=command.directory, env=environment, stdout=subprocess.DEVNULL, stderr=errors)
        deadline = before + LONGEST
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.perf_counter() > deadline:
                process.kill()
                os.wait4(process.pid, 0)
                raise TooSlow
            time.sleep(0.001)
        wall = time.perf_counter() - before
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in command.exits:
            errors.seek(0)
            output = errors.read().decode(errors="replace").strip().splitlines()
            raise Failed(f"{' '.join(command.arguments)} ended with {process.returncode}: {output[-1] if output else ''}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * unit)


def paired(one: Command, other: Command, times: int) -> tuple[Cost, Cost]:
    """The medians of two programs that take turns, so that other load affects both equally."""
    runs = [(measured(one), measured(other)) for _ in range(times)]
    return middle([first for first, _ in runs]), middle([second for _, second in runs])


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(median(cost.processor for cost in costs), median(cost.wall for cost in costs), int(median(cost.memory for cost in costs)))
