"""Adds the edits of `dyncheck fix` to a report."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from dyncheck import streams
from dyncheck.checking.settings import Settings
from dyncheck.errors import DyncheckError, UsageError
from dyncheck.findings import Report, Status


def with_edits(report: Report, paths: Sequence[str], settings: Settings, *, is_asked_for: bool) -> Report:
    """The report with the edits for its findings; without, where there can be none.

    Raises `UsageError` then if the edits are asked for.
    """
    if why := _why_not(report, settings):
        if is_asked_for:
            raise UsageError(f"--edits cannot be used here: {why}.")
        return report
    if not report.count(Status.FAIL):
        return report
    from dyncheck.fix.reported import edits_of

    try:
        return replace(report, edits=edits_of(report, paths, settings))
    except DyncheckError as error:
        streams.tell(f"The reports have no edits: {error}")
    except Exception:  # A bug in an edit must not hide what was found.
        from traceback import format_exc

        streams.tell(f"The reports have no edits, because of a bug in dyncheck. Please report it with this trace:\n{format_exc()}")
    return report


def _why_not(report: Report, settings: Settings) -> str:
    """Why a report can have no edits, empty if it can."""
    if settings.together:
        return "the edits are verified for each input alone, not with --together"
    if any(each.path == "-" for each in report.inputs):
        return "verifying the edits reads a plan twice, so it must be a file"
    return ""
