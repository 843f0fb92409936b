"""From a report to an exit code; the output format has no part in it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from dyncheck.errors import DyncheckError
from dyncheck.findings import Report

CLEAN, FINDINGS, NOT_CHECKED = 0, 1, DyncheckError.exit_code


# What an unknown verdict counts as: shown only, a failure of its rule's severity, or not even shown.
OnUnknown: TypeAlias = Literal["warn", "fail", "pass"]


def exit_code(report: Report) -> int:
    """0 checked and nothing that makes the run fail, 1 findings, 3 when something could not be checked.

    Only new findings count where the report was compared with a baseline.
    """
    if report.problems:
        return NOT_CHECKED
    return FINDINGS if report.is_failed else CLEAN
