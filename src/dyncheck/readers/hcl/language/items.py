"""Attributes and items of values: `value.name` and `value[key]`."""

from __future__ import annotations

from typing import Any

from dyncheck.model import Question
from dyncheck.model.symbolic import Entries, Number, Text
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.numbers import Inexact
from dyncheck.readers.hcl.language.problems import EvaluationError
from dyncheck.readers.hcl.language.types import ANY, NUMBER, STRING
from dyncheck.readers.hcl.language.values import Value, asking, known_of, pending

_NO_ELEMENT = "Invalid index. The collection has no element with this key."


def attribute_of(value: Value, name: str) -> Value:
    """`value.name`. Raises `EvaluationError` when the attribute does not exist."""
    kind = value.type
    if value.is_null:
        raise EvaluationError("Attempt to get attribute from null value.")
    if isinstance(known := known_of(value), Entries):
        return entry(value, known, name)
    if isinstance(kind, types.Object) and name not in kind.attributes:
        raise EvaluationError(f'Unsupported attribute. This object does not have an attribute named "{name}".')
    if not isinstance(kind, types.Map | types.Object | types.Any | types.Resource):
        raise EvaluationError(f"Unsupported attribute. A {types.friendly(kind)} has no attributes.")
    if value.is_pending:
        return pending(_part_type(kind, name), value)
    if isinstance(kind, types.Resource):
        found: Value = value.content.attribute(name)
        return found.marked(value.sensitive)
    return _known_item(value.content, name).marked(value.sensitive)


def _part_type(kind: types.Type, key: Any = None) -> types.Type:
    if isinstance(kind, types.List | types.Map):
        return kind.element
    return kind.attributes.get(key, ANY) if isinstance(kind, types.Object) else ANY


def item_of(value: Value, key: Value) -> Value:
    """`value[key]`. Raises `EvaluationError` when the item does not exist."""
    kind = value.type
    if value.is_null or key.is_null:
        raise EvaluationError("Attempt to index null value." if value.is_null else "Invalid index. The key is null.")
    sensitive = value.sensitive or key.sensitive
    if isinstance(kind, types.Resource) and value.is_known and key.is_known:
        found: Value = value.content.item(convert(key, STRING).content, is_number=key.type == NUMBER)
        return found.marked(sensitive)
    if isinstance(kind, types.Any | types.Resource):
        return pending(ANY, value, key)
    if isinstance(kind, types.Primitive | types.Set):
        raise EvaluationError(f"Invalid index. A {types.friendly(kind)} has no indices.")
    try:
        position = convert(key, NUMBER if isinstance(kind, types.List | types.Tuple) else STRING)
    except EvaluationError as error:
        raise EvaluationError(f"Invalid index: {error}.") from None
    if position.is_pending or value.is_pending:
        return _pending_item(value, position).marked(sensitive)
    if isinstance(position.content, Inexact):
        return pending(_part_type(kind), "an index that is not known exactly", sensitive=sensitive)
    return _known_item(value.content, position.content).marked(sensitive)


def _pending_item(value: Value, key: Value) -> Value:
    waiting = [part for part in (value, key) if part.is_pending]
    if key.is_known and isinstance(entries := known_of(value), Entries):
        return entry(value, entries, key.content)
    if value.is_known and isinstance(known := known_of(key), Text | Number):
        return item_by_input(value, key, known)
    return pending(_part_type(value.type, key.content if key.is_known else None), *waiting)


def _known_item(content: Any, key: Any) -> Value:
    is_found = key in content if isinstance(content, dict) else isinstance(key, int) and 0 <= key < len(content)
    if is_found:
        found: Value = content[key]
        return found
    if isinstance(content, dict):
        raise EvaluationError(_NO_ELEMENT)
    raise EvaluationError("Invalid index. It must be a whole number, at least 0 and less than the length of the collection.")


def entry(value: Value, entries: Entries, key: str) -> Value:
    """The element of a partly known map. Raises `EvaluationError` when the map certainly lacks the key."""
    answer = entries.has(key)
    if isinstance(answer, Question) or answer is None:
        return asking(_part_type(value.type), answer, value)
    if not answer:
        raise EvaluationError(_NO_ELEMENT)
    found: Value = entries.known[key]
    return found.marked(value.sensitive)


def item_by_input(value: Value, key: Value, known: Text | Number) -> Value:
    """The item of a known collection under a partly known key. Raises `EvaluationError` when the item certainly does not exist."""
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
        raise EvaluationError(_NO_ELEMENT)
    return asking(_part_type(value.type), question, key)
