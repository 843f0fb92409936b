"""The report for a comment or a step summary: GitHub Flavored Markdown in which nothing from the input is Markdown.

Plain words stand as they are; all else from the input is in code spans, where GitHub makes no mention, link, image or HTML of it.
https://github.github.com/gfm/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from msgspec import Struct

from dyncheck.findings import Earlier, Report, Result, Status
from dyncheck.reporters.effects import HEADING, sentences
from dyncheck.reporters.ranked import Shown, ranked, shortened
from dyncheck.reporters.safe import safe_text
from dyncheck.reporters.tally import notices, plural, tally, verdict

# A comment has at most 65,536 characters; bytes are counted here, of which there are never fewer. A step summary may have 1 MiB.
MOST_BYTES = 65_000
# What the headings and the lines about what is left out may take.
_MOST_OF_FRAME = 3_000
_MOST_IN_CELL = 600
_MOST_LINES = 12
_MOST_ADDRESSES = 3
_MOST_OPEN_ROWS = 10

_WORD = re.compile(r"\(?(?:[A-Za-z]+(?:[-'][A-Za-z]+)*|[0-9]{1,6})\)?[,;:.]?")
_BACKTICKS = re.compile("`+")


class Section(Struct, frozen=True):
    """A table: what its rows are about, and what writes one of them, which is done only for those that fit."""

    title: str
    header: tuple[str, ...]
    items: Sequence[Any]
    row: Callable[[Any], str]


def to_markdown(report: Report) -> str:
    """A headline with the verdict, then a section for each kind of finding: the worst first, cut where a comment would be too long."""
    room = MOST_BYTES - _MOST_OF_FRAME
    against = f" Compared with {_code(report.comparison.baseline)}." if report.comparison else ""
    parts = [f"## dyncheck: {verdict(report)}", f"{tally(report)}.{against}"]
    for section in _sections(report):
        rows = list(_fitting(map(section.row, section.items), room))
        room -= sum(map(_size, rows))
        parts += _written(section, rows)
    return "\n\n".join(parts) + "\n"


def _sections(report: Report) -> Iterable[Section]:
    failed, comparison = ranked(report, Status.FAIL), report.comparison
    yield Section("Could not be checked", ("What",), report.errors, lambda error: _row(_code_lines(error)))
    yield Section("Notices", ("Input", "What"), tuple(notices(report)), lambda said: _row(_code(said[0]), _prose(said[1])))
    yield Section(HEADING, ("Input", "What"), tuple(_effects(report)), lambda said: _row(_code(said[0]), _prose(said[1])))
    if comparison is None:
        yield Section("Findings", _FINDING, failed, _finding)
    else:
        yield Section("New", _FINDING, [shown for shown in failed if shown.is_new], _finding)
        yield Section("Still open", _FINDING, [shown for shown in failed if not shown.is_new], _finding)
        yield Section("Now unknown", _EARLIER, comparison.now_unknown, _earlier)
        yield Section("Fixed", _EARLIER, comparison.fixed, _earlier)
    yield Section("Unknown", _UNKNOWN, ranked(report, Status.UNKNOWN), lambda shown: _row(*_known(shown)))
    yield Section("Waived", _WAIVED, ranked(report, Status.WAIVED), lambda shown: _row(*_known(shown), _waiver(shown.result)))


def _effects(report: Report) -> Iterator[tuple[str, str]]:
    yield from ((checked.path, sentence) for checked in report.inputs for sentence in sentences(checked))


_UNKNOWN = ("", "Address", "Rule", "What", "Where")
_FINDING = (*_UNKNOWN, "Fix")
_WAIVED = (*_UNKNOWN, "Waiver")
_EARLIER = ("", "Address", "Rule", "What")


def _finding(shown: Shown) -> str:
    return _row(*_known(shown), _code_lines(shown.result.fix))


def _known(shown: Shown) -> tuple[str, ...]:
    result = shown.result
    where = f"{shown.file}:{shown.line}" if shown.line else shown.file
    return result.severity.value, _addresses(shown), _code(result.rule), _prose(result.message), _code(where)


def _addresses(shown: Shown) -> str:
    shown_also = [_code(address) for address in shown.also[:_MOST_ADDRESSES]]
    rest = len(shown.also) - _MOST_ADDRESSES
    return "<br>".join((_code(shown.result.address), *shown_also, *([f"and {rest} more"] if rest > 0 else [])))


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
    number, incomplete = len(section.items), len(section.items) - len(rows)
    table = "\n".join((_row(*section.header), _row(*("---" for _ in section.header)), *rows))
    parts = [f"### {section.title}", *([table] if rows else [])]
    if len(rows) > _MOST_OPEN_ROWS:
        parts[1:] = [f"<details><summary>{plural(len(rows), 'row')}</summary>", table, "</details>"]
    return [*parts, f"{incomplete} of {number} are left out here, for GitHub shows no longer comment."] if incomplete else parts


def _fitting(rows: Iterable[str], room: int) -> Iterator[str]:
    for row in rows:
        room -= _size(row)
        if room < 0:
            return
        yield row


def _size(row: str) -> int:
    return len(row.encode()) + 1


def _prose(text: str) -> str:
    """A sentence on one line: plain words as they are, anything else as code."""
    words = safe_text(shortened(text, _MOST_IN_CELL)).split()
    parts = ((is_plain, " ".join(group)) for is_plain, group in groupby(words, lambda word: bool(_WORD.fullmatch(word))))
    return " ".join(part if is_plain else _code(part) for is_plain, part in parts)


def _code_lines(text: str) -> str:
    lines = safe_text(text).strip("\n").split("\n")
    shown = [_code(line) for line in lines[:_MOST_LINES]]
    return "<br>".join([*shown, *(["and so on"] if len(lines) > _MOST_LINES else [])])


def _code(text: str) -> str:
    """A code span in a cell. A pipe would end the cell even there, so it stands between two spans."""
    flat = safe_text(shortened(text, _MOST_IN_CELL)).replace("\n", "\\n")
    return "&#124;".join(_span(part) if part else "" for part in flat.split("|"))


def _span(text: str) -> str:
    """A code span: its fence is longer than any in the text, and it keeps the spaces and backticks at the ends."""
    fence = "`" * (max(map(len, _BACKTICKS.findall(text)), default=0) + 1)
    # A space is lost from either end when both have one.
    pad = " " if "`" in (text[0], text[-1]) or text[0] == text[-1] == " " else ""
    return f"{fence}{pad}{text}{pad}{fence}"
