"""Functions of maps and objects.

Source: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/collection.go
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from dyncheck.readers.hcl.functions.declaration import Function, InvalidArgument, Parameter
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import ANY, STRING, Type, friendly
from dyncheck.readers.hcl.language.values import EvaluationError, Value, list_of, map_of, object_of, pending, string, tuple_of


def _keys(mapping: Value) -> Value:
    if isinstance(mapping.type, types.Object):
        return tuple_of(map(string, sorted(mapping.type.attributes))).marked(mapping.sensitive)
    if not isinstance(mapping.type, types.Map | types.Any | types.Resource):
        raise InvalidArgument("inputMap", "must have map or object type")
    if mapping.is_pending or isinstance(mapping.type, types.Resource):
        return pending(_TEXTS if isinstance(mapping.type, types.Map) else ANY, mapping)
    return list_of(STRING, map(string, sorted(mapping.content))).marked(mapping.sensitive)


def _values(mapping: Value) -> Value:
    if not isinstance(mapping.type, types.Map | types.Object):
        raise EvaluationError("values() requires a map as the first argument")
    if isinstance(mapping.type, types.Map):
        kind: Type = types.List(mapping.type.element)
    else:
        kind = types.Tuple(tuple(kind for _, kind in sorted(mapping.type.attributes.items(), key=itemgetter(0))))
    if mapping.is_pending:
        return pending(kind, mapping)
    return Value(kind, tuple(mapping.content[key] for key in sorted(mapping.content)), mapping.sensitive)


def _lookup(mapping: Value, key: Value, *default: Value) -> Value:
    if len(default) > 1:
        raise EvaluationError(f"lookup() takes two or three arguments, got {2 + len(default)}")
    kind = _lookup_type(mapping, key, default)
    sensitive = mapping.sensitive or key.sensitive
    waiting = [each for each in (mapping, key) if not each.is_known or isinstance(each.type, types.Resource)]
    if waiting:
        return pending(kind, *waiting, sensitive=sensitive)
    if key.content in mapping.content:
        found: Value = mapping.content[key.content]
        return found.marked(sensitive)
    if default:
        return convert(default[0], kind).marked(sensitive)
    raise EvaluationError(f"the map has no key {'(sensitive value)' if key.sensitive else quote(key.content)}")


def _lookup_type(mapping: Value, key: Value, default: Sequence[Value]) -> Type:
    kind = mapping.type
    if isinstance(kind, types.Map):
        try:
            for value in default:
                convert(value, kind.element)
        except EvaluationError:
            raise InvalidArgument("default", "the default value must have the same type as the map elements") from None
        return kind.element
    if isinstance(kind, types.Any | types.Resource):
        return ANY
    if not isinstance(kind, types.Object):
        raise InvalidArgument("inputMap", "lookup() requires a map as the first argument")
    if not key.is_known:
        return ANY
    if key.content not in kind.attributes and not default:
        raise InvalidArgument("inputMap", f"the given object has no attribute {quote(key.content)}")
    return kind.attributes.get(key.content) or default[0].type


def _merge(*mappings: Value) -> Value:
    kind = _merge_type(mappings)
    given = [each for each in mappings if not each.is_null]
    if not all(isinstance(each.content, dict) for each in given):
        raise EvaluationError("arguments must be maps or objects")
    items = {key: item for each in given for key, item in each.content.items()}
    return _mapping(kind, items).marked(any(each.sensitive for each in given))


def _mapping(kind: Type, items: dict[str, Value]) -> Value:
    return map_of(kind.element, items) if isinstance(kind, types.Map) else object_of(items)


def _merge_type(mappings: Sequence[Value]) -> Type:
    for each in mappings:
        if isinstance(each.type, types.Any):
            return ANY
        if not isinstance(each.type, types.Map | types.Object):
            raise EvaluationError(f"arguments must be maps or objects, got {friendly(each.type)}")
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
        raise EvaluationError(f"number of keys ({len(keys.content)}) does not match number of values ({len(values.content)})")
    return _mapping(kind, {key.content: value for key, value in zip(keys.content, values.content, strict=True)}).marked(values.sensitive)


def _zipmap_type(arguments: Sequence[Value]) -> Type:
    keys, values = arguments
    if isinstance(keys.content, tuple) and any(key.is_null for key in keys.content):
        raise EvaluationError("a key must not be null")
    if isinstance(values.type, types.List):
        return types.Map(values.type.element)
    if isinstance(values.type, types.Tuple):
        return ANY
    raise EvaluationError("values argument must be a list or tuple value")


def _transpose(mapping: Value) -> Value:
    found: dict[str, list[Value]] = {}
    for key, texts in sorted(mapping.content.items()):
        if texts.is_null or any(text.is_null for text in texts.content):
            raise EvaluationError("input must not contain null")
        for text in texts.content:
            found.setdefault(text.content, []).append(string(key))
    return map_of(_TEXTS, {text: list_of(STRING, keys) for text, keys in sorted(found.items())})


_TEXTS = types.List(STRING)
_ANY_MAP = Parameter("inputMap", ANY, takes_pending=True, takes_sensitive=True)
_KEY = Parameter("key", STRING, takes_pending=True, takes_sensitive=True)
_DEFAULT = Parameter("default", ANY, takes_null=True, takes_pending=True, takes_sensitive=True)
_MAPS = Parameter("maps", ANY, takes_null=True, takes_partly_known=True, takes_sensitive=True)
_VALUES = Parameter("values", ANY, takes_partly_known=True, takes_sensitive=True)

FUNCTIONS = (
    Function("keys", (_ANY_MAP,), _keys),
    Function("lookup", (_ANY_MAP, _KEY), _lookup, variadic=_DEFAULT),
    Function("merge", (), _merge, _merge_type, variadic=_MAPS),
    Function("transpose", (Parameter("values", types.Map(_TEXTS)),), _transpose, types.Map(_TEXTS)),
    Function("values", (Parameter("mapping", ANY, takes_typed=True, takes_sensitive=True),), _values),
    Function("zipmap", (Parameter("keys", _TEXTS), _VALUES), _zipmap, _zipmap_type),
)
