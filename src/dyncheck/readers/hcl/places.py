"""The place of a path in a resource, such as `attribute["id"].type`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from dyncheck.model import Location, Place, quoted
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import Argument, Expression, Span

_STEP = re.compile(r'(\w+)((?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?)\.?')


class Spot(Struct, frozen=True):
    """A place in a file, and the expression of the value there, if there is a value."""

    span: Span
    expression: Expression | None = None


def steps(path: str) -> Iterator[tuple[str, str]]:
    """The steps of a path: the name of an argument or block, and the key in brackets after it, empty without one.

    >>> list(steps('attribute["a.b"].type'))
    [('attribute', '["a.b"]'), ('type', '')]
    """
    return ((match[1], match[2]) for match in _STEP.finditer(path))


def place_of(argument: Argument, key: str) -> Spot:
    """The place of an argument, or of the item with that key in it."""
    item = _item(argument.expression, key) if key else None
    return item or Spot(argument.span, argument.expression)


def _item(expression: Expression, key: str) -> Spot | None:
    if isinstance(expression, nodes.ObjectExpression):
        for name, value in reversed(expression.items):
            if isinstance(name, nodes.Literal) and isinstance(name.value, str) and f"[{quoted(name.value)}]" == key:
                whole = Span(name.span.file, name.span.line, name.span.column, value.span.end_line, value.span.end_column)
                return Spot(whole, value)
    # Of the arguments of `merge` and similar functions, the last one with the key counts.
    if isinstance(expression, nodes.Call):
        return next(filter(None, (_item(argument, key) for argument in reversed(expression.arguments))), None)
    return None


def location(span: Span) -> Location:
    """A span as findings have it."""
    return Location(span.file, span.line, span.end_line, span.column)


def place(kind: str, start: Span, end: Span) -> Place:
    """The lines from the start of one span to the end of another."""
    return Place(kind, start.file, start.line, end.end_line)
