"""All formats agree: the same findings are read back from each of them, with rule, address, place, severity, and new or not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from dyncheck.checking.run import Settings, run
from dyncheck.findings import Report
from dyncheck.reporters.formats import NAMES, STYLED, styled, writer
from dyncheck.reporters.layout import TextStyle
from tests.reporters.findings_table import BASELINE, ERRORS, EVERYTHING, ONE_OF_EVERY_KIND, PASSED, TWO_INPUTS, checked
from tests.reporters.read_back import READERS, Known, Row, rows_of
from tests.support.paths import ROOT

REPORTS = {
    "one of every kind": ONE_OF_EVERY_KIND,
    "one of every kind, without a baseline": replace(ONE_OF_EVERY_KIND, comparison=None),
    "one input": EVERYTHING,
    "two inputs": TWO_INPUTS,
    "a baseline": BASELINE,
    "errors": ERRORS,
    "no finding": Report((checked(PASSED),)),
    "nothing": Report(()),
}


def all_of_it(row: Row) -> Row | None:
    return row


def what_is_new(row: Row) -> Row | None:
    """Formats for merge requests: no waived results, and none of the baseline."""
    return row if row.is_new else None


def not_waived(row: Row) -> Row | None:
    return None if row.severity == "waived" else row


def at_lines(row: Row) -> Row | None:
    """The annotations of GitHub: only what is new, and with a place only where that has a line."""
    return None if not row.is_new else row if has_line(row) else row._replace(place=None)


def without_address(row: Row) -> Row | None:
    """The lines of the concise format: only what is new, and with the first address of a block."""
    return row._replace(address=None) if row.is_new else None


def has_line(row: Row) -> bool:
    return row.place is not None and row.place[-1].isdigit() and ":" in row.place


def as_outcome(row: Row) -> Row | None:
    """A test of JUnit says whether it is waived or unknown, and not how severe a finding is."""
    return row if row.severity in ("unknown", "waived") else row._replace(severity="fail")


# What each format has of a row, None if it leaves it out.
HAS: dict[str, Callable[[Row], Row | None]] = {
    "text": all_of_it,
    "concise": without_address,
    "json": all_of_it,
    "jsonl": all_of_it,
    "sarif": not_waived,
    "github": at_lines,
    "github-comment": not_waived,
    "markdown": all_of_it,
    "gitlab": what_is_new,
    "junit": as_outcome,
    "rdjson": what_is_new,
    "checkstyle": what_is_new,
    "csv": all_of_it,
    "html": all_of_it,
}


def test_every_format_is_read_back() -> None:
    assert set(HAS) == set(READERS) == set(NAMES), "Write a reader for a new format."


def written(format_: str, report: Report) -> str:
    """The report in that format. Only verbose text has each finding in full."""
    return styled(format_, report, TextStyle(verbose=format_ == "text")) if format_ in STYLED else writer(format_)(report)


@pytest.mark.parametrize("format_", HAS)
@pytest.mark.parametrize("name", REPORTS)
def test_the_findings_of_a_format_are_those_of_the_report(name: str, format_: str) -> None:
    assert_read_back(format_, REPORTS[name])


@pytest.mark.parametrize("paths", [["tests/plans/specification.json", "examples/plan.json"], ["Infrastructure"]], ids=["plans", "files"])
def test_the_findings_of_a_run_are_in_every_format(paths: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    report = run(paths, Settings())
    assert rows_of(report)
    for format_ in HAS:
        assert_read_back(format_, report)


def assert_read_back(format_: str, report: Report) -> None:
    """Fail unless the format has the rows of the report that it should have, and no others."""
    expected = {has for row in rows_of(report) if (has := HAS[format_](row))}
    assert set(READERS[format_](written(format_, report), Known(report))) == expected
