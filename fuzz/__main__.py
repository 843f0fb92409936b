"""The runner: `python -m fuzz`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from fuzz.engines import Tally, by_coverage, by_hypothesis, by_mutation, kept, prepare
from fuzz.targets import TARGETS, named


def main() -> int:
    """Feed the targets; returns 1 if a property does not hold."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description="Feed unusual inputs to readers, evaluator, prover and reporters.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="Targets (default: all).")
    parser.add_argument("--minutes", type=float, default=10, help="Time for all targets and engines together (default: 10).")
    parser.add_argument(
        "--engine",
        choices=["hypothesis", "atheris", "mutation"],
        action="append",
        help="Engine (default: hypothesis and atheris). Repeatable.",
    )
    parser.add_argument("--seed", type=int, default=int(time.time()), help="Seed of the choices (default: the current second).")
    parser.add_argument("--list", action="store_true", help="List the targets and their properties.")
    parser.add_argument("--case", metavar="FILE", help="Run one target on one file only.")
    given = parser.parse_args()
    chosen = [named(name) for name in given.targets] or list(TARGETS)
    if given.list:
        for target in chosen:
            print(f"{target.name:15} {' '.join((target.run.__doc__ or '').split())}")
        return 0
    prepare()
    if given.case:
        (target,) = chosen
        print("taken" if target.run(Path(given.case).read_bytes()) else "refused")
        return 0
    engines = given.engine or ["hypothesis", "atheris"]
    seconds = given.minutes * 60 / (len(chosen) * len(engines))
    print(f"seed {given.seed}, {seconds:.0f} s for each target and engine")
    print(f"{'target':15} {'engine':10} {'executions':>11} {'taken':>10} {'slowest':>9}  failures", flush=True)
    total = Tally()
    for target in chosen:
        begun = kept(target)
        total.add(begun)
        for engine in engines:
            tally = _by(engine, target.name, seconds, given.seed)
            total.add(tally)
            print(
                f"{target.name:15} {engine:10} {tally.executions:11,} {tally.taken:10,} {tally.slowest:8.2f}s  {len(tally.failures)}",
                flush=True,
            )
            _tell(tally)
        _tell(begun)
    print(f"{'all':15} {'':10} {total.executions:11,} {total.taken:10,} {total.slowest:8.2f}s  {len(total.failures)}")
    return 1 if total.failures else 0


def _tell(tally: Tally) -> None:
    """Print the failures, similar ones once."""
    first = {why[:50]: (path, why) for path, why in reversed(tally.failures.items())}
    for path, why in first.values():
        print(f"  {path}: {why}", flush=True)


def _by(engine: str, name: str, seconds: float, seed: int) -> Tally:
    target = named(name)
    if engine == "hypothesis":
        return by_hypothesis(target, seconds, seed)
    if engine == "atheris":
        return by_coverage(target, seconds, seed)
    tally = Tally()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        tally.add(by_mutation(target, 50, seed))
        seed += 1
    return tally


if __name__ == "__main__":
    sys.exit(main())
