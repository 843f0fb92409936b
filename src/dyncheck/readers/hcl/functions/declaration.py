"""How a function is declared, and what Terraform does around every call: conversion, null, pending and sensitive arguments.

Source: https://github.com/zclconf/go-cty/blob/main/cty/function/function.go
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.types import ANY, Type, has_any
from dyncheck.readers.hcl.language.values import (
    Pending,
    Problem,
    Value,
    causes_of,
    has_known_of_pending,
    is_larger,
    is_sensitive,
    is_wholly_known,
    pending,
    secret_parts,
    without_marks,
)

# More than any configuration has; functions then need no limits of their own to stay fast.
MOST_PARTS = 100_000
LONGEST_TEXT = 4_000_000


class Parameter(Struct, frozen=True):
    """A parameter. What is not taken is dealt with before the function runs: null is an error, a pending argument makes
    the result pending, a sensitive one makes it sensitive.

    `takes_partly_known` is for a function that looks at the collection and not into all of its items.
    """

    name: str
    type: Type
    takes_null: bool = False
    takes_pending: bool = False
    takes_partly_known: bool = False
    takes_sensitive: bool = False


def _spend_freely(steps: int) -> None:
    """Where nobody counts."""


class Context(Struct, frozen=True):
    """What a call can see beside its arguments.

    `directory` is the absolute path of the root module, which relative file names start from; `tree` that of the checked
    tree, outside of which no file is read. `render` evaluates the text of a template with nothing but the given variables
    in scope; its second argument names the template in messages. `spend` is told of the work of calls that take longer
    than their arguments show, in the steps of the evaluation, and may raise to end it.
    """

    directory: str
    tree: str
    render: Callable[[str, str, Mapping[str, Value]], Value]
    spend: Callable[[int], None] = _spend_freely


Implementation: TypeAlias = Callable[..., Value]
Returns: TypeAlias = "Type | Callable[[Sequence[Value]], Type]"


class InvalidArgument(Problem):
    """What is wrong with one argument. `parameter` is the name of its parameter."""

    def __init__(self, parameter: str, why: str) -> None:
        super().__init__(why)
        self.parameter = parameter


class Function(Struct, frozen=True):
    """A function. `returns` is the type of the result while an argument is pending; a callable computes it from the
    arguments, and refuses those that no later value could mend.

    `run` gets the arguments as values, and with `wants_context` the `Context` before them.
    """

    name: str
    parameters: tuple[Parameter, ...]
    run: Implementation
    returns: Returns = ANY
    variadic: Parameter | None = None
    wants_context: bool = False

    def call(self, arguments: Sequence[Value], context: Context) -> Value:
        """The result. Raises `Problem` with Terraform's message as Terraform would refuse the call."""
        given = self._checked(arguments)
        try:
            return _with_causes_that_tell_nothing(self._called(given, context), arguments, self.name)
        except UnsureError as reason:
            kind = self.returns if isinstance(self.returns, Type) else ANY
            found = pending(kind, f"{self.name}() of {reason}", sensitive=any(map(is_sensitive, arguments)))
            return _with_causes_that_tell_nothing(found, arguments, self.name)
        except InvalidArgument as problem:
            why = _without_secrets(str(problem), arguments)
            raise Problem(f'Invalid function argument. Invalid value for "{problem.parameter}" parameter: {why}.') from None
        except Problem as problem:
            # A template's own problem is told as it is: it says where in the template it stands.
            if type(problem) is not Problem:
                raise
            why = _without_secrets(str(problem), arguments)
            raise Problem(f'Error in function call. Call to function "{self.name}" failed: {why}.') from None
        except RecursionError:
            return pending(ANY, f"{self.name}() of a value that nests too deep")

    def _checked(self, arguments: Sequence[Value]) -> list[tuple[Parameter, Value]]:
        fixed = len(self.parameters)
        expects = f'Function "{self.name}" expects'
        if len(arguments) < fixed:
            at_least = " at least" if self.variadic else ""
            missing = self.parameters[len(arguments)].name
            raise Problem(f'Not enough function arguments. {expects}{at_least} {fixed} argument(s). Missing value for "{missing}".')
        if self.variadic is None and len(arguments) > fixed:
            raise Problem(f"Too many function arguments. {expects} only {fixed} argument(s).")
        extra = [self.variadic] * (len(arguments) - fixed) if self.variadic else []
        return list(zip((*self.parameters, *extra), arguments, strict=True))

    def _called(self, given: Sequence[tuple[Parameter, Value]], context: Context) -> Value:
        sensitive = False
        waiting: list[Value] = []
        prepared: list[Value] = []
        for parameter, argument in given:
            if is_larger(argument, MOST_PARTS):
                return pending(ANY, f"{self.name}() of more than {MOST_PARTS} values", sensitive=is_sensitive(argument))
            value = _converted(parameter, argument)
            if not parameter.takes_sensitive and is_sensitive(value):
                sensitive, value = True, without_marks(value)
            if value.is_null and not parameter.takes_null:
                raise InvalidArgument(parameter.name, "argument must not be null")
            if not _is_known_enough(parameter, value):
                waiting.append(value)
            prepared.append(value)
        if (waiting or any(value.is_pending for value in prepared)) and any(map(has_known_of_pending, prepared)):
            from dyncheck.readers.hcl.functions.of_inputs import called

            found = called(self.name, prepared, is_shown=not sensitive)
            if found is not None:
                return found.marked(sensitive)
        if waiting:
            return self._pending(prepared, waiting).marked(sensitive)
        result = self.run(context, *prepared) if self.wants_context else self.run(*prepared)
        return result.marked(sensitive)

    def _pending(self, prepared: Sequence[Value], waiting: Sequence[Value]) -> Value:
        # While the type of an argument is not known, Terraform does not ask the function for the type of its result.
        # Of a whole resource not all of the type is known here.
        if any(isinstance(value.type, types.Resource) or (isinstance(value.type, types.Any) and not value.is_known) for value in waiting):
            return pending(self.returns if isinstance(self.returns, Type) and not has_any(self.returns) else ANY, *waiting)
        return pending(self.returns(prepared) if callable(self.returns) else self.returns, *waiting)


