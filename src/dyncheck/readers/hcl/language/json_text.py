"""Parses JSON of HCL: values with their places, and all properties of an object, even duplicates.

Source: https://github.com/hashicorp/hcl/blob/main/json/spec.md. The titles of messages are those of Terraform.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from msgspec import MsgspecError, Struct
from msgspec.json import decode

from dyncheck.readers.hcl.language import numbers
from dyncheck.readers.hcl.language.faults import SyntaxFault
from dyncheck.readers.hcl.language.nodes import DEEPEST_BRACKETS, too_deep
from dyncheck.readers.hcl.language.source_text import SourceText

_TOKEN = re.compile(r'[ \t\r\n]*(?:([{}\[\],:])|("(?:[^"\\\n]|\\.)*")|(-?[0-9][-+.0-9A-Za-z]*)|([A-Za-z]+)|(\Z)|(.))', re.DOTALL).match
_SYMBOL, _STRING, _NUMBER, _WORD, _END, _OTHER = range(1, 7)
_VALID_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\Z").match
_BAD_STRING = "Invalid JSON string. There is a syntax error in the given JSON string."
_WORDS = {"true": True, "false": False, "null": None}


class _Placed(Struct, frozen=True):
    start: int
    end: int


class JsonScalar(_Placed, frozen=True):
    """A string, a number, true, false or null."""

    value: Any


class JsonArray(_Placed, frozen=True):
    """`[...]`."""

    items: tuple[Json, ...]


class JsonObject(_Placed, frozen=True):
    """`{...}`: names and values in their order."""

    members: tuple[tuple[JsonScalar, Json], ...]


Json: TypeAlias = JsonScalar | JsonArray | JsonObject


def parse_json(source: SourceText) -> Json:
    """The value of a text. Raises `SyntaxFault` when it is not JSON."""
    reader = _Reader(source)
    reader.advance()
    value = reader.value()
    if reader.kind != _END:
        raise reader.fault("Extraneous data after value. Extra characters appear after the JSON value.")
    return value


class _Reader:
    """Stands on one token of the text."""

    __slots__ = ("depth", "end", "kind", "source", "start", "text")

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.depth = self.start = self.end = self.kind = 0
        self.text = ""

    def advance(self) -> None:
        match = _TOKEN(self.source.text, self.end)
        self.kind = match.lastindex  # type: ignore[union-attr, assignment]
        self.start, self.end = match.span(self.kind)  # type: ignore[union-attr]
        self.text = match[self.kind]  # type: ignore[index]

    def fault(self, message: str) -> SyntaxFault:
        return self.source.fault(message, self.start, self.end)

    def value(self) -> Json:
        if self.text in ("{", "["):
            self.depth += 1
            if self.depth > DEEPEST_BRACKETS:
                raise self.fault(too_deep(DEEPEST_BRACKETS))
            found = self._object() if self.text == "{" else self._array()
            self.depth -= 1
            return found
        read = {_STRING: self._string, _NUMBER: self._number, _WORD: self._word}.get(self.kind)
        if read is None:
            raise self._no_value()
        scalar = JsonScalar(self.start, self.end, read())
        self.advance()
        return scalar

    def _no_value(self) -> SyntaxFault:
        if self.kind == _END:
            return self.fault("Missing value. The JSON data ends prematurely.")
        if self.text == '"':
            return self.fault(_BAD_STRING)
        summary = {"}": "Missing JSON value", "]": "Missing array element value"}.get(self.text, "Invalid start of value")
        return self.fault(f"{summary}. A JSON value must start with a brace, a bracket, a number, a string, or a keyword.")

    def _string(self) -> str:
        text = self.text
        if "\\" not in text and text.isprintable():
            return text[1:-1]
        try:
            return decode(text.encode(), type=str)
        except MsgspecError:
            raise self.fault(_BAD_STRING) from None

    def _number(self) -> numbers.Number:
        value = numbers.parse(self.text) if _VALID_NUMBER(self.text) else None
        if value is None:
            raise self.fault("Invalid JSON number. There is a syntax error in the given JSON number.")
        return value

    def _word(self) -> bool | None:
        if self.text not in _WORDS:
            hint = f' Did you mean "{self.text.lower()}"?' if self.text.lower() in _WORDS else ""
            raise self.fault(f'Invalid JSON keyword. "{self.text}" is not a valid JSON keyword.{hint}')
        return _WORDS[self.text]

    def _object(self) -> JsonObject:
        start = self.start
        self.advance()
        members: list[tuple[JsonScalar, Json]] = []
        while self.text != "}":
            members.append(self._member())
            self._separator("object", "brace", "}", start)
        end = self.end
        self.advance()
        return JsonObject(start, end, tuple(members))

    def _member(self) -> tuple[JsonScalar, Json]:
        name = self.value()
        if not isinstance(name, JsonScalar) or not isinstance(name.value, str):
            raise self.source.fault("Invalid object property name. A JSON object property name must be a string.", name.start, name.end)
        if self.text != ":":
            raise self.fault("Missing property value colon. A colon must appear between an object property's name and its value.")
        self.advance()
        return name, self.value()

    def _array(self) -> JsonArray:
        start = self.start
        self.advance()
        items: list[Json] = []
        while self.text != "]":
            items.append(self.value())
            if self.text == ":":
                raise self.fault("Invalid array value. A colon is not used to introduce values in a JSON array.")
            self._separator("array", "bracket", "]", start)
        end = self.end
        self.advance()
        return JsonArray(start, end, tuple(items))

    def _separator(self, kind: str, bracket: str, closing: str, start: int) -> None:
        """Goes past a comma, or stays at the closing bracket."""
        if self.text == closing:
            return
        if self.kind == _END:
            raise self.source.fault(f"Unclosed {kind}. No closing {bracket} was found for this JSON {kind}.", start, start + 1)
        if self.text in ("}", "]"):
            raise self.fault(f"Mismatched {bracket}s. A JSON {kind} must be closed with a {bracket}.")
        if self.text != ",":
            raise self.fault(f"Missing attribute separator comma. A comma must appear between the values of a JSON {kind}.")
        comma = self.start, self.end
        self.advance()
        if self.text == closing:
            raise self.source.fault(f"Trailing comma in {kind}. JSON does not permit a trailing comma.", *comma)
