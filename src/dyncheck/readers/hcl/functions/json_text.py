"""JSON as Terraform writes and reads it.

Source: https://github.com/zclconf/go-cty/tree/main/cty/json
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from dyncheck.readers.hcl.functions.declaration import MOST_PARTS, Function, Parameter, limit_text
from dyncheck.readers.hcl.language.numbers import parse, to_text
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.types import ANY, STRING
from dyncheck.readers.hcl.language.values import NULL, EvaluationError, Value, boolean, is_larger, number, object_of, string, tuple_of

_SPACES = " \t\n\r"
_HALVES = re.compile("[\ud800-\udfff]")
# Go escapes these so that the text can stand in HTML and JavaScript.
_ESCAPED = {ord(symbol): f"\\u{ord(symbol):04x}" for symbol in "<>&\u2028\u2029"}


def encode(value: Value) -> str:
    """A wholly known value as JSON."""
    parts: list[str] = []
    length = 0
    for part in _written(value):
        length += len(part)
        limit_text(length)
        parts.append(part)
    return "".join(parts)


def _written(value: Value) -> Iterator[str]:
    content = value.content
    if isinstance(content, str):
        yield quoted(content)
    elif isinstance(content, dict):
        yield "{"
        for index, key in enumerate(sorted(content)):
            yield f"{',' if index else ''}{quoted(key)}:"
            yield from _written(content[key])
        yield "}"
    elif isinstance(content, tuple):
        yield "["
        for index, item in enumerate(content):
            yield "," if index else ""
            yield from _written(item)
        yield "]"
    elif content is None or isinstance(content, bool):
        yield "null" if content is None else str(content).lower()
    else:
        yield to_text(content)


def quoted(text: str) -> str:
    """A text in quotes, as Go writes JSON."""
    return msgspec.json.encode(text).decode().translate(_ESCAPED)


def _jsondecode(text: Value) -> Value:
    import json

    decoder = json.JSONDecoder(object_pairs_hook=_object, parse_int=_number, parse_float=_number, parse_constant=_refuse)
    start = text.content.lstrip(_SPACES)
    try:
        found, end = decoder.raw_decode(start)
    except ValueError:
        raise _invalid() from None
    # Terraform does not look at the text after a superfluous closing bracket.
    if start[end:].lstrip(_SPACES)[:1] not in ("", "]", "}"):
        raise _invalid()
    value = _value(found)
    if is_larger(value, MOST_PARTS):
        raise UnsureError(f"more than {MOST_PARTS} values")
    return value


def _invalid() -> EvaluationError:
    return EvaluationError("the text is not valid JSON")


def _value(found: Any) -> Value:
    if isinstance(found, Value):
        return found
    if isinstance(found, str):
        return string(_HALVES.sub("\ufffd", found))
    if isinstance(found, list):
        return tuple_of(map(_value, found))
    return NULL if found is None else boolean(found)


def _object(pairs: Sequence[tuple[str, Any]]) -> Value:
    return object_of({string(_HALVES.sub("\ufffd", key)).content: _value(item) for key, item in pairs})


def _number(text: str) -> Value:
    found = parse(text)
    if found is None:
        raise UnsureError("a number that is more than dyncheck computes with")
    return number(found)


def _refuse(_text: str) -> Value:
    raise _invalid()


FUNCTIONS = (
    Function("jsondecode", (Parameter("str", STRING),), _jsondecode),
    Function("jsonencode", (Parameter("val", ANY, takes_null=True),), lambda value: string(encode(value)), STRING),
)
