"""A comparison with checkov as text: resource by resource, with the reason where the two differ."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby

from dyncheck.checkov.comparison import Relation, Row
from dyncheck.checkov.report_file import CheckovReport
from dyncheck.reporters.safe import safe_text

_INDENT = " " * 12


def to_text(report: CheckovReport, path: str, rows: Iterable[Row]) -> str:
    """The whole comparison, its last line the sum."""
    every = tuple(rows)
    lines = [f"{report.path}: checkov {report.version}, against dyncheck on {path}".replace("  ", " ")]
    for address, group in groupby(every, key=lambda row: row.address):
        lines += ["", address, *(line for row in group for line in _row(row))]
    return safe_text("\n".join([*lines, "", _sum(every)]) + "\n")


def _row(row: Row) -> Iterator[str]:
    yield f"  {row.relation.value:<10}{row.control.id} {row.checkov or 'silent'}; {_rules(row)}"
    if row.relation is not Relation.AGREE:
        for text in (row.why, *(f"dyncheck: {message}" for message in row.said)):
            yield from textwrap.wrap(text, 100, initial_indent=_INDENT, subsequent_indent=_INDENT, break_long_words=False)


def _rules(row: Row) -> str:
    return f"{', '.join(row.control.rules)} {row.dyncheck or 'silent'}" if row.control.rules else "no rule finds the same"


def _sum(rows: tuple[Row, ...]) -> str:
    counts = {relation: sum(row.relation is relation for row in rows) for relation in Relation}
    return (
        f"{counts[Relation.AGREE]} agree, {counts[Relation.DISAGREE]} disagree, "
        f"{counts[Relation.APART]} of which only one of the two speaks"
    )
