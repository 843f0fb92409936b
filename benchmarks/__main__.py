"""`python -m benchmarks`: measures, prints each figure and its target, and exits with 1 if a target is missed."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.targets import GROUPS, Figure, NotMeasured

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
# Each group has its own table between such lines, so that one group can be measured again.
BEGIN, END = "<!-- measured: {} -->\n", "<!-- end -->\n"


def main() -> int:
    """Measure the requested groups."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure dyncheck against its targets.")
    parser.add_argument("groups", nargs="*", choices=[[], *GROUPS], help=f"what to measure: {', '.join(GROUPS)} (default: all)")
    parser.add_argument("--times", type=int, default=15, help="repetitions of the quick runs, for the median (default: 15)")
    parser.add_argument("--write", action="store_true", help="write the tables to docs/performance.md")
    given = parser.parse_args()
    is_met = True
    for name in given.groups or GROUPS:
        figures: list[Figure | NotMeasured] = []
        for figure in GROUPS[name](given.times):
            figures.append(figure)
            print(_line(figure), flush=True)
        is_met = is_met and all(figure.is_met for figure in figures if isinstance(figure, Figure))
        if given.write:
            _write(name, figures)
    return 0 if is_met else 1


def _line(figure: Figure | NotMeasured) -> str:
    if isinstance(figure, NotMeasured):
        return f"skipped   {figure.work}: {figure.why}"
    sign = "ok      " if figure.is_met else "MISSED  "
    return f"{sign}  {figure.work}: {figure.value:.3g} {figure.what} ({figure.target}); {figure.costs}"


def _write(group: str, figures: Sequence[Figure | NotMeasured]) -> None:
    rows = ["| work | measured | target | took |", "| --- | --- | --- | --- |"]
    for figure in figures:
        if isinstance(figure, NotMeasured):
            rows.append(f"| {figure.work} | not measured: {figure.why} | | |")
        else:
            missed = "" if figure.is_met else ", missed"
            rows.append(f"| {figure.work} | {figure.value:.3g}, {figure.what} | {figure.target}{missed} | {figure.costs} |")
    begin = BEGIN.format(group)
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{begin}\n{_machine()}\n\n" + "\n".join(rows) + f"\n\n{END}{after}", encoding="utf-8")


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("click", "msgspec"))
    return f"On {os.cpu_count()} processors ({platform.machine()}), {platform.system()}, Python {platform.python_version()}, {packages}."


if __name__ == "__main__":
    sys.exit(main())
