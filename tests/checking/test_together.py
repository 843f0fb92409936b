"""Several inputs judged together: an alarm in one counts for a table in another, and nothing else does."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dyncheck.checking.run import Settings, run
from dyncheck.findings import Status
from tests.conftest import Dyncheck
from tests.support.paths import TOGETHER

RULES = ("no-throttle-alarm", "silent-alarm")

# Contract and alarms for the table that the other root does not watch, although it watches one of that address.
OTHERS = """
table: others
match: { resource: others-of-dev, name: dev-others }
name: dev-others
primary_key: { hash: { name: id, type: N } }
alarms: [{ metric: ReadThrottleEvents }, { metric: WriteThrottleEvents }]
"""

READS, WRITES = (f'aws_cloudwatch_metric_alarm.throttling["{direction}ThrottleEvents"]' for direction in ("Read", "Write"))
PRODUCTS, OTHER = "aws_dynamodb_table.products", "aws_dynamodb_table.others"


def inputs(kind: str, directory: Path, region: str = "us-east-1") -> list[str]:
    """The two roots, as plans or as files; the alarms in the given region."""
    copied = shutil.copytree(TOGETHER, directory / "together")
    for path in copied.glob("*/*"):
        if (path.suffix == ".json") != (kind == "plan"):
            path.unlink()
        elif path.parent.name == "alarms":
            path.write_text(path.read_text().replace("us-east-1", region))
    return [str(copied / name / "plan.json") if kind == "plan" else str(copied / name) for name in ("tables", "alarms")]


def not_passed(paths: list[str], directory: Path, *, together: bool) -> dict[tuple[str, str], Status]:
    """The rules that do not pass, by rule and address, with a contract for the second table as well."""
    contract = directory / "others.yaml"
    contract.write_text(OTHERS)
    report = run(paths, Settings(select=RULES, policies=(str(contract),), together=together))
    assert report.errors == ()
    results = (result for checked in report.inputs for result in checked.results)
    return {(result.rule, result.address): result.status for result in results if result.status is not Status.PASS}


@pytest.mark.parametrize("kind", ["plan", "files"])
def test_an_alarm_counts_for_a_table_of_another_input_only_together(kind: str, tmp_path: Path) -> None:
    paths = inputs(kind, tmp_path)
    alone = {
        ("no-throttle-alarm", PRODUCTS): Status.FAIL,
        ("no-throttle-alarm", OTHER): Status.FAIL,
        ("silent-alarm", READS): Status.FAIL,
        ("silent-alarm", WRITES): Status.FAIL,
    }
    assert not_passed(paths, tmp_path, together=False) == alone
    # The alarms on the table of the same address in their own root are on another table.
    assert not_passed(paths, tmp_path, together=True) == {("no-throttle-alarm", OTHER): Status.FAIL}
    assert not_passed(paths[::-1], tmp_path, together=True) == {("no-throttle-alarm", OTHER): Status.FAIL}


@pytest.mark.parametrize("kind", ["plan", "files"])
def test_an_alarm_in_another_region_does_not_count(kind: str, tmp_path: Path) -> None:
    found = not_passed(inputs(kind, tmp_path, "eu-west-1"), tmp_path, together=True)
    assert found[("no-throttle-alarm", PRODUCTS)] is Status.FAIL


def test_an_alarm_does_not_certainly_count_where_its_region_comes_from_the_environment(tmp_path: Path) -> None:
    paths = inputs("files", tmp_path)
    configuration = Path(paths[1], "main.tf")
    configuration.write_text(configuration.read_text().replace('  region                      = "us-east-1"\n', ""))
    found = not_passed(paths, tmp_path, together=True)
    assert found[("no-throttle-alarm", PRODUCTS)] is Status.UNKNOWN


def test_a_partial_input_may_hold_the_alarm(tmp_path: Path) -> None:
    paths = inputs("plan", tmp_path)
    Path(paths[1]).write_text(Path(paths[1]).read_text().replace('"complete":true', '"complete":false'))
    assert not_passed([paths[0]], tmp_path, together=True)[("no-throttle-alarm", OTHER)] is Status.FAIL
    assert not_passed(paths, tmp_path, together=True)[("no-throttle-alarm", OTHER)] is Status.UNKNOWN


def test_an_input_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path, dyncheck: Dyncheck) -> None:
    done = dyncheck("check", "--together", *inputs("plan", tmp_path), str(tmp_path / "missing.json"), "--select", "no-throttle-alarm")
    assert (done.returncode, b"missing.json" in done.stderr) == (3, True)
    assert b"3 tables, 4 alarms" in done.stdout


def test_changed_files_are_not_judged_together(dyncheck: Dyncheck) -> None:
    done = dyncheck("check", "--together", "--changed", "main.tf")
    assert done.returncode == 2
    assert b"--together cannot be combined with --changed" in done.stderr
