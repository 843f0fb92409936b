"""Text that was parsed before, in the same file or in another: what it says is known, and only its place is another one.

Whole files are the same where modules are copied, and most lines of them where the copy was edited. An item, a block or an argument,
is parsed from left to right up to the end of its line, without a look at what comes after that. So a text that starts with what an
earlier item was parsed of has the same item there.
"""

from __future__ import annotations

from dyncheck.readers.hcl.language.nodes import Argument, Block, Body
from dyncheck.readers.hcl.language.relocation import relocated
from dyncheck.readers.hcl.language.source_text import SourceText

# The lines of items that are kept, in characters, those of inner ones counted again: blocks in blocks in blocks must not fill the memory.
_MOST_KEPT = 64_000_000

_CLOSING = {"{": "}", "(": ")", "[": "]"}


class Lines:
    """The lines that an item most likely takes: that of its start alone, or those up to the bracket that closes what it opens.

    `text` is all of them, with the blanks before the item and the end of the last line; `end` is the offset of what comes after.
    """

    __slots__ = ("end", "number", "text")

    def __init__(self, text: str, end: int, number: int) -> None:
        self.text = text
        self.end = end
        self.number = number


class Parsed:
    """What was parsed so far: files by the hash of their text, items by their lines and by how deep in other blocks they stand."""

    __slots__ = ("_files", "_items", "_room")

    def __init__(self) -> None:
        self._room = _MOST_KEPT
        self._files: dict[str, Body] = {}
        self._items: dict[tuple[int, str], tuple[Argument | Block, int]] = {}

    def file(self, digest: str, name: str) -> Body | None:
        """The tree of a file whose text has that hash, if there was one."""
        body = self._files.get(digest)
        return None if body is None else relocated(body, name)

    def add_file(self, digest: str, body: Body) -> None:
        """Keep the tree of a file."""
        self._files[digest] = body

    def item(self, lines: Lines, depth: int, file: str) -> Argument | Block | None:
        """The item that takes these lines, if it is known that one does."""
        found = self._items.get((depth, lines.text))
        if found is None:
            return None
        item, number = found
        return relocated(item, file, lines.number - number)

    def add_item(self, lines: Lines, depth: int, item: Argument | Block) -> None:
        """Keep an item that takes exactly these lines, while there is room."""
        self._room -= len(lines.text)
        if self._room >= 0:
            self._items[depth, lines.text] = (item, lines.number)


def lines_of(source: SourceText, start: int) -> Lines | None:
    """The lines that an item which starts at an offset most likely takes; None where columns are no offsets, or the last line is open."""
    if not source.is_ascii:
        return None
    text = source.text
    number, line_start = source.line_at(start)
    end = text.find("\n", start)
    closing = _CLOSING.get(text[end - 1])
    if closing:
        end = text.find(f"\n{text[line_start:start]}{closing}", end)
        end = text.find("\n", end + 1) if end >= 0 else -1
    return Lines(text[line_start : end + 1], end + 1, number) if end >= 0 else None
