"""The report for GitLab's Code Quality widget: an array of findings, each with the fingerprint that identifies it over time.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from typing import Any

from dyncheck.findings import Report, Status
from dyncheck.reporters.document import document
from dyncheck.reporters.ranked import Shown, numbered, ranked
from dyncheck.rule import Severity

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "minor"}


def to_gitlab(report: Report) -> str:
    """One object a finding. What is unknown is there as `info`; what is waived is not."""
    found = ranked(report)
    # GitLab merges findings with one fingerprint, such as those on one address in two plans.
    numbers = numbered(shown.result.fingerprint for shown in found)
    return document([_entry(shown, number) for shown, number in zip(found, numbers, strict=True)], 1)


def _entry(shown: Shown, number: int) -> dict[str, Any]:
    result = shown.result
    fingerprint = result.fingerprint if number == 1 else f"{result.fingerprint}-{number}"
    is_unknown = result.status is Status.UNKNOWN
    return {
        "description": _description(shown),
        "check_name": result.rule,
        "fingerprint": fingerprint,
        "severity": "info" if is_unknown else _SEVERITIES[result.severity],
        # GitLab demands a line. Where none is known, the first one of the input stands for all of it: no .tf file is blamed.
        "location": {"path": shown.file, "lines": {"begin": shown.line or 1}},
    }


def _description(shown: Shown) -> str:
    result = shown.result
    addresses = ", ".join((result.address, *shown.also))
    known = "" if result.location else ", line unknown"
    unknown = "cannot be told yet: " if result.status is Status.UNKNOWN else ""
    return f"{unknown}{result.message} ({addresses}{known})"
