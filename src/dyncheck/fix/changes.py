"""What is to change in a file, before its layout is known: arguments, items of maps and blocks, in the words of HCL.

A place is that of a node in the syntax tree of the file as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct

from dyncheck.model import quoted
from dyncheck.readers.hcl.language.nodes import Span

# The arguments that tell blocks of one type apart.
LABELS = ("name", "id", "region_name", "index_name")


class NewBlock(Struct, frozen=True):
    """A block to write: its type, its labels, its arguments with the texts of their values, and the blocks in it."""

    type: str
    labels: tuple[str, ...] = ()
    arguments: tuple[tuple[str, str], ...] = ()
    blocks: tuple[NewBlock, ...] = ()

    @property
    def identity(self) -> tuple[str, ...]:
        """What two texts of one block have in common: the type, the labels, and the value of an argument that is a label."""
        return (self.type, *self.labels, *(f"{name} = {value}" for name, value in self.arguments if name in LABELS))

    def with_all_of(self, other: NewBlock) -> NewBlock:
        """The block with the arguments and blocks of another one that is the same block."""
        return NewBlock(
            self.type, self.labels, tuple(dict((*self.arguments, *other.arguments)).items()), together((*self.blocks, *other.blocks))
        )

    def settings(self) -> Iterator[tuple[tuple[object, ...], str]]:
        """Its arguments, each by a key for it, with their values."""
        for name, value in self.arguments:
            yield (self.identity, name), value
        for block in self.blocks:
            for key, value in block.settings():
                yield (self.identity, *key), value


class SetValue(Struct, frozen=True):
    """Replace the value of an argument or of an item in an object. `at` is its whole place, from its name on."""

    at: Span
    value: str


class AddItem(Struct, frozen=True):
    """Add an item to the map of an argument or item. `at` is the whole place of that, from its name on."""

    at: Span
    key: str
    value: str


class RemoveItem(Struct, frozen=True):
    """Remove an item from the object that is the value of an argument or item. `at` is the whole place of that, from its name on."""

    at: Span
    key: str


class AddArgument(Struct, frozen=True):
    """Add an argument to the body at a place."""

    body: Span
    name: str
    value: str


class RemoveArgument(Struct, frozen=True):
    """Remove an argument from the body at a place."""

    body: Span
    name: str


class AddBlock(Struct, frozen=True):
    """Add a block to the body at a place."""

    body: Span
    block: NewBlock


class Append(Struct, frozen=True):
    """Add a block at the end of a file."""

    file: str
    block: NewBlock


Change: TypeAlias = SetValue | AddItem | RemoveItem | AddArgument | RemoveArgument | AddBlock | Append


def file_of(change: Change) -> str:
    """The path of the file to change, as messages show it."""
    match change:
        case (
            SetValue(at=span)
            | AddItem(at=span)
            | RemoveItem(at=span)
            | AddArgument(body=span)
            | RemoveArgument(body=span)
            | AddBlock(body=span)
        ):
            return span.file
        case Append(file=file):
            return file


def settings(change: Change) -> Iterator[tuple[object, str]]:
    """What a change sets, each by a key for it, with its value. Two changes with another value for one key exclude each other."""
    match change:
        case SetValue():
            yield change.at, change.value
        case AddItem():
            yield (change.at, change.key), change.value
        case RemoveItem():
            yield (change.at, change.key), ""
        case AddArgument():
            yield (change.body, change.name), change.value
        case RemoveArgument():
            yield (change.body, change.name), ""
        case AddBlock(block=block) | Append(block=block):
            yield from (((change.body if isinstance(change, AddBlock) else change.file, *key), value) for key, value in block.settings())


def item_key(key: str) -> str:
    """The key of an item as HCL has it."""
    return key if key.replace("-", "_").isidentifier() and key.isascii() else quoted(key)


def together(blocks: Iterable[NewBlock]) -> tuple[NewBlock, ...]:
    """Blocks in their order, with one block in place of several that are the same."""
    found: dict[tuple[str, ...], NewBlock] = {}
    for block in blocks:
        found[block.identity] = found[block.identity].with_all_of(block) if block.identity in found else block
    return tuple(found.values())
