"""Function calls, with `try` and `can`, whose arguments may have errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from dyncheck.readers.hcl.evaluation.scope import Evaluate, Scope
from dyncheck.readers.hcl.functions import find
from dyncheck.readers.hcl.language import nodes, types
from dyncheck.readers.hcl.language.constraints import apply, read_constraint
from dyncheck.readers.hcl.language.problems import EvaluationError, LocatedError
from dyncheck.readers.hcl.language.types import ANY, BOOL
from dyncheck.readers.hcl.language.values import Pending, Value, boolean, is_wholly_known, pending

Evaluated = TypeVar("Evaluated")

# Source: https://github.com/opentofu/opentofu/blob/main/internal/lang/functions.go
_OF_OPENTOFU = frozenset(
    {
        "assumeequal",
        "assumelistlength",
        "assumelistlengthmax",
        "assumelistlengthmin",
        "assumemaplength",
        "assumemaplengthmax",
        "assumemaplengthmin",
        "assumenotnull",
        "assumesetlength",
        "assumesetlengthmax",
        "assumesetlengthmin",
        "assumestringprefix",
        "base64gunzip",
        "cidrcontains",
        "urldecode",
    }
)


def evaluate_call(evaluate: Evaluate, expression: nodes.Call, scope: Scope) -> Value:
    if scope.is_constant:
        raise EvaluationError("Function calls not allowed. The value must be a constant.")
    name = expression.name.removeprefix("core::")
    special = _SPECIAL.get(name)
    if special:
        return special(evaluate, expression, scope)
    if "::" in name:
        return pending(ANY, f"{name}(), a function of a provider")
    if name == "templatestring" and expression.arguments and not _is_reference(expression.arguments[0]):
        why = "it must be a reference to a text from elsewhere, without anything around it"
        raise EvaluationError(f'Invalid function argument. Invalid value for "template" parameter: {why}.')
    function = find(name)
    if name in _OF_OPENTOFU:
        return pending(ANY, f"{name}(), which only OpenTofu has")
    if function is None:
        raise EvaluationError(f'Call to unknown function. There is no function named "{name}".')
    arguments = _arguments(evaluate, expression, scope)
    if isinstance(arguments, Pending):
        return Value(ANY, arguments)
    scope.budget.look_into(*arguments)
    result = function.call(arguments, scope.context)
    if isinstance(result.content, tuple | dict):
        scope.budget.spend(len(result.content))
    return result


def _is_reference(expression: nodes.Expression) -> bool:
    while isinstance(expression, nodes.Attribute | nodes.IndexExpression | nodes.Splat):
        expression = expression.of
    return isinstance(expression, nodes.Name)


def _arguments(evaluate: Evaluate, expression: nodes.Call, scope: Scope) -> list[Value] | Pending:
    arguments = [evaluate(argument, scope) for argument in expression.arguments]
    if not expression.expanded:
        return arguments
    last = arguments.pop()
    if last.is_null or not isinstance(last.type, types.List | types.Set | types.Tuple | types.Any):
        raise EvaluationError("Invalid expanding argument value. The argument before '...' must be a list, set or tuple.")
    if isinstance(last.content, Pending):
        return last.content
    return [*arguments, *(item.marked(last.sensitive) for _, item in last.items())]


def _try(evaluate: Evaluate, expression: nodes.Call, scope: Scope) -> Value:
    """`try`: the first argument without an error. A pending part may still fail, so it makes the whole result pending."""
    errors = []
    for argument in expression.arguments:
        value = attempt(evaluate, argument, scope)
        if not isinstance(value, EvaluationError):
            return value if is_wholly_known(value) else pending(ANY, value)
        errors.append(str(value))
    why = f"no expression succeeded: {'; '.join(errors)}" if errors else "at least one argument is required."
    raise EvaluationError(f'Error in function call. Call to function "try" failed: {why}')


def _can(evaluate: Evaluate, expression: nodes.Call, scope: Scope) -> Value:
    """`can`: whether the argument has no error; pending while the argument is."""
    if len(expression.arguments) != 1:
        raise EvaluationError('Error in function call. Call to function "can" failed: exactly one argument is required.')
    value = attempt(evaluate, expression.arguments[0], scope)
    if isinstance(value, EvaluationError):
        return boolean(False)
    return boolean(True) if is_wholly_known(value) else pending(BOOL, value)


def _convert(evaluate: Evaluate, expression: nodes.Call, scope: Scope) -> Value:
    """`convert(value, type)` of Terraform 1.15 and OpenTofu 1.13."""
    if len(expression.arguments) != 2 or expression.expanded:
        raise EvaluationError('Error in function call. Call to function "convert" failed: exactly two arguments are required.')
    value, kind = expression.arguments
    constraint = read_constraint(kind, lambda default: evaluate(default, scope))
    try:
        return apply(evaluate(value, scope), constraint)
    except LocatedError:
        raise
    except EvaluationError as problem:
        raise EvaluationError(f'Invalid function argument. Invalid value for "value" parameter: {problem}.') from None


_SPECIAL: dict[str, Callable[[Evaluate, nodes.Call, Scope], Value]] = {"can": _can, "convert": _convert, "try": _try}


def attempt(evaluate: Callable[[Evaluated, Scope], Value], evaluated: Evaluated, scope: Scope) -> Value | EvaluationError:
    """The value, or the error of it. Raises `LocatedError` for a static one."""
    try:
        return evaluate(evaluated, scope)
    except EvaluationError as error:
        if isinstance(error, LocatedError) and error.is_static:
            raise
        return error
