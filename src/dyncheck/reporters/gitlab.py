"""The report for GitLab's Code Quality widget: an array of findings with fingerprints.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from typing import Any

from dyncheck.findings import Report, Result, Status
from dyncheck.reporters.document import document
from dyncheck.reporters.ranked import RankedFinding, of_contract, unfolded
from dyncheck.rule import Severity

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "minor"}


def to_gitlab(report: Report) -> str:
    """One object for each new finding; an unknown has the severity `info`.

    GitLab compares the fingerprints with those of the target branch. So the same finding on several instances of a block is listed
    for each of them: otherwise a further instance would not be new, and its fingerprint could replace that of the others.
    """
    return document([_entry(finding) for finding in unfolded(report) if finding.is_new], 1)


def _entry(finding: RankedFinding) -> dict[str, Any]:
    result = finding.result
    return {
        "description": f"{finding.message} ({finding.address}{'' if result.location else ', line unknown'}{of_contract(result)})",
        "check_name": result.rule,
        "fingerprint": result.fingerprint,
        "severity": _severity(result),
        # GitLab requires a line. Without a location, it is the first line of the input.
        "location": {"path": finding.file, "lines": {"begin": finding.line or 1}},
    }


def _severity(result: Result) -> str:
    return "info" if result.status is Status.UNKNOWN else _SEVERITIES[result.severity]
