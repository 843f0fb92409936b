"""Conversion of values from one type to another.

Source: https://developer.hashicorp.com/terraform/language/expressions/type-constraints#conversion-of-complex-types and
https://github.com/zclconf/go-cty/tree/main/cty/convert
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dyncheck.model.symbolic import Entries, Items, Number, Symbol, Text
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.numbers import is_number, parse, to_text
from dyncheck.readers.hcl.language.problems import EvaluationError, UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type, friendly, has_any, inner_types
from dyncheck.readers.hcl.language.unification import convertible, unify
from dyncheck.readers.hcl.language.values import Pending, Value, boolean, is_wholly_known, list_of, map_of, null, pending, set_of

_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def convert(value: Value, wanted: Type) -> Value:
    """The value converted to a type, with its marks and pending parts. Raises `EvaluationError` when it cannot be converted."""
    if value.type == wanted or isinstance(wanted, types.Any):
        return value
    if not convertible(value.type, wanted):
        raise EvaluationError(mismatch(value.type, wanted))
    if value.is_null:
        return Value(_closed(value.type, wanted), None, value.sensitive)
    if isinstance(value.type, types.Resource):
        return pending(ANY if has_any(wanted) else _closed(ANY, wanted), value)
    if isinstance(value.content, Pending):
        return Value(_closed(value.type, wanted), _of_input(value.content, wanted), value.sensitive)
    try:
        return _convert_known(value, wanted).marked(value.sensitive)
    except UnsureError as reason:
        return pending(ANY if has_any(wanted) else _closed(ANY, wanted), str(reason)).marked(value.sensitive)


def _of_input(content: Pending, wanted: Type) -> Pending:
    """What stays known of a pending value when its type changes."""
    match content.known:
        case None:
            return content if wanted == STRING or not content.origin else Pending(content.causes)
        case Number() if wanted == STRING:
            text = Text((Symbol(f"tostring({content.known.name})", frozenset({""}), is_input=False),))
            return Pending(content.causes, text)
        case Items() if isinstance(wanted, types.List | types.Set):
            # Equal items of a list are one item of a set.
            return Pending(content.causes, Items(content.known.name, min(content.known.least, 1)))
        case Entries() if isinstance(wanted, types.Map):
            known = {key: convert(item, wanted.element) for key, item in content.known.known.items()}
            return Pending(content.causes, Entries(content.known.name, known, content.known.absent, content.known.least))
        case _:
            return Pending(content.causes)


def _convert_known(value: Value, wanted: Type) -> Value:
    match wanted:
        case types.Primitive():
            return _to_primitive(value, wanted)
        case types.Collection():
            return _to_collection(value, wanted)
        case types.Object():
            return _to_object(value, wanted)
        case types.Tuple():
            items = [
                _inside(_named(position), item, kind)
                for position, (item, kind) in enumerate(zip(value.content, wanted.elements, strict=True))
            ]
            return Value(types.Tuple(tuple(item.type for item in items)), tuple(items))
        case _:
            raise EvaluationError(mismatch(value.type, wanted))


def _to_primitive(value: Value, wanted: types.Primitive) -> Value:
    content = value.content
    if wanted == STRING:
        return Value(STRING, to_text(content) if value.type == NUMBER else ("true" if content else "false"))
    if wanted == BOOL and content in _TRUTHS:
        return boolean(_TRUTHS[content])
    if wanted == NUMBER:
        found = parse(content)
        if found is not None:
            return Value(NUMBER, found)
        if is_number(content):
            return pending(NUMBER, f"the number {quote(content[:20])}, which is more than dyncheck computes with")
    raise EvaluationError(mismatch(value.type, wanted))


def _to_collection(value: Value, wanted: types.Collection) -> Value:
    content, element = value.content, wanted.element
    if isinstance(value.type, types.Set) and isinstance(wanted, types.List) and not is_wholly_known(value):
        # The number of items is not known, because pending items may be equal.
        return pending(_closed(value.type, wanted), value)
    found: dict[Any, Value] = {name: content[name] for name in sorted(content)} if isinstance(content, dict) else dict(enumerate(content))
    if isinstance(element, types.Any):
        element = unify([item.type for item in found.values()] or inner_types(value.type)) or ANY
    items = {key: _inside(_named(key), item, element) for key, item in found.items()}
    if has_any(element) and items:
        kinds = dict.fromkeys(item.type for item in items.values() if not isinstance(item.type, types.Any))
        common = unify(kinds)
        if common is None or (len(kinds) > 1 and has_any(common)):
            raise EvaluationError("all elements must have the same type")
        element, items = common, {key: _typed(item, common) for key, item in items.items()}
    element = _closed(ANY, element)
    if isinstance(wanted, types.Map):
        return map_of(element, items)
    return set_of(element, items.values()) if isinstance(wanted, types.Set) else list_of(element, items.values())


def _typed(item: Value, kind: Type) -> Value:
    """The item in its type; an untyped item among typed items has their type."""
    if isinstance(item.type, types.Any) and not item.is_known:
        return Value(kind, item.content, item.sensitive)
    return convert(item, kind)


def _to_object(value: Value, wanted: types.Object) -> Value:
    if missing := wanted.attributes.keys() - value.content.keys() - wanted.optional:
        raise EvaluationError(_missing(missing))
    items = {
        name: _inside(_named(name), value.content[name], kind) if name in value.content else null(_closed(ANY, kind))
        for name, kind in wanted.attributes.items()
    }
    return Value(types.Object({name: item.type for name, item in items.items()}), items)


def _inside(where: str, value: Value, kind: Type) -> Value:
    if value.type == kind:
        return value
    try:
        return convert(value, kind)
    except EvaluationError as error:
        raise EvaluationError(f"{where}: {error}") from None


def _closed(found: Type, wanted: Type) -> Type:
    """A type without optional attributes, with each `any` replaced by the type found there."""
    match wanted:
        case types.Any():
            return found
        case types.Collection():
            return type(wanted)(_closed(unify(inner_types(found)) or ANY, wanted.element))
        case types.Object():
            return types.Object({name: _closed(_attribute_type(found, name), kind) for name, kind in wanted.attributes.items()})
        case types.Tuple():
            elements = found.elements if isinstance(found, types.Tuple) else (ANY,) * len(wanted.elements)
            return types.Tuple(tuple(map(_closed, elements, wanted.elements)))
        case _:
            return wanted


def _attribute_type(found: Type, name: str) -> Type:
    if isinstance(found, types.Map):
        return found.element
    return found.attributes.get(name, ANY) if isinstance(found, types.Object) else ANY


def mismatch(found: Type, wanted: Type) -> str:
    """Which part of a type cannot be converted, and why."""
    parts: dict[Any, Type] = {}
    required: dict[Any, Type] = {}
    if isinstance(found, types.Object):
        parts = dict(found.attributes)
    elif isinstance(found, types.Tuple):
        parts = dict(enumerate(found.elements))
    if isinstance(wanted, types.Object) and isinstance(found, types.Object):
        required = dict(wanted.attributes)
        if missing := required.keys() - parts.keys() - wanted.optional:
            return _missing(missing)
    elif isinstance(wanted, types.Map if isinstance(found, types.Object) else types.List | types.Set):
        required = dict.fromkeys(parts, wanted.element)
    for key, kind in required.items():
        if key in parts and not convertible(parts[key], kind):
            return f"{_named(key)}: {mismatch(parts[key], kind)}"
    name = friendly(wanted)
    return f"{'an' if name == 'object' else 'a'} {name} is required"


def _missing(names: Iterable[str]) -> str:
    return f"missing attribute {', '.join(map(quote, sorted(names)))}"


def _named(key: str | int) -> str:
    return f"element {quote(key) if isinstance(key, str) else key}"
