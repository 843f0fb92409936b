"""Targets that run the whole check: plans, states and trees of Terraform files in, reports in every format out."""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from zlib import crc32

import msgspec

from dyncheck.checking.run import Settings, run
from dyncheck.errors import DyncheckError, InputError, UsageError
from dyncheck.findings import Report
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.source import Source
from dyncheck.reporters.formats import NAMES
from fuzz.reports import check_report
from fuzz.target import REFUSED, TAKEN
from tests.policies.provider_6_examples import examples
from tests.recording.record_parity import GENERATIONS, read_cases
from tests.reporters.findings_table import REPORTS
from tests.support import provider_6
from tests.support.plans import without_values

TESTS = Path(__file__).parents[1] / "tests"

# Ids of rules are the names of our own files.
_RULE = re.compile(r"[a-z-]+")

# Larger fixtures only repeat the same.
_LARGEST_SEED = 40_000


def document(data: bytes) -> bool:
    """A document is read, or refused with one line."""
    try:
        reading = read_document(Source("plan.json", data))
    except InputError as error:
        assert "\n" not in str(error)
        return REFUSED
    assert reading.kind in ("plan", "state")
    return TAKEN


def plan(data: bytes) -> bool:
    """A plan or state has the same report each time, in every format, and the matching exit code."""
    with_files({"plan.json": data})
    return _checked(["plan.json"], data)


def tree(data: bytes) -> bool:
    """The same for a tree of Terraform files, given as a JSON object of names and contents."""
    files = files_of(data)
    if files is None:
        return REFUSED
    with_files(files)
    return _checked(["."], data)


