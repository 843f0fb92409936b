"""Values: known, null or pending, each with its type and whether it is sensitive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dyncheck.model import Opaque, Question
from dyncheck.model.symbolic import Entries
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.numbers import NEGATIVE_ZERO, Number, Word, exact, general_text
from dyncheck.readers.hcl.language.problems import EvaluationError as EvaluationError
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.source_text import normalized
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type

# A message has no room for more causes.
_CAUSES = 4


class Cause(str):
    """A cause that is an input of a module being proved, with the question whose answer would decide, if any."""

    __slots__ = ("question",)

    question: Question | None

    def __new__(cls, text: str, question: Question | None = None) -> Cause:
        made = super().__new__(cls, text)
        made.question = question
        return made


class Pending(Struct, frozen=True):
    """The content of a value that exists only later. It waits for `causes`, such as `aws_kms_key.k.arn` or `timestamp()`.

    In a proof, `known` is what is certain about the value; the value is not null then. Values of one `origin` are equal as texts.
    """

    causes: tuple[str, ...] = ()
    known: Opaque | None = None
    origin: str = ""


class Value(Struct, frozen=True):
    """A value of the language.

    `content` is None for null and a `Pending` for an unknown value. Else its Python type follows the type: str, bool, a number
    (`numbers.Number`), a tuple of values (list, set, tuple), a dict of values (map, object), or for a `types.Resource` an object that
    `attribute_of` asks. A known collection may hold pending values. Sets are in Terraform's order, without duplicates.
    """

    type: Type
    content: Any
    sensitive: bool = False

    @property
    def is_null(self) -> bool:
        return self.content is None

    @property
    def is_pending(self) -> bool:
        """Whether the value itself is not known; only parts may be pending too."""
        return isinstance(self.content, Pending)

    @property
    def is_known(self) -> bool:
        """Whether the value is neither null nor pending."""
        return self.content is not None and not isinstance(self.content, Pending)

    def marked(self, sensitive: bool) -> Value:
        """The value, marked as sensitive if the argument says so."""
        return Value(self.type, self.content, True) if sensitive and not self.sensitive else self

    def unmarked(self) -> Value:
        return Value(self.type, self.content) if self.sensitive else self

    def items(self) -> Iterator[tuple[Value, Value]]:
        """Pairs of key and item of a known collection, in Terraform's order; an item of a set is its own key."""
        if isinstance(self.content, dict):
            yield from ((string(key), self.content[key]) for key in sorted(self.content))
        else:
            is_set = isinstance(self.type, types.Set)
            yield from ((item if is_set else number(Word(position)), item) for position, item in enumerate(self.content))


TRUE, FALSE = Value(BOOL, True), Value(BOOL, False)
NULL = Value(ANY, None)


def string(text: str) -> Value:
    """A known string, in NFC as all strings of Terraform."""
    return Value(STRING, normalized(text))


def number(value: Number) -> Value:
    return Value(NUMBER, value)


def boolean(value: bool) -> Value:
    return TRUE if value else FALSE


def null(kind: Type = ANY) -> Value:
    return Value(kind, None)


def pending(kind: Type, *because: Value | str, sensitive: bool = False) -> Value:
    """A value of a type that waits for the causes of the given values; a string is a cause itself."""
    causes: dict[str, str] = {}
    for cause in because:
        for each in (cause,) if isinstance(cause, str) else causes_of(cause):
            if each not in causes or question_of((causes[each],)) is None:
                causes[each] = each
        sensitive = sensitive or (isinstance(cause, Value) and cause.sensitive)
    found = [*causes.values()]
    if len(found) > _CAUSES and question_of(found[:_CAUSES]) is None:
        found.sort(key=lambda each: question_of((each,)) is None)
    return Value(kind, Pending(tuple(found[:_CAUSES])), sensitive)


def originating(value: Value, origin: str) -> Value:
    """A pending value that is equal to all others of that origin."""
    return Value(value.type, Pending(value.content.causes, value.content.known, origin), value.sensitive)


def refined(kind: Type, known: Opaque | None, *because: Value) -> Value:
    """A value of a type that waits for the causes of the given values, and whose content may be partly known."""
    made = pending(kind, *because)
    return Value(kind, Pending(made.content.causes, known), made.sensitive)


def asking(kind: Type, answer: Question | None, *because: Value) -> Value:
    """A value of a type that waits for the causes of the given values, with the question whose answer would decide it."""
    made = pending(kind, *because)
    if answer is None:
        return made
    name = next((cause for cause in made.content.causes if cause == answer.input), answer.input)
    others = tuple(cause for cause in made.content.causes if cause != answer.input)
    return Value(kind, Pending((Cause(name, answer), *others)), made.sensitive)


def question_of(causes: Iterable[str]) -> Question | None:
    """The first question among causes."""
    return next((cause.question for cause in causes if isinstance(cause, Cause) and cause.question), None)


def known_of(value: Value) -> Opaque | None:
    """What is certain about a pending value."""
    return value.content.known if isinstance(value.content, Pending) else None


def has_known_of_pending(value: Value) -> bool:
    """Whether something is certain about a pending part."""
    return any(known_of(part) is not None for part in _parts(value))


def causes_of(value: Value) -> Iterator[str]:
    """The causes of a value and of its parts."""
    for part in _parts(value):
        if _is_open(part):
            yield from part.content.causes


def _parts(value: Value) -> Iterable[Value]:
    """The value and its parts in order, a shared part once."""
    inner = _inner(value)
    # Most collections are flat and need no search.
    return _deep_parts(value) if any(map(_inner, inner)) else (value, *inner)


