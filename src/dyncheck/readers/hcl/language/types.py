"""The types of values in Terraform.

Source: https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from msgspec import Struct


class Primitive(Struct, frozen=True):
    """`string`, `number` or `bool`."""

    name: str


class Any(Struct, frozen=True):
    """`any`, and the type of a null or unknown value whose type is not known."""


class Collection(Struct, frozen=True):
    """A list, a set or a map: all its elements have one type."""

    element: Type


class List(Collection, frozen=True):
    """`list(element)`."""


class Set(Collection, frozen=True):
    """`set(element)`."""


class Map(Collection, frozen=True):
    """`map(element)`."""


class Tuple(Struct, frozen=True):
    """`tuple([...])`: the type of `[a, b]`."""

    elements: tuple[Type, ...]


class Object(Struct, frozen=True):
    """`object({...})`: the type of `{ a = 1 }`. `optional` names the attributes that a value may omit."""

    attributes: Mapping[str, Type]
    optional: frozenset[str] = frozenset()

    def __hash__(self) -> int:
        return hash((Object, frozenset(self.attributes.items()), self.optional))


class Resource(Struct, frozen=True):
    """The type of a whole resource instance, whose attributes are read one at a time."""

    name: str


Type: TypeAlias = Primitive | Any | List | Set | Map | Tuple | Object | Resource

STRING, NUMBER, BOOL, ANY = Primitive("string"), Primitive("number"), Primitive("bool"), Any()


def friendly(kind: Type) -> str:
    """The type in messages: `list of string`."""
    if isinstance(kind, Primitive):
        return kind.name
    if isinstance(kind, Any):
        return "any type"
    if isinstance(kind, Collection):
        return f"{type(kind).__name__.lower()} of {friendly(kind.element)}"
    return "tuple" if isinstance(kind, Tuple) else "object"


def inner_types(kind: Type) -> Iterable[Type]:
    """The types of the parts of a collection or structure."""
    if isinstance(kind, Collection):
        return (kind.element,)
    if isinstance(kind, Object):
        return kind.attributes.values()
    return kind.elements if isinstance(kind, Tuple) else ()


def has_any(kind: Type) -> bool:
    """Whether some part of the type is `any`."""
    return isinstance(kind, Any) or any(map(has_any, inner_types(kind)))
