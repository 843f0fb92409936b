"""Findings against a baseline: which are new, open, fixed, waived, unknown, or not checked in this run."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from msgspec.structs import replace

from dyncheck.checking.baseline import compare, updated
from dyncheck.checking.baseline_file import Entry, entry, text
from dyncheck.findings import Comparison, Earlier, Input, Report, Result, Status, numbered
from dyncheck.model import NotChecked
from dyncheck.reporters.safe import safe_json
from dyncheck.rule import Severity
from tests.conftest import Dyncheck
from tests.support.paths import PLANS

RECOVERY, ENCRYPTION = "no-point-in-time-recovery", "unencrypted-table"
RULES = ("--select", RECOVERY, "--select", ENCRYPTION)
FILE = ".dyncheck-baseline.json"
DEV, PROD = Path("envs/dev/main.tf"), Path("envs/prod/main.tf")
OFF, ON = "point_in_time_recovery {\n    enabled = false", "point_in_time_recovery {\n    enabled = true"
TABLE = "aws_dynamodb_table.products"


@pytest.fixture
def roots(tmp_path: Path) -> Path:
    """Two root modules with a table at one address. Only that of envs/dev has no recovery, and neither is encrypted."""
    shutil.copytree(Path(__file__).with_name("two_roots"), tmp_path, dirs_exist_ok=True)
    return tmp_path


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text that occurs exactly once in a file."""
    found = file.read_text()
    assert found.count(old) == 1
    file.write_text(found.replace(old, new))


def changes(dyncheck: Dyncheck, *arguments: str) -> tuple[int, list[str]]:
    """The exit code of a check against the baseline, and the lines of its text on the changes."""
    done = dyncheck(*arguments, "--baseline", FILE, *RULES)
    found = re.search(r"^since .*\n(\S.*\n)*", done.stdout.decode(), re.MULTILINE)
    assert found, done
    return done.returncode, found[0].splitlines()


def test_findings_of_two_root_modules_at_one_address_are_two(roots: Path, dyncheck: Dyncheck) -> None:
    assert dyncheck("baseline", ".", *RULES).returncode == 0
    assert changes(dyncheck, ".") == (0, [f"since {FILE}: 0 new, 3 still open, 0 fixed, 0 now unknown"])
    edit(roots / DEV, OFF, ON)
    edit(roots / PROD, ON, OFF)
    assert changes(dyncheck, ".") == (
        1,
        [f"since {FILE}: 1 new, 2 still open, 1 fixed, 0 now unknown", f"fixed    {RECOVERY}: {TABLE} in envs/dev"],
    )


def test_an_earlier_json_report_is_a_baseline_as_well(roots: Path, dyncheck: Dyncheck) -> None:
    (roots / FILE).write_bytes(dyncheck(".", "--format", "json", *RULES).stdout)
    edit(roots / DEV, OFF, ON)
    edit(roots / PROD, ON, OFF)
    code, lines = changes(dyncheck, ".")
    assert (code, lines[0]) == (1, f"since {FILE}: 1 new, 2 still open, 1 fixed, 0 now unknown")
    assert changes(dyncheck, "envs/prod")[1][0] == f"since {FILE}: 1 new, 1 still open, 0 fixed, 0 now unknown, 2 not checked here"


@pytest.mark.usefixtures("roots")
def test_a_baseline_in_the_tree_counts_only_when_it_is_named(dyncheck: Dyncheck) -> None:
    before = dyncheck(".", "--format", "json", *RULES)
    dyncheck("baseline", ".", *RULES)
    after = dyncheck(".", "--format", "json", *RULES)
    assert (after.returncode, after.stdout) == (before.returncode, before.stdout) == (1, before.stdout)


def test_a_finding_of_an_input_that_is_not_in_the_run_is_not_fixed(roots: Path, dyncheck: Dyncheck) -> None:
    dyncheck("baseline", ".", *RULES)
    said = f"since {FILE}: 0 new, 1 still open, 0 fixed, 0 now unknown, 2 not checked here"
    assert changes(dyncheck, "envs/prod")[1][0] == said
    assert changes(dyncheck, "--changed", str(PROD))[1][0] == said
    shutil.rmtree(roots / "envs/dev")
    assert changes(dyncheck, ".")[1][0] == said


def test_a_finding_of_a_rule_that_does_not_run_is_not_fixed(roots: Path, dyncheck: Dyncheck) -> None:
    dyncheck("baseline", ".", *RULES)
    done = dyncheck(".", "--baseline", FILE, "--select", ENCRYPTION)
    assert f"since {FILE}: 0 new, 2 still open, 0 fixed, 0 now unknown, 1 not checked here\n" in done.stdout.decode()
    (roots / ".dyncheck.yaml").write_text(f"overrides:\n  - paths: [envs/dev]\n    ignore: [{RECOVERY}]\n")
    done = dyncheck(".", "--baseline", FILE, "--fail-on", "warning")
    assert "2 still open, 0 fixed, 0 now unknown, 1 not checked here\n" in done.stdout.decode()


