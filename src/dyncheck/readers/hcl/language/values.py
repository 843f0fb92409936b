"""Values: known, null or pending, each with its type and whether it is sensitive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.numbers import Number, to_plain
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type

# More causes than this are not listed: a message has no room for them.
_CAUSES = 4


class Problem(Exception):
    """What Terraform would refuse: a function's or an operator's error, a wrong type, an attribute that is not there."""


class Pending(Struct, frozen=True):
    """The content of a value that exists only later; `causes` are what it waits for: `aws_kms_key.k.arn`, `timestamp()`."""

    causes: tuple[str, ...] = ()


class Value(Struct, frozen=True):
    """A value of the language.

    `content` is None for null, a `Pending` for what is not known yet, and otherwise by type: str, bool, a number
    (`numbers.Number`), a tuple of values (list, set, tuple), a dict of values (map, object), or for a
    `types.Resource` what `attribute_of` can ask. A known list, set, tuple, map or object may hold pending values.
    Sets are in Terraform's order and hold no value twice.
    """

    type: Type
    content: Any
    sensitive: bool = False

    @property
    def is_null(self) -> bool:
        """Whether it is null."""
        return self.content is None

    @property
    def is_pending(self) -> bool:
        """Whether the value itself is not known; its parts may be pending without it."""
        return isinstance(self.content, Pending)

    @property
    def is_known(self) -> bool:
        """Whether it is there and not null."""
        return self.content is not None and not isinstance(self.content, Pending)

    def marked(self, sensitive: bool) -> Value:
        """The same value, sensitive if it was or is to be."""
        return Value(self.type, self.content, True) if sensitive and not self.sensitive else self

    def unmarked(self) -> Value:
        """The same value without its own mark."""
        return Value(self.type, self.content) if self.sensitive else self

    def items(self) -> Iterator[tuple[Value, Value]]:
        """Pairs of key and item of a known collection, in Terraform's order; an item of a set is its own key."""
        match self.type:
            case types.Map() | types.Object():
                for key in sorted(self.content):
                    yield string(key), self.content[key]
            case types.Set():
                for item in self.content:
                    yield item, item
            case _:
                for position, item in enumerate(self.content):
                    yield number(position), item


TRUE, FALSE = Value(BOOL, True), Value(BOOL, False)
NULL = Value(ANY, None)

Values: TypeAlias = Iterable[Value]


def string(text: str) -> Value:
    """A known string, normalised to NFC as Terraform's are."""
    if not text.isascii():
        from unicodedata import normalize

        text = normalize("NFC", text)
    return Value(STRING, text)


def number(value: Number) -> Value:
    """A known number."""
    return Value(NUMBER, value)


def boolean(value: bool) -> Value:
    """True or false."""
    return TRUE if value else FALSE


def null(kind: Type = ANY) -> Value:
    """Null of a type."""
    return Value(kind, None)


def pending(kind: Type, *because: Value | str, sensitive: bool = False) -> Value:
    """A value of a type that waits for what the given values wait for; a string names a cause itself."""
    causes: dict[str, None] = {}
    for cause in because:
        if isinstance(cause, str):
            causes[cause] = None
        else:
            causes.update(dict.fromkeys(causes_of(cause)))
            sensitive = sensitive or cause.sensitive
    return Value(kind, Pending(tuple(causes)[:_CAUSES]), sensitive)


def causes_of(value: Value) -> Iterator[str]:
    """What a value, or any part of it, waits for."""
    if isinstance(value.content, Pending) or isinstance(value.type, types.Resource):
        yield from value.content.causes if value.content is not None else ()
    elif isinstance(value.content, dict):
        for item in value.content.values():
            yield from causes_of(item)
    elif isinstance(value.content, tuple):
        for item in value.content:
            yield from causes_of(item)


def tuple_of(items: Values) -> Value:
    """`[a, b]`."""
    content = tuple(items)
    return Value(types.Tuple(tuple(item.type for item in content)), content)


def object_of(items: Mapping[str, Value]) -> Value:
    """`{ a = b }`."""
    return Value(types.Object({name: item.type for name, item in items.items()}), dict(items))


def list_of(element: Type, items: Values) -> Value:
    """A list; every item is of the element type already."""
    return Value(types.List(element), tuple(items))


def map_of(element: Type, items: Mapping[str, Value]) -> Value:
    """A map; every item is of the element type already."""
    return Value(types.Map(element), dict(items))


def set_of(element: Type, items: Values) -> Value:
    """A set; every item is of the element type already. It is sensitive when any item is, for a set's items carry no marks.

    With a pending item its length is not known, but the set itself is: it may be shorter than it looks.
    """
    distinct: dict[Any, Value] = {}
    sensitive = False
    for item in items:
        sensitive = sensitive or is_sensitive(item)
        bare = without_marks(item)
        distinct.setdefault(identity(bare), bare)
    return Value(types.Set(element), tuple(distinct[key] for key in sorted(distinct, key=_order)), sensitive)


def identity(value: Value) -> Any:
    """What two values have in common when they are equal: hashable, type and marks aside."""
    content = value.content
    if isinstance(content, dict):
        return ("map", tuple((key, identity(content[key])) for key in sorted(content)))
    if isinstance(content, tuple):
        return ("list", tuple(map(identity, content)))
    if isinstance(content, Pending):
        return ("pending", content.causes, id(value))
    return (type(content).__name__ if isinstance(content, bool | str | None) else "number", content)


def _order(key: Any) -> tuple[Any, ...]:
    kind, content = key[0], key[1]
    return (kind, content) if kind in ("bool", "str", "number") else ("~", repr(key))


def is_wholly_known(value: Value) -> bool:
    """Whether neither the value nor any part of it is pending."""
    content = value.content
    if isinstance(content, Pending) or isinstance(value.type, types.Resource):
        return content is None
    if isinstance(content, dict):
        return all(map(is_wholly_known, content.values()))
    return not isinstance(content, tuple) or all(map(is_wholly_known, content))


def is_sensitive(value: Value) -> bool:
    """Whether the value or any part of it is sensitive."""
    if value.sensitive:
        return True
    content = value.content
    if isinstance(content, dict):
        return any(map(is_sensitive, content.values()))
    return isinstance(content, tuple) and any(map(is_sensitive, content))


def without_marks(value: Value) -> Value:
    """The value with no part of it sensitive."""
    if not is_sensitive(value):
        return value
    content = value.content
    if isinstance(content, dict):
        content = {key: without_marks(item) for key, item in content.items()}
    elif isinstance(content, tuple):
        content = tuple(map(without_marks, content))
    return Value(value.type, content)


def plain(value: Value) -> Any:
    """The value as JSON has it: str, bool, int, float, None, list or dict. No part of it is pending."""
    content = value.content
    if isinstance(content, dict):
        return {key: plain(content[key]) for key in sorted(content)}
    if isinstance(content, tuple):
        return [plain(item) for item in content]
    if isinstance(content, bool | str) or content is None:
        return content
    return to_plain(content)
