"""Paths in a resource, such as `attribute["id"].type` -> the place where that is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from dyncheck.model import quoted
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import Argument, Expression, Span

_STEP = re.compile(r'(?P<name>\w+)(?P<key>\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?\.?')


class Step(Struct, frozen=True):
    """One step of a path: the name of an argument or block, and the key in brackets after it, empty without one."""

    name: str
    key: str


class Spot(Struct, frozen=True):
    """Where something is written, and the expression that makes its value, where it is a value."""

    span: Span
    expression: Expression | None = None


def steps(path: str) -> Iterator[Step]:
    """The steps of a path.

    >>> [(step.name, step.key) for step in steps('attribute["a.b"].type')]
    [('attribute', '["a.b"]'), ('type', '')]
    """
    return (Step(match["name"], match["key"] or "") for match in _STEP.finditer(path))


def place_of(argument: Argument, key: str) -> Spot:
    """The place of an argument, or of the item with that key in it where it is written out."""
    item = _item(argument.expression, key) if key else None
    return item or Spot(argument.span, argument.expression)


def _item(expression: Expression, key: str) -> Spot | None:
    if isinstance(expression, nodes.Object):
        for name, value in reversed(expression.items):
            if isinstance(name, nodes.Literal) and isinstance(name.value, str) and f"[{quoted(name.value)}]" == key:
                whole = Span(name.span.file, name.span.line, name.span.column, value.span.end_line, value.span.end_column)
                return Spot(whole, value)
    # Of what `merge` and the like are given, the last one that has the key wins.
    if isinstance(expression, nodes.Call):
        return next(filter(None, (_item(argument, key) for argument in reversed(expression.arguments))), None)
    return None
