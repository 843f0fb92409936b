"""A Terraform file to edit: its text, its syntax tree, and the offsets of places in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from operator import attrgetter

from msgspec import Struct

from dyncheck.readers.hcl.configuration.comments import comment_spans, readable
from dyncheck.readers.hcl.language.graphemes import clusters
from dyncheck.readers.hcl.language.nodes import Body, Span
from dyncheck.readers.hcl.language.syntax import parse_body

_MARK = "\ufeff"


class SourceFile:
    """A file of the native or the JSON syntax, without its byte order mark.

    A byte that is not UTF-8, which only a comment may have, is a lone surrogate in `text`.
    """

    def __init__(self, path: str, data: bytes) -> None:
        text = data.decode(errors="surrogateescape")
        self.path = path
        self.text = text.removeprefix(_MARK)
        self.is_json = path.endswith(".json")
        self.data = data
        self._mark = text[: len(text) - len(self.text)]
        self._starts = [0, *(match.end() for match in re.finditer("\n", self.text))]

    @property
    def newline(self) -> str:
        """The end of its lines."""
        return "\r\n" if "\r\n" in self.text else "\n"

    @cached_property
    def body(self) -> Body:
        """Its syntax tree. Raises `SyntaxFault` when the file is invalid."""
        return _parsed(self.path, self.data)

    @cached_property
    def comments(self) -> list[tuple[int, int]]:
        """Where its comments start and end."""
        return [] if self.is_json else list(comment_spans(self.text))

    def encoded(self, text: str) -> bytes:
        """The bytes of a file with another text, which starts with a byte order mark if this one does."""
        return (self._mark + text).encode(errors="surrogateescape")

    def start(self, span: Span) -> int:
        """The offset of the first character of a place."""
        return self._offset(span.line, span.column)

    def end(self, span: Span) -> int:
        """The offset after the last character of a place."""
        return self._offset(span.end_line, span.end_column)

    def of(self, span: Span) -> str:
        """The text at a place."""
        return self.text[self.start(span) : self.end(span)]

    def line_of(self, offset: int) -> int:
        """The number of the line, from 1, that has an offset."""
        return bisect_right(self._starts, offset)

    def line_start(self, line: int) -> int:
        """The offset of the first character of a line."""
        return self._starts[line - 1]

    def line_end(self, line: int) -> int:
        """The offset after the last character of a line, before its line end."""
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        return self._starts[line - 1] + len(self.text[self._starts[line - 1] : end].rstrip("\r\n"))

    @property
    def lines(self) -> int:
        """The number of its lines; the empty one after a last line end counts."""
        return len(self._starts)

    def line(self, number: int) -> str:
        """The text of a line, without its end."""
        return self.text[self.line_start(number) : self.line_end(number)]

    def _offset(self, line: int, column: int) -> int:
        start, text = self._starts[line - 1], self.line(line)
        # Columns count visible characters.
        return start + (column - 1 if text.isascii() else len("".join(clusters(text)[: column - 1])))


class UnwritableError(Exception):
    """A change that the syntax of a file, or another change, does not let dyncheck make."""


class Splice(Struct, frozen=True):
    """The characters from `start` to `end` of a text, and those that replace them."""

    start: int
    end: int
    text: str


def spliced(text: str, splices: Iterable[Splice]) -> tuple[str, dict[int, int]]:
    """The text after splices, and the lines in it that were there before, with their former numbers.

    Raises `UnwritableError` when two of them overlap.
    """
    parts: list[str] = []
    former = {1: 1}
    done, old, new = 0, 1, 1
    for splice in sorted(splices, key=attrgetter("start", "end")):
        if splice.start < done:
            raise UnwritableError("another edit changes the same place")
        for _ in range(text.count("\n", done, splice.start)):
            old, new = old + 1, new + 1
            former[new] = old
        added, removed = splice.text.count("\n"), text.count("\n", splice.start, splice.end)
        is_at_start = splice.start == 0 or text[splice.start - 1] == "\n"
        if is_at_start and splice.text.endswith("\n") and not removed:
            # Whole lines come in before this one.
            del former[new]
            former[new + added] = old
        old, new = old + removed, new + added
        if removed and not added:
            former[new] = old
        parts += (text[done : splice.start], splice.text)
        done = splice.end
    for _ in range(text.count("\n", done)):
        old, new = old + 1, new + 1
        former[new] = old
    return "".join((*parts, text[done:])), former


def _parsed(path: str, data: bytes) -> Body:
    if path.endswith(".json"):
        from dyncheck.readers.hcl.configuration.json_blocks import parse_json_configuration, parse_json_values

        return (parse_json_values if path.endswith(".tfvars.json") else parse_json_configuration)(data, path)
    return parse_body(readable(data), path)
