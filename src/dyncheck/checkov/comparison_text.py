"""A comparison with checkov as text: each resource, with the reason for each difference."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby

from dyncheck.checkov.comparison import Relation, Row
from dyncheck.checkov.report_file import CheckovReport
from dyncheck.reporters.safe import safe_text

_INDENT = " " * 12


def to_text(report: CheckovReport, path: str, rows: Iterable[Row]) -> str:
    """The whole comparison; the last line has the totals."""
    every = tuple(rows)
    lines = [f"{report.path}: checkov {report.version}, against dyncheck on {path}".replace("  ", " ")]
    for address, group in groupby(every, key=lambda row: row.address):
        lines += ["", address, *(line for row in group for line in _row(row))]
    agree, disagree, apart = (sum(row.relation is relation for row in every) for relation in Relation)
    return safe_text(
        "\n".join([*lines, "", f"{agree} agree, {disagree} disagree, {apart} apart (only one of the two has a result)"]) + "\n"
    )


def _row(row: Row) -> Iterator[str]:
    rules = f"{', '.join(row.control.rules)} {row.dyncheck or 'silent'}" if row.control.rules else "no rule finds the same"
    yield f"  {row.relation.value:<10}{row.control.id} {row.checkov or 'silent'}; {rules}"
    if row.relation is not Relation.AGREE:
        for text in (row.why, *(f"dyncheck: {message}" for message in row.messages)):
            yield from textwrap.wrap(text, 100, initial_indent=_INDENT, subsequent_indent=_INDENT, break_long_words=False)
