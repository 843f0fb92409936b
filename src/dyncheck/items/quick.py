"""Accepts most items in a fraction of the time that `judging` takes, and never one that `judging` would not accept.

A decoder of msgspec has a field for each attribute that is demanded or was seen before. It refuses all other items. The values of one
attribute are then tested together, for a whole block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import msgspec
from msgspec import UNSET, DecodeError, Raw, Struct, UnsetType, defstruct

from dyncheck.items.blocks import Block
from dyncheck.items.forms import Form
from dyncheck.items.judging import MOST_BYTES, MOST_BYTES_OF_KEY, Demands
from dyncheck.items.patterns import Answer, matches
from dyncheck.items.schema import ItemAttribute, long_form

# The attributes that are learned from items. Items with more are judged one by one.
_MOST_LEARNED = 200

_NUMBERS = re.compile(r"(?:-?[0-9]{1,19}(?:\.[0-9]{1,18})?\n)*")
_SECONDS = re.compile(r"(?:[1-9][0-9]{9,10}\n)*")
_TIMESTAMPS = re.compile(
    r"(?:[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])\n)*"
)

Test: TypeAlias = "Callable[[Sequence[str]], bool]"


class _Text(Struct, forbid_unknown_fields=True, gc=False):
    """A text in DynamoDB JSON."""

    S: str


class _Number(Struct, forbid_unknown_fields=True, gc=False):
    N: str


class _Truth(Struct, forbid_unknown_fields=True, gc=False):
    BOOL: bool


# The types that are accepted quickly. All others are judged.
_TYPED: dict[str, Any] = {"S": _Text, "N": _Number, "BOOL": _Truth}
_PLAIN: dict[str, Any] = {"S": str, "N": Raw, "BOOL": bool}


class _Column(Struct, frozen=True):
    """One attribute: its field in the decoded items, its type, whether every item has it, and the tests on its values."""

    name: str
    field: str
    type: str
    is_required: bool
    tests: tuple[Test, ...]


class Quick:
    """The quick tests for the items of one file."""

    def __init__(self, demands: Demands, form: Form) -> None:
        self._demands, self._form = demands, form
        self._keys = {key.name for key in demands.keys}
        self._types: dict[str, str] = {}
        self._refused: set[str] = set()
        for key in demands.keys:
            self._add(key.name, key.type)
        for name, demand in demands.attributes.items():
            types = long_form(demand).types
            if len(types) == 1:
                self._add(name, types[0])
            else:
                self._refused.add(name)
        self._rebuild()

    @property
    def _required(self) -> set[str]:
        own = {key.name for key in self._demands.keys if not key.index}
        return own | {name for name, each in self._demands.attributes.items() if isinstance(each, ItemAttribute) and each.required}

    def _add(self, name: str, kind: str) -> None:
        if kind not in _TYPED or self._types.setdefault(name, kind) != kind:
            self._refused.add(name)

    def _rebuild(self) -> None:
        required, kinds = self._required, _PLAIN if self._form.is_plain else _TYPED
        # Without a type that is accepted quickly for every required attribute, no item is.
        self._is_of_use = not (required & self._refused) and required <= self._types.keys() and self._form.wrapper != "PutRequest"
        names = sorted((name for name in self._types if name not in self._refused), key=lambda name: name not in required)
        self._columns = tuple(
            _Column(name, f"f{at}", self._types[name], name in required, tuple(self._tests(name))) for at, name in enumerate(names)
        )
        fields: list[Any] = [
            (each.field, kinds[each.type]) if each.is_required else (each.field, kinds[each.type] | UnsetType, UNSET)
            for each in self._columns
        ]
        rename = {each.field: each.name for each in self._columns}
        item = defstruct("Item", fields, rename=rename, forbid_unknown_fields=True, gc=False)
        entry = defstruct(
            "Entry", [("item", item)], rename={"item": self._form.wrapper}, forbid_unknown_fields=self._form.wrapper == "Item"
        )
        whole = entry if self._form.wrapper else item
        self._decoder, self._decoder_of_list = msgspec.json.Decoder(whole), msgspec.json.Decoder(list[whole])  # type: ignore[valid-type]

    def _tests(self, name: str) -> list[Test]:
        """The tests on the values of an attribute, besides that of its type."""
        kind, demand = self._types[name], self._demands.attributes.get(name)
        long = long_form(demand) if demand else ItemAttribute(kind)  # type: ignore[arg-type]
        is_time = name == self._demands.time_to_live or long.format == "epoch-seconds"
        if kind == "N":
            return [_joined(_SECONDS if is_time else _NUMBERS)]
        if name == self._demands.time_to_live:
            return [lambda _: False]
        if kind == "S":
            tests: list[Test] = [_fit_key()] if name in self._keys else []
            tests += [_joined(_TIMESTAMPS)] if long.format == "timestamp" else []
            return tests + ([_all_match(long.pattern)] if long.pattern else [])
        return []

    def doubtful(self, block: Block) -> tuple[int, list[int]] | None:
        """How many items a block has, and the positions of those that may have a problem; None where every item may have one."""
        if not self._is_of_use:
            return None
        try:
            found = block.decoded(self._decoder, self._decoder_of_list)
        except (DecodeError, RecursionError, UnicodeDecodeError):
            return None
        if len(block.data) > MOST_BYTES and block.longest > MOST_BYTES:
            return None
        items = [entry.item for entry in found] if self._form.wrapper else found
        return len(items), sorted({position for column in self._columns if column.tests for position in self._failing(column, items)})

    def _failing(self, column: _Column, items: Sequence[Any]) -> Iterator[int]:
        field = column.field
        values = [getattr(item, field) for item in items]
        places: Sequence[int] = range(len(values))
        if not column.is_required:
            places = [place for place, value in enumerate(values) if value is not UNSET]
            values = [value for value in values if value is not UNSET]
        if column.type == "N":
            values = [bytes(value).decode() for value in values] if self._form.is_plain else [value.N for value in values]
        elif not self._form.is_plain:
            values = [value.S for value in values]
        for test in column.tests:
            yield from (places[at] for at in _failing(test, values, 0))

    def learn(self, item: Any) -> None:
        """Accept the attributes of an item without a problem in other items too."""
        if len(self._types) > _MOST_LEARNED + len(self._demands.attributes) or not isinstance(item, dict):
            return
        before = len(self._types) + len(self._refused)
        for name, value in item.items():
            if name not in self._types and name not in self._refused and name:
                ((kind, _),) = value.items()
                self._add(name, kind)
        if len(self._types) + len(self._refused) != before:
            self._rebuild()


def _failing(test: Test, values: Sequence[str], start: int) -> Iterator[int]:
    """The positions of the values that fail a test of many."""
    if test(values):
        return
    if len(values) == 1:
        yield start
        return
    half = len(values) // 2
    yield from _failing(test, values[:half], start)
    yield from _failing(test, values[half:], start + half)


def _joined(pattern: re.Pattern[str]) -> Test:
    """Whether a pattern matches every value."""

    def test(values: Sequence[str]) -> bool:
        text = "\n".join(values)
        # A line end in a value would make two of it.
        return not values or (pattern.fullmatch(text + "\n") is not None and text.count("\n") == len(values) - 1)

    return test


def _fit_key() -> Test:
    """Whether every value may be a key."""
    # A character has four bytes at most.
    most = MOST_BYTES_OF_KEY["RANGE"] // 4

    def test(values: Sequence[str]) -> bool:
        sizes = set(map(len, values))
        return not sizes or (min(sizes) > 0 and max(sizes) <= most)

    return test


def _all_match(pattern: str) -> Test:
    return lambda values: all(matches(pattern, value) is Answer.YES for value in values)