def test_a_finding_on_a_table_that_is_gone_is_fixed(roots: Path, dyncheck: Dyncheck) -> None:
    dyncheck("baseline", ".", *RULES)
    # A root module without any table is checked, too.
    (roots / DEV).write_text('resource "aws_s3_bucket" "files" {\n}\n')
    assert changes(dyncheck, ".")[1][0] == f"since {FILE}: 0 new, 1 still open, 2 fixed, 0 now unknown"


def test_a_finding_that_is_waived_later_is_not_fixed(roots: Path, dyncheck: Dyncheck) -> None:
    dyncheck("baseline", ".", *RULES)
    edit(roots / DEV, OFF, f"{OFF} # dyncheck: ignore[{RECOVERY}] rebuilt every night")
    said = f"since {FILE}: 0 new, 2 still open, 0 fixed, 0 now unknown, 1 now waived"
    assert changes(dyncheck, ".")[1][0] == said
    edit(roots / DEV, f" # dyncheck: ignore[{RECOVERY}] rebuilt every night", "")
    waiver = f"waivers:\n  - address: {TABLE}\n    rules: [{RECOVERY}]\n    reason: rebuilt every night\n"
    (roots / ".dyncheck.yaml").write_text(waiver)
    assert changes(dyncheck, ".")[1][0] == said


def test_a_finding_that_cannot_be_determined_any_more_is_not_fixed(roots: Path, dyncheck: Dyncheck) -> None:
    dyncheck("baseline", ".", *RULES)
    edit(roots / DEV, OFF, OFF.replace("false", "var.recovery"))
    (roots / DEV).write_text(f'{(roots / DEV).read_text()}\nvariable "recovery" {{}}\n')
    code, lines = changes(dyncheck, ".")
    assert (code, lines) == (
        0,
        [f"since {FILE}: 0 new, 2 still open, 0 fixed, 1 now unknown", f"unknown  {RECOVERY}: {TABLE} in envs/dev"],
    )


def test_an_unknown_result_of_the_baseline_is_accepted_until_it_fails(roots: Path, dyncheck: Dyncheck) -> None:
    edit(roots / DEV, OFF, OFF.replace("false", "var.recovery"))
    (roots / DEV).write_text(f'{(roots / DEV).read_text()}\nvariable "recovery" {{}}\n')
    assert dyncheck("baseline", ".", *RULES, "--strict").returncode == 0
    assert dyncheck(".", "--baseline", FILE, *RULES, "--strict", "--unknown", "fail").returncode == 0
    assert changes(dyncheck, ".", "--var", "recovery=false")[0] == 1


def test_findings_on_changes_are_never_in_a_baseline(dyncheck: Dyncheck, tmp_path: Path) -> None:
    shutil.copy(PLANS / "change_replace.json", tmp_path / "plan.json")
    options = ("plan.json", "--select", "table-replacement")
    assert dyncheck("baseline", *options).returncode == 0
    empty = (tmp_path / FILE).read_text()
    assert json.loads(empty)["findings"] == []
    assert dyncheck(*options, "--baseline", FILE).returncode == 1
    # Neither does a baseline count that somebody wrote.
    found = json.loads(dyncheck(*options, "--format", "json").stdout)["results"]
    written = {"format": "dyncheck-baseline", "version": 1, "findings": [entry_of(each) for each in found if each["status"] == "fail"]}
    (tmp_path / FILE).write_text(json.dumps(written))
    assert dyncheck(*options, "--baseline", FILE).returncode == 1
    # An update removes it.
    assert dyncheck("baseline", *options).returncode == 0
    assert (tmp_path / FILE).read_text() == empty


def entry_of(result: dict[str, Any]) -> dict[str, Any]:
    """A result of a JSON report as an entry of a baseline."""
    return {key: result[key] for key in ("fingerprint", "status", "severity", "rule", "address")} | {"input": "plan.json"}


# Reports made by hand, for what is rare.

FAIL = Result(RECOVERY, Status.FAIL, Severity.ERROR, TABLE, "Recovery is off", attribute="x", input="dev", origin="dev")
EARLIER = Earlier(RECOVERY, Severity.ERROR, TABLE, "Point-in-time recovery is off", "dev")


def report(*results: Result, **fields: Any) -> Report:
    """A report on one input."""
    return Report((Input("dev", "hcl", "", results=tuple(numbered(results)), **fields),))


def several(count: int, status: Status = Status.FAIL) -> tuple[Result, ...]:
    return tuple(replace(FAIL, status=status, message=f"Message {number}") for number in range(count))


def compared(before: Report, after: Report, tmp_path: Path) -> Comparison:
    """The differences between two reports."""
    file = tmp_path / "baseline.json"
    file.write_text("".join(map(safe_json, text(updated(before, (), adds=True, prunes=False).entries))))
    found = compare(after, str(file))
    # The directory of a pipeline differs from run to run.
    assert found.baseline == "baseline.json"
    return replace(found, baseline="")


