"""The text of a file, and places in it.

As in Terraform, columns count visible characters: a letter with its accents is one.
Source: https://github.com/hashicorp/hcl/blob/main/pos.go, `Pos.Column`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from itertools import accumulate

from dyncheck.readers.hcl.language.faults import SyntaxFault
from dyncheck.readers.hcl.language.graphemes import clusters
from dyncheck.readers.hcl.language.nodes import Span

_MARK = "\ufeff"
_NOT_UTF_8 = "Invalid character encoding. All input files must be UTF-8 encoded."


class SourceText:
    """The text of a file. Turns offsets into lines and columns."""

    __slots__ = ("_boundaries", "_starts", "file", "is_ascii", "text")

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.is_ascii = text.isascii()
        self._boundaries: dict[int, list[int]] = {}

    def span(self, start: int, end: int) -> Span:
        """The place between two offsets."""
        starts = self._starts
        line = bisect_right(starts, start)
        end_line = line if line == len(starts) or end < starts[line] else bisect_right(starts, end)
        if self.is_ascii:
            return Span(self.file, line, start - starts[line - 1] + 1, end_line, end - starts[end_line - 1] + 1)
        return Span(self.file, line, self._column(line, start), end_line, self._column(end_line, end))

    def fault(self, message: str, start: int, end: int) -> SyntaxFault:
        """An error between two offsets."""
        span = self.span(start, end)
        return SyntaxFault(message, span, self.line(span.line))

    def line(self, number: int) -> str:
        """One line, without its end."""
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r\n")

    def _column(self, line: int, offset: int) -> int:
        start = self._starts[line - 1]
        if line not in self._boundaries:
            self._boundaries[line] = _boundaries(self.line(line))
        boundaries = self._boundaries[line]
        return bisect_right(boundaries, offset - start - 1) + 1 if boundaries else offset - start + 1


class Embedded(SourceText):
    """The text of a string in a file, such as a template in JSON. In a string with escapes, every place is that of the string."""

    def __init__(self, text: str, around: SourceText, start: int, end: int) -> None:
        super().__init__(text, around.file)
        self._around = around
        self._start = start
        self._end = end

    def span(self, start: int, end: int) -> Span:
        first = self._start + 1
        if self._end - self._start == len(self.text) + 2:
            return self._around.span(first + start, first + end)
        return self._around.span(self._start, self._end)

    def line(self, number: int) -> str:
        return self._around.line(number)


def normalized(text: str) -> str:
    """The text in NFC, the normal form of all strings of Terraform."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _boundaries(line: str) -> list[int]:
    """The offsets in a line where its characters start; empty when each character has length 1."""
    return [] if line.isascii() else [0, *accumulate(map(len, clusters(line)))][:-1]


def decoded(data: bytes, file: str) -> SourceText:
    """The text of a file without its byte order mark. Raises `SyntaxFault` when it is not UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:4].count(0) >= 2:
        raise SyntaxFault("This looks like UTF-16. Save the file as UTF-8.", Span(file, 1, 1, 1, 1), "")
    try:
        return SourceText(data.decode().removeprefix(_MARK), file)
    except UnicodeDecodeError as error:
        before = SourceText(data[: error.start].decode().removeprefix(_MARK), file)
        line = data[data.rfind(b"\n", 0, error.start) + 1 :].split(b"\n", 1)[0].decode(errors="replace").rstrip("\r")
        span = before.span(len(before.text), len(before.text))
        raise SyntaxFault(_NOT_UTF_8, span, line) from None
