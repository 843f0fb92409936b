"""The parts of a report in Markdown: tables with the worst first, folded where they are long and cut where the whole would be too long."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from dyncheck.findings import Comparison, Earlier, Report, Result, Status
from dyncheck.reporters.effects import HEADING, sentences
from dyncheck.reporters.markup import code, code_lines, prose, row, rule_link
from dyncheck.reporters.ranked import RankedFinding, ranked, within_size
from dyncheck.reporters.tally import plural, verdict

# A comment has at most 65,536 characters, and a text has at least as many bytes. A step summary may have 1 MiB.
MOST_BYTES = 65_000
# The headings, the lines about rows that do not fit, and the name that the action writes into a comment.
_MOST_OF_FRAME = 3_000
_MOST_ADDRESSES = 3
_MOST_OPEN_ROWS = 10

_EARLIER = ("Severity", "Finding")
_FINDING = (*_EARLIER, "Fix")
_WAIVED = (*_EARLIER, "Waiver")


class Section(Struct, frozen=True):
    """The subjects of some rows, and the function that writes a row, called only for rows that fit. Without a header it is a list.

    `noun` is what a row is about, `open` the number of rows that are not folded.
    """

    title: str
    header: tuple[str, ...]
    items: Sequence[Any]
    row: Callable[[Any], str]
    noun: str = "finding"
    open: int = _MOST_OPEN_ROWS


def written(head: Iterable[str], sections: Iterable[Section]) -> str:
    """The head, then the sections that are not empty."""
    parts = list(head)
    room = MOST_BYTES - _MOST_OF_FRAME - sum(len(part.encode()) for part in parts)
    for section in sections:
        rows = list(within_size((f"{section.row(item)}\n".encode() for item in section.items), room))
        # After a row that does not fit there is no room for less severe ones.
        room = room - sum(map(len, rows)) if len(rows) == len(section.items) else 0
        parts += _section(section, [each.decode().rstrip() for each in rows])
    return "\n\n".join(parts) + "\n"


def counts_of_new(report: Report) -> list[str]:
    """The numbers of the new findings, those of each severity and the unknown ones: `1 new error`."""
    numbers = {severity: report.verdicts[Status.FAIL, severity, True] for severity in report.failures}
    unknown = sum(report.verdicts[Status.UNKNOWN, severity, True] for severity in report.failures)
    counts = [plural(number, f"new {severity.value}") for severity, number in numbers.items() if number]
    return [*counts, *([f"{unknown:,} new unknown"] if unknown else [])]


def headline(report: Report) -> str:
    """The findings in a few words; with a baseline, the new ones."""
    if report.comparison is None or report.errors:
        return verdict(report)
    return ", ".join(counts_of_new(report)) or "nothing new"


def baseline_name(comparison: Comparison) -> str:
    """The baseline as code. An absolute path is one of the machine alone, so its last part is enough."""
    path = comparison.baseline
    return code(os.path.basename(path) if os.path.isabs(path) else path)


def errors_and_effects(report: Report) -> Iterator[Section]:
    """What could not be checked, and what the plans do to existing tables."""
    several = len(report.inputs) > 1
    effects = [f"{code(each.title)}: {prose(text)}" if several else prose(text) for each in report.heads for text in sentences(each)]
    yield Section("Could not be checked", ("Message",), report.errors, _error, "error")
    yield Section(HEADING, (), effects, lambda sentence: f"- {sentence}", "table")


def findings(report: Report) -> Iterator[Section]:
    """The findings and the unknown results. With a baseline, the new ones come first, and those that it has are folded."""
    failed, unknown = ranked(report, Status.FAIL), ranked(report, Status.UNKNOWN)
    if report.comparison is None:
        yield Section("Findings", _FINDING, failed, _finding)
        yield Section("Unknown", _EARLIER, unknown, _unknown, "result")
        return
    yield Section("New", _FINDING, [each for each in failed if each.is_new], _finding)
    yield Section("New and unknown", _EARLIER, [each for each in unknown if each.is_new], _unknown, "result")
    compared = report.comparison
    yield Section("Now unknown", _EARLIER, compared.now_unknown, _earlier)
    yield Section("Now waived", _EARLIER, compared.now_waived, _earlier)
    yield Section("Fixed", _EARLIER, compared.fixed, _earlier)
    yield Section("Still open", _FINDING, [each for each in failed if not each.is_new], _finding, open=0)
    yield Section("Still unknown", _EARLIER, [each for each in unknown if not each.is_new], _unknown, "result", 0)
    yield Section("In the baseline, but not checked here", _EARLIER, compared.not_checked, _earlier, open=0)


def waived(report: Report) -> Section:
    """The waived findings with their waivers."""
    return Section("Waived", _WAIVED, ranked(report, Status.WAIVED), lambda each: row(*_cells(each), _waiver(each)))


def not_checked(report: Report) -> Section:
    """The directories that were not checked."""
    return Section("Not checked", ("Directory", "Reason"), report.not_checked, lambda each: row(code(each.path), prose(each.reason)), "row")


def _error(error: str) -> str:
    return row(code_lines(error) if "\n" in error else prose(error))


def _finding(finding: RankedFinding) -> str:
    return row(*_cells(finding), code_lines(finding.result.fix))


def _unknown(finding: RankedFinding) -> str:
    return row(*_cells(finding))


def _cells(finding: RankedFinding) -> tuple[str, ...]:
    result, (first, *others) = finding.result, finding.addresses(_MOST_ADDRESSES)
    location = f"{finding.file}:{finding.line}" if finding.line else finding.file
    lines = [prose(result.message, _found(result)), f"{rule_link(result.rule)} in {code(location)}"]
    lines += [code(first), *map(code, others[:_MOST_ADDRESSES]), *others[_MOST_ADDRESSES:]]
    lines += [f"Contract: {prose(result.contract)}"] if result.contract else []
    return result.severity.value, "<br>".join(lines)


def _found(result: Result) -> str:
    """What the message quotes: `threshold is 100`."""
    return f"{result.attribute} is {result.found}" if result.attribute and result.found != "not set" else ""


def _earlier(earlier: Earlier) -> str:
    return row(earlier.severity.value, "<br>".join((prose(earlier.message), rule_link(earlier.rule), code(earlier.place))))


def _waiver(finding: RankedFinding) -> str:
    waiver = finding.result.waiver
    if waiver is None:
        return ""
    parts = [prose(waiver.reason), *([f"by {code(waiver.owner)}"] if waiver.owner else [])]
    parts += [f"until {code(waiver.until)}"] if waiver.until else []
    return "<br>".join((*parts, code(waiver.source)))


def _section(section: Section, rows: Sequence[str]) -> Iterator[str]:
    if not section.items:
        return
    yield f"### {section.title}"
    shown, folded = rows[: section.open], rows[section.open :]
    if shown:
        yield _rows(section, shown)
    if folded:
        label = f"{len(folded):,} more" if shown else plural(len(folded), section.noun)
        yield from (f"<details><summary>{label}</summary>", _rows(section, folded), "</details>")
    if len(rows) < len(section.items):
        rest, every = len(section.items) - len(rows), plural(len(section.items), section.noun)
        yield f"{rest:,} of {every} are not shown, because GitHub limits the length of a comment."


def _rows(section: Section, rows: Sequence[str]) -> str:
    head = (row(*section.header), row(*("---" for _ in section.header))) if section.header else ()
    return "\n".join((*head, *rows))
