"""The forms that items have in files: DynamoDB JSON or plain JSON, alone or in the entry of an export or of a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from dyncheck.item_schema import ItemAttribute, ItemDemand, long_form
from dyncheck.items.judging import Demands, base64_bytes

# What may stand beside an item in an answer of GetItem.
_BESIDES = {"Item", "ConsumedCapacity", "ResponseMetadata"}
_SETS = {"SS": str, "NS": (int, float), "BS": str}


class FloatText(str):
    """A number with a fraction or an exponent, as it is written."""

    __slots__ = ()


_DECODER = msgspec.json.Decoder(float_hook=FloatText)


class Form(Struct, frozen=True):
    """How a file writes its items. `wrapper` is the key of the entry around each item: Item, NewImage, or empty."""

    is_plain: bool
    wrapper: str = ""


def decoded(text: bytes) -> Any:
    """The value of a text of JSON; numbers keep all their digits. Raises `DecodeError`, `RecursionError` or `UnicodeDecodeError`."""
    return _DECODER.decode(text)


def form_of(value: Any, is_plain: bool | None = None) -> Form:
    """The form of a file by its first item, in DynamoDB JSON or plain JSON as given or, for None, as it looks."""
    wrapper = _wrapper(value)
    item = unwrapped(value, wrapper)
    if is_plain is None:
        is_plain = isinstance(item, dict) and bool(item) and not any(map(_is_typed, item.values()))
    return Form(is_plain, wrapper)


def _wrapper(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    if isinstance(value.get("Item"), dict) and value.keys() <= _BESIDES:
        return "Item"
    if "Metadata" in value and "Keys" in value:
        return "NewImage"
    return "PutRequest" if value.keys() <= {"PutRequest", "DeleteRequest"} and value else ""


def unwrapped(value: Any, wrapper: str) -> Any:
    """The item in an entry; None for an entry without one, such as a deletion."""
    if not wrapper:
        return value
    if not isinstance(value, dict):
        return value
    if wrapper == "PutRequest":
        put = value.get("PutRequest")
        return put.get("Item") if isinstance(put, dict) else None
    return value.get(wrapper) if wrapper == "NewImage" else value.get(wrapper, value)


def _is_typed(value: Any) -> bool:
    """Whether a value looks like one of DynamoDB JSON."""
    if not isinstance(value, dict) or len(value) != 1:
        return False
    ((kind, content),) = value.items()
    forms = {"S": str, "N": str, "B": str, "BOOL": bool, "NULL": bool, "M": dict, "L": list, "SS": list, "NS": list, "BS": list}
    return kind in forms and isinstance(content, forms[kind])


def typed(item: Any, demands: Demands) -> Any:
    """An item of plain JSON in DynamoDB JSON. Where a key or the contract expects binary data or a set, a text or an array is one."""
    if not isinstance(item, dict):
        return item
    keys = {key.name: key.type for key in demands.keys}
    return {name: _typed(value, _types(name, keys, demands.attributes), demands.attributes.get(name)) for name, value in item.items()}


def _types(name: str, keys: Mapping[str, str], attributes: Mapping[str, ItemDemand]) -> tuple[str, ...]:
    if name in keys:
        return (keys[name],)
    return long_form(attributes[name]).types if name in attributes else ()


def _typed(value: Any, types: tuple[str, ...], demand: ItemDemand | None) -> Any:
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | FloatText):
        return {"N": str(value)}
    if isinstance(value, str):
        is_binary = "B" in types and "S" not in types and base64_bytes(value) is not None
        return {"B" if is_binary else "S": value}
    inner = demand if isinstance(demand, ItemAttribute) else None
    if isinstance(value, list):
        for kind, member in _SETS.items():
            if kind in types and value and all(_is_member(each, member) for each in value):
                return {kind: [str(each) for each in value]}
        return {"L": [_inner(each, inner.elements if inner else None) for each in value]}
    of_map = inner.attributes if inner else {}
    return {"M": {name: _inner(each, of_map.get(name)) for name, each in value.items()}}


def _inner(value: Any, demand: ItemDemand | None) -> Any:
    return _typed(value, long_form(demand).types if demand else (), demand)


def _is_member(value: Any, kind: Any) -> bool:
    if kind is str:
        return isinstance(value, str) and not isinstance(value, FloatText)
    return isinstance(value, int | FloatText) and not isinstance(value, bool)
