"""From a report to an exit code; the output format has no part in it."""

from __future__ import annotations

from enum import Enum

from dyncheck.errors import DyncheckError
from dyncheck.findings import Report, Status
from dyncheck.rule import Severity

CLEAN, FINDINGS, NOT_CHECKED = 0, 1, DyncheckError.exit_code


class OnUnknown(Enum):
    """What an unknown verdict counts as: shown only, a failure of its rule's severity, or not even shown."""

    WARN = "warn"
    FAIL = "fail"
    PASS = "pass"


def exit_code(report: Report, fail_on: Severity, unknown: OnUnknown) -> int:
    """0 checked and nothing at or above `fail_on`, 1 findings, 3 when something could not be checked.

    Only new findings count where the report was compared with a baseline.
    """
    if report.errors:
        return NOT_CHECKED
    counting = {Status.FAIL, Status.UNKNOWN} if unknown is OnUnknown.FAIL else {Status.FAIL}
    found = any(result.status in counting and result.severity.rank <= fail_on.rank and report.is_new(result) for result in report.results)
    return FINDINGS if found else CLEAN