def _is_known_enough(parameter: Parameter, value: Value) -> bool:
    if isinstance(value.type, types.Resource) and not value.is_null:
        return parameter.takes_pending and parameter.takes_sensitive
    if parameter.takes_pending:
        return True
    return not value.is_pending if parameter.takes_partly_known else is_wholly_known(value)


def _converted(parameter: Parameter, argument: Value) -> Value:
    try:
        return convert(argument, parameter.type)
    except Problem as problem:
        raise InvalidArgument(parameter.name, str(problem)) from None


def _without_secrets(reason: str, arguments: Sequence[Value]) -> str:
    """A reason as it may be shown: Terraform's own show the argument, whether or not it is sensitive."""
    return "the reason would show a sensitive value" if _tells_a_secret(reason, arguments) else reason


def _tells_a_secret(text: str, arguments: Sequence[Value]) -> bool:
    secrets = (part.content for argument in arguments for part in secret_parts(argument))
    return any(str(secret) in text for secret in secrets if isinstance(secret, str | int) and secret != "")


def _with_causes_that_tell_nothing(result: Value, arguments: Sequence[Value], name: str) -> Value:
    """A result whose own causes show no sensitive argument; those that an argument came with are places and show none."""
    if not any(map(is_sensitive, arguments)):
        return result
    before = {cause for argument in arguments for cause in causes_of(argument)}
    replaced = {cause: f"{name}() of a sensitive value" for cause in {*causes_of(result)} - before if _tells_a_secret(cause, arguments)}
    return _with_causes(result, replaced) if replaced else result


def _with_causes(value: Value, replaced: Mapping[str, str]) -> Value:
    content = value.content
    if isinstance(content, Pending):
        content = Pending(tuple(dict.fromkeys(replaced.get(cause, cause) for cause in content.causes)))
    elif isinstance(content, tuple):
        content = tuple(_with_causes(item, replaced) for item in content)
    elif isinstance(content, dict):
        content = {key: _with_causes(item, replaced) for key, item in content.items()}
    return Value(value.type, content, value.sensitive)


def invalid(parameter: str, why: str) -> Problem:
    """The error that one argument is not as the function needs it."""
    return InvalidArgument(parameter, why)


def named(*functions: Function) -> dict[str, Function]:
    """Functions by their names."""
    return {function.name: function for function in functions}
