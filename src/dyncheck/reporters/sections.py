"""The parts of a report in Markdown: tables with the worst first, folded where they are long and cut where the whole would be too long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from dyncheck.findings import Earlier, Report, Status
from dyncheck.reporters.effects import HEADING, sentences
from dyncheck.reporters.markup import code, code_lines, prose, row, rule_link
from dyncheck.reporters.ranked import RankedFinding, ranked, within_size
from dyncheck.reporters.tally import plural

# A comment has at most 65,536 characters, and a text has at least as many bytes. A step summary may have 1 MiB.
MOST_BYTES = 65_000
# The headings, the lines about rows that do not fit, and the name that the action writes into a comment.
_MOST_OF_FRAME = 3_000
_MOST_ADDRESSES = 3
_MOST_OPEN_ROWS = 10

_EARLIER = ("Severity", "Finding", "Where")
_FINDING = (*_EARLIER, "Fix")
_WAIVED = (*_EARLIER, "Waiver")


class Section(Struct, frozen=True):
    """The subjects of some rows, and the function that writes a row, called only for rows that fit. Without a header it is a list.

    `open` is the number of rows that are not folded.
    """

    title: str
    header: tuple[str, ...]
    items: Sequence[Any]
    row: Callable[[Any], str]
    open: int = _MOST_OPEN_ROWS


def written(head: Iterable[str], sections: Iterable[Section]) -> str:
    """The head, then the sections that are not empty."""
    room = MOST_BYTES - _MOST_OF_FRAME
    parts = list(head)
    for section in sections:
        rows = list(within_size((f"{section.row(item)}\n".encode() for item in section.items), room))
        # After a row that does not fit there is no room for less severe ones.
        room = room - sum(map(len, rows)) if len(rows) == len(section.items) else 0
        parts += _section(section, [each.decode().rstrip() for each in rows])
    return "\n\n".join(parts) + "\n"


def errors_and_effects(report: Report) -> Iterator[Section]:
    """What could not be checked, and what the plans do to existing tables."""
    several = len(report.inputs) > 1
    effects = [f"{code(each.title)}: {prose(text)}" if several else prose(text) for each in report.inputs for text in sentences(each)]
    yield Section("Could not be checked", ("Message",), report.errors, lambda error: row(code_lines(error)))
    yield Section(HEADING, (), effects, lambda sentence: f"- {sentence}")


def findings(report: Report) -> Iterator[Section]:
    """The findings and the unknown results. With a baseline, the new ones come first, and those that it has are folded."""
    failed, unknown = ranked(report, Status.FAIL), ranked(report, Status.UNKNOWN)
    if report.comparison is None:
        yield Section("Findings", _FINDING, failed, _finding)
        yield Section("Unknown", _EARLIER, unknown, _unknown)
        return
    yield Section("New", _FINDING, [each for each in failed if each.is_new], _finding)
    yield Section("New and unknown", _EARLIER, [each for each in unknown if each.is_new], _unknown)
    yield Section("Now unknown", _EARLIER, report.comparison.now_unknown, _earlier)
    yield Section("Fixed", _EARLIER, report.comparison.fixed, _earlier)
    yield Section("Still open", _FINDING, [each for each in failed if not each.is_new], _finding, open=0)
    yield Section("Still unknown", _EARLIER, [each for each in unknown if not each.is_new], _unknown, open=0)


def waived(report: Report) -> Section:
    """The waived findings with their waivers."""
    return Section("Waived", _WAIVED, ranked(report, Status.WAIVED), lambda each: row(*_cells(each), _waiver(each)))


def not_checked(report: Report) -> Section:
    """The directories that were not checked."""
    return Section("Not checked", ("Directory", "Reason"), report.not_checked, lambda each: row(code(each.path), prose(each.reason)))


def _finding(finding: RankedFinding) -> str:
    return row(*_cells(finding), code_lines(finding.result.fix))


def _unknown(finding: RankedFinding) -> str:
    return row(*_cells(finding))


def _cells(finding: RankedFinding) -> tuple[str, ...]:
    result, (first, *others) = finding.result, finding.addresses(_MOST_ADDRESSES)
    contract = [f"Contract: {prose(result.contract)}"] if result.contract else []
    location = f"{finding.file}:{finding.line}" if finding.line else finding.file
    where = (code(first), *map(code, others[:_MOST_ADDRESSES]), *others[_MOST_ADDRESSES:], code(location))
    return result.severity.value, "<br>".join((prose(result.message), rule_link(result.rule), *contract)), "<br>".join(where)


def _earlier(earlier: Earlier) -> str:
    return row(earlier.severity.value, f"{prose(earlier.message)}<br>{rule_link(earlier.rule)}", code(earlier.address))


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
        yield from (f"<details><summary>{len(folded):,}{' more' if shown else ''}</summary>", _rows(section, folded), "</details>")
    if len(rows) < len(section.items):
        missing = len(section.items) - len(rows)
        yield f"{missing:,} more of {plural(len(section.items), 'row')} are not shown, because GitHub limits the length of a comment."


def _rows(section: Section, rows: Sequence[str]) -> str:
    head = (row(*section.header), row(*("---" for _ in section.header))) if section.header else ()
    return "\n".join((*head, *rows))
