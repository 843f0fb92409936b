"""What a contract demands of the items of a table, as data."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

# The types of an attribute value.
# Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
ItemType: TypeAlias = Literal["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"]
ItemTypes: TypeAlias = Annotated[tuple[ItemType, ...], Meta(min_length=1)]


class ItemAttribute(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What an attribute of an item must be: its type, or one of several types.

    It may be missing unless it is `required`. `pattern` is a regular expression that the whole text must match, and each member of a set of
    texts. `format` is `timestamp` for a text such as 2024-01-01T00:00:00Z, and `epoch-seconds` for a number of seconds since 1970.
    `attributes` are those of a map, `elements` is what each element of a list must be.
    """

    type: ItemType | ItemTypes
    required: bool = False
    pattern: Annotated[str, Meta(min_length=1)] | None = None
    format: Literal["timestamp", "epoch-seconds"] | None = None
    description: str = ""
    attributes: dict[str, ItemDemand] = {}
    elements: ItemDemand | None = None

    @property
    def types(self) -> tuple[ItemType, ...]:
        """The types that it may have."""
        return (self.type,) if isinstance(self.type, str) else self.type


# An attribute in a contract: the short form is its type, or a list of types.
ItemDemand: TypeAlias = ItemType | ItemTypes | ItemAttribute


def long_form(demand: ItemDemand) -> ItemAttribute:
    """The demand on an attribute, also where a contract has its short form."""
    return demand if isinstance(demand, ItemAttribute) else ItemAttribute(demand)
