"""Values: known, null or pending, each with its type and whether it is sensitive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from dyncheck.model import Opaque, Question
from dyncheck.model.symbolic import Entries
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.numbers import Number, Word, exact, general_text, to_plain
from dyncheck.readers.hcl.language.problems import Problem as Problem
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type

# More causes than this are not listed: a message has no room for them.
_CAUSES = 4


class Cause(str):
    """A cause that is an input of a module that is being proved, with the question that would tell more, if any."""

    __slots__ = ("question",)

    question: Question | None

    def __new__(cls, text: str, question: Question | None = None) -> Cause:
        made = super().__new__(cls, text)
        made.question = question
        return made


class Pending(Struct, frozen=True):
    """The content of a value that exists only later; `causes` are what it waits for: `aws_kms_key.k.arn`, `timestamp()`.

    `known` is what can be said of the value all the same, in a proof; the value is not null then.
    """

    causes: tuple[str, ...] = ()
    known: Opaque | None = None


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
                    yield number(Word(position)), item


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
    causes: dict[str, str] = {}
    for cause in because:
        if isinstance(cause, str):
            causes.setdefault(cause, cause)
        else:
            for each in causes_of(cause):
                if each not in causes or question_of((causes[each],)) is None:
                    causes[each] = each
            sensitive = sensitive or cause.sensitive
    found = tuple(causes.values())
    if len(found) > _CAUSES and question_of(found[:_CAUSES]) is None:
        found = tuple(sorted(found, key=lambda each: question_of((each,)) is None))
    return Value(kind, Pending(found[:_CAUSES]), sensitive)


def refined(kind: Type, known: Opaque, *because: Value) -> Value:
    """A value of a type that waits for what the given values wait for, and of which something is known."""
    made = pending(kind, *because)
    return Value(kind, Pending(made.content.causes, known), made.sensitive)


def asking(kind: Type, answer: Question | None, *because: Value) -> Value:
    """A value of a type that an answer would tell, and that waits for what the given values wait for."""
    made = pending(kind, *because)
    if answer is None:
        return made
    name = next((cause for cause in made.content.causes if cause == answer.input), answer.input)
    others = tuple(cause for cause in made.content.causes if cause != answer.input)
    return Value(kind, Pending((Cause(name, answer), *others)), made.sensitive)


def question_of(causes: Iterable[str]) -> Question | None:
    """The first question that would tell more of what waits for these causes."""
    return next((cause.question for cause in causes if isinstance(cause, Cause) and cause.question), None)


def known_of(value: Value) -> Opaque | None:
    """What is known of a value that is pending."""
    return value.content.known if isinstance(value.content, Pending) else None


def has_known_of_pending(value: Value) -> bool:
    """Whether something is known of a part that is pending."""
    return any(known_of(part) is not None for part in _parts(value))


def causes_of(value: Value) -> Iterator[str]:
    """What a value, or any part of it, waits for."""
    for part in _parts(value):
        if isinstance(part.content, Pending) or (isinstance(part.type, types.Resource) and part.content is not None):
            yield from part.content.causes


def _parts(value: Value) -> Iterable[Value]:
    """The value and all that is in it, in order; what stands in it several times comes once."""
    inner = _inner(value.content)
    for part in inner:
        if _inner(part.content):
            return _deep_parts(value)
    # Most collections are flat, and those need not be searched.
    return (value, *inner)


def _deep_parts(value: Value) -> Iterator[Value]:
    waiting = [value]
    seen: set[int] = set()
    while waiting:
        part = waiting.pop()
        yield part
        inner = _inner(part.content)
        if inner and id(part.content) not in seen:
            seen.add(id(part.content))
            waiting.extend(reversed(inner))


def _inner(content: Any) -> tuple[Value, ...]:
    """The values that a content consists of."""
    kind = type(content)
    if kind is tuple:
        found: tuple[Value, ...] = content
        return found
    if kind is dict:
        return (*content.values(),)
    if kind is Pending and isinstance(content.known, Entries):
        return (*content.known.known.values(),)
    return ()


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
    try:
        for item in items:
            sensitive = sensitive or is_sensitive(item)
            bare = without_marks(item)
            distinct.setdefault(identity(bare), bare)
        items = tuple(sorted(distinct.values(), key=_place))
    except UnsureError as reason:
        return pending(types.Set(element), str(reason), sensitive=sensitive)
    return Value(types.Set(element), items, sensitive)


def identity(value: Value) -> Any:
    """What two values have in common when they are equal: hashable, type and marks aside. Raises `UnsureError`."""
    content = value.content
    if isinstance(content, dict):
        return ("map", tuple((key, identity(content[key])) for key in sorted(content)))
    if isinstance(content, tuple):
        return ("list", tuple(map(identity, content)))
    if isinstance(content, Pending):
        return ("pending", content.causes, id(value))
    if content is None or isinstance(content, bool | str):
        return (type(content).__name__, content)
    return ("number", exact(content))


def _place(value: Value) -> tuple[bool, bool, Any]:
    """Where a value stands in a set: pending ones after the others, null last, and what is no primitive by its spelling."""
    content = value.content
    if content is None or isinstance(content, Pending):
        return (content is None, True, "")
    return (False, False, content if isinstance(value.type, types.Primitive) else _spelling(value))


def _spelling(value: Value) -> str:
    """As in https://github.com/zclconf/go-cty/blob/main/cty/set_internals.go."""
    content = value.content
    if content is None:
        return "~"
    if isinstance(content, Pending):
        return "?"
    if isinstance(content, bool):
        return "T" if content else "F"
    if isinstance(content, str):
        from dyncheck.readers.hcl.language.quoting import quote

        return quote(content)
    if isinstance(content, dict | tuple):
        return _collection_spelling(value)
    return general_text(content, 10)


