"""Comma-separated values with the names of the columns in the first row.

Python's reader accepts quotes that Go's refuses, so this module reads the rows itself.
Source: `encoding/csv` of Go, https://github.com/golang/go/blob/master/src/encoding/csv/reader.go
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dyncheck.readers.hcl.functions.declaration import MOST_PARTS, Function, Parameter
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.types import STRING
from dyncheck.readers.hcl.language.values import EvaluationError, Value, list_of, string

_FIELD = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^",\n]*))(,|\n|\Z)')


def _csvdecode(text: Value) -> Value:
    rows = _rows(text.content)
    header = next(rows, None)
    if header is None:
        raise EvaluationError("the text has no header line")
    if len(set(header)) < len(header):
        raise EvaluationError("two columns have the same name")
    kind = types.Object(dict.fromkeys(header, STRING))
    found: list[Value] = []
    for row in rows:
        if len(row) != len(header):
            raise EvaluationError(f"row {len(found) + 1} has {len(row)} fields where the header has {len(header)}")
        found.append(Value(kind, dict(zip(header, map(string, row), strict=True))))
        if len(found) * len(header) > MOST_PARTS:
            raise UnsureError(f"more than {MOST_PARTS} fields")
    return list_of(kind, found)


def _rows(text: str) -> Iterator[list[str]]:
    """The rows that are not empty."""
    # A carriage return is part of the line end after it, and without meaning at the very end.
    text = text.replace("\r\n", "\n").removesuffix("\r")
    position = 0
    row: list[str] = []
    while position < len(text) or row:
        if not row and text[position] == "\n":
            position += 1
            continue
        match = _FIELD.match(text, position)
        if match is None:
            raise EvaluationError("the text has a misplaced quote and is not valid CSV")
        quoted, bare, end = match.groups()
        row.append(bare if quoted is None else quoted.replace('""', '"'))
        position = match.end()
        if end != ",":
            yield row
            row = []


FUNCTIONS = (Function("csvdecode", (Parameter("str", STRING),), _csvdecode),)
