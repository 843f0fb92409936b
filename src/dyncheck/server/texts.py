"""A text with its places as files count them, and as editors count them.

Terraform ends a line at a line feed only, and counts visible characters. An editor also ends one at a carriage return, and counts the code
units of an encoding.
Source: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#position
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from lsprotocol.types import Position, PositionEncodingKind, Range

from dyncheck.readers.hcl.language.graphemes import clusters

_MARK = "\ufeff"


class Text:
    """A text, in whose places columns count the units of `encoding`."""

    def __init__(self, text: str, encoding: str = PositionEncodingKind.Utf16) -> None:
        self.text = text
        self._encoding = encoding

    @cached_property
    def _starts(self) -> list[int]:
        """Where the lines of an editor start."""
        return [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", self.text))]

    @cached_property
    def _lines(self) -> list[int]:
        """Where the lines of Terraform start."""
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def position(self, offset: int) -> Position:
        """The position of an offset."""
        line = bisect_right(self._starts, offset) - 1
        return Position(line, self._units(self.text[self._starts[line] : offset]))

    def offset(self, position: Position) -> int:
        """The offset of a position; the end of the line, or of the text, for one behind it."""
        if position.line >= len(self._starts):
            return len(self.text)
        start = self._starts[position.line]
        end = self._starts[position.line + 1] if position.line + 1 < len(self._starts) else len(self.text)
        line = self.text[start:end].rstrip("\r\n")
        units = 0
        for number, character in enumerate(line):
            if units >= position.character:
                return start + number
            units += self._units(character)
        return start + len(line)

    def line_of(self, offset: int) -> int:
        """The number, from 1, of the line of Terraform that has an offset."""
        return bisect_right(self._lines, offset)

    def offset_at(self, line: int, column: int) -> int:
        """The offset of a line and column of Terraform, both from 1; the last line for one behind it."""
        start, end = self._ends(line)
        text = self.text[start:end]
        return start + (min(column - 1, len(text)) if text.isascii() else len("".join(clusters(text)[: column - 1])))

    def bytes_before(self, offset: int) -> int:
        """The offset of the character before which there are that many bytes of UTF-8."""
        return len(self.text.encode(errors="surrogatepass")[:offset].decode(errors="ignore"))

    def first_line(self, line: int, column: int = 0) -> Range:
        """The range of a line of Terraform, from a column, 0 for its first character that is no blank, without the blanks at its end."""
        start, end = self._ends(line)
        text = self.text[start:end]
        begin = self.offset_at(line, column) if column else start + len(text) - len(text.lstrip())
        return Range(self.position(min(begin, end)), self.position(max(begin, start + len(text.rstrip()))))

    def _ends(self, line: int) -> tuple[int, int]:
        """The offsets of a line without a byte order mark and its end."""
        line = max(1, min(line, len(self._lines)))
        start = self._lines[line - 1]
        end = self._lines[line] if line < len(self._lines) else len(self.text)
        if start == 0 and self.text.startswith(_MARK):
            start = 1
        return start, start + len(self.text[start:end].rstrip("\r\n"))

    def _units(self, text: str) -> int:
        if self._encoding == PositionEncodingKind.Utf32 or (text.isascii()):
            return len(text)
        if self._encoding == PositionEncodingKind.Utf8:
            return len(text.encode(errors="surrogatepass"))
        return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def moved(line: int, before: str, after: str) -> int:
    """The number of a line of a text in a later version of it. A line in the part that changed is at the start of that part."""
    olds, news = before.split("\n"), after.split("\n")
    same = 0
    while same < min(len(olds), len(news)) and olds[same] == news[same]:
        same += 1
    end = 0
    while end < min(len(olds), len(news)) - same and olds[-1 - end] == news[-1 - end]:
        end += 1
    if line <= same:
        return line
    if line > len(olds) - end:
        return line + len(news) - len(olds)
    return max(min(line, len(news) - end), min(same + 1, len(news)))