def _checked(paths: Sequence[str], data: bytes) -> bool:
    """Check the working directory. Slow parts run for some of the inputs only, the same ones each time."""
    lot = crc32(data)
    settings = Settings(required=("products",), illustrated=lot % 2 == 0)
    report = run(paths, settings)
    for error in report.errors:
        assert "bug in dyncheck" not in error, error
    check_report(report, (NAMES[lot % len(NAMES)], NAMES[lot // 16 % len(NAMES)]))
    if lot % 3 == 0:
        again = run(paths, settings)
        assert msgspec.json.encode(report) == msgspec.json.encode(again), "the same input has two reports"
    return not report.errors


def reported(paths: Sequence[str]) -> Report:
    """The report on the working directory."""
    return run(paths, Settings())


def report(data: bytes) -> bool:
    """Any report, given as JSON, can be written in every format."""
    try:
        found = msgspec.json.decode(data, type=Report)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return REFUSED
    if any(not _RULE.fullmatch(result.rule) for result in found.results):
        return REFUSED
    check_report(found)
    return TAKEN


def proofs(data: bytes) -> bool:
    """A module is refused, or has the same proofs each time, in every format."""
    from dyncheck.catalog.rules import all_rules
    from dyncheck.prove.prover import prove_module
    from dyncheck.prove.reporters.json import proofs_as_json
    from dyncheck.prove.reporters.markdown import proofs_as_markdown
    from dyncheck.prove.reporters.text import proofs_as_text

    with_files({"main.tf": data})
    rules = tuple(rule for rule in all_rules() if rule.id in ("unencrypted-table", "capacity-mismatch", "dead-alarm"))
    try:
        found = prove_module(".", rules, all_rules())
    except DyncheckError:
        return REFUSED
    written = proofs_as_json(found)
    json.loads(written)
    assert proofs_as_markdown(found)
    assert proofs_as_text(found)
    assert proofs_as_json(prove_module(".", rules, all_rules())) == written, "the same module has two proofs"
    return TAKEN


def selftest(data: bytes) -> bool:
    """A self-test on a plan has a result, or refuses the plan."""
    from dyncheck.catalog.rules import all_rules
    from dyncheck.selftest.tester import selftest as tested
    from dyncheck.selftest.text import selftest_as_text

    with_files({"plan.json": data})
    try:
        found = tested("plan.json", all_rules(), (), ())
    except (InputError, UsageError):
        return REFUSED
    assert selftest_as_text(found)
    return TAKEN


def files_of(data: bytes) -> dict[str, bytes] | None:
    """The files of a JSON object of names and contents; None if the data is not such an object."""
    try:
        entries = msgspec.json.decode(data, type=dict[str, str])
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    found: dict[str, bytes] = {}
    for name, content in entries.items():
        parts = name.split("/")
        if len(name) > 120 or "\0" in name or any(part in ("", ".", "..") or len(part) > 60 for part in parts):
            return None
        found[name] = content.encode(errors="replace")
    if any(other.startswith(f"{name}/") for name in found for other in found):
        return None
    return found


def with_files(files: dict[str, bytes]) -> None:
    """Put exactly these files into the run's own working directory."""
    home = working_directory()
    os.chdir(home)
    for entry in os.scandir(home):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.remove(entry.path)
    for name, content in files.items():
        if "/" in name:
            os.makedirs(os.path.dirname(name), exist_ok=True)
        with open(name, "wb") as file:
            file.write(content)


@cache
def working_directory() -> str:
    """A directory for the files of each execution, in memory if possible. It is the root of a repository, so nothing above it is read."""
    memory = "/dev/shm"
    outer = os.path.realpath(tempfile.mkdtemp(prefix="dyncheck-fuzz-", dir=memory if os.access(memory, os.W_OK) else None))
    os.mkdir(os.path.join(outer, ".git"))
    home = os.path.join(outer, "tree")
    os.mkdir(home)
    atexit.register(shutil.rmtree, outer, ignore_errors=True)
    return home


@cache
def plans() -> tuple[bytes, ...]:
    """Plans of the tests. Every second one has no `planned_values`, which nearly every changed address would contradict."""
    found = sorted((*TESTS.glob("policies/*.plan.json"), *TESTS.glob("plans/*.json"), TESTS / "inputs/one_table.json"))
    seeds = (
        *(file.read_bytes() for file in found if file.stat().st_size < _LARGEST_SEED),
        *(plan for plan in plans_of_provider_6() if len(plan) < _LARGEST_SEED),
    )
    return tuple(
        json.dumps(without_values(json.loads(seed)), separators=(",", ":")).encode() if number % 2 else seed
        for number, seed in enumerate(seeds)
    )


@cache
def plans_of_provider_6() -> tuple[bytes, ...]:
    """All plans of provider 6 in the tests: what the other plans are made of, and the examples of what only version 6 has."""
    return (*provider_6.plans().values(), *(bytes(example.plan) for example in examples() if example.plan))


def states() -> tuple[bytes, ...]:
    """States of the tests."""
    return tuple(file.read_bytes() for file in sorted(TESTS.glob("plans/*state*.json")))


def documents() -> tuple[bytes, ...]:
    """Documents, and files that could be mistaken for one."""
    return (*plans(), *states(), *(file.read_bytes() for file in sorted((TESTS / "inputs").iterdir())))


@cache
def trees() -> tuple[bytes, ...]:
    """Random configurations of the tests that compare the two modes, and the fixtures of the rules."""
    cases = [recorded.case for generation in GENERATIONS for recorded in read_cases(generation)]
    made = [case.files for case in cases if sum(map(len, case.files.values())) < _LARGEST_SEED // 4]
    fixtures = [{"main.tf": file.read_text()} for file in sorted((TESTS / "policies").glob("*.tf"))]
    return tuple(json.dumps(files).encode() for files in (*fixtures, *made[::4]))


def reports() -> tuple[bytes, ...]:
    """The reports with which all formats are tested."""
    found = []
    for each in REPORTS.values():
        try:
            found.append(msgspec.json.encode(each))
        except UnicodeEncodeError:
            # A file name that is not UTF-8 has no JSON.
            continue
    return tuple(found)


def modules() -> tuple[bytes, ...]:
    """Modules whose inputs have few values."""
    from tests.prove.generator import make

    return tuple(make(seed).text.encode() for seed in range(40))
