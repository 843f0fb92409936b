"""Writes the results of a fleet that are not passes as CSV: the columns of the file of results, and whether a finding is new."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow.compute as compute

from dyncheck.fleet.overview import is_new_by, known_in, pieces
from dyncheck.fleet.rows import COLUMNS, READ
from dyncheck.reporters.csv import cell, lines

_NAMES = tuple(name for name, _, _ in COLUMNS)


def parts(path: str, earlier: str) -> Iterator[str]:
    """The header, then the rows: results that are no passes, and documents that were not or not completely read."""
    before = known_in(earlier)
    yield lines([(*_NAMES, "new")])
    for rows in pieces(path):
        is_of_interest = compute.and_(
            compute.not_equal(rows["status"], "pass"),
            compute.or_(compute.not_equal(rows["status"], READ), compute.is_valid(rows["message"])),
        )
        kept = rows.filter(is_of_interest)
        columns = [kept[name].to_pylist() for name in _NAMES]
        new = ["true" if each else "false" for each in is_new_by(kept, before)]
        yield lines([cell(_text(value)) for value in row] for row in zip(*columns, new, strict=True))


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else str(value)
