"""Says what decides the exit code of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container

from dyncheck.errors import DyncheckError
from dyncheck.findings import Report, Status
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
    deciding = _counted(_counts(report, [each for each in Severity if each.rank <= report.fail_on.rank]), new)
    if deciding:
        return f"Exit code 1: {deciding}."
    return f"Exit code 0: no {new}{_NONE[report.fail_on]}{''.join(f'; {part}' for part in _without_effect(report, new))}."


def fails(report: Report) -> bool:
    """Whether the exit code is not 0."""
    return bool(report.errors) or report.is_failed


def _without_effect(report: Report, new: str) -> list[str]:
    """What was found, but does not count."""
    lesser = [each for each in Severity if each.rank > report.fail_on.rank]
    counts = _counts(report, lesser)
    below, is_one = _counted(counts, new), counts.total() == 1
    unknown = 0 if report.unknown_fails else _number(report, Status.UNKNOWN, is_new=True)
    known = _number(report, Status.FAIL, is_new=False) + _number(report, Status.UNKNOWN, is_new=False)
    return [
        *([f"{below} {'is' if is_one else 'are'} below --fail-on {report.fail_on.value}"] if below else []),
        *([f"{unknown:,} {new}unknown {'does' if unknown == 1 else 'do'} not count"] if unknown else []),
        *([f"{known:,} in the baseline"] if known else []),
    ]


def _counts(report: Report, severities: Container[Severity]) -> Counter[str]:
    """How many new results of these severities there are that count as findings, by severity or as unknown."""
    found: Counter[str] = Counter()
    for (status, severity, is_new), number in report.verdicts.items():
        if is_new and severity in severities and (status is Status.FAIL or (status is Status.UNKNOWN and report.unknown_fails)):
            found[severity.value if status is Status.FAIL else "unknown"] += number
    return found


def _number(report: Report, wanted: Status, *, is_new: bool) -> int:
    return sum(number for (status, _, new), number in report.verdicts.items() if status is wanted and new is is_new)


def _counted(words: Counter[str], new: str) -> str:
    """`3 new errors, 1 new warning and 2 new unknown`."""
    parts = [plural(words[each.value], f"{new}{each.value}") for each in Severity if words[each.value]]
    parts += [f"{words['unknown']:,} {new}unknown"] if words["unknown"] else []
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1]))) if parts else ""
