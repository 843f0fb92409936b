"""Maps and objects.

Source: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/collection.go
"""

from __future__ import annotations

from collections.abc import Sequence

from dyncheck.readers.hcl.functions.declaration import Function, Parameter, invalid, named
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import ANY, STRING, Type, friendly
from dyncheck.readers.hcl.language.values import Problem, Value, list_of, map_of, object_of, pending, string, tuple_of


def _keys(mapping: Value) -> Value:
    kind = _keys_type((mapping,))
    if isinstance(mapping.type, types.Object):
        return tuple_of(string(name) for name in sorted(mapping.type.attributes)).marked(mapping.sensitive)
    if mapping.is_pending or isinstance(mapping.type, types.Resource):
        return pending(kind, mapping)
    return list_of(STRING, (string(key) for key in sorted(mapping.content))).marked(mapping.sensitive)


def _keys_type(arguments: Sequence[Value]) -> Type:
    kind = arguments[0].type
    if isinstance(kind, types.Any | types.Resource):
        return ANY
    if isinstance(kind, types.Map):
        return types.List(STRING)
    if isinstance(kind, types.Object):
        return types.Tuple((STRING,) * len(kind.attributes))
    raise invalid("inputMap", "must have map or object type")


def _values(mapping: Value) -> Value:
    items = tuple(mapping.content[key] for key in sorted(mapping.content)) if isinstance(mapping.content, dict) else ()
    return Value(_values_type((mapping,)), items, mapping.sensitive)


def _values_type(arguments: Sequence[Value]) -> Type:
    kind = arguments[0].type
    if isinstance(kind, types.Map):
        return types.List(kind.element)
    if isinstance(kind, types.Object):
        return types.Tuple(tuple(kind.attributes[name] for name in sorted(kind.attributes)))
    raise Problem("values() requires a map as the first argument")


def _lookup(mapping: Value, key: Value, *default: Value) -> Value:
    if len(default) > 1:
        raise Problem(f"lookup() takes two or three arguments, got {2 + len(default)}")
    kind = _lookup_type(mapping, key, default)
    sensitive = mapping.sensitive or key.sensitive
    if not mapping.is_known or not key.is_known or isinstance(mapping.type, types.Resource):
        return pending(kind, *(each for each in (mapping, key) if not each.is_known or isinstance(each.type, types.Resource))).marked(
            sensitive
        )
    if key.content in mapping.content:
        found: Value = mapping.content[key.content]
        return found.marked(sensitive)
    if default:
        return convert(default[0], kind).marked(sensitive)
    raise Problem(f"lookup failed to find key {'(sensitive value)' if key.sensitive else quote(key.content)}")


def _lookup_type(mapping: Value, key: Value, default: Sequence[Value]) -> Type:
    kind = mapping.type
    if isinstance(kind, types.Any | types.Resource):
        return ANY
    if isinstance(kind, types.Map):
        _refuse_other_default(kind.element, default)
        return kind.element
    if not isinstance(kind, types.Object):
        raise invalid("inputMap", "lookup() requires a map as the first argument")
    if not key.is_known:
        return ANY
    if key.content in kind.attributes:
        return kind.attributes[key.content]
    if default:
        return default[0].type
    raise invalid("inputMap", f"the given object has no attribute {quote(key.content)}")


def _refuse_other_default(element: Type, default: Sequence[Value]) -> None:
    try:
        for value in default:
            convert(value, element)
    except Problem:
        raise invalid("default", "the default value must have the same type as the map elements") from None


def _merge(*mappings: Value) -> Value:
    kind = _merge_type(mappings)
    if not all(each.is_null or isinstance(each.content, dict) for each in mappings):
        raise Problem("arguments must be maps or objects")
    items = {key: item for each in mappings if not each.is_null for key, item in each.content.items()}
    sensitive = any(each.sensitive for each in mappings if not each.is_null)
    return (map_of(kind.element, items) if isinstance(kind, types.Map) else object_of(items)).marked(sensitive)


def _merge_type(mappings: Sequence[Value]) -> Type:
    for each in mappings:
        if isinstance(each.type, types.Any):
            return ANY
        if not isinstance(each.type, types.Map | types.Object):
            raise Problem(f"arguments must be maps or objects, got {quote(friendly(each.type))}")
    if len({each.type for each in mappings}) == 1:
        return mappings[0].type
    attributes: dict[str, Type] = {}
    for each in mappings:
        if isinstance(each.type, types.Object):
            attributes.update({} if each.is_null else each.type.attributes)
        elif each.is_pending:
            return ANY
        elif isinstance(each.type, types.Map):
            attributes.update(dict.fromkeys(each.content or (), each.type.element))
    return types.Object(attributes)


def _zipmap(keys: Value, values: Value) -> Value:
    kind = _zipmap_type((keys, values))
    if len(keys.content) != len(values.content):
        raise Problem(f"number of keys ({len(keys.content)}) does not match number of values ({len(values.content)})")
    items = {key.content: value for key, value in zip(keys.content, values.content, strict=True)}
    return (map_of(kind.element, items) if isinstance(kind, types.Map) else object_of(items)).marked(values.sensitive)


def _zipmap_type(arguments: Sequence[Value]) -> Type:
    keys, values = arguments
    if isinstance(keys.content, tuple):
        for index, key in enumerate(keys.content):
            if key.is_null:
                raise Problem(f"keys list has null value at index {index}")
    if isinstance(values.type, types.List):
        return types.Map(values.type.element)
    if isinstance(values.type, types.Tuple):
        return ANY
    raise Problem("values argument must be a list or tuple value")


def _transpose(mapping: Value) -> Value:
    found: dict[str, list[str]] = {}
    for key in sorted(mapping.content):
        if mapping.content[key].is_null:
            raise Problem("input must not contain null list")
        for item in mapping.content[key].content:
            if item.is_null:
                raise Problem("input list must not contain null string")
            found.setdefault(item.content, []).append(key)
    return map_of(_TEXTS, {key: list_of(STRING, map(string, names)) for key, names in sorted(found.items())})


_TEXTS = types.List(STRING)

FUNCTIONS = named(
    Function("keys", (Parameter("inputMap", ANY, takes_pending=True, takes_sensitive=True),), _keys, _keys_type),
    Function(
        "lookup",
        (
            Parameter("inputMap", ANY, takes_pending=True, takes_sensitive=True),
            Parameter("key", STRING, takes_pending=True, takes_sensitive=True),
        ),
        _lookup,
        variadic=Parameter("default", ANY, takes_null=True, takes_pending=True, takes_sensitive=True),
    ),
    Function(
        "merge",
        (),
        _merge,
        _merge_type,
        variadic=Parameter("maps", ANY, takes_null=True, takes_partly_known=True, takes_sensitive=True),
    ),
    Function("transpose", (Parameter("values", types.Map(_TEXTS)),), _transpose, types.Map(_TEXTS)),
    Function("values", (Parameter("mapping", ANY, takes_partly_known=True, takes_sensitive=True),), _values, _values_type),
    Function(
        "zipmap",
        (Parameter("keys", types.List(STRING)), Parameter("values", ANY, takes_partly_known=True, takes_sensitive=True)),
        _zipmap,
        _zipmap_type,
    ),
)
