"""JSON: values as Terraform writes and reads them.

Source: https://github.com/zclconf/go-cty/tree/main/cty/json
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from dyncheck.readers.hcl.functions.declaration import LONGEST_TEXT, MOST_PARTS, Function, Parameter, named
from dyncheck.readers.hcl.language.numbers import parse, to_text
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.types import ANY, STRING
from dyncheck.readers.hcl.language.values import NULL, Problem, Value, boolean, is_larger, number, object_of, string, tuple_of

_SPACES = " \t\n\r"
_HALVES = re.compile("[\ud800-\udfff]")
# What Go escapes beside, so that JSON may stand in HTML and JavaScript.
_ESCAPED = {ord(symbol): f"\\u{ord(symbol):04x}" for symbol in "<>&\u2028\u2029"}


def _jsonencode(value: Value) -> Value:
    parts: list[str] = []
    length = 0
    for part in _written(value):
        length += len(part)
        if length > LONGEST_TEXT:
            raise UnsureError(f"more than {LONGEST_TEXT} characters")
        parts.append(part)
    return string("".join(parts))


def encode(value: Value) -> str:
    """A wholly known value as JSON."""
    return "".join(_written(value))


def _written(value: Value) -> Iterator[str]:
    content = value.content
    if content is None:
        yield "null"
    elif isinstance(content, bool):
        yield "true" if content else "false"
    elif isinstance(content, str):
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
    else:
        yield to_text(content)


def quoted(text: str) -> str:
    """A text in quotes, as Go writes JSON."""
    import json

    return json.dumps(text, ensure_ascii=False).translate(_ESCAPED)


def _jsondecode(text: Value) -> Value:
    try:
        value, rest = _read(text.content.lstrip(_SPACES))
    except ValueError:
        raise Problem("the text is not valid JSON") from None
    # What comes after a closing bracket too many is never looked at.
    if rest and rest[0] not in "]}":
        raise Problem("the text is not valid JSON")
    if is_larger(value, MOST_PARTS):
        raise UnsureError(f"more than {MOST_PARTS} values")
    return value


def _read(text: str) -> tuple[Value, str]:
    import json

    decoder = json.JSONDecoder(object_pairs_hook=_object, parse_int=_number, parse_float=_number, parse_constant=_refuse)
    found, end = decoder.raw_decode(text)
    return _value(found), text[end:].lstrip(_SPACES)


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


def _refuse(text: str) -> Value:
    raise ValueError(text)


FUNCTIONS = named(
    Function("jsondecode", (Parameter("str", STRING),), _jsondecode),
    Function("jsonencode", (Parameter("val", ANY, takes_null=True),), _jsonencode, STRING),
)
