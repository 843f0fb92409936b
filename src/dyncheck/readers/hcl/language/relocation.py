"""A part of a syntax tree as it is where the same text stands again: copies of modules are common, and parsing takes longer."""

from __future__ import annotations

from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import astuple

from dyncheck.readers.hcl.language.nodes import Argument, Block, Body, Span

Part = TypeVar("Part", bound=Argument | Block | Body)


def relocated(part: Part, file: str, lines: int = 0) -> Part:
    """The same with all of it in a file of that name, and so many lines further down."""
    found: Part = _moved(part, file, lines)
    return found


def _moved(part: Any, file: str, lines: int) -> Any:
    kind = type(part)
    if issubclass(kind, Struct):
        return kind(*_each_moved(astuple(part), file, lines))
    if kind is dict:
        return {name: _moved(item, file, lines) for name, item in part.items()}
    return tuple(_each_moved(part, file, lines)) if kind is tuple else part


def _each_moved(parts: tuple[Any, ...], file: str, lines: int) -> list[Any]:
    moved = []
    for part in parts:
        kind = type(part)
        if kind is Span:
            part = Span(file, part.line + lines, part.column, part.end_line + lines, part.end_column)
        elif kind is not str:
            part = _moved(part, file, lines)
        moved.append(part)
    return moved
