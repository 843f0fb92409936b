"""Runs one target under atheris: `python -m fuzz.coverage TARGET [options of libFuzzer] CORPUS`."""

from __future__ import annotations

import sys
from random import Random

import atheris

with atheris.instrument_imports(include=["dyncheck"], enable_loader_override=False):
    from fuzz.targets import named

from fuzz.engines import Tally, execute


def main() -> None:
    """Feed the target until the time of libFuzzer is over."""
    target = named(sys.argv.pop(1))
    tally = Tally()

    def run(data: bytes) -> None:
        execute(target, data, tally)
        if tally.executions % 100 == 0:
            # libFuzzer ends the process without running Python code, so the last printed lines count.
            tell()

    def tell() -> None:
        sys.stderr.write(f"fuzz taken: {tally.taken}\nfuzz slowest: {tally.slowest:.3f}\n")

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < 0.3:
            return bytes(atheris.Mutate(data, most))
        return target.mutate(data, random)[:most]

    # The first calls import more modules, which must be instrumented as well.
    with atheris.instrument_imports(include=["dyncheck"], enable_loader_override=False):
        for data in target.seeds()[:3]:
            target.run(data)
        atheris.Setup(sys.argv, run, custom_mutator=mutate)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
