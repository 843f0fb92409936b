"""Generated items of a size that is a limit of DynamoDB, or one byte more."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, NamedTuple

from dyncheck.items.judging import MOST_BYTES, size_of_item
from tests.engine.schemas import Draw, Schema

TABLE = Schema("sizes", "id", None, {"id": "S"}, ())

# A write takes one unit of capacity for each.
_UNIT = 1024
_TEXTS = ("", "a", "é", "\U0001f600", "long" * 40)
_WHOLE = ("0", "1", "12", "123", "1234", "12345", "100", "1200", "9" * 19, "1" + "0" * 20)
_FRACTIONS = ("", ".5", ".05", ".005", ".123", ".1234", ".10", "." + "0" * 9 + "1")
_DEEPEST = 4


class SizeCase(NamedTuple):
    """An item, and the units of capacity that its write takes if its size is what we count."""

    number: int
    item: dict[str, Any]
    units: int

    @property
    def request(self) -> dict[str, Any]:
        """The PutItem request."""
        return {"TableName": TABLE.name, "Item": self.item, "ReturnConsumedCapacity": "TOTAL"}


def size_case(number: int) -> SizeCase:
    """The case of that number: an even one fills its units of capacity, an odd one has one byte more."""
    draw = Draw(f"size {number // 2}")
    # A write over another item takes the units of the larger one.
    item: dict[str, Any] = {"id": {"S": f"{number:08}"}, "pad": {"S": ""}}
    item |= {f"{'name' * draw.below(3)}{position}": _value(draw, 0) for position in range(1 + draw.below(6))}
    units = -(-size_of_item(item) // _UNIT)
    item["pad"] = {"S": "x" * (units * _UNIT - size_of_item(item) + number % 2)}
    return SizeCase(number, item, units + number % 2)


def of_bytes(size: int, item: dict[str, Any]) -> dict[str, Any]:
    """The item with a text that makes it that large."""
    padded = {"id": {"S": "a"}, "pad": {"S": ""}, **item}
    return padded | {"pad": {"S": "x" * (size - size_of_item(padded))}}


# Items that are as large as one can be, or one byte larger, by what else is in them.
AT_THE_LIMIT = [
    (size, of_bytes(size, item))
    for size in (MOST_BYTES, MOST_BYTES + 1)
    for item in ({}, {"a": {"N": "-12.5"}, "b": {"M": {"c": {"L": [{"BOOL": True}, {"NULL": True}]}}}, "d": {"BS": ["YWI="]}})
]


def _value(draw: Draw, level: int) -> dict[str, Any]:
    kind = draw.one(("S", "N", "N", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", *(("L", "M") if level < _DEEPEST else ())))
    if kind in ("SS", "NS", "BS"):
        found = [_scalar(draw, kind[0]) for _ in range(1 + draw.below(3))]
        return {kind: found if kind == "NS" and len({float(each) for each in found}) == len(found) else found[:1]}
    if kind == "L":
        return {"L": [_value(draw, level + 1) for _ in range(draw.below(4))]}
    if kind == "M":
        return {"M": {f"k{position}": _value(draw, level + 1) for position in range(draw.below(4))}}
    return {kind: True if kind in ("BOOL", "NULL") else _scalar(draw, kind)}


def _scalar(draw: Draw, kind: str) -> str:
    if kind == "N":
        text = draw.one(("", "-")) + draw.one(_WHOLE) + draw.one(_FRACTIONS)
        return text + draw.one(("", "", "", "E5", "E-7"))
    text = draw.one(_TEXTS)
    return b64encode(text.encode()).decode() if kind == "B" else text
