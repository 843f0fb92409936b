"""Plans random configurations, and records the results of plan mode for the comparison with HCL mode.

    python -m tests.recording.record_parity                     records the cases of the tests again
    python -m tests.recording.record_parity --check --seed 9000 plans new cases, and stops at the first contradiction
    PROVIDER=6 python -m tests.recording.record_parity          the same with provider 6, in a file of its own

All need Terraform with that version of the AWS provider. The cases are JSON, one per line, in `tests/readers/hcl/parity/cases5.jsonl.xz`
and `cases6.jsonl.xz`.
"""

# ruff: noqa: T201

from __future__ import annotations

import argparse
import lzma
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec

import dyncheck
from dyncheck.errors import InputError
from tests.readers.hcl.parity.generator import Case, case
from tests.readers.hcl.parity.law import OF_MODULES, REFUSED, Rows, contradictions, rows_of, shown
from tests.support.paths import TESTS
from tests.support.rules import RULES, every_rule, fix_the_rules, with_rules
from tests.support.terraform import Root, TerraformError, installed

GENERATIONS = (5, 6)
REQUIRED_TABLES = ("products", "sessions")

# The number of configurations that are made of each generation of the provider.
COUNTS = {5: 420, 6: 160}

# The rules on what the configurations of provider 6 have, beside those that all tests run.
RULES_OF_6 = frozenset({"invalid-table", "unwatched-replica"})

# These filters give the same file on every machine.
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 24}]


class Recorded(msgspec.Struct, frozen=True):
    """A case with its seed and the results of plan mode: rule, address, status."""

    seed: int
    case: Case
    verdicts: Rows


@contextmanager
def recorded_rules(generation: int) -> Iterator[None]:
    """Run the rules whose results are recorded of that generation of the provider."""
    ids = RULES | (RULES_OF_6 if generation == 6 else frozenset())
    with with_rules(*(rule for rule in every_rule() if rule.id in ids)):
        yield


def path_of(generation: int) -> Path:
    """The file of the cases of one generation of the provider."""
    return TESTS / "readers" / "hcl" / "parity" / f"cases{generation}.jsonl.xz"


def read_cases(generation: int = 5) -> tuple[Recorded, ...]:
    """All recorded cases of one generation of the provider."""
    text = lzma.decompress(path_of(generation).read_bytes())
    decoder = msgspec.json.Decoder(Recorded)
    return tuple(map(decoder.decode, text.splitlines()))


def write_cases(cases: list[Recorded], generation: int) -> None:
    """Write these cases of one generation of the provider, and no others."""
    text = b"\n".join(map(msgspec.json.encode, cases)) + b"\n"
    path_of(generation).write_bytes(lzma.compress(text, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, filters=FILTERS))


def write_files(case: Case, directory: Path) -> Path:
    """Write the configuration into a directory; returns the directory of its root module."""
    for name, text in case.files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return directory / case.root


def planned(case: Case, ready: Path) -> Rows:
    """The results of plan mode for the case. Raises `TerraformError` if Terraform makes no plan."""
    with tempfile.TemporaryDirectory() as directory:
        made = plan_of(case, Path(directory, "case"), ready)
        # Beside its sources, as in CI: a plan alone does not show which branch of an expression is taken.
        path = Path(directory, "case", case.root, "plan.json")
        path.write_bytes(made)
        return rows_of(dyncheck.check(path, required=REQUIRED_TABLES, allow_empty=True, ignore=OF_MODULES))


def plan_of(case: Case, directory: Path, ready: Path) -> bytes:
    """The plan that Terraform makes of the case."""
    root = Root(write_files(case, directory), ready)
    root.get()
    options = [f"-var-file={name}" for name in case.var_files]
    options += [f"-var={name}={text}" for name, text in case.variables.items()]
    with environment(case.environment):
        return root.plan("-lock=false", *options)


