"""A part of a syntax tree as it is where the same text stands again: copies of modules are common, and parsing takes longer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import astuple

from dyncheck.readers.hcl.language.nodes import Argument, Attribute, Block, Body, Literal, Name, Span

Part = TypeVar("Part", bound=Argument | Block | Body)


def relocated(part: Part, file: str, lines: int = 0) -> Part:
    """The same with all of it in a file of that name, and so many lines further down."""
    found: Part = _MOVED[type(part)](part, file, lines)
    return found


def _moved(part: Any, file: str, lines: int) -> Any:
    """Any part of a tree, field by field."""
    kind = type(part)
    if kind in _MOVED:
        return _MOVED[kind](part, file, lines)
    if issubclass(kind, Struct):
        return kind(*[_moved(field, file, lines) for field in astuple(part)])
    return tuple([_moved(item, file, lines) for item in part]) if kind is tuple else part


# What most of a file consists of is put together without looking at each field: that takes two thirds of the time.


def _span(span: Span, file: str, lines: int) -> Span:
    return Span(file, span.line + lines, span.column, span.end_line + lines, span.end_column)


def _literal(literal: Literal, file: str, lines: int) -> Literal:
    return Literal(_span(literal.span, file, lines), literal.value)


def _name(name: Name, file: str, lines: int) -> Name:
    return Name(_span(name.span, file, lines), name.name)


def _attribute(attribute: Attribute, file: str, lines: int) -> Attribute:
    return Attribute(_span(attribute.span, file, lines), _moved(attribute.of, file, lines), attribute.name)


def _argument(argument: Argument, file: str, lines: int) -> Argument:
    return Argument(_span(argument.span, file, lines), argument.name, _moved(argument.expression, file, lines), argument.text)


def _block(block: Block, file: str, lines: int) -> Block:
    span, header = _span(block.span, file, lines), _span(block.header, file, lines)
    return Block(span, header, block.type, block.labels, _body(block.body, file, lines))


def _body(body: Body, file: str, lines: int) -> Body:
    arguments = {name: _argument(argument, file, lines) for name, argument in body.arguments.items()}
    return Body(_span(body.span, file, lines), arguments, tuple([_block(block, file, lines) for block in body.blocks]))


_MOVED: dict[type, Callable[[Any, str, int], Any]] = {
    Argument: _argument,
    Attribute: _attribute,
    Block: _block,
    Body: _body,
    Literal: _literal,
    Name: _name,
    Span: _span,
}
