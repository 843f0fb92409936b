"""What a data model file says, as data: tables, items and requests, each with its path in the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from dyncheck.dynamodb.access import PlainTarget
from dyncheck.dynamodb.contracts import AccessPattern
from dyncheck.item_schema import ItemDemand

# The steps to a part of the file.
Where: TypeAlias = "tuple[str | int, ...]"


class Remark(Struct, frozen=True):
    """A sentence about a part of the file."""

    where: Where
    text: str


class Unreadable(Exception):
    """A part of the file that cannot be read; the text completes a sentence about it."""

    def __init__(self, where: Where, why: str) -> None:
        super().__init__(why)
        self.remark = Remark(where, why)


class ModelIndex(Struct, frozen=True):
    """An index of a table: its target, and the kind of its projection (ALL, KEYS_ONLY or INCLUDE)."""

    target: PlainTarget
    projection: str


class ModelTable(Struct, frozen=True):
    """A table. `types` are those of the key attributes, `items` what the file says of its items, if they are of one kind."""

    where: Where
    name: str
    target: PlainTarget
    indexes: Mapping[str, ModelIndex]
    types: Mapping[str, str]
    time_to_live: str = ""
    items: Mapping[str, ItemDemand] = {}

    def read_by(self, pattern: AccessPattern) -> PlainTarget | None:
        """What a request reads: the table or the index of that name, None if the table does not have it."""
        if pattern.index is None:
            return self.target
        return self.indexes[pattern.index].target if pattern.index in self.indexes else None


class ModelItem(Struct, frozen=True):
    """An item that is written to a table: a sample, or that of a request, whose label it has."""

    where: Where
    table: str
    item: Any
    label: str = ""


class Request(Struct, frozen=True):
    """One request of an access pattern. `types` are those of the values that it gives.

    `descending` says that it reads the sort key from its end. `updates` are the attributes that it changes, with the types of the new
    values; a type is empty where it is not known.
    """

    where: Where
    label: str
    table: str
    pattern: AccessPattern
    types: Mapping[str, str] = {}
    descending: bool = False
    updates: Mapping[str, str] = {}


class DataModel(Struct, frozen=True):
    """A data model file: what could be read of it, what contradicts DynamoDB in it, and what could not be read.

    `skipped` are access patterns that need no DynamoDB, each with the reason that the file gives. `missing` are the keys of the file that
    AWS's validator expects and that are not there.
    """

    path: str
    lines: Mapping[Where, int]
    tables: tuple[ModelTable, ...]
    items: tuple[ModelItem, ...]
    requests: tuple[Request, ...]
    problems: tuple[Remark, ...]
    unread: tuple[Remark, ...]
    skipped: tuple[Remark, ...] = ()
    missing: tuple[str, ...] = ()

    def table(self, name: str) -> ModelTable | None:
        """The table of that name."""
        return next((table for table in self.tables if table.name == name), None)

    def line(self, where: Where) -> int:
        """The line of a part of the file, or of the nearest part around it that has one."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)
