"""Templates: strings with interpolations and directives.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dyncheck.model import Opaque
from dyncheck.model.symbolic import Text, joined
from dyncheck.readers.hcl.evaluation.loops import bindings, refuse_iteration
from dyncheck.readers.hcl.evaluation.problems import LocatedProblem
from dyncheck.readers.hcl.evaluation.scope import Evaluate, LocalScope, Scope
from dyncheck.readers.hcl.language import nodes, types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.nodes import Expression, Span
from dyncheck.readers.hcl.language.operators import choose
from dyncheck.readers.hcl.language.problems import Problem
from dyncheck.readers.hcl.language.types import STRING
from dyncheck.readers.hcl.language.values import Value, known_of, pending, refined, string


def evaluate_template(evaluate: Evaluate, expression: nodes.Template, scope: Scope) -> Value:
    return _joined(_rendered(evaluate, expression.parts, scope), scope)


def _rendered(evaluate: Evaluate, parts: Iterable[Expression | nodes.TemplateIf | nodes.TemplateFor], scope: Scope) -> Iterator[Value]:
    for part in parts:
        if isinstance(part, nodes.TemplateIf):
            yield _template_if(evaluate, part, scope)
        elif isinstance(part, nodes.TemplateFor):
            yield _template_for(evaluate, part, scope)
        else:
            yield _as_text(evaluate(part, scope), part.span)


def _joined(parts: Iterable[Value], scope: Scope) -> Value:
    texts: list[str] = []
    waiting: list[Value] = []
    pieces: list[str | Opaque | None] = []
    sensitive = False
    for part in parts:
        sensitive = sensitive or part.sensitive
        pieces.append(known_of(part) if part.is_pending else part.content)
        if part.is_pending:
            waiting.append(part)
        else:
            texts.append(part.content)
            scope.budget.write(len(part.content))
    if waiting:
        text = _joined_inputs(pieces)
        return (pending(STRING, *waiting) if text is None else refined(STRING, text, *waiting)).marked(sensitive)
    return string("".join(texts)).marked(sensitive)


def _joined_inputs(pieces: list[str | Opaque | None]) -> Text | None:
    """What is known of a text of which some pieces are pending."""
    known = [piece for piece in pieces if isinstance(piece, str | Text)]
    return joined(known) if len(known) == len(pieces) else None


def _as_text(value: Value, span: Span) -> Value:
    if value.is_null:
        raise LocatedProblem(
            "Invalid template interpolation value. The expression result is null. Cannot include a null value in a string template.", span
        )
    try:
        return convert(value, STRING)
    except Problem as problem:
        raise LocatedProblem(
            f"Invalid template interpolation value. Cannot include the given value in a string template: {problem}.", span
        ) from None


def _template_if(evaluate: Evaluate, part: nodes.TemplateIf, scope: Scope) -> Value:
    condition = evaluate(part.condition, scope)
    then, otherwise = (_attempt_template(evaluate, arm, scope) for arm in (part.then, part.otherwise))
    try:
        return choose(condition, then, otherwise, scope.budget.folds)
    except LocatedProblem:
        raise
    except Problem as problem:
        raise LocatedProblem(str(problem), part.span) from None


def _attempt_template(evaluate: Evaluate, parts: tuple[Any, ...], scope: Scope) -> Value | Problem:
    try:
        return _joined(_rendered(evaluate, parts, scope), scope)
    except Problem as problem:
        return problem


def _template_for(evaluate: Evaluate, part: nodes.TemplateFor, scope: Scope) -> Value:
    source = evaluate(part.collection, scope)
    try:
        refuse_iteration(source)
    except Problem as problem:
        raise LocatedProblem(str(problem), part.span) from None
    if source.is_pending or isinstance(source.type, types.Resource):
        return pending(STRING, source)
    rendered: list[Value] = []
    for key, item in source.items():
        scope.budget.spend()
        rendered += _rendered(evaluate, part.body, LocalScope(scope, bindings(part.key, part.value, key, item)))
    return _joined(rendered, scope).marked(source.sensitive)
