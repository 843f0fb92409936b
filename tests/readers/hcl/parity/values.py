"""The values of a configuration, and their Terraform syntax."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.readers.hcl.parity.drawing import Draw

# str, int, float, bool, None, lists and dictionaries of values, and the three classes below.
Value: TypeAlias = Any

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Raw:
    """An expression that is valid in one module; only Terraform knows its value.

    A bound expression uses `each` or `count`, and is valid in one block only.
    """

    text: str
    kind: str = "string"
    is_bound: bool = False


@dataclass(frozen=True)
class Later:
    """A value of a primitive type that is known only after apply."""

    kind: str = "string"


@dataclass(frozen=True)
class PerKey:
    """A value for each instance of a resource or module call with `count` or `for_each`."""

    domain: object
    values: Mapping[str, Value]

    def __hash__(self) -> int:
        return hash(tuple(self.values))


def literal(value: Value) -> str:
    """The value in the Terraform language, on one line."""
    if isinstance(value, str):
        return f'"{escaped(value)}"'
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key_of(name)} = {literal(item)}" for name, item in value.items()) + " }" if value else "{}"
    return json.dumps(value)


def escaped(text: str) -> str:
    """The text with escapes, as between the quotes of a template."""
    return json.dumps(text, ensure_ascii=False)[1:-1].replace("${", "$${").replace("%{", "%%{")


def key_of(name: str) -> str:
    """The key of an object, without quotes if possible."""
    return name if _IDENTIFIER.fullmatch(name) else f'"{escaped(name)}"'


def any_part(value: Value, holds: Callable[[Value], bool]) -> bool:
    """Whether the predicate holds for the value or any part of it."""
    if holds(value):
        return True
    if isinstance(value, list):
        return any(any_part(item, holds) for item in value)
    if isinstance(value, dict):
        return any(any_part(item, holds) for item in value.values())
    if isinstance(value, PerKey):
        return any(any_part(item, holds) for item in value.values.values())
    return False


def is_plain(value: Value) -> bool:
    """Whether the value can be written anywhere, also in a variable file."""
    return not any_part(value, lambda part: isinstance(part, Raw | Later | PerKey))


def depends_on(value: Value, domain: object) -> bool:
    """Whether the value differs between the instances of that domain."""
    return any_part(value, lambda part: isinstance(part, PerKey) and part.domain is domain)


def at_key(value: Value, domain: object, key: str) -> Value:
    """The value of one instance of the domain."""
    if isinstance(value, PerKey):
        if value.domain is domain:
            return value.values[key]
        return PerKey(value.domain, {name: at_key(item, domain, key) for name, item in value.values.items()})
    if isinstance(value, list):
        return [at_key(item, domain, key) for item in value]
    if isinstance(value, dict):
        return {name: at_key(item, domain, key) for name, item in value.items()}
    return value


def unified(domain: object, values: Mapping[str, Value]) -> Value:
    """One value for all instances, with `PerKey` only where they differ."""
    every = list(values.values())
    first = every[0]
    if all(type(item) is type(first) and item == first for item in every):
        return first
    if all(isinstance(item, dict) and item.keys() == first.keys() for item in every):
        return {name: unified(domain, {key: item[name] for key, item in values.items()}) for name in first}
    if all(isinstance(item, list) and len(item) == len(first) for item in every):
        return [unified(domain, {key: item[position] for key, item in values.items()}) for position in range(len(first))]
    return PerKey(domain, dict(values))


def decoy(value: Value) -> Value:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 7
    if isinstance(value, str):
        return f"{value}-other" if value else "other"
    if isinstance(value, dict):
        return {name: decoy(item) for name, item in value.items()}
    if isinstance(value, list):
        return [decoy(item) for item in value]
    return value


def kind_of(value: Value) -> str | None:
    """`string`, `number` or `bool`; None for any other value, and for null."""
    if isinstance(value, Raw | Later):
        return value.kind
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else None


def typed(draw: Draw, value: Value) -> tuple[str, Value]:
    """A type constraint that the value meets, and the value without the parts that the defaults of the constraint add again."""
    if isinstance(value, PerKey):
        return _typed_per_key(draw, value)
    if isinstance(value, list):
        return _typed_list(draw, value)
    if isinstance(value, dict):
        return _typed_dict(draw, value)
    return (kind_of(value) or "any"), value


def _typed_per_key(draw: Draw, value: PerKey) -> tuple[str, Value]:
    every = list(value.values.values())
    if any(isinstance(item, PerKey) for item in every):
        return "any", value
    if all(isinstance(item, list) for item in every):
        constraint, trimmed = _typed_list(draw, [item for items in every for item in items])
        parts = iter(trimmed)
        return constraint, PerKey(value.domain, {key: [next(parts) for _ in items] for key, items in value.values.items()})
    kinds = {kind_of(item) for item in every if item is not None}
    only = kinds.pop() if len(kinds) == 1 else None
    return only or "any", value


def _typed_list(draw: Draw, values: list[Value]) -> tuple[str, list[Value]]:
    if values and all(isinstance(item, dict) for item in values):
        constraint, trimmed = _typed_object(draw, values)
        return f"list({constraint})", trimmed
    kinds = {kind_of(item) for item in values}
    if len(kinds) == 1 and None not in kinds:
        return f"list({kinds.pop()})", values
    return draw.choice(["any", "list(any)"]) if not values else "any", values


def _typed_dict(draw: Draw, value: dict[str, Value]) -> tuple[str, Value]:
    kinds = {kind_of(item) for item in value.values()}
    if len(kinds) == 1 and None not in kinds and draw.chance(70):
        return f"map({kinds.pop()})", value
    items = list(value.values())
    if items and all(isinstance(item, dict) for item in items) and draw.chance(70):
        constraint, trimmed = _typed_object(draw, items)
        return f"map({constraint})", dict(zip(value, trimmed, strict=True))
    if value and all(_IDENTIFIER.fullmatch(name) for name in value) and draw.chance(70):
        constraint, (trimmed_one,) = _typed_object(draw, [value])
        return constraint, trimmed_one
    return "any", value


def _typed_object(draw: Draw, values: list[dict[str, Value]]) -> tuple[str, list[dict[str, Value]]]:
    """One object type for all, some of its attributes optional."""
    names = list(dict.fromkeys(name for value in values for name in value))
    if not all(_IDENTIFIER.fullmatch(name) for name in names):
        return "any", values
    trimmed: list[dict[str, Value]] = [{} for _ in values]
    attributes = []
    for name in names:
        every = [value.get(name) for value in values]
        constraint, kept = _typed_attribute(draw, name, every)
        for target, item in zip(trimmed, kept, strict=True):
            if item is not _OMITTED:
                target[name] = item
        attributes.append(f"{name} = {constraint}")
    return f"object({{ {', '.join(attributes)} }})", trimmed


_OMITTED = object()


def _typed_attribute(draw: Draw, name: str, every: list[Value]) -> tuple[str, list[Value]]:
    known = [item for item in every if item is not None]
    kinds = {kind_of(item) for item in known}
    kind = kinds.pop() if len(kinds) == 1 else None
    if kind is None and not known:
        # Null of one primitive type converts to any other, but not to a list.
        kind = "list(string)" if name.endswith("_attributes") else draw.choice(["string", "number"])
        return draw.choice([kind, f"optional({kind})"]), every
    if kind is None:
        if len(every) == 1:
            only, trimmed_one = typed(draw, every[0])
            return only, [trimmed_one]
        if all(isinstance(item, list) for item in every):
            constraint, trimmed = _typed_list(draw, [inner for item in every for inner in item])
            parts = iter(trimmed)
            return constraint, [[next(parts) for _ in item] for item in every]
        if all(isinstance(item, list) and all(isinstance(part, str) for part in item) for item in known):
            return "list(string)", every
        return "any", every
    plain = [item for item in known if is_plain(item)]
    if plain and len(known) == len(every) and draw.chance(30):
        default = draw.choice(plain)
        kept = [_OMITTED if is_plain(item) and item == default else item for item in every]
        return f"optional({kind}, {literal(default)})", kept
    if draw.chance(50):
        return f"optional({kind})", [_OMITTED if item is None and draw.chance(60) else item for item in every]
    return kind, every
