"""Applies random configurations, plans others on top of that state, and records the results of plan mode.

    python -m tests.recording.record_updates                     records the cases of the tests again
    python -m tests.recording.record_updates --check --seed 9000 plans new cases, and prints the contradictions
    PROVIDER=6 python -m tests.recording.record_updates          the same with provider 6, in a file of its own

All need Terraform with that version of the AWS provider; the cloud is moto. Many cases are modules of one root module, so one apply and
one plan are enough for all of them. Cases that Terraform or the cloud refuse are left out. The cases are JSON, one per line, in
`tests/readers/hcl/parity/updates5.jsonl.xz` and `updates6.jsonl.xz`.
"""

# ruff: noqa: T201

from __future__ import annotations

import argparse
import lzma
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

import dyncheck
from tests.readers.hcl.parity.law import OF_MODULES, Rows, on_top_of_a_state, rows_of
from tests.readers.hcl.parity.updates import ON_TYPES, Update, update
from tests.recording.changes import WITH_KEYS, provider
from tests.recording.record_parity import FILTERS
from tests.support.cloud import cloud
from tests.support.paths import TESTS
from tests.support.rules import fix_the_rules
from tests.support.terraform import PROVIDER, REQUIRED, Root, TerraformError, installed

# Cases in one root module.
_TOGETHER = 25


class RecordedUpdate(msgspec.Struct, frozen=True):
    """A case with its seed and the results of plan mode: rule, address, status."""

    seed: int
    case: Update
    verdicts: Rows

    @property
    def text(self) -> str:
        """The whole case, for a message."""
        case = self.case
        return f"--- before\n{case.call_before}{case.before}\n--- after\n{case.call_after}{case.after}"


def path_of(generation: int) -> Path:
    """The file of the cases of one generation of the provider."""
    return TESTS / "readers" / "hcl" / "parity" / f"updates{generation}.jsonl.xz"


def read_updates(generation: int) -> tuple[RecordedUpdate, ...]:
    """All recorded cases of one generation of the provider."""
    decoder = msgspec.json.Decoder(RecordedUpdate)
    return tuple(map(decoder.decode, lzma.decompress(path_of(generation).read_bytes()).splitlines()))


def disagreements(recorded: RecordedUpdate, generation: int, directory: Path) -> Iterator[str]:
    """The contradictions of HCL mode to the record."""
    _write(directory, [recorded.seed], {recorded.seed: recorded.case}, PROVIDER, is_after=True)
    files = rows_of(dyncheck.check(directory, allow_empty=True, ignore=OF_MODULES))
    left_out = ON_TYPES if recorded.case.changes_type else ()
    planned = [row for row in recorded.verdicts if row[0] not in left_out]
    read = [row for row in files if row[0] not in left_out]
    return on_top_of_a_state(planned, read, keeps_indexes=generation == 6 and recorded.case.drops_indexes)


def fresh(seeds: Sequence[int], generation: int, ready: Path) -> Iterator[RecordedUpdate]:
    """The cases of the seeds that Terraform can apply and plan, with progress on the way."""
    for start in range(0, len(seeds), _TOGETHER):
        part = list(seeds[start : start + _TOGETHER])
        yield from _of_one_root(part, generation, ready)
        print(f"{start + len(part)} of {len(seeds)} made", file=sys.stderr)


def _of_one_root(seeds: list[int], generation: int, ready: Path) -> Iterator[RecordedUpdate]:
    cases = {seed: update(seed, generation) for seed in seeds}
    while seeds:
        try:
            plan = _plan(seeds, cases, generation, ready)
        except TerraformError as error:
            refused = {int(number) for number in re.findall(r"module\.u(\d+)", str(error))} & set(seeds)
            if not refused:
                raise
            print(f"refused: {sorted(refused)} {_reasons(str(error))}", file=sys.stderr)
            seeds = [seed for seed in seeds if seed not in refused]
            continue
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory, "plan.json")
            path.write_bytes(plan)
            rows = rows_of(dyncheck.check(path, allow_empty=True, ignore=OF_MODULES))
        for seed in seeds:
            yield RecordedUpdate(seed, cases[seed], [row for row in rows if row[1].startswith(f"module.u{seed}.")])
        return


def _plan(seeds: list[int], cases: dict[int, Update], generation: int, ready: Path) -> bytes:
    """The plan of what comes after, on top of what came before. Raises `TerraformError`."""
    with tempfile.TemporaryDirectory() as directory, cloud() as address:
        root = Root(Path(directory), ready)
        providers = _required(generation) + provider(address, services=WITH_KEYS)
        _write(root.directory, seeds, cases, providers, is_after=False)
        root.get()
        root.run("apply", "-auto-approve", "-input=false", "-no-color")
        _write(root.directory, seeds, cases, providers, is_after=True)
        return root.plan()


def _write(directory: Path, seeds: Sequence[int], cases: dict[int, Update], providers: str, *, is_after: bool) -> None:
    """Write a root module that calls the module of each case."""
    calls = []
    for seed in seeds:
        case = cases[seed]
        inner = directory / f"u{seed}"
        inner.mkdir(parents=True, exist_ok=True)
        (inner / "main.tf").write_text(case.after if is_after else case.before)
        calls.append(f'module "u{seed}" {{\n  source = "./u{seed}"\n{case.call_after if is_after else case.call_before}}}\n')
    (directory / "main.tf").write_text("\n".join([providers, *calls]))


def _required(generation: int) -> str:
    return REQUIRED.replace('"hashicorp/aws"', f'"hashicorp/aws"\n      version = "~> {generation}.0"')


def _reasons(message: str) -> str:
    return "; ".join(dict.fromkeys(line.strip("╷│╵ ") for line in message.splitlines() if "Error:" in line))[:400]


def main(arguments: list[str] | None = None) -> int:
    """Record cases, or check fresh ones."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200, help="how many pairs are made (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first; each next one has the next seed (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="hold HCL mode against fresh plans instead of recording them")
    options = parser.parse_args(arguments)
    generation = int(os.environ.get("PROVIDER") or 5)
    if not options.check:
        fix_the_rules()
    with tempfile.TemporaryDirectory() as directory:
        made = fresh(range(options.seed, options.seed + options.count), generation, installed(Path(directory), generation))
        return _check(made, generation) if options.check else _record(list(made), generation)


def _record(cases: list[RecordedUpdate], generation: int) -> int:
    text = b"".join(msgspec.json.encode(case) + b"\n" for case in cases)
    path_of(generation).write_bytes(lzma.compress(text, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, filters=FILTERS))
    print(f"{len(cases)} cases, {path_of(generation).stat().st_size // 1024} KB")
    counts = Counter((rule, status) for recorded in cases for rule, _, status in recorded.verdicts)
    for (rule, status), number in sorted(counts.items()):
        print(f"{number:6} {status:8} {rule}")
    return 0


def _check(made: Iterator[RecordedUpdate], generation: int) -> int:
    found = 0
    for recorded in made:
        with tempfile.TemporaryDirectory() as directory:
            for contradiction in disagreements(recorded, generation, Path(directory)):
                found += 1
                print(f"Seed {recorded.seed}: {contradiction}\n{recorded.text}")
    print("No contradiction." if not found else f"{found} contradictions.")
    return min(found, 1)


if __name__ == "__main__":
    raise SystemExit(main())