@pytest.mark.parametrize(
    ("before", "after", "opened", "fixed", "waived"),
    [
        (several(2), several(1), 1, 1, 0),
        (several(2), several(3), 2, 0, 0),
        (several(3), several(0), 0, 3, 0),
        # Which of them is waived does not matter, and neither does their order.
        (several(2), (*several(1, Status.WAIVED), *several(1)), 1, 0, 1),
        ((*several(1, Status.WAIVED), *several(1)), several(1), 1, 0, 0),
        ((*several(1, Status.WAIVED), *several(1)), several(2), 1, 0, 0),
    ],
)
def test_equal_findings_are_counted(
    before: tuple[Result, ...], after: tuple[Result, ...], opened: int, fixed: int, waived: int, tmp_path: Path
) -> None:
    now = report(*after)
    found = compared(report(*before), now, tmp_path)
    assert len(found.open) == opened
    assert found == Comparison("", found.open, fixed=(EARLIER,) * fixed, now_waived=(EARLIER,) * waived)
    assert sum(result.status is Status.FAIL and not replace(now, comparison=found).is_new(result) for result in now.results) == opened


def test_a_resource_that_may_be_in_a_part_that_was_not_read_is_not_fixed(tmp_path: Path) -> None:
    partial = report(not_checked=(NotChecked("dev", "the plan is partial"),))
    assert compared(report(FAIL), partial, tmp_path) == Comparison("", not_checked=(EARLIER,))
    within = replace(FAIL, address='module.shop["a"].aws_dynamodb_table.orders')
    elsewhere = replace(FAIL, address="module.shops.aws_dynamodb_table.orders")
    unread = report(not_checked=(NotChecked("module.shop", "it is not downloaded"),))
    found = compared(report(within, elsewhere), unread, tmp_path)
    assert found == Comparison(
        "", fixed=(replace(EARLIER, address=elsewhere.address),), not_checked=(replace(EARLIER, address=within.address),)
    )
    passed = replace(FAIL, status=Status.PASS, attribute="")
    assert compared(report(FAIL), report(passed, not_checked=partial.inputs[0].not_checked), tmp_path) == Comparison("", fixed=(EARLIER,))


def test_a_finding_on_an_alarm_is_unknown_where_the_rule_cannot_judge_its_table(tmp_path: Path) -> None:
    alarm = replace(FAIL, address="aws_cloudwatch_metric_alarm.reads")
    passed = replace(alarm, rule=ENCRYPTION, status=Status.PASS)
    unknown = replace(FAIL, status=Status.UNKNOWN)
    found = compared(report(alarm), report(unknown, passed), tmp_path)
    assert found == Comparison("", now_unknown=(replace(EARLIER, address=alarm.address),))


def test_a_finding_on_a_required_table_is_fixed_only_where_the_table_is_required(tmp_path: Path) -> None:
    missing = replace(FAIL, rule="missing-table", address="products", attribute="", input="", origin="")
    earlier = Earlier("missing-table", Severity.ERROR, "products", "Required table is missing")
    before = replace(report(), required=(missing,))
    assert compared(before, report(), tmp_path) == Comparison("", not_checked=(earlier,))
    there = replace(report(), required=(replace(missing, status=Status.PASS),))
    assert compared(before, there, tmp_path) == Comparison("", fixed=(earlier,))


def test_a_name_that_is_not_utf_8_is_the_same_after_an_update(tmp_path: Path) -> None:
    odd = report(replace(FAIL, address='module.t["\udcff\u202e::x"].aws_dynamodb_table.this'))
    assert len(compared(odd, odd, tmp_path).open) == 1
    written = tmp_path / "baseline.json"
    assert written.read_bytes().isascii()


def test_ten_thousand_findings_take_little_time(tmp_path: Path) -> None:
    paths = [f"envs/{number}" for number in range(100)]
    inputs = [
        Input(path, "hcl", "", results=tuple(replace(FAIL, address=f"t.{number}", input=path, origin=path) for number in range(100)))
        for path in paths
    ]
    before, after = Report(tuple(inputs)), Report(tuple(replace(each, results=each.results[:50]) for each in inputs))
    started = perf_counter()
    found = compared(before, after, tmp_path)
    assert (len(found.open), len(found.fixed)) == (5_000, 5_000)
    assert numbered(several(10_000))[-1].occurrence == 10_000
    assert perf_counter() - started < 5


def test_the_entries_are_in_one_order_whatever_the_order_of_the_results() -> None:
    entries = [entry(replace(FAIL, address=address, origin=origin)) for address in "ba" for origin in ("prod", "dev")]
    assert "".join(text(entries)) == "".join(text(reversed(entries)))
    assert isinstance(entries[0], Entry)
