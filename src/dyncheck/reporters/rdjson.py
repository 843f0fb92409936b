"""The report for reviewdog, which comments on pull requests of any service: the Reviewdog Diagnostic Format.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
"""

from __future__ import annotations

from typing import Any

from dyncheck.findings import Report, Status
from dyncheck.reporters.document import document
from dyncheck.reporters.pages import page
from dyncheck.reporters.ranked import RankedFinding, of_contract, ranked, tidy
from dyncheck.rule import Severity

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}


def to_rdjson(report: Report) -> str:
    """One diagnostic for each new finding; an unknown has the severity INFO."""
    diagnostics = [_diagnostic(finding) | _suggestions(finding, report) for finding in ranked(report) if finding.is_new]
    return document({"source": {"name": "dyncheck"}, "diagnostics": diagnostics}, 2)


def _diagnostic(finding: RankedFinding) -> dict[str, Any]:
    result, location = finding.result, finding.result.location
    # Positions without columns stand for whole lines, the last one included. The last column is unknown.
    lines = {"range": {"start": {"line": location.line}, "end": {"line": location.end_line}}} if location else {}
    diagnostic: dict[str, Any] = {
        "message": f"{finding.message} ({', '.join((finding.address, *finding.also))}{of_contract(result)})",
        "location": {"path": finding.file, **lines},
        "severity": "INFO" if result.status is Status.UNKNOWN else _SEVERITIES[result.severity],
        "code": _code(result.rule),
    }
    if result.related:
        diagnostic["related_locations"] = [
            {"message": related.message, "location": {"path": tidy(related.file), "range": {"start": {"line": related.line}}}}
            for related in result.related
        ]
    return diagnostic


def _suggestions(finding: RankedFinding, report: Report) -> dict[str, Any]:
    """The edit, if it is in the file of the finding: a suggestion has no file of its own."""
    edit = report.edit_of(finding.result)
    if edit is None or edit.joined is None or tidy(edit.joined.file) != finding.file:
        return {}
    start, end = ({"line": at.line, "column": at.byte_column} for at in (edit.joined.start, edit.joined.end))
    return {"suggestions": [{"range": {"start": start, "end": end}, "text": edit.joined.text}]}


def _code(rule: str) -> dict[str, str]:
    url = page(rule)
    return {"value": rule, "url": url} if url else {"value": rule}
