"""Writes values in the format of `terraform console`.

Source: https://github.com/hashicorp/terraform/blob/main/internal/repl/format.go
"""

from __future__ import annotations

from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.numbers import to_text
from dyncheck.readers.hcl.language.values import Value

_WRAPPED: dict[type, str] = {types.List: "tolist", types.Set: "toset", types.Map: "tomap"}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\r": "\\r", "\t": "\\t"}


def shown(value: Value, indent: int = 0) -> str:
    """The value in the format of the console."""
    if value.is_pending or isinstance(value.type, types.Resource):
        return "(known after apply)"
    if value.sensitive:
        return "(sensitive value)"
    if value.is_null:
        return _null(value.type)
    if value.type == types.STRING:
        return _text(value.content, indent)
    if value.type == types.NUMBER:
        return to_text(value.content)
    if value.type == types.BOOL:
        return str(value.content).lower()
    items = _items(value, indent + 2)
    opening, closing = "{}" if isinstance(value.type, types.Map | types.Object) else "[]"
    inside = f"\n{''.join(items)}{' ' * indent}" if items else ""
    wrapper = _WRAPPED.get(type(value.type))
    return f"{wrapper}({opening}{inside}{closing})" if wrapper else f"{opening}{inside}{closing}"


def _null(kind: types.Type) -> str:
    match kind:
        case types.Primitive():
            return f"to{kind.name}(null)"
        case types.List() | types.Set() | types.Map():
            return f"{_WRAPPED[type(kind)]}(null) /* of {types.friendly(kind.element)} */"
        case types.Object() | types.Tuple():
            return f"null /* {types.friendly(kind)} */"
        case _:
            return "null"


def _items(value: Value, indent: int) -> list[str]:
    blanks = " " * indent
    if isinstance(value.type, types.Map | types.Object):
        return [f"{blanks}{_quoted(key)} = {shown(value.content[key], indent)}\n" for key in sorted(value.content)]
    return [f"{blanks}{shown(item, indent)},\n" for item in value.content]


def _text(text: str, indent: int) -> str:
    if "\n" not in text:
        return _quoted(text)
    blanks = " " * indent
    body = "\n".join(f"{blanks}{line}" for line in text.split("\n"))
    return f"<<{'-' if indent else ''}EOT\n{body}\n{blanks}EOT"


def _quoted(text: str) -> str:
    return f'"{"".join(_ESCAPES.get(character, character) for character in text)}"'
