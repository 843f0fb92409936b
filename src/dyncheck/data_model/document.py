"""A JSON document: its value, and the line of each part of it."""

from __future__ import annotations

from math import inf
from typing import Any

from dyncheck.data_model.structure import Remark, Unreadable, Where
from dyncheck.readers.hcl.language.json_text import Json, JsonArray, JsonScalar, parse_json
from dyncheck.readers.hcl.language.numbers import Number
from dyncheck.readers.hcl.language.source_text import SourceText, decoded


class Document:
    """The value of a JSON text, the line of each part by its path, and the keys that an object has twice."""

    def __init__(self, data: bytes, path: str) -> None:
        """Read a text. Raises `SyntaxFault` when it is not JSON."""
        self.lines: dict[Where, int] = {}
        self.duplicates: list[Remark] = []
        source = decoded(data, path)
        self.value = self._plain(parse_json(source), (), source)

    def _plain(self, value: Json, where: Where, source: SourceText) -> Any:
        self.lines[where] = source.span(value.start, value.start).line
        if isinstance(value, JsonScalar):
            return value.value if isinstance(value.value, str | bool) or value.value is None else _number(value.value)
        if isinstance(value, JsonArray):
            return [self._plain(item, (*where, position), source) for position, item in enumerate(value.items)]
        found: dict[str, Any] = {}
        for name, inner in value.members:
            at = (*where, name.value)
            if name.value in found:
                self.duplicates.append(Remark(at, "is there twice; programs read the last one only"))
            found[name.value] = self._plain(inner, at, source)
        return found


def _number(value: Number) -> float:
    """A number, which is exact in the expression language. A data model has few numbers, and no decision depends on them."""
    try:
        return float(value)
    except OverflowError:
        return inf


def mapping(value: object, where: Where) -> dict[str, Any]:
    """An object. Raises `Unreadable` for another value."""
    if not isinstance(value, dict):
        raise Unreadable(where, f"is {in_words(value)}; expected an object")
    return value


def sequence(value: object, where: Where) -> list[Any]:
    """An array. Raises `Unreadable` for another value."""
    if not isinstance(value, list):
        raise Unreadable(where, f"is {in_words(value)}; expected an array")
    return value


def text(value: object, where: Where) -> str:
    """A text that is not empty. Raises `Unreadable` for another value."""
    if not isinstance(value, str):
        raise Unreadable(where, f"is {in_words(value)}; expected a text")
    if not value:
        raise Unreadable(where, "is empty; expected a text")
    return value


def one_of(value: object, where: Where, expected: tuple[str, ...]) -> str:
    """One of the expected texts. Raises `Unreadable` for another value."""
    found = text(value, where)
    if found not in expected:
        raise Unreadable(where, f'is "{found}"; expected {", ".join(expected[:-1])} or {expected[-1]}')
    return found


def in_words(value: object) -> str:
    """The kind of a value, where `None` also stands for no value."""
    kinds = {dict: "an object", list: "an array", str: "a text", bool: "true or false", float: "a number"}
    return kinds.get(type(value), "not there")