def _deep_parts(value: Value) -> Iterator[Value]:
    waiting = [value]
    seen: set[int] = set()
    while waiting:
        part = waiting.pop()
        yield part
        inner = _inner(part)
        if inner and id(part.content) not in seen:
            seen.add(id(part.content))
            waiting.extend(reversed(inner))


def _inner(value: Value) -> Sequence[Value]:
    content: Any = value.content
    if type(content) is tuple:
        return content
    if type(content) is dict:
        return [*content.values()]
    return [*content.known.known.values()] if type(content) is Pending and isinstance(content.known, Entries) else ()


def tuple_of(items: Iterable[Value]) -> Value:
    content = tuple(items)
    return Value(types.Tuple(tuple(item.type for item in content)), content)


def object_of(items: Mapping[str, Value]) -> Value:
    """`{ a = b }`."""
    return Value(types.Object({name: item.type for name, item in items.items()}), dict(items))


def list_of(element: Type, items: Iterable[Value]) -> Value:
    """A list; every item is of the element type already."""
    return Value(types.List(element), tuple(items))


def map_of(element: Type, items: Mapping[str, Value]) -> Value:
    """A map; every item is of the element type already."""
    return Value(types.Map(element), dict(items))


def set_of(element: Type, items: Iterable[Value]) -> Value:
    """A set; every item is of the element type already. Marks of items move to the set.

    With a pending item its length is not known, but the set itself is: the item may be equal to another.
    """
    found = list(items)
    distinct: dict[Any, Value] = {}
    sensitive = any(map(is_sensitive, found))
    try:
        for item in found:
            distinct.setdefault(identity(item, in_set=True), without_marks(item))
        ordered = tuple(sorted(distinct.values(), key=_place))
    except UnsureError as reason:
        return pending(types.Set(element), str(reason), sensitive=sensitive)
    return Value(types.Set(element), ordered, sensitive)


def identity(value: Value, *, in_set: bool = False) -> Any:
    """A hashable key that equal values share, regardless of type and marks. Raises `UnsureError`.

    Items of a set differ also where one is the negative zero.
    """
    content = value.content
    if isinstance(content, dict):
        return ("map", tuple((key, identity(content[key], in_set=in_set)) for key in sorted(content)))
    if isinstance(content, tuple):
        return ("list", tuple(identity(item, in_set=in_set) for item in content))
    if isinstance(content, Pending):
        return ("pending", content.causes, id(value))
    if content is None or isinstance(content, bool | str):
        return (type(content).__name__, content)
    return ("number", "-0" if in_set and content is NEGATIVE_ZERO else exact(content))


def _place(value: Value) -> tuple[Any, ...]:
    """The order of a set: pending items after the others, null last, primitives by value, the others by spelling."""
    content = value.content
    if content is None or isinstance(content, Pending):
        return (content is None, True, "")
    return (False, False, content if isinstance(value.type, types.Primitive) else _spelling(value), content is not NEGATIVE_ZERO)


def _spelling(value: Value) -> str:
    """As in https://github.com/zclconf/go-cty/blob/main/cty/set_internals.go."""
    content = value.content
    if content is None or isinstance(content, Pending):
        return "~" if content is None else "?"
    if isinstance(content, bool):
        return "T" if content else "F"
    if isinstance(content, str):
        return quote(content)
    if not isinstance(content, dict | tuple):
        return general_text(content, 10)
    if isinstance(value.type, types.Map):
        return f"{{{''.join(f'{quote(key)}:{_spelling(content[key])};' for key in sorted(content))}}}"
    items = [content[name] for name in sorted(content)] if isinstance(content, dict) else content
    spelled = "".join(f"{_spelling(item)};" for item in items)
    return f"<{spelled}>" if isinstance(value.type, types.Object | types.Tuple) else f"[{spelled}]"


def is_wholly_known(value: Value) -> bool:
    """Whether neither the value nor any part of it is pending. A whole resource never is: its attributes are read one at a time."""
    return _is_leaf(value) or not any(map(_is_open, _parts(value)))


def _is_open(part: Value) -> bool:
    return isinstance(part.content, Pending) or (isinstance(part.type, types.Resource) and part.content is not None)


def is_sensitive(value: Value) -> bool:
    """Whether the value or any part of it is sensitive."""
    return value.sensitive or (not _is_leaf(value) and any(part.sensitive for part in _parts(value)))


def _is_leaf(value: Value) -> bool:
    """Whether a value is known and has no parts, as most do. This saves a search for parts."""
    return type(value.content) in _LEAVES and not isinstance(value.type, types.Resource)


_LEAVES = frozenset({str, bool, type(None)})


def secret_parts(value: Value) -> Iterator[Value]:
    """The sensitive parts of a value, and all parts of those."""
    for part in _parts(value):
        if part.sensitive:
            yield from _parts(part)


def is_larger(value: Value, limit: int) -> bool:
    """Whether a value has more parts than the limit; a shared part counts as often as it occurs."""
    sizes: dict[int, int] = {}

    def size(part: Value) -> int:
        content = part.content
        if type(content) is not dict and type(content) is not tuple:
            return 1
        if id(content) not in sizes:
            sizes[id(content)] = 1 + sum(map(size, content.values() if isinstance(content, dict) else content))
        return sizes[id(content)]

    return size(value) > limit


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
    return int(content) if isinstance(content, int) else float(content)


def as_value(sample: Any) -> Value:
    """A plain value as a value of the language."""
    if isinstance(sample, list):
        return tuple_of(map(as_value, sample))
    if isinstance(sample, dict):
        return object_of({name: as_value(item) for name, item in sample.items()})
    if isinstance(sample, bool | None):
        return NULL if sample is None else boolean(sample)
    return string(sample) if isinstance(sample, str) else number(sample)
