"""Many documents in one run: the same results as of one after the other, without keeping them in memory, and patterns and directories."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from msgspec.structs import replace

from benchmarks.plans import write_plan
from dyncheck.checking.inputs import are_many
from dyncheck.checking.run import Settings, run
from dyncheck.checking.waivers import Decision
from dyncheck.findings import Report, Waiver
from dyncheck.reporters.formats import STYLED, WRITERS, parts, styled
from dyncheck.reporters.layout import TextStyle
from tests.conftest import Dyncheck
from tests.support.paths import PLANS

if sys.platform == "win32":
    resource: ModuleType | None = None
else:
    import resource

ADDRESS = 'module.dynamodb["instance000000"].aws_dynamodb_table.products'
RECOVERY = "no-point-in-time-recovery"


@pytest.fixture(name="directory", scope="module")
def _directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve plans, one of them of other tables, and a file that is no plan."""
    directory = tmp_path_factory.mktemp("many")
    plan = write_plan(directory / "first.json", 3)
    for number in range(10):
        (directory / f"p{number}.json").write_text(plan.read_text().replace("instance00000", f"instance{number}0000"))
    shutil.copy(PLANS / "reference.json", directory / "reference.json")
    (directory / "torn.json").write_text('{"format_version": "1.2", "res')
    return directory


def reports(paths: list[str], settings: Settings) -> tuple[Report, Report]:
    """The report of a run in memory, and that of one that stores its inputs."""
    return run(paths, settings), run(paths, replace(settings, stores=True, processes=2))


def paths_of(directory: Path) -> list[str]:
    return sorted(map(str, directory.glob("*.json")))


WAIVERS = tuple(
    Decision(frozenset({RECOVERY}), Waiver("rebuilt", f".dyncheck.yaml:{line}"), addresses=address)
    for line, address in enumerate((ADDRESS, "aws_dynamodb_table.gone"))
)


@pytest.fixture(name="pair", scope="module")
def _pair(directory: Path) -> tuple[Report, Report]:
    """With waivers by address, of which one is unused, with an input that cannot be read, and with one that is there twice."""
    paths = paths_of(directory)
    return reports([*paths, paths[0]], Settings(decisions=WAIVERS, illustrated=True))


@pytest.mark.parametrize("name", [*STYLED, *WRITERS])
def test_a_run_that_stores_its_inputs_writes_the_same(name: str, pair: tuple[Report, Report]) -> None:
    report, stored = pair
    assert not isinstance(stored.inputs, tuple)
    assert written(name, stored) == written(name, report)


def written(name: str, report: Report) -> list[str]:
    if name in STYLED:
        return [styled(name, report, TextStyle(verbose=verbose)) for verbose in (False, True)]
    return ["".join(parts(name, report))]


def test_a_run_that_stores_its_inputs_decides_the_same(pair: tuple[Report, Report]) -> None:
    report, stored = pair
    assert [*stored.results] == [*report.results]
    assert [*stored.inputs] == [*report.inputs]
    assert (stored.verdicts, stored.failures, stored.is_failed) == (report.verdicts, report.failures, report.is_failed)
    assert (stored.checks, stored.errors, stored.notices) == (report.checks, report.errors, report.notices)
    assert (stored.not_applicable, stored.not_run) == (report.not_applicable, report.not_run)
    assert (stored.results[0], stored.results[-1], stored.results[3:5]) == (report.results[0], report.results[-1], report.results[3:5])


def test_an_unused_waiver_is_named_where_everything_was_checked(directory: Path) -> None:
    sound = [path for path in paths_of(directory) if "torn" not in path][:9]
    report, stored = reports(sound, Settings(decisions=WAIVERS, select=(RECOVERY,)))
    assert stored.notices == report.notices
    assert [each for each in stored.notices if "waives nothing" in each] == [
        ".dyncheck.yaml:1: the waiver of no-point-in-time-recovery waives nothing. Remove it."
    ]


