"""The two engines: hypothesis in this process, atheris in a separate process for each target."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from random import Random

from msgspec import Struct

from fuzz.bounds import bounded, limit_memory
from fuzz.strategies import changed
from fuzz.target import Target

FOUND = Path(__file__).parent / "found"

# libFuzzer stops a single execution after this many seconds of the clock.
_HANG = 120

_MOST_SEEDS = 40


class Tally(Struct):
    """The result of running a target: executions, accepted inputs, the longest execution, and the cases that break a property."""

    executions: int = 0
    taken: int = 0
    slowest: float = 0.0
    failures: dict[str, str] = {}

    def add(self, other: Tally) -> None:
        """Add the result of another run."""
        self.executions += other.executions
        self.taken += other.taken
        self.slowest = max(self.slowest, other.slowest)
        self.failures = self.failures | other.failures


def execute(target: Target, data: bytes, tally: Tally) -> None:
    """Run a target once within its limits; raises what the target raises."""
    tally.executions += 1
    start = time.process_time()
    with bounded(len(data)):
        tally.taken += target.run(data)
    tally.slowest = max(tally.slowest, time.process_time() - start)


def keep(target: Target, data: bytes, why: BaseException | str) -> tuple[str, str]:
    """Write a failing input to a file; returns its path and the failure in one line."""
    directory = FOUND / target.name
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / hashlib.sha256(data).hexdigest()[:16]
    path.write_bytes(data)
    failure = why if isinstance(why, str) else f"{type(why).__name__}: {why}"
    return str(path.relative_to(Path(__file__).parents[1])), " ".join(failure.split())[:300]


def kept(target: Target) -> Tally:
    """Run the cases that were found before."""
    return by_inputs(target, target.cases())


def by_inputs(target: Target, inputs: Iterable[bytes]) -> Tally:
    """Run these inputs as they are."""
    tally = Tally()
    for data in inputs:
        _try(target, data, tally)
    return tally


def by_mutation(target: Target, executions: int, seed: int) -> Tally:
    """Run a number of changed fixtures, the same ones for the same seed."""
    tally = Tally()
    random = Random(f"{target.name}.{seed}")
    seeds = target.seeds()
    for _ in range(executions):
        data = random.choice(seeds)
        for _ in range(random.choice((0, 1, 1, 2, 4))):
            data = target.mutate(data, random)
        _try(target, data, tally)
    return tally


def _try(target: Target, data: bytes, tally: Tally) -> None:
    try:
        execute(target, data, tally)
    except (Exception, RecursionError, MemoryError, SystemExit) as error:
        path, why = keep(target, data, error)
        tally.failures[path] = why
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        path, why = keep(target, data, error)
        tally.failures[path] = why


def by_hypothesis(target: Target, seconds: float, seed: int, most: int = sys.maxsize) -> Tally:
    """Run inputs from hypothesis up to a time or a number, and shrink a failing one."""
    import hypothesis
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis.strategies import one_of

    tally = Tally()
    strategy = changed(target.seeds, target.mutate)
    strategy = one_of(target.made(), strategy) if target.made else strategy
    until = time.monotonic() + seconds
    rounds = 0
    last = b""

    def run(data: bytes) -> None:
        nonlocal last
        last = data
        execute(target, data, tally)

    while time.monotonic() < until and tally.executions < most and not tally.failures:
        expected = min(max(most - tally.executions, 1), 300)
        holds = settings(
            max_examples=expected,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        )(hypothesis.seed(seed * 1_000_003 + rounds)(given(data=strategy)(run)))
        rounds += 1
        try:
            holds()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            path, why = keep(target, last, error)
            tally.failures[path] = why
    return tally


def by_coverage(target: Target, seconds: float, seed: int) -> Tally:
    """Run inputs from atheris for a time; its corpus is deleted."""
    with tempfile.TemporaryDirectory() as directory:
        corpus = Path(directory, "corpus")
        corpus.mkdir()
        seeds = list(target.seeds())
        # libFuzzer runs all of them before it begins.
        for data in (*Random(seed).sample(seeds, min(len(seeds), _MOST_SEEDS)), *target.cases()):
            (corpus / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
        longest = max(1_000, 2 * max(map(len, target.seeds())))
        artifacts = Path(directory, "found")
        artifacts.mkdir()
        done = subprocess.run(
            [sys.executable, "-m", "fuzz.coverage", target.name,
             f"-max_total_time={int(seconds)}", f"-seed={seed}", f"-artifact_prefix={artifacts}/",
             f"-timeout={_HANG}", "-rss_limit_mb=2900", "-print_final_stats=1", f"-max_len={longest}", str(corpus)],
            cwd=Path(__file__).parents[1],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(("src", "."))},
            capture_output=True,
            check=False,
        )  # fmt: skip
        output = done.stderr.decode(errors="replace") + done.stdout.decode(errors="replace")
        tally = Tally()
        tally.executions = int(_last(r"number_of_executed_units:\s*(\d+)", output) or _last(r"^#(\d+)\s", output) or 0)
        tally.taken = int(_last(r"^fuzz taken: (\d+)", output) or 0)
        tally.slowest = float(_last(r"^fuzz slowest: ([\d.]+)", output) or 0)
        # `slowest` reports slow inputs.
        found = sorted(file for file in artifacts.iterdir() if not file.name.startswith("slow-unit"))
        for file in found:
            path, why = keep(target, file.read_bytes(), _last(r"^(\w+(?:Error|Slow|Exception)\b.*)$", output) or file.name)
            tally.failures[path] = why
        if done.returncode and not found:
            tally.failures[f"{target.name}: atheris ended with {done.returncode}"] = " ".join(output[-600:].split())
        return tally


def _last(pattern: str, text: str) -> str:
    found = re.findall(pattern, text, re.MULTILINE)
    return str(found[-1]) if found else ""


def prepare() -> None:
    """Limit the memory of this process."""
    limit_memory()
