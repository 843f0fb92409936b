"""Runs each rule of a directory on its fixtures, as Terraform files and as the plans beside them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from shutil import copy
from tempfile import TemporaryDirectory

from msgspec import Struct

from dyncheck.checking.run import Settings, run
from dyncheck.errors import DyncheckError
from dyncheck.findings import Report, Result, Status
from dyncheck.model import without_keys
from dyncheck.rule import Rule
from dyncheck.ruletest.marks import Expectation, expectations, required

FILES, PLAN = "Terraform files", "plan"


class Difference(Struct, frozen=True):
    """A line of a fixture and an address, with the results that the marks expect there and those that the rule gives."""

    line: int
    address: str
    expected: tuple[Expectation, ...]
    found: tuple[Expectation, ...]


class Tried(Struct, frozen=True):
    """A rule on one input of a fixture: `kind` says how it was read, `counts` how many results of each status there are.

    `error` says why it could not be checked.
    """

    path: str
    kind: str
    counts: tuple[tuple[str, int], ...] = ()
    differences: tuple[Difference, ...] = ()
    error: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the results are those that the marks expect."""
        return not self.differences and not self.error


class Tested(Struct, frozen=True):
    """A rule on all of its fixtures. `lacks` says what the fixtures do not show."""

    rule: str
    tried: tuple[Tried, ...]
    lacks: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether all results are as expected, and the fixtures show enough."""
        return not self.lacks and all(each.is_right for each in self.tried)

    @property
    def has_error(self) -> bool:
        """Whether an input could not be checked, or the rule crashed."""
        return any(each.error for each in self.tried)


def tested(rule: Rule, stem: str, every: tuple[Rule, ...]) -> Tested:
    """The rule on its fixtures: `stem.tf` and `stem.CASE.tf`. `every` are all rules that are not shipped."""
    fixtures = list(_fixtures(stem))
    if not fixtures:
        return Tested(rule.id, (), (f"a fixture; write {stem}.tf",))
    tried = tuple(each for fixture in fixtures for each in _tried(rule, fixture, every))
    statuses = {status for each in tried for status, _ in each.counts}
    missing = [status.value for status in (Status.FAIL, Status.PASS) if status.value not in statuses]
    lacks = [f"a case that {'fails' if status == 'fail' else 'passes'}; add one to {fixtures[0]}" for status in missing]
    return Tested(rule.id, tried, () if any(each.error for each in tried) else tuple(lacks))


def _fixtures(stem: str) -> Iterator[str]:
    directory, name = os.path.split(stem)
    for file in sorted(os.listdir(directory)):
        if file.endswith(".tf") and file.split(".")[0] == name:
            yield os.path.join(directory, file)


def _tried(rule: Rule, fixture: str, every: tuple[Rule, ...]) -> Iterator[Tried]:
    with open(fixture, encoding="utf-8") as file:
        lines = file.read().splitlines()
    start = fixture[: -len(".tf")]
    plan, contract = f"{start}.plan.json", f"{start}.yaml"
    settings = Settings(
        policies=(contract,) if os.path.isfile(contract) else (),
        required=required(lines),
        select=(rule.id,),
        allow_empty=True,
        own_rules=every,
    )
    has_plan = os.path.isfile(plan)
    if rule.is_on_change:
        if not has_plan:
            yield Tried(fixture, PLAN, error=f"A rule on changes needs a plan. Write {plan} with `terraform show -json`.")
    else:
        # Terraform files are a directory, so the fixture gets one of its own.
        with TemporaryDirectory(prefix="dyncheck-") as directory:
            copy(fixture, directory)
            yield _compared(fixture, FILES, directory, settings, lines, is_confirmed=has_plan)
    if has_plan:
        yield _compared(plan, PLAN, plan, settings, lines)


def _compared(shown: str, kind: str, path: str, settings: Settings, lines: list[str], *, is_confirmed: bool = False) -> Tried:
    """The results on one input against the marks. Where a plan confirms them, Terraform files may say unknown instead."""
    try:
        report = run([path], settings)
    except DyncheckError as error:
        return Tried(shown, kind, error=str(error))
    if report.errors:
        return Tried(shown, kind, error="\n".join(report.errors))
    differences = tuple(_differences(report, expectations(lines), may_be_unknown=is_confirmed))
    counts = Counter(result.status.value for result in report.results)
    return Tried(shown, kind, tuple(sorted(counts.items())), differences)


def _differences(report: Report, marks: Sequence[tuple[Expectation, int]], *, may_be_unknown: bool) -> Iterator[Difference]:
    results = [result for result in report.results if result.status is not Status.PASS]
    lines = {_expectation(result): result.location.line for result in results if result.location} | dict(reversed(marks))
    expected, found = Counter(mark for mark, _ in marks), Counter(map(_expectation, results))
    missing, surplus = _by_address(expected - found), _by_address(found - expected)
    for address in dict.fromkeys((*missing, *surplus)):
        lacks, others = missing.get(address, ()), surplus.get(address, ())
        is_unknown = bool(others) and all(each.status == Status.UNKNOWN.value for each in others)
        if not (may_be_unknown and is_unknown):
            yield Difference(lines.get((*lacks, *others)[0], 1), address, lacks, others)


def _by_address(several: Counter[Expectation]) -> dict[str, tuple[Expectation, ...]]:
    found: dict[str, tuple[Expectation, ...]] = {}
    for each in several.elements():
        found[each.address] = (*found.get(each.address, ()), each)
    return found


def _expectation(result: Result) -> Expectation:
    return Expectation(without_keys(result.address), result.status.value, result.message)
