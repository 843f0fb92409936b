"""`dyncheck fix` on the fixtures of all rules, each written in several ways."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import dyncheck
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

# A `replica` block has this argument from version 6 of the provider on.
NOT_IN_VERSION_5 = {("no_deletion_protection", "replicas", 'replica["us-west-2"].deletion_protection_enabled')}

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
NATIVE = [case for case in ALL if not case.is_json and not case.is_crlf]


@pytest.fixture(name="here", autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def apply(found: Fixes) -> None:
    """Write the edits."""
    for content in found.files:
        assert Path(content.file).read_bytes() == content.before
        Path(content.file).write_bytes(content.after)


def _assert_corrected(case: Case) -> None:
    """Each finding with a safe fix is gone, nothing else came, and comments and line ends are as they were."""
    case.write()
    before = case.report()
    assert before.errors == (), "The way to write the fixture is wrong."
    found = case.fixes(before)
    refused = {case.identity(result): refusal.reason.replace("module.m.", "") for refusal in found.refusals for result in refusal.results}
    assert {key: refused[key] for result in case.safe(before) if (key := case.identity(result)) in refused} == {
        key: reason for key, reason in REFUSED.items() if key[0] == case.fixture.path.stem
    }
    for content in found.files:
        comments = [re.findall(rb"# \d+ (?:above|behind)", text) for text in (content.before, content.after)]
        assert comments[0] == comments[1]
        assert content.after.count(b"\r\n") == (content.after.count(b"\n") if b"\r" in content.before else 0)
    apply(found)
    after = case.report()
    assert [case.identity(result) for result in case.safe(after) if case.identity(result) not in REFUSED] == []
    assert (case.fixes(after).files, after.errors, _unwanted(before, after)) == ((), (), [])


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


@pytest.mark.parametrize("case", [*NATIVE, *_sample([case for case in ALL if case not in NATIVE], 60)], ids=str)
def test_every_finding_of_a_safe_rule_is_corrected(case: Case) -> None:
    _assert_corrected(case)


@pytest.mark.thorough
@pytest.mark.parametrize("case", ALL, ids=str)
def test_every_finding_is_corrected_in_every_way_to_write_it(case: Case) -> None:
    _assert_corrected(case)


def _written(case: Case, directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with the case."""
    directory.mkdir(parents=True)
    monkeypatch.chdir(directory)
    case.write()
    return directory


def _assert_formatted(chosen: list[Case], here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directories = [_written(case, here / str(case), monkeypatch) for case in chosen]
    subprocess.run(["terraform", "fmt", "-recursive", here], check=True, capture_output=True)
    for case, directory in zip(chosen, directories, strict=True):
        monkeypatch.chdir(directory)
        apply(case.fixes(case.report()))
    done = subprocess.run(["terraform", "fmt", "-check", "-recursive", "-diff", here], capture_output=True, check=False)
    assert done.stdout.decode() == ""


@pytest.mark.terraform
def test_terraform_fmt_accepts_the_files(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _assert_formatted(_sample(NATIVE, 50), here, monkeypatch)


@pytest.mark.terraform
@pytest.mark.thorough
def test_terraform_fmt_accepts_every_file(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _assert_formatted(NATIVE, here, monkeypatch)


def _assert_planned(case: Case, directory: Path, ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Terraform plans the corrected root module, and the plan has no finding that has an edit."""
    live = _written(case, directory, monkeypatch) / "live"
    providers = live / "providers.tf"
    providers.write_text(providers.read_text().replace('"hashicorp/aws"\n', '"hashicorp/aws"\n      version = "~> 5.0"\n'))
    root = Root(live, ready)
    before = case.report()
    found = case.fixes(before)
    apply(found)
    refused = {case.identity(result) for result in case.safe(before) if result not in found.corrected}
    assert refused <= {*REFUSED, *NOT_IN_VERSION_5}
    root.get()
    (live / "plan.json").write_bytes(root.plan())
    planned = dyncheck.check(
        live / "plan.json", select=[case.fixture.rule], policies=case.fixture.contracts, required=case.fixture.required
    )
    assert [case.identity(result) for result in case.safe(planned) if case.identity(result) not in refused] == []


PLANNED = [case for case in ALL if not case.is_crlf and case.fixture.is_planned]


@pytest.mark.terraform
@pytest.mark.parametrize("case", _sample(PLANNED, 8), ids=str)
def test_terraform_plans_the_result(case: Case, here: Path, ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _assert_planned(case, here / "case", ready, monkeypatch)


@pytest.mark.terraform
@pytest.mark.thorough
@pytest.mark.parametrize("case", PLANNED, ids=str)
def test_terraform_plans_every_result(case: Case, here: Path, ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _assert_planned(case, here / "case", ready, monkeypatch)