def _collection_spelling(value: Value) -> str:
    content = value.content
    if isinstance(value.type, types.Map):
        from dyncheck.readers.hcl.language.quoting import quote

        return f"{{{''.join(f'{quote(key)}:{_spelling(content[key])};' for key in sorted(content))}}}"
    items = [content[name] for name in sorted(content)] if isinstance(content, dict) else content
    spelled = "".join(f"{_spelling(item)};" for item in items)
    return f"<{spelled}>" if isinstance(value.type, types.Object | types.Tuple) else f"[{spelled}]"


def is_wholly_known(value: Value) -> bool:
    """Whether neither the value nor any part of it is pending. Of a whole resource that is never said: nobody asked for all of it."""
    if _is_leaf(value):
        return True
    return not any(
        isinstance(part.content, Pending) or (isinstance(part.type, types.Resource) and part.content is not None) for part in _parts(value)
    )


def is_sensitive(value: Value) -> bool:
    """Whether the value or any part of it is sensitive."""
    return value.sensitive or (not _is_leaf(value) and _has_sensitive_part(value))


def _is_leaf(value: Value) -> bool:
    """Whether a value is a known one that nothing is in, as most are; asking those need not look for parts."""
    return type(value.content) in _LEAVES and not isinstance(value.type, types.Resource)


_LEAVES = frozenset({str, bool, type(None)})
_COLLECTIONS = frozenset({dict, tuple})


def _has_sensitive_part(value: Value) -> bool:
    return any(part.sensitive for part in _parts(value))


def secret_parts(value: Value) -> Iterator[Value]:
    """All that is sensitive in a value, and all that is in that."""
    for part in _parts(value):
        if part.sensitive:
            yield from _parts(part)


def is_larger(value: Value, limit: int) -> bool:
    """Whether a value has more parts than the limit; one that stands in it several times counts as often."""
    if type(value.content) not in _COLLECTIONS:
        return limit < 1
    sizes: dict[int, int] = {}
    waiting = [(value.content, False)]
    while waiting:
        content, is_counted = waiting.pop()
        if type(content) not in _COLLECTIONS:
            continue
        items = content.values() if type(content) is dict else content
        if is_counted:
            sizes[id(content)] = 1 + sum(sizes.get(id(item.content), 1) for item in items)
        elif id(content) not in sizes:
            sizes[id(content)] = 0
            waiting.append((content, True))
            waiting.extend((item.content, False) for item in items)
    return sizes.get(id(value.content), 1) > limit


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


def as_value(sample: Any) -> Value:
    """A plain value as a value of the language."""
    if sample is None:
        return NULL
    if isinstance(sample, bool):
        return boolean(sample)
    if isinstance(sample, str):
        return string(sample)
    if isinstance(sample, list):
        return tuple_of(map(as_value, sample))
    if isinstance(sample, dict):
        return object_of({name: as_value(item) for name, item in sample.items()})
    return number(sample)
