"""The report for reviewdog, which comments on a pull request wherever it is hosted: the Reviewdog Diagnostic Format.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
"""

from __future__ import annotations

from typing import Any

from dyncheck.findings import Report, Status
from dyncheck.model import Related
from dyncheck.reporters.document import document
from dyncheck.reporters.ranked import Shown, ranked, tidy
from dyncheck.reporters.rule_pages import page
from dyncheck.rule import Severity

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}


def to_rdjson(report: Report) -> str:
    """One diagnostic a finding. What is unknown is there as INFO; what is waived is not."""
    return document({"source": {"name": "dyncheck"}, "diagnostics": [_diagnostic(shown) for shown in ranked(report)]}, 2)


def _diagnostic(shown: Shown) -> dict[str, Any]:
    result = shown.result
    is_unknown = result.status is Status.UNKNOWN
    diagnostic: dict[str, Any] = {
        "message": _message(shown),
        "location": _location(shown),
        "severity": "INFO" if is_unknown else _SEVERITIES[result.severity],
        "code": {"value": result.rule, "url": page(result.rule)},
    }
    if result.related:
        diagnostic["related_locations"] = [_related(related) for related in result.related]
    return diagnostic


def _message(shown: Shown) -> str:
    result = shown.result
    unknown = "cannot be told yet: " if result.status is Status.UNKNOWN else ""
    return f"{unknown}{result.message} ({', '.join((result.address, *shown.also))})"


def _location(shown: Shown) -> dict[str, Any]:
    """Whole lines: positions without columns include the end. Without a line the file alone is named."""
    location = shown.result.location
    if location is None:
        return {"path": shown.file}
    return {"path": shown.file, "range": {"start": {"line": location.line}, "end": {"line": location.end_line}}}


def _related(related: Related) -> dict[str, Any]:
    return {"message": related.message, "location": {"path": tidy(related.file), "range": {"start": {"line": related.line}}}}
