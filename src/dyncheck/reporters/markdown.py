"""The report for a comment or a step summary: GitHub Flavored Markdown in which no text of the input acts as Markdown.

Everything from the input except plain words is in code spans, where GitHub makes no mention, link, image or HTML of it.
https://github.github.com/gfm/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from msgspec import Struct

from dyncheck.findings import Earlier, Report, Result, Status
from dyncheck.reporters.coverage import coverage
from dyncheck.reporters.effects import HEADING, sentences
from dyncheck.reporters.ranked import RankedFinding, ranked, shortened, within_size
from dyncheck.reporters.safe import safe_text
from dyncheck.reporters.tally import notices, plural, tally, verdict

# A comment has at most 65,536 characters, and a text has at least as many bytes. A step summary may have 1 MiB.
MOST_BYTES = 65_000
# The headings and the lines about rows that do not fit.
_MOST_OF_FRAME = 3_000
_MOST_IN_CELL = 600
_MOST_LINES = 12
_MOST_ADDRESSES = 3
_MOST_OPEN_ROWS = 10

_WORD = re.compile(r"\(?(?:[A-Za-z]+(?:[-'][A-Za-z]+)*|[0-9]{1,6})\)?[,;:.]?")
_BACKTICKS = re.compile("`+")


class Section(Struct, frozen=True):
    """A table: the subjects of its rows, and the function that writes a row, called only for rows that fit."""

    title: str
    header: tuple[str, ...]
    items: Sequence[Any]
    row: Callable[[Any], str]


def to_markdown(report: Report) -> str:
    """A headline, then a section for each kind of finding: the worst first, cut where a comment would be too long."""
    room = MOST_BYTES - _MOST_OF_FRAME
    against = f" Compared with {_code(report.comparison.baseline)}." if report.comparison else ""
    parts = [f"## dyncheck: {verdict(report)}", f"{tally(report)}.{against}"]
    for section in _sections(report):
        rows = list(within_size((f"{section.row(item)}\n".encode() for item in section.items), room))
        # After a row that does not fit there is no room for less severe ones.
        room = room - sum(map(len, rows)) if len(rows) == len(section.items) else 0
        parts += _written(section, [row.decode().rstrip() for row in rows])
    return "\n\n".join(parts) + "\n"


def _sections(report: Report) -> Iterable[Section]:
    failed, comparison = ranked(report, Status.FAIL), report.comparison
    effects = tuple((checked.title, sentence) for checked in report.inputs for sentence in sentences(checked))
    yield Section("Could not be checked", ("Message",), report.errors, lambda error: _row(_code_lines(error)))
    yield Section("Not checked", ("Directory", "Reason"), report.not_checked, lambda each: _row(_code(each.path), _prose(each.reason)))
    yield Section("Notices", ("Input", "Message"), tuple(notices(report)), lambda pair: _row(_code(pair[0]), _prose(pair[1])))
    yield Section(HEADING, ("Input", "Message"), effects, lambda pair: _row(_code(pair[0]), _prose(pair[1])))
    if comparison is None:
        yield Section("Findings", _FINDING, failed, _finding)
    else:
        yield Section("New", _FINDING, [each for each in failed if each.is_new], _finding)
        yield Section("Still open", _FINDING, [each for each in failed if not each.is_new], _finding)
        yield Section("Now unknown", _EARLIER, comparison.now_unknown, _earlier)
        yield Section("Fixed", _EARLIER, comparison.fixed, _earlier)
    yield Section("Unknown", _UNKNOWN, ranked(report, Status.UNKNOWN), lambda finding: _row(*_cells(finding)))
    yield Section("Waived", _WAIVED, ranked(report, Status.WAIVED), lambda finding: _row(*_cells(finding), _waiver(finding.result)))
    yield Section("Coverage", ("Message",), tuple(coverage(report, in_full=True)), lambda sentence: _row(_prose(sentence)))


_EARLIER = ("Severity", "Address", "Rule", "Message")
_UNKNOWN = (*_EARLIER, "Location")
_FINDING = (*_UNKNOWN, "Fix")
_WAIVED = (*_UNKNOWN, "Waiver")


def _finding(finding: RankedFinding) -> str:
    return _row(*_cells(finding), _code_lines(finding.result.fix))


def _cells(finding: RankedFinding) -> tuple[str, ...]:
    result, (first, *others) = finding.result, finding.addresses(_MOST_ADDRESSES)
    addresses = "<br>".join((_code(first), *map(_code, others[:_MOST_ADDRESSES]), *others[_MOST_ADDRESSES:]))
    location = f"{finding.file}:{finding.line}" if finding.line else finding.file
    return result.severity.value, addresses, _code(result.rule), _message(result), _code(location)


def _message(result: Result) -> str:
    return f"{_prose(result.message)}<br>Contract: {_prose(result.contract)}" if result.contract else _prose(result.message)


def _earlier(earlier: Earlier) -> str:
    return _row(earlier.severity.value, _code(earlier.address), _code(earlier.rule), _prose(earlier.message))


def _waiver(result: Result) -> str:
    waiver = result.waiver
    if waiver is None:
        return ""
    parts = [_prose(waiver.reason), *([f"by {_code(waiver.owner)}"] if waiver.owner else [])]
    parts += [f"until {_code(waiver.until)}"] if waiver.until else []
    return "<br>".join((*parts, _code(waiver.source)))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _written(section: Section, rows: Sequence[str]) -> list[str]:
    if not section.items:
        return []
    number, rest = len(section.items), len(section.items) - len(rows)
    table = "\n".join((_row(*section.header), _row(*("---" for _ in section.header)), *rows))
    parts = [f"### {section.title}", *([table] if rows else [])]
    if len(rows) > _MOST_OPEN_ROWS:
        parts[1:] = [f"<details><summary>{plural(len(rows), 'row')}</summary>", table, "</details>"]
    return [*parts, f"{rest} of {number} are not shown, because GitHub limits the length of a comment."] if rest else parts


def _prose(text: str) -> str:
    """A sentence on one line: plain words, and everything else as code."""
    words = safe_text(shortened(text, _MOST_IN_CELL)).split()
    parts = ((is_plain, " ".join(group)) for is_plain, group in groupby(words, lambda word: bool(_WORD.fullmatch(word))))
    return " ".join(part if is_plain else _code(part) for is_plain, part in parts)


def _code_lines(text: str) -> str:
    lines = safe_text(text).strip("\n").split("\n")
    shown = [_code(line) for line in lines[:_MOST_LINES]]
    return "<br>".join([*shown, *([f"and {len(lines) - _MOST_LINES} more lines"] if len(lines) > _MOST_LINES else [])])


def _code(text: str) -> str:
    """A code span in a cell. A pipe would end the cell even in a span, so it stands between two spans."""
    flat = safe_text(shortened(text, _MOST_IN_CELL)).replace("\n", "\\n")
    return "&#124;".join(_span(part) if part else "" for part in flat.split("|"))


def _span(text: str) -> str:
    """A code span with a fence that is longer than any in the text. It keeps spaces and backticks at its ends."""
    fence = "`" * (max(map(len, _BACKTICKS.findall(text)), default=0) + 1)
    # Markdown removes a space from each end if both have one.
    pad = " " if "`" in (text[0], text[-1]) or text[0] == text[-1] == " " else ""
    return f"{fence}{pad}{text}{pad}{fence}"
