"""Checks the items of one text: quickly where a whole block is right, else one by one."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import DecodeError, Struct

from dyncheck.items.blocks import Block, blocks
from dyncheck.items.forms import Form, decoded, form_of, typed, unwrapped
from dyncheck.items.judging import Demands, ItemProblem, problems_of_item
from dyncheck.items.quick import Quick

# A block with an item that is not read quickly is divided into so many parts, and these into parts of so many items.
_PARTS = 32


class ItemFinding(Struct, frozen=True):
    """A problem of an item: the number of the item in its text, counted from 1, and the number of the first line of the item."""

    number: int
    line: int
    problem: ItemProblem


class NoItem(Struct, frozen=True):
    """A part of a text that is no item because it is not JSON, with its line and the reason."""

    line: int
    why: str


class ItemCheck:
    """The check of one text. `items` counts its items, `bad` those with a problem."""

    def __init__(self, demands: Demands, *, is_plain: bool | None = None) -> None:
        self._demands, self._is_plain = demands, is_plain
        self._form: Form | None = None
        self._quick: Quick | None = None
        self.items = self.bad = self._without_item = 0

    @property
    def entries(self) -> int:
        """How many entries the text has, also those without an item, such as a deletion."""
        return self.items + self._without_item

    def findings(self, pieces: Iterator[bytes], name: str) -> Iterator[ItemFinding | NoItem]:
        """What is wrong with the items of a text, in their order.

        Raises `InputError` and `TooLong` where the rest of the text cannot be read.
        """
        for block in blocks(pieces, name):
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[ItemFinding | NoItem]:
        found = self._quick.doubtful(block) if self._quick else None
        if found and not found[1]:
            self.items += found[0]
            return
        items = list(block.items())
        if found and found[0] == len(items):
            doubtful = set(found[1])
            for position, (line, text) in enumerate(items):
                if position in doubtful:
                    yield from self._one(line, text)
                else:
                    self.items += 1
        elif len(items) > 1:
            # One item may be the only one that is not read quickly.
            for start in range(0, len(items), size := -(-len(items) // _PARTS)):
                part = items[start : start + size]
                yield from self._part(part, block)
        else:
            for line, text in items:
                yield from self._one(line, text)

    def _part(self, items: list[tuple[int, bytes]], block: Block) -> Iterator[ItemFinding | NoItem]:
        whole = Block((b"\n" if block.is_lines else b",").join(text for _, text in items), items[0][0], block.is_lines)
        found = self._quick.doubtful(whole) if self._quick else None
        if found and not found[1] and found[0] == len(items):
            self.items += len(items)
        elif len(items) > _PARTS:
            for start in range(0, len(items), _PARTS):
                yield from self._part(items[start : start + _PARTS], block)
        else:
            for line, text in items:
                yield from self._one(line, text)

    def _one(self, line: int, text: bytes) -> Iterator[ItemFinding | NoItem]:
        found = self._quick.doubtful(Block(text, line, is_lines=False)) if self._quick else None
        if found == (1, []):
            self.items += 1
            return
        try:
            value = decoded(text)
        except DecodeError as error:
            yield NoItem(line, f"is not JSON: {str(error).removeprefix('JSON is malformed: ')}")
            return
        except UnicodeDecodeError:
            yield NoItem(line, "is not a text in UTF-8")
            return
        except RecursionError:
            yield NoItem(line, "is nested too deep to be read")
            return
        if self._form is None or self._quick is None:
            self._form = form_of(value, self._is_plain)
            self._quick = Quick(self._demands, self._form)
        item = unwrapped(value, self._form.wrapper)
        if item is None and self._form.wrapper:
            self._without_item += 1
            return
        self.items += 1
        item = typed(item, self._demands) if self._form.is_plain else item
        problems = problems_of_item(item, self._demands)
        if problems:
            self.bad += 1
            yield from (ItemFinding(self.items, line, problem) for problem in problems)
        else:
            self._quick.learn(item)
