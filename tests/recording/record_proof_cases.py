"""Records the results of brute force on generated modules in tests/prove/cases.jsonl.xz: `python -m tests.recording.record_proof_cases`."""

from __future__ import annotations

import json
import lzma
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.prove.brute_force import counted
from tests.prove.generator import make
from tests.support.paths import TESTS

CASES = TESTS / "prove" / "cases.jsonl.xz"
COUNT = 520


def recorded() -> Iterator[dict[str, Any]]:
    """The recorded cases: the module, whether its domains are finite, and the number of allowed inputs and of those that break a rule."""
    with lzma.open(CASES, "rt") as file:
        return (json.loads(line) for line in file.read().splitlines())


def _record(seed: int) -> str:
    made = make(seed)
    with TemporaryDirectory() as directory:
        allowed, breaking = counted(Path(directory), made)
    return json.dumps({"seed": seed, "module": made.text, "finite": made.finite, "allowed": allowed, "breaking": breaking})


def main() -> None:
    """Write all cases again."""
    with ProcessPoolExecutor(os.cpu_count()) as processes:
        lines = list(processes.map(_record, range(COUNT), chunksize=4))
    with lzma.open(CASES, "wt", preset=9) as file:
        file.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main()