def test_a_baseline_counts_for_stored_inputs(directory: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.json"
    paths = paths_of(directory)
    earlier.write_text("".join(parts("json", run(paths[2:9], Settings(select=(RECOVERY,))))))
    report, stored = reports(paths, Settings(select=(RECOVERY,), baseline=str(earlier)))
    assert stored.comparison == report.comparison
    assert stored.verdicts == report.verdicts
    assert written("text", stored) == written("text", report)


def test_required_tables_are_looked_for_in_all_inputs(directory: Path) -> None:
    report, stored = reports(paths_of(directory)[:9], Settings(required=("products",), select=("missing-table",)))
    assert (stored.required, stored.problems) == (report.required, report.problems)


def test_few_documents_and_directories_are_not_stored(tmp_path: Path) -> None:
    assert are_many(["a.json"] * 8)
    assert not are_many(["a.json"] * 7)
    assert not are_many([*["a.json"] * 7, str(tmp_path), str(tmp_path / "main.tf")])


@pytest.mark.skipif(resource is None, reason="this system does not say how much memory a process had")
def test_memory_does_not_grow_with_the_number_of_inputs(tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "plan.json", 8).read_text()
    directory = tmp_path / "plans"
    directory.mkdir()
    for number in range(40):
        (directory / f"p{number:02}.json").write_text(plan.replace("instance0000", f"instance{number:04}"))
    few, many = (peak_of(paths_of(directory)[:number], tmp_path) for number in (10, 40))
    assert many < 1.15 * few, f"{few:,} bytes with 10 plans, and {many:,} with 40: something keeps what was checked."


def peak_of(paths: list[str], directory: Path) -> int:
    """The most bytes of memory that a run had on one processor."""
    script = (
        "import os, resource, sys\n"
        "if hasattr(os, 'sched_setaffinity'): os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])\n"
        "from dyncheck.cli.main import run\n"
        "code = run()\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", script, *paths, "--format", "jsonl", "--output", str(directory / "report.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stderr.split()[-1])


def test_a_pattern_that_the_shell_left_is_expanded(directory: Path, dyncheck: Dyncheck) -> None:
    done = dyncheck("p*.json", "--format", "json", "--select", RECOVERY, cwd=directory)
    assert done.stderr == b""
    assert [each["path"] for each in json.loads(done.stdout)["inputs"]] == [f"p{number}.json" for number in range(10)]
    (directory / "[1].json").write_bytes((PLANS / "reference.json").read_bytes())
    try:
        named = dyncheck("[1].json", "--format", "json", cwd=directory)
    finally:
        (directory / "[1].json").unlink()
    assert [each["path"] for each in json.loads(named.stdout)["inputs"]] == ["[1].json"]


def test_a_pattern_that_matches_nothing_says_so(dyncheck: Dyncheck) -> None:
    done = dyncheck("nowhere/*.json")
    assert (done.returncode, done.stderr.decode()) == (
        3,
        "dyncheck: nowhere/*.json matches no file. Correct the pattern, or name the files.\n",
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.json", (PLANS / "reference.json").read_bytes),
        ("terraform.tfstate", lambda: b'{\n  "version": 4,\n  "terraform_version": "1.11.4",\n  "serial": 1,\n  "lineage": "a"\n}'),
        ("state.json", lambda: '{"format_version":"1.0","terraform_version":"1.11.4"}'.encode("utf-16")),
        ("capture.json", lambda: b'{"format":"dyncheck-capture"}'),
    ],
)
def test_a_directory_of_documents_is_for_fleet(name: str, content: Callable[[], bytes], tmp_path: Path, dyncheck: Dyncheck) -> None:
    (tmp_path / "the plans" / "app").mkdir(parents=True)
    (tmp_path / "the plans" / "app" / name).write_bytes(content())
    (tmp_path / "the plans" / "app" / "a.json").write_text("{}")
    done = dyncheck("the plans")
    pattern = f"the plans/app/*{os.path.splitext(name)[1]}"
    assert (done.returncode, done.stderr.decode()) == (
        3,
        f"dyncheck: the plans is a directory with documents such as the plans/app/{name} and without Terraform files. "
        f"Check all of them with `dyncheck fleet 'the plans' --output results.parquet`, or some of them with `dyncheck '{pattern}'`.\n",
    )


def test_a_directory_with_terraform_files_and_a_plan_is_checked_as_terraform_files(tmp_path: Path, dyncheck: Dyncheck) -> None:
    (tmp_path / "app").mkdir()
    shutil.copy(PLANS / "reference.json", tmp_path / "app" / "plan.json")
    (tmp_path / "app" / "main.tf").write_text('resource "aws_dynamodb_table" "t" {\n  name = "t"\n  hash_key = "id"\n}\n')
    done = dyncheck("app", "--format", "json")
    assert [(each["path"], each["kind"]) for each in json.loads(done.stdout)["inputs"]] == [("app", "hcl")]
    assert done.stderr == b""
