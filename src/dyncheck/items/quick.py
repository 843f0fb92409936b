"""Accepts most items in a fraction of the time that `judging` takes, and never one that `judging` would not accept.

A decoder of msgspec has a field for each attribute that is demanded or was seen before. It refuses all other items. The values of one
attribute are then tested together, for a whole block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeAlias

import msgspec
from msgspec import UNSET, DecodeError, Raw, Struct, UnsetType, defstruct

from dyncheck.item_schema import ItemAttribute, long_form
from dyncheck.items.blocks import Block
from dyncheck.items.forms import FloatText, Form, typed
from dyncheck.items.judging import MOST_BYTES, MOST_BYTES_OF_KEY, Demands, meets
from dyncheck.items.patterns import Answer, matches

# The attributes that are learned from items. Items with more are judged one by one.
_MOST_LEARNED = 200

_NUMBERS = re.compile(r"(?:-?[0-9]{1,19}(?:\.[0-9]{1,18})?\n)*")
_SECONDS = re.compile(r"(?:[1-9][0-9]{9,10}\n)*")
TIMESTAMPS = re.compile(
    r"(?:(?:[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    # The leap days of all years but those of the centuries.
    r"|[0-9]{2}(?:0[48]|[2468][048]|[13579][26])-02-29)"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])\n)*"
)

_NUMBER = re.compile(r"-?[0-9]{1,19}(?:\.[0-9]{1,18})?")

# What judging accepts is below its limits, by far.
_MOST_LEVELS = 16
_MOST_CHARACTERS_OF_NAME = 1_000

Test: TypeAlias = "Callable[[Sequence[Any]], bool]"


class _Text(Struct, forbid_unknown_fields=True, gc=False):
    """A text in DynamoDB JSON."""

    S: str


class _Number(Struct, forbid_unknown_fields=True, gc=False):
    N: str


class _Truth(Struct, forbid_unknown_fields=True, gc=False):
    BOOL: bool


# The types with a decoder of their own. A value of any other type, and an attribute of several types, is walked through.
_ANY = ""
_TYPED: dict[str, Any] = {"S": _Text, "N": _Number, "BOOL": _Truth, _ANY: dict[str, Any]}
_PLAIN: dict[str, Any] = {"S": str, "N": Raw, "BOOL": bool, _ANY: Any}


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
            self._add(name, types[0] if len(types) == 1 else _ANY)
        self._rebuild()

    @property
    def _required(self) -> set[str]:
        own = {key.name for key in self._demands.keys if not key.index}
        return own | {name for name, each in self._demands.attributes.items() if isinstance(each, ItemAttribute) and each.required}

    def _add(self, name: str, kind: str) -> None:
        kind = kind if kind in _TYPED else _ANY
        if self._types.setdefault(name, kind) != kind:
            self._types[name] = _ANY
        if self._types[name] == _ANY and (name in self._keys or name == self._demands.time_to_live):
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
        hook = FloatText if self._form.is_plain else None
        self._decoder = msgspec.json.Decoder(whole, float_hook=hook)
        self._decoder_of_list = msgspec.json.Decoder(list[whole], float_hook=hook)  # type: ignore[valid-type]

    def _tests(self, name: str) -> list[Test]:
        """The tests on the values of an attribute, besides that of its type."""
        kind, demand = self._types[name], self._demands.attributes.get(name)
        if kind == _ANY:
            return [partial(_are_valid, name, self._demands, self._form)]
        long = long_form(demand) if demand else ItemAttribute(kind)  # type: ignore[arg-type]
        is_time = name == self._demands.time_to_live or long.format == "epoch-seconds"
        if kind == "N":
            return [_joined(_SECONDS if is_time else _NUMBERS)]
        if name == self._demands.time_to_live:
            return [lambda _: False]
        if kind == "S":
            tests: list[Test] = [_fit_key()] if name in self._keys else []
            tests += [_joined(TIMESTAMPS)] if long.format == "timestamp" else []
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
        # An element of a list has two bytes of plain JSON at least, and DynamoDB counts three.
        most = MOST_BYTES // 3 if self._form.is_plain and _ANY in self._types.values() else MOST_BYTES
        if len(block.data) > most and block.longest > most:
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
            # `Raw` of plain JSON is joined as it is.
            values = values if self._form.is_plain else [value.N for value in values]
        elif column.type == "S" and not self._form.is_plain:
            values = [value.S for value in values]
        for test in column.tests:
            yield from (places[at] for at in _failing(test, values, 0))

    def learn(self, item: Any) -> None:
        """Accept the attributes of an item without a problem in other items too."""
        # An item without a problem has one type in each value.
        if len(self._types) > _MOST_LEARNED + len(self._demands.attributes) or not isinstance(item, dict):
            return
        before = dict(self._types)
        for name, value in item.items():
            self._add(name, *value)
        if self._types != before:
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


def _are_valid(name: str, demands: Demands, form: Form, values: Sequence[Any]) -> bool:
    """Whether every value of an attribute is valid, and what the contract demands."""
    if form.is_plain:
        values = [typed({name: value}, demands)[name] for value in values]
    demand = demands.attributes.get(name)
    return all(map(_is_valid, values)) and (demand is None or all(meets(value, demand) for value in values))


def _is_valid(value: Any, level: int = 1) -> bool:
    """Whether a value of DynamoDB JSON is certainly valid."""
    if type(value) is not dict or len(value) != 1 or level > _MOST_LEVELS:
        return False
    ((kind, content),) = value.items()
    if kind == "S":
        return type(content) is str
    if kind == "N":
        return type(content) is str and _NUMBER.fullmatch(content) is not None
    if kind == "M":
        return type(content) is dict and all(
            0 < len(name) <= _MOST_CHARACTERS_OF_NAME and _is_valid(inner, level + 1) for name, inner in content.items()
        )
    if kind == "L":
        return type(content) is list and all(_is_valid(inner, level + 1) for inner in content)
    if kind == "SS":
        return type(content) is list and all(type(member) is str for member in content) and 0 < len(content) == len(set(content))
    return (kind == "BOOL" and type(content) is bool) or (kind == "NULL" and content is True)


def _joined(pattern: re.Pattern[str]) -> Test:
    """Whether a pattern matches every value."""
    of_bytes = re.compile(pattern.pattern.encode())

    def test(values: Sequence[Any]) -> bool:
        if not values:
            return True
        # A line end in a value would make two of it.
        if isinstance(values[0], Raw):
            raw = b"\n".join(values)
            return of_bytes.fullmatch(raw + b"\n") is not None and raw.count(b"\n") == len(values) - 1
        text = "\n".join(values)
        return pattern.fullmatch(text + "\n") is not None and text.count("\n") == len(values) - 1

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
