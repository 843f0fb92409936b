"""The syntax tree of a file as that of another one with the same text: copies of modules are common, and parsing takes longer."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from dyncheck.readers.hcl.language.nodes import Body, Span


def relocated(body: Body, file: str) -> Body:
    """The same tree with all of it in a file of that name."""
    found: Body = _moved(body, file)
    return found


def _moved(part: Any, file: str) -> Any:
    kind = type(part)
    if kind is Span:
        return Span(file, part.line, part.column, part.end_line, part.end_column)
    if issubclass(kind, Struct):
        return kind(*[_moved(getattr(part, name), file) for name in kind.__struct_fields__])
    if kind is tuple:
        return tuple([_moved(item, file) for item in part])
    if kind is dict:
        return {name: _moved(item, file) for name, item in part.items()}
    return part
