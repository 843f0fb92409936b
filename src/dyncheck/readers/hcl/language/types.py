"""The types of values, as Terraform has them.

Source: https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct


class Primitive(Struct, frozen=True):
    """`string`, `number` or `bool`."""

    name: str


class Any(Struct, frozen=True):
    """`any`, and the type of what is null or unknown without anybody knowing of which type."""


class List(Struct, frozen=True):
    """`list(element)`."""

    element: Type


class Set(Struct, frozen=True):
    """`set(element)`."""

    element: Type


class Map(Struct, frozen=True):
    """`map(element)`."""

    element: Type


class Tuple(Struct, frozen=True):
    """`tuple([...])`: the type of `[a, b]`."""

    elements: tuple[Type, ...]


class Object(Struct, frozen=True):
    """`object({...})`: the type of `{ a = 1 }`. `optional` names those that a value need not have."""

    attributes: Mapping[str, Type]
    optional: frozenset[str] = frozenset()

    def __hash__(self) -> int:
        return hash((Object, frozenset(self.attributes.items()), self.optional))


class Resource(Struct, frozen=True):
    """The type of a whole resource instance: its attributes are looked up one by one, never all at once."""

    name: str


Type: TypeAlias = Primitive | Any | List | Set | Map | Tuple | Object | Resource

STRING, NUMBER, BOOL, ANY = Primitive("string"), Primitive("number"), Primitive("bool"), Any()


def friendly(kind: Type) -> str:
    """The type as Terraform's messages name it: `list of string`."""
    match kind:
        case Primitive():
            return kind.name
        case Any():
            return "dynamic"
        case List():
            return f"list of {friendly(kind.element)}"
        case Set():
            return f"set of {friendly(kind.element)}"
        case Map():
            return f"map of {friendly(kind.element)}"
        case Tuple():
            return "tuple"
        case _:
            return "object"


def constraint_name(kind: Type) -> str:
    """The type as messages name what is wanted: an open part is `any single type`."""
    match kind:
        case Any():
            return "any type"
        case List() | Set() | Map():
            family = type(kind).__name__.lower()
            return f"{family} of {'any single type' if isinstance(kind.element, Any) else constraint_name(kind.element)}"
        case _:
            return friendly(kind)


def has_any(kind: Type) -> bool:
    """Whether some part of the type is left open."""
    match kind:
        case Any():
            return True
        case List() | Set() | Map():
            return has_any(kind.element)
        case Tuple():
            return any(map(has_any, kind.elements))
        case Object():
            return any(map(has_any, kind.attributes.values()))
        case _:
            return False
