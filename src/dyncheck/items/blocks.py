"""A text of items -> blocks of whole items, in constant memory: JSON Lines, an array, or objects over several lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import DecodeError, Raw, Struct

from dyncheck.errors import InputError

# The most bytes that the text of one item may have. An item has 400 KB, and its text needs more than ten bytes for one in rare cases only.
MOST_BYTES_OF_TEXT = 16_000_000

# The bytes of a block of an array.
_BLOCK = 1 << 18
_ATTEMPTS = 4

_START_OF_ITEMS = re.compile(rb'\s*\{\s*"Items"\s*:\s*\[')
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|["\[\]{}]', re.DOTALL)
_SEPARATOR = re.compile(rb"\s*(?:,\s*)?")
_AFTER_ELEMENT = re.compile(rb"\s{0,64}(?:,\s{0,64}\{|\])")
_NOT_BLANK = re.compile(rb"\S")
_RAWS = msgspec.json.Decoder(list[Raw])


class Block(Struct, frozen=True):
    """Some items: lines, or elements of an array. `line` is the number of the first line."""

    data: bytes
    line: int
    is_lines: bool = True

    def decoded(self, decoder: Any, of_list: Any) -> list[Any]:
        """All items, by a decoder of an item or by that of a list of them. Raises `DecodeError`."""
        found: list[Any] = decoder.decode_lines(self.data) if self.is_lines else of_list.decode(b"[%b]" % self.data)
        return found

    @property
    def longest(self) -> int:
        """The bytes of its longest item or more."""
        return max(map(len, self.data.split(b"\n"))) if self.is_lines else max(len(text) for _, text in self.items())

    def items(self) -> Iterator[tuple[int, bytes]]:
        """The text of each item with the number of its first line. Lines without text are skipped."""
        if self.is_lines:
            texts = ((number, each.strip()) for number, each in enumerate(self.data.split(b"\n"), self.line))
            yield from ((number, text) for number, text in texts if text)
            return
        line = self.line
        position = 0
        for raw in _RAWS.decode(b"[%b]" % self.data):
            text = bytes(raw)
            start = self.data.index(text, position)
            line += self.data.count(b"\n", position, start)
            yield line, text
            position = start + len(text)
            line += text.count(b"\n")


class TooLong(Exception):
    """The text of one item is longer than any item. `line` is where it starts."""

    def __init__(self, line: int) -> None:
        super().__init__(f"One item has more than {MOST_BYTES_OF_TEXT:,} bytes of JSON, and no item of DynamoDB is as large")
        self.line = line


def blocks(pieces: Iterator[bytes], name: str) -> Iterator[Block]:
    """The items of a text. Raises `InputError` where the text ends within an item, and `TooLong`."""
    beginning = b""
    for piece in pieces:
        beginning += piece
        if _NOT_BLANK.search(beginning) and (b"\n" in beginning.lstrip() or len(beginning) > _BLOCK):
            break
    text = beginning.lstrip()
    if not text:
        raise InputError(f"{name} is empty. The command that writes it failed; read the output of that command.", kind="incomplete")
    line = 1 + beginning[: len(beginning) - len(text)].count(b"\n")
    if text.startswith(b"["):
        yield from _Array(pieces, text[1:], line, name, is_array=True).blocks()
    elif found := _START_OF_ITEMS.match(text):
        start = _Array(pieces, text[found.end() :], line + text.count(b"\n", 0, found.end()), name, is_array=True, is_inside=True)
        yield from start.blocks()
    elif _is_whole(text.partition(b"\n")[0]) or not text.startswith(b"{"):
        yield from _lines(pieces, text, line)
    else:
        yield from _Array(pieces, text, line, name, is_array=False).blocks()


def _is_whole(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=Raw)
    except DecodeError:
        return False
    except RecursionError:
        # It is refused as an item.
        return True
    return True


def _lines(pieces: Iterator[bytes], text: bytes, line: int) -> Iterator[Block]:
    while True:
        end = text.rfind(b"\n") + 1
        if end:
            yield Block(text[:end], line)
            line += text.count(b"\n", 0, end)
            text = text[end:]
        if len(text) > MOST_BYTES_OF_TEXT:
            raise TooLong(line)
        piece = next(pieces, None)
        if piece is None:
            break
        text += piece
    if text.strip():
        yield Block(text, line)


class _Array:
    """The elements of an array, or objects one after the other. Only a part of them is in memory at a time."""

    def __init__(self, pieces: Iterator[bytes], text: bytes, line: int, name: str, *, is_array: bool, is_inside: bool = False) -> None:
        self._pieces, self._text, self._line, self._name = pieces, text, line, name
        self._is_array, self._is_inside = is_array, is_inside
        # What comes before this place of the text was taken.
        self._at = 0

    def blocks(self) -> Iterator[Block]:
        while True:
            self._skip_separator()
            if self._at == len(self._text):
                if self._more():
                    continue
                if self._is_array:
                    raise self._error("ends before the end of its array", "incomplete")
                return
            if self._is_array and self._text.startswith(b"]", self._at):
                self._end()
                return
            while len(self._text) - self._at < _BLOCK and self._more():
                pass
            yield self._several() or self._single()

    def _more(self) -> bool:
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._text, self._at = self._text[self._at :] + piece, 0
        return True

    def _skip_separator(self) -> None:
        found = _SEPARATOR.match(self._text, self._at)
        self._take(found.end() if found else self._at)

    def _take(self, end: int) -> bytes:
        taken, self._at = self._text[self._at : end], end
        self._line += taken.count(b"\n")
        return taken

    def _several(self) -> Block | None:
        """As many whole elements as the text certainly has at its start."""
        end, attempts = len(self._text), _ATTEMPTS if self._is_array else 0
        while attempts:
            end = self._text.rfind(b"}", self._at, end)
            if end < 0:
                return None
            follows = _AFTER_ELEMENT.match(self._text, end + 1)
            if follows is None:
                continue
            attempts -= 1
            if _is_list(self._text[self._at : end + 1]):
                line = self._line
                return Block(self._take(end + 1), line, is_lines=False)
        return None

    def _single(self) -> Block:
        """The first element, found bracket by bracket."""
        line, depth, position = self._line, 0, 0
        if not self._text.startswith(b"{", self._at):
            raise self._error("has something other than objects in its array, or is not JSON", "syntax")
        while True:
            for token in _TOKEN.finditer(self._text, self._at + position):
                found = token[0]
                if found == b'"':
                    position = token.start() - self._at
                    break
                position = token.end() - self._at
                depth += (found in b"[{") - (found in b"]}")
                if depth == 0:
                    data = self._take(self._at + position)
                    if not _is_list(data):
                        raise self._error("is not JSON", "syntax", line)
                    return Block(data, line, is_lines=False)
            if len(self._text) - self._at > MOST_BYTES_OF_TEXT:
                raise TooLong(line)
            if not self._more():
                raise self._error("ends within an item", "incomplete", line)

    def _end(self) -> None:
        """What follows an array: nothing, or the other keys of an answer of a scan."""
        self._at += 1
        while not self._is_inside:
            if self._text[self._at :].strip():
                raise self._error("goes on after the end of its array", "syntax")
            self._at = len(self._text)
            if not self._more():
                return

    def _error(self, what: str, kind: Any, line: int = 0) -> InputError:
        return InputError(f"{self._name}:{line or self._line} {what}.", kind=kind, path=self._name, line=line or self._line)


def _is_list(data: bytes) -> bool:
    try:
        _RAWS.decode(b"[%b]" % data)
    except (DecodeError, RecursionError):
        return False
    return True
