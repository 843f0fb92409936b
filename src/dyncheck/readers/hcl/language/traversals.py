"""The references in an expression as Terraform lists them: `aws_sns_topic.alerts[0].arn`, `var.settings.name`.

A reference ends where it is no longer constant: at an index that is computed, or at a splat.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dyncheck.model import literal
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.numbers import to_text

_Part = Any


def traversals(expression: _Part, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """The references of an expression or a part of a template, without the names that it binds itself."""
    whole = _constant(expression)
    if whole is not None:
        name, text = whole
        if name not in bound:
            yield text
        return
    match expression:
        case nodes.For():
            inner = bound | {expression.key_name, expression.value_name}
            yield from traversals(expression.collection, bound)
            for part in (expression.key, expression.result, expression.condition):
                if part is not None:
                    yield from traversals(part, inner)
        case nodes.TemplateFor():
            yield from traversals(expression.collection, bound)
            for body_part in expression.body:
                yield from traversals(body_part, bound | {expression.key, expression.value})
        case nodes.Object():
            for key, value in expression.items:
                yield from traversals(key, bound)
                yield from traversals(value, bound)
        case _:
            for part in _parts(expression):
                yield from traversals(part, bound)


def _parts(expression: _Part) -> tuple[_Part, ...]:
    match expression:
        case nodes.Template():
            return expression.parts
        case nodes.TemplateIf():
            return (expression.condition, *expression.then, *expression.otherwise)
        case nodes.Tuple():
            return expression.items
        case nodes.Attribute():
            return (expression.of,)
        case nodes.Index():
            return (expression.of, expression.key)
        case nodes.Splat():
            return (expression.of, expression.each)
        case nodes.Unary():
            return (expression.operand,)
        case nodes.Binary():
            return (expression.left, expression.right)
        case nodes.Conditional():
            return (expression.condition, expression.then, expression.otherwise)
        case nodes.Call():
            return expression.arguments
        case _:
            return ()


def _constant(expression: Any) -> tuple[str, str] | None:
    """The first word and the whole text of what is one reference from end to end, else None."""
    steps: list[str] = []
    while True:
        if isinstance(expression, nodes.Name):
            return expression.name, "".join([expression.name, *reversed(steps)])
        if isinstance(expression, nodes.Attribute):
            steps.append(f".{expression.name}")
        elif isinstance(expression, nodes.Index) and isinstance(expression.key, nodes.Literal):
            steps.append(_index(expression.key.value))
        else:
            return None
        expression = expression.of


def _index(value: Any) -> str:
    if isinstance(value, str):
        return f"[{literal(value)}]"
    return "[]" if isinstance(value, bool) or value is None else f"[{to_text(value)}]"
