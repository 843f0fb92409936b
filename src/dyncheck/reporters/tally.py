"""The counts of a report in words, and its notices."""

from __future__ import annotations

from collections.abc import Iterator

from dyncheck.findings import Report, Status, Waiver


def plural(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def verdict(report: Report) -> str:
    """The findings of the report in a few words: `2 errors, 1 note, 3 unknown`."""
    if report.errors:
        return "could not check everything"
    counts = [*failures(report, 1), *(f"{number:,} {word}" for word, number in _others(report).items() if number and word != "passed")]
    return ", ".join(counts) or ("no findings" if report.checks else "nothing was checked")


def tally(report: Report) -> str:
    """All counts: what was checked, the results by status and, with a baseline, the changes."""
    others = [f"{number:,} {word}" for word, number in _others(report).items()]
    return f"{checked(report)}: {', '.join([*failures(report), *others, *([changes(report)] if report.comparison else [])])}"


def checked(report: Report) -> str:
    """What was checked: `1 table, 2 alarms, 20 checks`."""
    tables = alarms = passed = 0
    kinds: set[str] = set()
    for each in report.heads:
        kinds.add(each.kind)
        tables, alarms, passed = tables + each.tables, alarms + each.alarms, passed + each.passed
    if kinds == {"items"}:
        return plural(len(report.results) + passed, "check")
    return f"{plural(tables, 'table')}, {plural(alarms, 'alarm')}, {plural(len(report.results) + passed, 'check')}"


def failures(report: Report, least: int = 0) -> list[str]:
    """The number of findings of each severity that has at least that many."""
    return [plural(number, severity.value) for severity, number in report.failures.items() if number >= least]


def found(report: Report) -> list[str]:
    """The number of findings of each severity, of unknown and of waived results, where there are any."""
    others = ((report.count(status), status.value) for status in (Status.UNKNOWN, Status.WAIVED))
    return [*failures(report, 1), *(f"{number:,} {status}" for number, status in others if number)]


def _others(report: Report) -> dict[str, int]:
    words = {Status.UNKNOWN: "unknown", Status.WAIVED: "waived", Status.PASS: "passed"}
    return {word: report.count(status) for status, word in words.items()}


def changes(report: Report) -> str:
    """The changes since the baseline, which the report must have."""
    assert report.comparison is not None
    compared = report.comparison
    new, known = (failed(report, is_new=is_new) for is_new in (True, False))
    counts = [(new, "new"), (known, "still open"), (len(compared.fixed), "fixed")]
    counts.append((len(compared.now_unknown), "now unknown"))
    others = ((len(compared.now_waived), "now waived"), (len(compared.not_checked), "not checked here"))
    return ", ".join(f"{number:,} {what}" for number, what in (*counts, *(each for each in others if each[0])))


def failed(report: Report, *, is_new: bool) -> int:
    """How many findings are new, or in the baseline."""
    return sum(number for (status, _, new), number in report.verdicts.items() if status is Status.FAIL and new is is_new)


def terms(waiver: Waiver) -> str:
    """The owner, the last day and the source of a waiver."""
    parts = [f"by {waiver.owner}" if waiver.owner else "", f"until {waiver.until}" if waiver.until else "", f"({waiver.source})"]
    return " ".join(filter(None, parts))


def notices(report: Report) -> Iterator[tuple[str, str]]:
    """The notices on the run and on its inputs, each once for its cause, with its subject: the run, a path, or the inputs that have it."""
    yield from of_run(report)
    if any(each.notices for each in report.heads):
        from dyncheck.reporters.notices import folded_notices

        yield from ((each.subject, each.text) for each in folded_notices(report.heads))


def of_run(report: Report) -> Iterator[tuple[str, str]]:
    """The notices on the run as a whole."""
    if report.configuration:
        yield report.configuration.path, report.configuration.in_words
    yield from (("run", notice) for notice in report.notices)
