"""`dyncheck fix` on the fixtures of all rules, each written in several ways."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import dyncheck
from dyncheck.catalog.rules import all_rules
from dyncheck.checking.run import Settings, run
from dyncheck.findings import Report, Result, Status
from dyncheck.fix.verified import Fixes, verified_edits
from dyncheck.model import without_keys
from dyncheck.rule import Rule
from tests.support.fixtures import Fixture, fixtures
from tests.support.rules import every_rule
from tests.support.terraform import Root
from tests.support.variants import PROVIDERS, WAYS, Tree, in_json, with_crlf

pytestmark = pytest.mark.usefixtures("on_every_rule")

NOBODY_KNOWS = "The fix needs a value that only you know."

# The findings of safe rules that get no edit, and why: by the fixture, the resource and the attribute.
REFUSED = {
    ("dead_alarm", "no_index", "dimensions"): "The fix needs a decision: Name an index of the table in GlobalSecondaryIndexName.",
    ("missing_tags", "b", 'tags["Name"]'): NOBODY_KNOWS,
    ("missing_tags.contract", "b", 'tags["CostCenter"]'): NOBODY_KNOWS,
    ("missing_tags.contract", "b", 'tags["Kind"]'): NOBODY_KNOWS,
    ("missing_tags.contract", "b", 'tags["Owner"]'): NOBODY_KNOWS,
    ("missing_tags.contract", "b", 'tags["Team"]'): NOBODY_KNOWS,
    # The value of another resource decides.
    ("missing_tags.separate", "replaced", 'tags["Type"]'): "The fix needs a decision: In aws_dynamodb_tag.replaced.",
}
RULES = {rule.id: rule for rule in every_rule()}


class Case(NamedTuple):
    """A fixture written in one way."""

    fixture: Fixture
    way: str
    is_json: bool
    is_crlf: bool

    def __str__(self) -> str:
        ends = ", CRLF" if self.is_crlf else ""
        return f"{self.fixture.path.stem} {self.way}{', JSON' if self.is_json else ''}{ends}"

    @property
    def rule(self) -> Rule:
        """The rule of the fixture."""
        return RULES[self.fixture.rule]

    @property
    def tree(self) -> Tree:
        """Its files."""
        tree = WAYS[self.way](self.fixture.planned_text)
        tree = in_json(tree) if self.is_json else tree
        return with_crlf(tree) if self.is_crlf else tree

    @property
    def settings(self) -> Settings:
        """The settings of its run."""
        return Settings(policies=tuple(map(str, self.fixture.contracts)), required=self.fixture.required, allow_empty=True)

    def write(self) -> None:
        """Write it into the working directory, as the root module `live` of a repository."""
        Path(".git").mkdir()
        for path, text in self.tree.items():
            Path("live", path).parent.mkdir(parents=True, exist_ok=True)
            Path("live", path).write_bytes(text.encode())
        if 'provider "aws"' not in self.fixture.planned_text:
            Path("live", "providers.tf").write_text(PROVIDERS)

    def report(self) -> Report:
        """The report of all rules."""
        return run(("live",), self.settings)

    def fixes(self, report: Report) -> Fixes:
        """The edits for the findings of its rule."""
        return verified_edits(report, ("live",), self.settings, unsafe=False, rules=(self.fixture.rule,))

    def safe(self, report: Report) -> list[Result]:
        """The findings of its rule that have a safe fix."""
        failed = (each for each in report.results if each.rule == self.fixture.rule and each.status is Status.FAIL)
        return [each for each in failed if self.rule.fix_at(each.attribute) == "safe"]

    def identity(self, result: Result) -> tuple[str, str, str]:
        """The fixture, the resource and the attribute of a finding."""
        return self.fixture.path.stem, without_keys(result.address).rpartition(".")[2], result.attribute


def _is_safe(rule: Rule) -> bool:
    return rule.fix == "safe" or (not isinstance(rule.fix, str) and "safe" in rule.fix.values())


def cases() -> Iterator[Case]:
    """The fixtures of safe rules in all ways. The JSON syntax has no comments."""
    for fixture in fixtures():
        for way in WAYS if _is_safe(RULES[fixture.rule]) else ():
            for is_json in (False, True) if way != "with comments" else (False,):
                for is_crlf in (False, True):
                    yield Case(fixture, way, is_json, is_crlf)


def _sample(found: list[Case], size: int) -> list[Case]:
    """Some cases, among them each fixture and each way."""
    return found[:: max(1, len(found) // size) | 1]


ALL = list(cases())
each_case = pytest.mark.parametrize("case", ALL, ids=str)


@pytest.fixture(name="here", autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def apply(found: Fixes) -> None:
    """Write the edits."""
    for content in found.files:
        assert Path(content.file).read_bytes() == content.before
        Path(content.file).write_bytes(content.after)


@each_case
def test_every_finding_of_a_safe_rule_is_corrected(case: Case) -> None:
    case.write()
    before = case.report()
    assert before.errors == (), "The way to write the fixture is wrong."
    found = case.fixes(before)
    assert {
        case.identity(result): refusal.reason.replace("module.m.", "")
        for refusal in found.refusals
        for result in refusal.results
        if case.rule.fix_at(result.attribute) == "safe"
    } == {key: reason for key, reason in REFUSED.items() if key[0] == case.fixture.path.stem}
    apply(found)
    after = case.report()
    assert [case.identity(result) for result in case.safe(after) if case.identity(result) not in REFUSED] == []
    assert (case.fixes(after).files, after.errors) == ((), ())
    assert _unwanted(before, after) == []


def _unwanted(before: Report, after: Report) -> list[str]:
    """What is worse than before: each unknown, and each finding of a rule that had none there, unless it is less severe."""
    known = {(each.rule, each.address, each.attribute, each.status) for each in before.results}
    worst: dict[str, int] = {}
    for each in before.results:
        if each.status is Status.FAIL:
            worst[each.address] = min(each.severity.rank, worst.get(each.address, each.severity.rank))
    return [
        f"{each.status.value} {each.rule} {each.address} {each.attribute}"
        for each in after.results
        if each.status in (Status.FAIL, Status.UNKNOWN)
        and (each.rule, each.address, each.attribute, each.status) not in known
        and each.severity.rank <= worst.get(each.address, each.severity.rank)
    ]


@pytest.mark.parametrize("case", [case for case in ALL if case.way == "with comments"], ids=str)
def test_every_comment_stays(case: Case) -> None:
    case.write()
    for content in case.fixes(case.report()).files:
        comments = [re.findall(rb"# \d+ (?:above|behind)", text) for text in (content.before, content.after)]
        assert comments[0] == comments[1]


@pytest.mark.parametrize("case", [case for case in ALL if case.is_crlf], ids=str)
def test_every_line_end_stays(case: Case) -> None:
    case.write()
    for content in case.fixes(case.report()).files:
        assert content.after.count(b"\n") == content.after.count(b"\r\n")


def _corrected(case: Case, directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path | None:
    """The root module after the edits, None without edits."""
    directory.mkdir(parents=True)
    monkeypatch.chdir(directory)
    case.write()
    subprocess.run(["terraform", "fmt", "-recursive", "."], check=True, capture_output=True)
    found = case.fixes(case.report())
    apply(found)
    return directory / "live" if found.files else None


@pytest.mark.terraform
def test_terraform_fmt_accepts_every_file(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, case in enumerate(case for case in ALL if not case.is_json and not case.is_crlf):
        _corrected(case, here / f"{number} {case}", monkeypatch)
    done = subprocess.run(["terraform", "fmt", "-check", "-recursive", "-diff", here], capture_output=True, check=False)
    assert done.stdout.decode() == ""


def _assert_planned(case: Case, directory: Path, ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Terraform plans the corrected root module, and the plan has no finding that has an edit."""
    live = _corrected(case, directory, monkeypatch)
    if live is None:
        return
    root = Root(live, ready)
    root.get()
    (live / "plan.json").write_bytes(root.plan())
    planned = dyncheck.check(live / "plan.json", select=[case.fixture.rule], policies=case.fixture.contracts, required=case.fixture.required)
    assert [case.identity(result) for result in case.safe(planned) if case.identity(result) not in REFUSED] == []


# Besides Terraform, the shape of an edit depends on the way, and what it says on the fixture.
PLANNED = [case for case in ALL if not case.is_crlf and case.fixture.is_planned]


@pytest.mark.terraform
@pytest.mark.parametrize("case", _sample(PLANNED, 16), ids=str)
def test_terraform_plans_the_result(case: Case, here: Path, ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _assert_planned(case, here / "case", ready, monkeypatch)


@pytest.mark.terraform
@pytest.mark.thorough
@pytest.mark.parametrize("case", PLANNED, ids=str)
def test_terraform_plans_every_result(case: Case, here: Path, ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _assert_planned(case, here / "case", ready, monkeypatch)
