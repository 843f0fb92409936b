"""Writes values as `terraform console` prints them.

Source: https://github.com/hashicorp/terraform/blob/main/internal/repl/format.go
"""

from __future__ import annotations

from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.numbers import Number, to_text
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type, friendly
from dyncheck.readers.hcl.language.values import Value

LATER = "(known after apply)"
_DELIMITER = "EOT"


def printed(value: Value, indent: int = 0) -> str:
    """The value as the console prints it, at so many columns from the left."""
    if value.is_pending or isinstance(value.type, types.Resource):
        return LATER
    if value.sensitive:
        return "(sensitive value)"
    if value.is_null:
        return _null(value.type)
    if value.type == STRING:
        return _text(value.content, indent)
    if value.type == NUMBER:
        return _number(value.content)
    if value.type == BOOL:
        return "true" if value.content else "false"
    return _collection(value, indent)


def _number(content: Number) -> str:
    try:
        return to_text(content)
    except UnsureError:
        return LATER


def _null(kind: Type) -> str:
    if kind == ANY:
        return "null"
    if isinstance(kind, types.Primitive):
        return f"to{kind.name}(null)"
    if isinstance(kind, types.List | types.Set | types.Map):
        return f"{_function(kind)}(null) /* of {friendly(kind.element).replace('any type', 'dynamic')} */"
    return f"null /* {friendly(kind)} */"


def _function(kind: types.List | types.Set | types.Map) -> str:
    return f"to{type(kind).__name__.lower()}"


def _text(text: str, indent: int) -> str:
    if "\n" not in text:
        return quote(text)
    lines = text.split("\n")
    delimiter = _DELIMITER
    while any(line.strip() == delimiter for line in lines):
        delimiter += "_"
    blanks = " " * indent
    body = "".join(f"\n{blanks}{line}" for line in lines)
    return f"{'<<-' if indent else '<<'}{delimiter}{body}\n{blanks}{delimiter}"


def _collection(value: Value, indent: int) -> str:
    inner = indent + 2
    if isinstance(value.type, types.Map | types.Object):
        opening, closing = "{", "}"
        items = [f"{printed(key, inner)} = {printed(item, inner)}" for key, item in value.items()]
    else:
        opening, closing = "[", "]"
        items = [f"{printed(item, inner)}," for item in value.content]
    lines = "".join(f"\n{' ' * inner}{item}" for item in items)
    end = f"\n{' ' * indent}" if items else ""
    body = f"{opening}{lines}{end}{closing}"
    return f"{_function(value.type)}({body})" if isinstance(value.type, types.List | types.Set | types.Map) else body
