"""How a function is declared, and what Terraform does around every call: conversion, null, pending and sensitive arguments.

Source: https://github.com/zclconf/go-cty/blob/main/cty/function/function.go
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.types import ANY, Type
from dyncheck.readers.hcl.language.values import Problem, Value, Values, is_sensitive, is_wholly_known, pending, without_marks


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


class Context(Struct, frozen=True):
    """What a call can see beside its arguments.

    `directory` is the absolute path of the root module, which relative file names start from; `tree` that of the checked
    tree, outside of which no file is read. `render` evaluates the text of a template with nothing but the given variables
    in scope; its second argument names the template in messages.
    """

    directory: str
    tree: str
    render: Callable[[str, str, Mapping[str, Value]], Value]


Implementation: TypeAlias = Callable[..., Value]


class Function(Struct, frozen=True):
    """A function. `returns` is the type of the result while an argument is pending; a callable computes it from the arguments.

    `run` gets the arguments as values, and with `wants_context` the `Context` before them.
    """

    parameters: tuple[Parameter, ...]
    run: Implementation
    returns: Type | Callable[[Sequence[Value]], Type] = ANY
    variadic: Parameter | None = None
    wants_context: bool = False

    def call(self, arguments: Sequence[Value], context: Context) -> Value:
        """The result. Raises `Problem` as Terraform would refuse the call."""
        given = self._checked(arguments)
        sensitive = False
        waiting: list[Value] = []
        prepared: list[Value] = []
        for parameter, argument in given:
            value = _converted(parameter, argument)
            if not parameter.takes_sensitive and is_sensitive(value):
                sensitive, value = True, without_marks(value)
            if value.is_null and not parameter.takes_null:
                raise Problem(f'Invalid value for "{parameter.name}" parameter: argument must not be null.')
            if not parameter.takes_pending and _waits(value, parameter):
                waiting.append(value)
            prepared.append(value)
        if waiting:
            returns = self.returns(prepared) if callable(self.returns) else self.returns
            return pending(returns, *waiting, sensitive=sensitive)
        result = self.run(context, *prepared) if self.wants_context else self.run(*prepared)
        return result.marked(sensitive)

    def _checked(self, arguments: Sequence[Value]) -> list[tuple[Parameter, Value]]:
        fixed = len(self.parameters)
        if len(arguments) < fixed:
            raise Problem(f'Function expects {fixed} argument(s). Missing value for "{self.parameters[len(arguments)].name}".')
        if self.variadic is None and len(arguments) > fixed:
            raise Problem(f"Function expects only {fixed} argument(s).")
        extra = [self.variadic] * (len(arguments) - fixed) if self.variadic else []
        return list(zip((*self.parameters, *extra), arguments, strict=True))


def _waits(value: Value, parameter: Parameter) -> bool:
    # Of a whole resource only single attributes are known.
    if value.is_pending or isinstance(value.type, types.Resource):
        return True
    return not parameter.takes_partly_known and not is_wholly_known(value)


def _converted(parameter: Parameter, argument: Value) -> Value:
    try:
        return convert(argument, parameter.type)
    except Problem as problem:
        raise Problem(f'Invalid value for "{parameter.name}" parameter: {problem}.') from None


def invalid(parameter: str, why: str) -> Problem:
    """The error that one argument is not as the function needs it."""
    return Problem(f'Invalid value for "{parameter}" parameter: {why}.')


def all_known(values: Values) -> bool:
    """Whether all of them are wholly known."""
    return all(map(is_wholly_known, values))
