"""The references in an expression as Terraform lists them: `aws_sns_topic.alerts[0].arn`, `var.settings.name`.

A reference ends where it is no longer constant: at a computed index, or at a splat.
"""

from __future__ import annotations

from typing import Any

from dyncheck.model import literal
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import children
from dyncheck.readers.hcl.language.numbers import to_text

_LINKS = frozenset({nodes.Name, nodes.Attribute, nodes.IndexExpression})


def traversals(expression: Any) -> tuple[str, ...]:
    """The references of an expression or a part of a template, without the names that it binds itself."""
    found: list[str] = []
    _collect(expression, frozenset(), found)
    return tuple(found)


def _collect(part: Any, bound: frozenset[str], found: list[str]) -> None:
    whole = constant_reference(part) if type(part) in _LINKS else None
    if whole is not None:
        name, text = whole
        if name not in bound:
            found.append(text)
        return
    inside = bound
    if isinstance(part, nodes.For):
        inside = bound | {part.key_name, part.value_name}
    elif isinstance(part, nodes.TemplateFor):
        inside = bound | {part.key, part.value}
    # The second argument of `convert` is a type.
    parts = part.arguments[:1] if isinstance(part, nodes.Call) and part.name == "convert" else children(part)
    for inner in parts:
        # The collection is evaluated before its items have names.
        _collect(inner, bound if inner is getattr(part, "collection", None) else inside, found)


def constant_reference(expression: Any) -> tuple[str, str] | None:
    """The first word and the whole text of a constant reference, None for any other expression."""
    steps: list[str] = []
    while True:
        if isinstance(expression, nodes.Name):
            return expression.name, "".join([expression.name, *reversed(steps)])
        if isinstance(expression, nodes.Attribute):
            steps.append(f".{expression.name}")
        elif isinstance(expression, nodes.IndexExpression) and isinstance(expression.key, nodes.Literal):
            steps.append(_index(expression.key.value))
        else:
            return None
        expression = expression.of


def _index(value: Any) -> str:
    if isinstance(value, str):
        return f"[{literal(value)}]"
    return "[]" if isinstance(value, bool) or value is None else f"[{to_text(value)}]"
