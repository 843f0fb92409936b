"""The report for GitLab's Code Quality widget: an array of findings with fingerprints.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from typing import Any

from dyncheck.findings import Report, Status
from dyncheck.reporters.document import document
from dyncheck.reporters.ranked import RankedFinding, numbered, of_contract, ranked
from dyncheck.rule import Severity

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "minor"}


def to_gitlab(report: Report) -> str:
    """One object for each finding that is not waived; an unknown has the severity `info`."""
    findings = ranked(report)
    # GitLab merges findings with the same fingerprint, such as those on one address in two plans.
    numbers = numbered(finding.result.fingerprint for finding in findings)
    return document([_entry(finding, number) for finding, number in zip(findings, numbers, strict=True)], 1)


def _entry(finding: RankedFinding, number: int) -> dict[str, Any]:
    result = finding.result
    addresses = ", ".join((finding.address, *finding.also))
    return {
        "description": f"{finding.message} ({addresses}{'' if result.location else ', line unknown'}{of_contract(result)})",
        "check_name": result.rule,
        "fingerprint": result.fingerprint if number == 1 else f"{result.fingerprint}-{number}",
        "severity": "info" if result.status is Status.UNKNOWN else _SEVERITIES[result.severity],
        # GitLab requires a line. Without a location, it is the first line of the input.
        "location": {"path": finding.file, "lines": {"begin": finding.line or 1}},
    }
