"""Says what decides the exit code of a run."""

from __future__ import annotations

from dyncheck.errors import DyncheckError
from dyncheck.findings import Report, Result, Status
from dyncheck.reporters.tally import plural
from dyncheck.rule import Severity

# What a run without the findings that decide does not have.
_NONE = {Severity.ERROR: "errors", Severity.WARNING: "errors or warnings", Severity.NOTE: "findings"}


def decision(report: Report) -> str:
    """One sentence with the exit code and its reason: `Exit code 1: 3 errors.`"""
    if report.errors:
        reasons = "" if len(report.errors) == 1 else f", for {len(report.errors):,} reasons"
        return f"Exit code {DyncheckError.exit_code}: not everything could be checked{reasons}."
    new = "" if report.comparison is None else "new "
    deciding = _counted([_word(each) for each in report.results if report.decides(each)], new)
    if deciding:
        return f"Exit code 1: {deciding}."
    return f"Exit code 0: no {new}{_NONE[report.fail_on]}{''.join(f'; {part}' for part in _without_effect(report, new))}."


def fails(report: Report) -> bool:
    """Whether the exit code is not 0."""
    return bool(report.errors) or report.is_failed


def _without_effect(report: Report, new: str) -> list[str]:
    """What was found, but does not count."""
    found = [each for each in report.results if each.status in (Status.FAIL, Status.UNKNOWN)]
    is_new = [each for each in found if report.is_new(each)]
    lesser = [each for each in is_new if each.severity.rank > report.fail_on.rank and (each.status is Status.FAIL or report.unknown_fails)]
    below = _counted([_word(each) for each in lesser], new)
    unknown = 0 if report.unknown_fails else sum(each.status is Status.UNKNOWN for each in is_new)
    is_one = len(lesser) == 1
    return [
        *([f"{below} {'is' if is_one else 'are'} below --fail-on {report.fail_on.value}"] if below else []),
        *([f"{unknown:,} {new}unknown {'does' if unknown == 1 else 'do'} not count"] if unknown else []),
        *([f"{len(found) - len(is_new):,} in the baseline"] if len(found) > len(is_new) else []),
    ]


def _word(result: Result) -> str:
    return result.severity.value if result.status is Status.FAIL else "unknown"


def _counted(words: list[str], new: str) -> str:
    """`3 new errors, 1 new warning and 2 new unknown`."""
    parts = [plural(words.count(each.value), f"{new}{each.value}") for each in Severity if each.value in words]
    parts += [f"{words.count('unknown'):,} {new}unknown"] if "unknown" in words else []
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1]))) if parts else ""
