"""The report as a table for spreadsheets and programs: CSV as in RFC 4180, one row for each result that is not a pass."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice

from dyncheck.findings import Report, Result, Status
from dyncheck.reporters.ranked import RankedFinding, tidy, unfolded
from dyncheck.reporters.safe import safe_text

_ROWS_PER_PIECE = 1_000

COLUMNS = (
    *("status", "severity", "rule", "input", "environment", "address", "attribute", "file", "line"),
    *("found", "expected", "contract", "message", "fingerprint", "new"),
)
# A spreadsheet takes a text that starts with one of these as a formula: https://owasp.org/www-community/attacks/CSV_Injection
# The apostrophe is among them so that a program can undo the protection: it removes one apostrophe at the start of a text.
_ESCAPED_AT_START = tuple("=+-@\n'\uff1d\uff0b\uff0d\uff20")


def to_csv(report: Report) -> str:
    """The header and the rows, in the order of the inputs."""
    return "".join(parts(report))


def parts(report: Report) -> Iterator[str]:
    """The table in pieces, so that a large one is never in memory as a whole."""
    yield lines([COLUMNS])
    rows = ([cell(value) for value in _row(finding)] for finding in unfolded(report, Status.FAIL, Status.UNKNOWN, Status.WAIVED))
    while some := tuple(islice(rows, _ROWS_PER_PIECE)):
        yield lines(some)


def lines(rows: Iterable[Iterable[str]]) -> str:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _row(finding: RankedFinding) -> tuple[str, ...]:
    result = finding.result
    return (
        *(result.status.value, result.severity.value, result.rule, result.input, result.environment, result.address, result.attribute),
        *_place(result),
        *(result.found, result.expected, result.contract, result.message, result.fingerprint, "true" if finding.is_new else "false"),
    )


def _place(result: Result) -> tuple[str, str]:
    return (tidy(result.location.file), str(result.location.line)) if result.location else ("", "")


def cell(value: str) -> str:
    """A text as a spreadsheet takes it: never as a formula, and without anything that a CI log obeys."""
    text = safe_text(value)
    return f"'{text}" if text.startswith(_ESCAPED_AT_START) else text