def main(arguments: list[str] | None = None) -> int:
    """Record cases, or check fresh ones."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, help="how many configurations are made (default: as many as are recorded)")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first; each next one has the next seed (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="hold HCL mode against fresh plans instead of recording them")
    parser.add_argument("--all", action="store_true", help="with --check: go on after a contradiction")
    options = parser.parse_args(arguments)
    generation = int(os.environ.get("PROVIDER") or 5)
    seeds = range(options.seed, options.seed + (options.count or COUNTS[generation]))
    with tempfile.TemporaryDirectory() as directory:
        made = fresh(seeds, installed(Path(directory), generation), generation)
        if options.check:
            return _check(made, options.all)
        fix_the_rules()
        with recorded_rules(generation):
            return _record(list(made), generation)


def fresh(seeds: range, ready: Path, generation: int = 5) -> Iterator[Recorded]:
    """The cases of the seeds that Terraform can plan, with progress on the way."""
    refused: Counter[str] = Counter()
    # Processes, because each needs a separate environment.
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for number, found in enumerate(pool.map(partial(_attempt, ready, generation), seeds), 1):
            if isinstance(found, str):
                refused[found] += 1
            else:
                yield found
            if number % 10 == 0 or number == len(seeds):
                print(f"{number} of {len(seeds)} made, {refused.total()} refused by Terraform", file=sys.stderr)
    for reason, times in refused.most_common():
        print(f"refused {times}: {reason}", file=sys.stderr)


def _attempt(ready: Path, generation: int, seed: int) -> Recorded | str:
    made = case(seed, generation)
    try:
        return Recorded(seed, made, planned(made, ready))
    except TerraformError as error:
        return f"{_reason(str(error))} (seed {seed})"


def _record(cases: list[Recorded], generation: int) -> int:
    write_cases(cases, generation)
    print(f"{len(cases)} cases, {path_of(generation).stat().st_size // 1024} KB")
    counts = Counter((rule, status) for recorded in cases for rule, _, status in recorded.verdicts)
    for (rule, status), number in sorted(counts.items()):
        print(f"{number:6} {status:8} {rule}")
    return 0


def _check(cases: Iterator[Recorded], goes_on: bool) -> int:
    found = 0
    for recorded in cases:
        with tempfile.TemporaryDirectory() as directory:
            for contradiction in disagreements(recorded, Path(directory)):
                found += 1
                print(
                    f"Seed {recorded.seed}: {contradiction}\n{shown(recorded.case)}"
                    if not goes_on
                    else f"Seed {recorded.seed}: {contradiction}"
                )
                if not goes_on:
                    return 1
    print("No contradiction." if not found else f"{found} contradictions.")
    return min(found, 1)


def disagreements(recorded: Recorded, directory: Path) -> Iterator[str]:
    """The contradictions of HCL mode to the record, with all inputs and without those of the command line."""
    case = recorded.case
    counts_defects = not case.is_sensitive
    yield from contradictions(recorded.verdicts, in_hcl_mode(case, directory / "whole"), counts_defects=counts_defects)
    if case.is_bare and case.inputs:
        bare = in_hcl_mode(case, directory / "bare", with_inputs=False)
        for contradiction in contradictions(recorded.verdicts, bare, counts_defects=counts_defects):
            yield f"without {', '.join(case.inputs)}: {contradiction}"


def in_hcl_mode(case: Case, directory: Path, with_inputs: bool = True) -> Rows:
    """The results of HCL mode for the case."""
    root = write_files(case, directory)
    with environment(case.environment if with_inputs else {}):
        try:
            report = dyncheck.check(
                root,
                required=REQUIRED_TABLES,
                allow_empty=True,
                ignore=OF_MODULES,
                var_files=[root / name for name in case.var_files] if with_inputs else [],
                variables=case.variables if with_inputs else {},
            )
        except InputError as error:
            return [(REFUSED, str(error).replace(str(directory), ""), "")]
    return rows_of(report)


@contextmanager
def environment(variables: dict[str, str]) -> Iterator[None]:
    """Set only these Terraform variables."""
    before = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("TF_VAR_")}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            del os.environ[name]
        os.environ.update(before)


def _reason(message: str) -> str:
    """The first words of the Terraform error."""
    lines = [line.strip("╷│╵ ") for line in message.splitlines()]
    errors = [position for position, line in enumerate(lines) if line.startswith("Error:")]
    return " | ".join(line for line in lines[errors[0] :][:14] if line)[:700] if errors else message[:300]


if __name__ == "__main__":
    raise SystemExit(main())
