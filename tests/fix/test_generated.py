"""The laws of `dyncheck fix` on generated configurations: nothing gets worse, nothing else changes, and a second run has nothing to do."""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from dyncheck.checking.run import Settings, run
from dyncheck.findings import Report, Result, Status
from dyncheck.fix.changes import AddArgument, AddBlock, Append, Change, RemoveArgument, file_of
from dyncheck.fix.sources import SourceFile
from dyncheck.fix.verified import Fixes, verified_edits
from tests.readers.hcl.parity.generator import Case, case, cases

pytestmark = pytest.mark.usefixtures("on_every_rule")

Key = tuple[str, str, str]


@contextmanager
def written(given_case: Case) -> Iterator[Settings]:
    """The settings of a run in a repository with the files of a case."""
    with tempfile.TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.chdir(directory)
        Path(".git").mkdir()
        for path, text in given_case.files.items():
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_text(text)
        for name, value in given_case.environment.items():
            patch.setenv(name, value)
        names = (("", os.path.join(given_case.root, name)) for name in given_case.var_files)
        yield Settings(given=(*names, *given_case.variables.items()))


def key(result: Result) -> Key:
    """What identifies a finding."""
    return result.rule, result.address, result.attribute


def counted(report: Report, status: Status) -> Counter[Key]:
    """How many results of a status there are."""
    return Counter(key(each) for each in report.results if each.status is status)


def worse(before: Report, after: Report) -> list[Key]:
    """The new findings and unknown results that no corrected finding may have hidden."""
    failed = counted(before, Status.FAIL)
    gone = [each for each in before.results if each.status is Status.FAIL and counted(after, Status.FAIL)[key(each)] < failed[key(each)]]
    ranks = {each.address: min(other.severity.rank for other in gone if other.address == each.address) for each in gone}
    hidden = {(each.rule, each.address) for each in gone}
    severities = {key(each): each.severity.rank for each in after.results}
    new = [each for each in counted(after, Status.FAIL) - failed if severities[each] <= ranks.get(each[1], severities[each])]
    unknown = [each for each in counted(after, Status.UNKNOWN) - counted(before, Status.UNKNOWN) if each[:2] not in hidden]
    return [*new, *unknown]


def untouched(source: SourceFile, changes: list[Change]) -> list[str]:
    """The lines of a file that no change is about."""
    touched: set[int] = set()
    for change in changes:
        if isinstance(change, AddArgument | AddBlock):
            touched |= {change.body.line, change.body.end_line} if change.body.line == change.body.end_line else set()
        elif isinstance(change, RemoveArgument):
            # The argument has lines of its own, or its block has one.
            touched |= set(range(change.body.line, change.body.end_line + 1))
        elif not isinstance(change, Append):
            touched |= set(range(change.at.line, change.at.end_line + 1))
    return [bare(source.line(number)) for number in range(1, source.lines + 1) if number not in touched]


def bare(line: str) -> str:
    """A line without the blanks that align it, and without the brackets and commas of lists in JSON."""
    return re.sub(r"[\s,\[\]]", "", line)


def is_in_order(lines: list[str], text: str) -> bool:
    """Whether a text has all these lines in their order."""
    found = iter(bare(line) for line in text.split("\n"))
    return all(any(line == other for other in found) for line in lines if line)


def assert_lawful(given_case: Case) -> Fixes:
    """The edits for a case, after all laws hold for them."""
    with written(given_case) as of_run:
        paths = (given_case.root,)
        before = run(paths, of_run)
        found = verified_edits(before, paths, of_run, unsafe=True)
        changes = [change for offer in found.offers for change in offer.changes]
        for content in found.files:
            source, edited = SourceFile(content.file, content.before), SourceFile(content.file, content.after)
            assert is_in_order(untouched(source, [each for each in changes if file_of(each) == content.file]), edited.text)
            comments = [[each.text[start:end] for start, end in each.comments] for each in (source, edited)]
            assert comments[0] == comments[1]
            Path(content.file).write_bytes(content.after)
        after = run(paths, of_run)
        assert worse(before, after) == []
        assert after.errors == before.errors
        corrected = Counter(key(each) for each in found.corrected)
        assert counted(after, Status.FAIL) & corrected == Counter()
        assert verified_edits(after, paths, of_run, unsafe=True).files == ()
        return found


# A seed of `case` shows a failure as well as the smallest case, which takes minutes to find.
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(cases())
def test_the_laws_hold_for_generated_configurations(given_case: Case) -> None:
    assert_lawful(given_case)


@pytest.mark.parametrize("seed", [20, 45, 135, 147, 164, 219, 269, 281, 286])
def test_the_laws_hold_for_configurations_that_once_broke_them(seed: int) -> None:
    assert_lawful(case(seed))


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(400))
def test_the_laws_hold_for_many_configurations(seed: int) -> None:
    assert_lawful(case(seed))


def test_generated_configurations_have_edits() -> None:
    """Otherwise the tests above show nothing."""
    assert sum(len(assert_lawful(case(seed)).corrected) for seed in range(4)) >= 10
