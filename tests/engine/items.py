"""Generated items: most of them have one thing that DynamoDB may refuse."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any, NamedTuple

from dyncheck.items.judging import Demands, KeyAttribute
from tests.engine.schemas import ATTRIBUTES, VALUES, Draw, Schema, schema

# One step above and one step below each limit is here, and what people write by mistake.
_NUMBERS = (
    *("0", "-0", "1.0", "-42", "1e3", "1E-130", "9.9e125", "000012", ".5", "5.", "0.00012", "1" * 38, "1" * 38 + "000", "+1", "1E+5"),
    *("9.9999999999999999999999999999999999999E+125", "-9.9e125", "-1e-130", "0e200", "0.1e-129", "10e124", "12345678901234567890.123"),
    *("1" * 39, "1." + "1" * 38, "1e126", "1e-131", "0.1e-130", "10e125", "", "abc", "NaN", "Infinity", "0x1", " 1", "1 ", "1_000"),
    *("\uff11", "1e", "--1", "1,5", "1.2.3", "e5", ".", "-", "1e1.5", "true", "9" * 400),
)
_TEXTS = ("", "é", "a\u0000b", "\U0001f600", "null", "line\nline", "a" * 5000)
_BINARIES = ("", "YQ==", "YWI=", "YWJj", "////", "YQ", "!!!!", "Y", "YQ=")
_NESTED = tuple(range(28, 35))
_NAMES = ("a.b", " ", "é", "#x", "a" * 255, "a" * 256, "n" * 65_535, "n" * 65_536, "é" * 32_767, "é" * 32_768, "")
_SETS = (
    *[{"SS": found} for found in [[], ["a"], ["a", "a"], [""], ["", "a"], ["a", "b", "a"], [1], "a", [None]]],
    *[{"NS": found} for found in [[], ["1"], ["1", "1.0"], ["1", "2"], ["x"], ["1e2", "100"], [1], ["0", "-0"], ["1" * 39]]],
    *[{"BS": found} for found in [[], ["YQ=="], ["YQ==", "YQ=="], ["", "YQ=="], [1], ["!"]]],
)
_MAPS: list[Any] = [{}, {"": {"S": "a"}}, {"a": {"N": ""}}, {"a": {"L": [{"SS": []}]}}, {"a": "b"}, []]
_LISTS: list[Any] = [[], [{"S": ""}, {"N": "1"}], [{"N": "x"}], ["a"], {}]
_OTHERS: tuple[Any, ...] = (
    *[{"BOOL": found} for found in (True, False, "true", 1)],
    *[{"NULL": found} for found in (True, False, None)],
    *[{"L": found} for found in _LISTS],
    *[{"M": found} for found in _MAPS],
    *({}, {"S": "a", "N": "1"}, {"X": "a"}, "a", {"N": 1}, {"S": 1}, {"S": None}, {"s": "a"}),
)
_EACH = 12


class ItemCase(NamedTuple):
    """An item that is written to the table of a schema."""

    number: int
    schema: Schema
    item: dict[str, Any]

    @property
    def demands(self) -> Demands:
        """What the table asks of an item."""
        keys = [*_roles(self.schema, self.schema.hash, self.schema.range, "")]
        for index in self.schema.indexes:
            keys += _roles(self.schema, index.hash, index.range, index.name)
        return Demands(tuple(keys))

    @property
    def request(self) -> dict[str, Any]:
        """The PutItem request."""
        return {"TableName": self.schema.name, "Item": self.item, "ReturnConsumedCapacity": "TOTAL"}


def item_case(number: int) -> ItemCase:
    """The case of that number; some in a row have the same schema."""
    draw = Draw(f"item {number}")
    found = schema(number // _EACH)
    item = _valid(draw, found)
    if draw.happens(0.85):
        draw.one(_CHANGES)(draw, found, item)
    return ItemCase(number, found, item)


def _roles(found: Schema, hash_key: str, range_key: str | None, index: str) -> list[KeyAttribute]:
    named = (("HASH", hash_key), ("RANGE", range_key))
    return [KeyAttribute(name, found.types[name], role, index) for role, name in named if name]


def _valid(draw: Draw, found: Schema) -> dict[str, Any]:
    item: dict[str, Any] = {}
    for name in ATTRIBUTES:
        if name in found.table_key or draw.happens(0.5):
            kind = found.types[name]
            item[name] = {kind: draw.one(VALUES[kind])}
    return item


def _one_key(draw: Draw, found: Schema) -> str:
    """A key attribute: one of the table as often as one of an index."""
    return draw.one(found.table_key if draw.happens(0.5) else found.key_attributes)


def _without_key(draw: Draw, found: Schema, item: dict[str, Any]) -> None:
    item.pop(_one_key(draw, found), None)


def _key_of_another_type(draw: Draw, found: Schema, item: dict[str, Any]) -> None:
    name = _one_key(draw, found)
    kinds = [kind for kind in ("S", "N", "B", "BOOL", "M", "SS") if kind != found.types[name]]
    kind = draw.one(kinds)
    item[name] = draw.one(({kind: VALUES[kind][1]}, {"NULL": True}))


def _key_of_another_length(draw: Draw, found: Schema, item: dict[str, Any]) -> None:
    name = _one_key(draw, found)
    size = draw.one((0, 1, 1023, 1024, 1025, 2047, 2048, 2049))
    kind = found.types[name]
    if kind == "B":
        item[name] = {"B": b64encode(b"x" * size).decode()}
    elif kind == "S":
        item[name] = {"S": draw.one(("x" * size, "é" * (size // 2)))}
    else:
        item[name] = {"N": draw.one(_NUMBERS)}


def _number(draw: Draw, found: Schema, item: dict[str, Any]) -> None:
    item[draw.one([*found.key_attributes, "extra"])] = {"N": draw.one(_NUMBERS)}


def _text(draw: Draw, found: Schema, item: dict[str, Any]) -> None:
    item[draw.one([*found.key_attributes, "extra"])] = {"S": draw.one(_TEXTS)}


def _binary(draw: Draw, found: Schema, item: dict[str, Any]) -> None:
    item[draw.one([*found.key_attributes, "extra"])] = {"B": draw.one(_BINARIES)}


def _set(draw: Draw, _: Schema, item: dict[str, Any]) -> None:
    item["extra"] = draw.one(_SETS)


def _other(draw: Draw, _: Schema, item: dict[str, Any]) -> None:
    item["extra"] = draw.one(_OTHERS)


def _nested(draw: Draw, _: Schema, item: dict[str, Any]) -> None:
    value = draw.one(({"S": "a"}, {"N": "1"}, {"L": []}, {"M": {}}, {"SS": ["a"]}))
    for _level in range(draw.one(_NESTED)):
        value = {"L": [value]} if draw.happens(0.5) else {"M": {"a": value}}
    item["extra"] = value


def _name(draw: Draw, _: Schema, item: dict[str, Any]) -> None:
    name, value = draw.one(_NAMES), {"S": "a"}
    item.update({name: value} if draw.happens(0.5) else {"extra": {"M": {name: value}}})


_CHANGES: tuple[Callable[[Draw, Schema, dict[str, Any]], None], ...] = (
    *(_without_key, _key_of_another_type, _key_of_another_type, _key_of_another_length, _key_of_another_length),
    *(_number, _number, _text, _binary, _set, _other, _nested, _name),
)
