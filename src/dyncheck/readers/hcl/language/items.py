"""Attributes and items of values: `value.name` and `value[key]`."""

from __future__ import annotations

from typing import Any

from dyncheck.model import Question
from dyncheck.model.symbolic import Entries, Number, Text
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.problems import Problem
from dyncheck.readers.hcl.language.types import ANY, NUMBER, STRING
from dyncheck.readers.hcl.language.values import Pending, Value, asking, known_of, pending

_NO_ITEM = "The given key does not identify an element in this collection value."


def attribute_of(value: Value, name: str) -> Value:
    """`value.name`. Raises `Problem` when it has no such attribute."""
    if value.content is None:
        raise Problem("Attempt to get attribute from null value. This value is null, so it does not have any attributes.")
    if isinstance(value.content, Pending):
        return _pending_attribute(value, name)
    if isinstance(value.type, types.Resource):
        found: Value = value.content.attribute(name)
        return found.marked(True) if value.sensitive else found
    if isinstance(value.type, (types.Map, types.Object)):
        if name in value.content:
            item: Value = value.content[name]
            return item.marked(value.sensitive)
        if isinstance(value.type, types.Map):
            raise Problem("The given key does not identify an element in this collection value.")
        raise Problem(f'Unsupported attribute. This object does not have an attribute named "{name}".')
    raise Problem(f"Unsupported attribute. Can't access attributes on {_kind(value)}.")


def _pending_attribute(value: Value, name: str) -> Value:
    kind = value.type
    if isinstance(known := known_of(value), Entries):
        return entry(value, known, name)
    if isinstance(kind, types.Object):
        if name not in kind.attributes:
            raise Problem(f'Unsupported attribute. This object does not have an attribute named "{name}".')
        return pending(kind.attributes[name], value)
    if isinstance(kind, types.Map):
        return pending(kind.element, value)
    if isinstance(kind, types.Any | types.Resource):
        return pending(ANY, value)
    raise Problem(f"Unsupported attribute. Can't access attributes on {_kind(value)}.")


def _kind(value: Value) -> str:
    if isinstance(value.type, types.Primitive):
        return f"a primitive-typed value ({value.type.name})"
    return f"a {types.friendly(value.type)}"


def item_of(value: Value, key: Value) -> Value:
    """`value[key]`. Raises `Problem` when it has no such item."""
    if value.is_null:
        raise Problem("Attempt to index null value. This value is null, so it does not have any indices.")
    if key.is_null:
        raise Problem("Invalid index. Can't use a null value as an indexing key.")
    sensitive = value.sensitive or key.sensitive
    if isinstance(value.type, types.Resource) and value.is_known:
        if key.is_pending:
            return pending(ANY, value, key)
        found: Value = value.content.item(convert(key, STRING).content, is_number=key.type == NUMBER)
        return found.marked(sensitive)
    if isinstance(value.type, types.Any | types.Resource):
        return pending(ANY, value, key)
    wanted = NUMBER if isinstance(value.type, types.List | types.Tuple) else STRING
    if isinstance(value.type, types.Primitive | types.Set):
        raise Problem("Invalid index. This value does not have any indices.")
    try:
        position = convert(key, wanted)
    except Problem as problem:
        raise Problem(f"Invalid index. The given key does not identify an element in this collection value: {problem}.") from None
    if position.is_pending or value.is_pending:
        return _pending_item(value, position).marked(sensitive)
    return _known_item(value, position.content).marked(sensitive)


def _pending_item(value: Value, key: Value) -> Value:
    waiting = [part for part in (value, key) if part.is_pending]
    kind = value.type
    if key.is_known and isinstance(entries := known_of(value), Entries):
        return entry(value, entries, key.content)
    if value.is_known and isinstance(known := known_of(key), Text | Number):
        return item_by_input(value, key, known)
    if isinstance(kind, types.List | types.Map):
        return pending(kind.element, *waiting)
    if isinstance(kind, types.Object) and key.is_known and key.content in kind.attributes:
        return pending(kind.attributes[key.content], *waiting)
    return pending(ANY, *waiting)


def _known_item(value: Value, key: Any) -> Value:
    content = value.content
    if isinstance(content, dict):
        if key in content:
            item: Value = content[key]
            return item
        raise Problem("Invalid index. The given key does not identify an element in this collection value.")
    if isinstance(key, int) and 0 <= key < len(content):
        found: Value = content[key]
        return found
    if not isinstance(key, int):
        raise Problem(
            "Invalid index. The given key does not identify an element in this collection value: "
            "indexing a sequence requires a whole number, but the given index has a fractional part."
        )
    if key < 0:
        raise Problem(
            "Invalid index. The given key does not identify an element in this collection value: "
            "a negative number is not a valid index for a sequence."
        )
    raise Problem(
        "Invalid index. The given key does not identify an element in this collection value: "
        + (
            "the collection has no elements."
            if not content
            else "the given index is greater than or equal to the length of the collection."
        )
    )


def entry(value: Value, entries: Entries, key: str) -> Value:
    """What is known under a key of a map of which not all is known. Raises `Problem` when the map certainly lacks the key."""
    answer = entries.has(key)
    if isinstance(answer, Question) or answer is None:
        return asking(value.type.element if isinstance(value.type, types.Map) else ANY, answer, value)
    if not answer:
        raise Problem(_NO_ITEM)
    found: Value = entries.known[key]
    return found.marked(value.sensitive)


def item_by_input(value: Value, key: Value, known: Text | Number) -> Value:
    """The item of a known collection under a key of which not all is known. Raises `Problem` when there certainly is none."""
    question: Question | None = None
    is_certain = True
    for each, item in value.content.items() if isinstance(value.content, dict) else enumerate(value.content):
        answer = known.equals(each)  # type: ignore[arg-type]  # keys are texts for a text, positions for a number
        if answer is True:
            found: Value = item
            return found
        if answer is not False:
            is_certain, question = False, question or answer
    if is_certain:
        raise Problem(f"Invalid index. {_NO_ITEM}")
    return asking(value.type.element if isinstance(value.type, types.List | types.Map) else ANY, question, key)
