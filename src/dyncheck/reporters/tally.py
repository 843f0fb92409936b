"""The sum of a report in words, and what else holds for all of it."""

from __future__ import annotations

from collections.abc import Iterator

from dyncheck.findings import Report, Status
from dyncheck.rule import Severity


def plural(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def verdict(report: Report) -> str:
    """What the report comes to: `2 errors, 1 note, 3 unknown`."""
    if report.errors:
        return "could not check everything"
    failures = report.failures
    parts = [plural(failures[severity], severity.value) for severity in Severity if failures[severity]]
    unknown = report.count(Status.UNKNOWN)
    parts += [f"{unknown} unknown"] if unknown else []
    if parts:
        return ", ".join(parts)
    return "nothing was checked" if not report.results else "no findings"


def tally(report: Report) -> str:
    """All counts: of what was checked, of each status and, with a baseline, of what has changed."""
    failures = report.failures
    parts = [plural(failures[severity], severity.value) for severity in Severity]
    parts += [f"{report.count(status)} {word}" for status, word in _WORDS.items()]
    checked = ", ".join(
        (
            plural(sum(each.tables for each in report.inputs), "table"),
            plural(sum(each.alarms for each in report.inputs), "alarm"),
            plural(len(report.results), "check"),
        )
    )
    return f"{checked}: {', '.join((*parts, *_changes(report)))}"


_WORDS = {Status.UNKNOWN: "unknown", Status.WAIVED: "waived", Status.PASS: "passed"}


def notices(report: Report) -> Iterator[tuple[str, str]]:
    """What should be known of the run and of its inputs: the path that it is about, and a sentence."""
    yield from of_run(report)
    yield from ((checked.path, notice) for checked in report.inputs for notice in checked.notices)


def of_run(report: Report) -> Iterator[tuple[str, str]]:
    """What should be known of the run as a whole."""
    if report.configuration:
        yield report.configuration.path, report.configuration.in_words
    yield from (("run", notice) for notice in report.notices)


def _changes(report: Report) -> tuple[str, ...]:
    if report.comparison is None:
        return ()
    failed = [result for result in report.results if result.status is Status.FAIL]
    new = sum(map(report.is_new, failed))
    fixed, now_unknown = len(report.comparison.fixed), len(report.comparison.now_unknown)
    return f"{new} new", f"{len(failed) - new} still open", f"{fixed} fixed", f"{now_unknown} now unknown"
