"""The references in an expression as Terraform lists them: `aws_sns_topic.alerts[0].arn`, `var.settings.name`.

A reference ends where it is no longer constant: at an index that is computed, or at a splat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any, TypeAlias

from dyncheck.model import literal
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.numbers import to_text

_Part = Any


def traversals(expression: _Part) -> tuple[str, ...]:
    """The references of an expression or a part of a template, without the names that it binds itself."""
    found: list[str] = []
    _collect(expression, frozenset(), found)
    return tuple(found)


def _collect(part: _Part, bound: frozenset[str], found: list[str]) -> None:
    kind = type(part)
    if kind is nodes.Literal:
        return
    whole = _constant(part) if kind in _LINKS else None
    if whole is not None:
        name, text = whole
        if name not in bound:
            found.append(text)
        return
    for inner, names in _PARTS[kind](part):
        _collect(inner, bound.union(names) if names else bound, found)


# Parts of an expression, each with the names that are bound in it.
_Bound: TypeAlias = "Iterable[tuple[_Part, tuple[str, ...]]]"


def _free(*parts: _Part) -> _Bound:
    return [(part, ()) for part in parts]


def _of_for(expression: nodes.For) -> _Bound:
    names = (expression.key_name, expression.value_name)
    inner = (expression.key, expression.result, expression.condition)
    return [(expression.collection, ()), *((part, names) for part in inner if part is not None)]


def _of_template_for(part: nodes.TemplateFor) -> _Bound:
    return [(part.collection, ()), *((inner, (part.key, part.value)) for inner in part.body)]


_LINKS = frozenset({nodes.Name, nodes.Attribute, nodes.Index})
_PARTS: dict[type, Callable[[Any], _Bound]] = {
    nodes.Attribute: lambda part: _free(part.of),
    nodes.Binary: lambda part: _free(part.left, part.right),
    nodes.Call: lambda part: _free(*part.arguments),
    nodes.Conditional: lambda part: _free(part.condition, part.then, part.otherwise),
    nodes.For: _of_for,
    nodes.Index: lambda part: _free(part.of, part.key),
    nodes.Object: lambda part: _free(*chain.from_iterable(part.items)),
    nodes.Splat: lambda part: _free(part.of, part.each),
    nodes.SplatItem: lambda _: (),
    nodes.Template: lambda part: _free(*part.parts),
    nodes.TemplateFor: _of_template_for,
    nodes.TemplateIf: lambda part: _free(part.condition, *part.then, *part.otherwise),
    nodes.Tuple: lambda part: _free(*part.items),
    nodes.Unary: lambda part: _free(part.operand),
}


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
