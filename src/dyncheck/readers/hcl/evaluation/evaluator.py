"""The value of an expression.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#expressions
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from dyncheck.readers.hcl.evaluation.budget import Budget, BudgetError
from dyncheck.readers.hcl.evaluation.calls import attempt, evaluate_call
from dyncheck.readers.hcl.evaluation.loops import evaluate_for, key_text
from dyncheck.readers.hcl.evaluation.scope import LocalScope, Scope
from dyncheck.readers.hcl.evaluation.templates import evaluate_template
from dyncheck.readers.hcl.language import nodes, types
from dyncheck.readers.hcl.language.items import attribute_of, item_of
from dyncheck.readers.hcl.language.nodes import Expression
from dyncheck.readers.hcl.language.operators import binary, choose, decides, unary
from dyncheck.readers.hcl.language.problems import EvaluationError, LocatedError, StaticError
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type
from dyncheck.readers.hcl.language.unification import unify
from dyncheck.readers.hcl.language.values import Value, as_value, is_sensitive, object_of, pending, tuple_of

_OF_NUMBERS = frozenset({"+", "-", "*", "/", "%"})


def evaluate(expression: Expression, scope: Scope) -> Value:
    """The value of an expression. Raises `LocatedError` where Terraform refuses it, `BudgetError` when it takes too much."""
    budget = scope.budget
    # The same as `spend`, without a call for each expression.
    budget.steps -= 1
    budget.all_steps -= 1
    if budget.steps < 0 or budget.all_steps < 0:
        budget.spend(0)
    if budget.depth > Budget.DEEPEST:
        raise BudgetError("leads through more values in a row than dyncheck follows")
    budget.depth += 1
    try:
        value = _EVALUATE[type(expression)](expression, scope)
    except LocatedError:
        raise
    except EvaluationError as error:
        raise LocatedError(str(error), expression.span, isinstance(error, StaticError)) from None
    finally:
        budget.depth -= 1
    content = value.content
    if type(content) is tuple or type(content) is dict:
        budget.weigh(value)
    elif type(content) is str and len(content) > 1_000:
        budget.write(len(content))
    return value


def _name(expression: nodes.Name, scope: Scope) -> Value:
    found = _looked_up(expression, scope)
    if isinstance(found.type, types.Resource) and found.content.is_prefix:
        raise StaticError(f'Invalid reference. "{expression.name}" must be followed by a name.')
    return found


def _looked_up(expression: nodes.Name, scope: Scope) -> Value:
    found = scope.lookup(expression.name)
    if found is None:
        raise EvaluationError(f'There is no "{expression.name}" here.')
    return found


def _attribute(expression: nodes.Attribute, scope: Scope) -> Value:
    of = expression.of
    return attribute_of(_looked_up(of, scope) if isinstance(of, nodes.Name) else evaluate(of, scope), expression.name)


def _index(expression: nodes.IndexExpression, scope: Scope) -> Value:
    return item_of(evaluate(expression.of, scope), evaluate(expression.key, scope))


def _splat(expression: nodes.Splat, scope: Scope) -> Value:
    source = evaluate(expression.of, scope)
    if source.is_pending:
        # It may be null or no list.
        return pending(ANY, source)
    is_collection = isinstance(source.type, types.List | types.Set)
    if source.is_null:
        if is_collection:
            raise EvaluationError("Splat of null value. A splat (*) cannot be applied to a null list or set.")
        return tuple_of(())
    items = [item for _, item in source.items()] if is_collection or isinstance(source.type, types.Tuple) else [source]
    if isinstance(source.type, types.List | types.Set) and not items:
        # The expression must be valid for items of the element type even when there are none.
        probe = evaluate(expression.each, LocalScope(scope, {}, pending(source.type.element, source)))
        return Value(types.List(probe.type), (), source.sensitive)
    scope.budget.spend(len(items))
    results = [evaluate(expression.each, LocalScope(scope, {}, item.marked(source.sensitive))) for item in items]
    if is_collection and len({item.type for item in results}) == 1:
        return Value(types.List(results[0].type), tuple(results), source.sensitive)
    return tuple_of(results).marked(source.sensitive)


def _splat_item(_expression: nodes.SplatItem, scope: Scope) -> Value:
    item: Value | None = getattr(scope, "item", None)
    assert item is not None, "the parser puts these into splats only"
    return item


def _tuple(expression: nodes.TupleExpression, scope: Scope) -> Value:
    return tuple_of([evaluate(item, scope) for item in expression.items])


def _object(expression: nodes.ObjectExpression, scope: Scope) -> Value:
    if expression.dotted:
        raise LocatedError(
            "Ambiguous attribute key. Wrap it in parentheses if it is a reference, or in quotes if it is a literal name.", expression.dotted
        )
    items: dict[str, Value] = {}
    unsure: list[Value] = []
    sensitive = False
    for key_expression, item_expression in expression.items:
        key = evaluate(key_expression, scope)
        item = evaluate(item_expression, scope)
        sensitive = sensitive or is_sensitive(key)
        name = key_text(key)
        if name.is_pending:
            unsure.append(name)
        else:
            items[name.content] = item
    if unsure:
        return pending(ANY, *unsure, sensitive=sensitive)
    return object_of(items).marked(sensitive)


def _unary(expression: nodes.Unary, scope: Scope) -> Value:
    return unary(expression.operator, evaluate(expression.operand, scope))


def _binary(expression: nodes.Binary, scope: Scope) -> Value:
    operator = expression.operator
    left, right = evaluate(expression.left, scope), attempt(evaluate, expression.right, scope)
    if isinstance(right, EvaluationError):
        # Terraform 1.12 and later ignore the right side when the left decides; earlier versions refuse an error in it.
        if operator in ("&&", "||") and decides(operator, left):
            return left
        raise right
    if operator in ("==", "!="):
        scope.budget.look_into(left, right)
    return binary(operator, left, right)


def _conditional(expression: nodes.Conditional, scope: Scope) -> Value:
    condition = evaluate(expression.condition, scope)
    then, otherwise = attempt(evaluate, expression.then, scope), attempt(evaluate, expression.otherwise, scope)
    scope.budget.look_into(*(arm for arm in (then, otherwise) if isinstance(arm, Value)))
    failed = [arm for arm, found in ((expression.then, then), (expression.otherwise, otherwise)) if isinstance(found, EvaluationError)]
    return choose(condition, then, otherwise, scope.budget.folds, _type_in_spite(failed[0], scope) if len(failed) == 1 else ANY)


def _type_in_spite(expression: Expression, scope: Scope) -> Type:
    """The type that Terraform gives an expression with an error in it, as far as its form decides that."""
    match expression:
        case nodes.Template():
            return STRING
        case nodes.Unary(operator=operator) | nodes.Binary(operator=operator):
            return NUMBER if operator in _OF_NUMBERS else BOOL
        case nodes.TupleExpression():
            return types.Tuple(tuple(_type(item, scope) for item in expression.items))
        case nodes.Conditional():
            return unify((_type(expression.then, scope), _type(expression.otherwise, scope))) or ANY
        case _:
            return ANY


def _type(expression: Expression, scope: Scope) -> Type:
    found = attempt(evaluate, expression, scope)
    return _type_in_spite(expression, scope) if isinstance(found, EvaluationError) else found.type


_EVALUATE: dict[type, Callable[[Any, Scope], Value]] = {
    nodes.Literal: lambda literal, _: as_value(literal.value),
    nodes.Template: partial(evaluate_template, evaluate),
    nodes.TupleExpression: _tuple,
    nodes.ObjectExpression: _object,
    nodes.For: partial(evaluate_for, evaluate),
    nodes.Name: _name,
    nodes.Attribute: _attribute,
    nodes.IndexExpression: _index,
    nodes.Splat: _splat,
    nodes.SplatItem: _splat_item,
    nodes.Unary: _unary,
    nodes.Binary: _binary,
    nodes.Conditional: _conditional,
    nodes.Call: partial(evaluate_call, evaluate),
}
