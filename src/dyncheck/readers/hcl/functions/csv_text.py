"""Tables as comma-separated values, the first row naming the columns.

Source: `encoding/csv` of Go, https://github.com/golang/go/blob/master/src/encoding/csv/reader.go
"""

from __future__ import annotations

from collections.abc import Iterator

from dyncheck.readers.hcl.functions.declaration import MOST_PARTS, Function, Parameter, named
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import STRING
from dyncheck.readers.hcl.language.values import Problem, Value, list_of, pending, string


def _csvdecode(text: Value) -> Value:
    rows = _rows(text.content)
    _, header = next(rows, (0, None))
    if header is None:
        raise Problem("missing header line")
    for position, name in enumerate(header):
        if name in header[:position]:
            raise Problem(f"duplicate column name {quote(name)}")
    kind = types.Object(dict.fromkeys(header, STRING))
    found: list[Value] = []
    for line, row in rows:
        if len(row) != len(header):
            raise _problem(line, "wrong number of fields")
        found.append(Value(kind, {name: string(field) for name, field in zip(header, row, strict=True)}))
        if len(found) * len(header) > MOST_PARTS:
            return pending(types.List(kind), f"csvdecode() of more than {MOST_PARTS} fields")
    return list_of(kind, found)


def _problem(line: int, what: str) -> Problem:
    return Problem(f"CSV parse error on line {line}: {what}")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with something in them, each with the number of the line that it begins in."""
    reader = _Reader(text)
    while reader.has_more():
        start = reader.line
        row = reader.row()
        if row is not None:
            yield start, row


class _Reader:
    def __init__(self, text: str) -> None:
        # A carriage return before a line end is part of it, and one at the very end is nothing.
        self._text = text.replace("\r\n", "\n").removesuffix("\r")
        self._position = 0
        self.line = 1

    def has_more(self) -> bool:
        """Whether there is another line."""
        return self._position < len(self._text)

    def row(self) -> list[str] | None:
        """The fields of the next row; None for an empty line."""
        if self._text.startswith("\n", self._position):
            self._end_line()
            return None
        fields: list[str] = []
        while True:
            fields.append(self._quoted() if self._text.startswith('"', self._position) else self._bare())
            if not self._text.startswith(",", self._position):
                self._end_line()
                return fields
            self._position += 1

    def _end_line(self) -> None:
        self._position += 1
        self.line += 1

    def _bare(self) -> str:
        ends = [self._text.find(symbol, self._position) for symbol in (",", "\n")]
        end = min((place for place in ends if place >= 0), default=len(self._text))
        field = self._text[self._position : end]
        if '"' in field:
            raise _problem(self.line, 'bare " in non-quoted-field')
        self._position = end
        return field

    def _quoted(self) -> str:
        parts: list[str] = []
        while True:
            end = self._text.find('"', self._position + 1)
            part = self._text[self._position + 1 : end if end >= 0 else None]
            self.line += part.count("\n")
            parts.append(part)
            self._position = end + 1
            if end < 0:
                # The end of the text right after a line end is still told as a place in that line.
                raise _problem(self.line - part.endswith("\n"), 'extraneous or missing " in quoted-field')
            if self._text[self._position : self._position + 1] in ("", ",", "\n"):
                return "".join(parts)
            if not self._text.startswith('"', self._position):
                raise _problem(self.line, 'extraneous or missing " in quoted-field')
            parts.append('"')


FUNCTIONS = named(Function("csvdecode", (Parameter("str", STRING),), _csvdecode))
