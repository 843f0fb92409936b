"""Templates: strings with interpolations and directives.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from dyncheck.model.symbolic import Text, joined
from dyncheck.readers.hcl.evaluation.calls import attempt
from dyncheck.readers.hcl.evaluation.loops import bindings, refuse_iteration
from dyncheck.readers.hcl.evaluation.scope import Evaluate, LocalScope, Scope
from dyncheck.readers.hcl.language import nodes, types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.nodes import Span
from dyncheck.readers.hcl.language.operators import choose
from dyncheck.readers.hcl.language.problems import EvaluationError, LocatedError
from dyncheck.readers.hcl.language.types import STRING
from dyncheck.readers.hcl.language.values import Value, known_of, pending, refined, string


def evaluate_template(evaluate: Evaluate, expression: nodes.Template, scope: Scope) -> Value:
    return _template(evaluate, expression.parts, scope)


def _template(evaluate: Evaluate, parts: Iterable[nodes.Part], scope: Scope) -> Value:
    return _joined(_rendered(evaluate, parts, scope), scope)


def _rendered(evaluate: Evaluate, parts: Iterable[nodes.Part], scope: Scope) -> Iterator[Value]:
    for part in parts:
        if isinstance(part, nodes.TemplateIf):
            yield _template_if(evaluate, part, scope)
        elif isinstance(part, nodes.TemplateFor):
            yield _template_for(evaluate, part, scope)
        else:
            yield _as_text(evaluate(part, scope), part.span)


def _joined(parts: Iterable[Value], scope: Scope) -> Value:
    pieces: list[Any] = []
    waiting: list[Value] = []
    sensitive = False
    for part in parts:
        sensitive = sensitive or part.sensitive
        if part.is_pending:
            waiting.append(part)
            pieces.append(known_of(part))
        else:
            scope.budget.write(len(part.content))
            pieces.append(part.content)
    if not waiting:
        return string("".join(pieces)).marked(sensitive)
    known = joined(pieces) if all(isinstance(piece, str | Text) for piece in pieces) else None
    return refined(STRING, known, *waiting).marked(sensitive)


def _as_text(value: Value, span: Span) -> Value:
    if value.is_null:
        raise LocatedError("Invalid template interpolation value. The value is null.", span)
    if value.is_pending and not isinstance(value.type, types.Primitive):
        # Terraform does not look at the type of an unknown value.
        return pending(STRING, value)
    try:
        return convert(value, STRING)
    except EvaluationError as error:
        raise LocatedError(f"Invalid template interpolation value: {error}.", span) from None


def _template_if(evaluate: Evaluate, part: nodes.TemplateIf, scope: Scope) -> Value:
    condition = evaluate(part.condition, scope)
    render = partial(_template, evaluate)
    then, otherwise = attempt(render, part.then, scope), attempt(render, part.otherwise, scope)
    try:
        return choose(condition, then, otherwise, scope.budget.folds)
    except EvaluationError as error:
        raise _located(error, part.span) from None


def _located(error: EvaluationError, span: Span) -> LocatedError:
    return error if isinstance(error, LocatedError) else LocatedError(str(error), span)


def _template_for(evaluate: Evaluate, part: nodes.TemplateFor, scope: Scope) -> Value:
    source = evaluate(part.collection, scope)
    try:
        refuse_iteration(source)
    except EvaluationError as error:
        raise _located(error, part.span) from None
    if source.is_pending or isinstance(source.type, types.Resource):
        return pending(STRING, source)
    rendered: list[Value] = []
    for key, item in source.items():
        scope.budget.spend()
        rendered += _rendered(evaluate, part.body, LocalScope(scope, bindings(part.key, part.value, key, item)))
    return _joined(rendered, scope).marked(source.sensitive)
