"""How a function is declared, and what Terraform does around every call: conversion, null, pending and sensitive arguments.

Source: https://github.com/zclconf/go-cty/blob/main/cty/function/function.go
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dyncheck.readers.hcl.language import types, values
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.numbers import Number, cut, is_whole
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.types import ANY, STRING, Type, has_any
from dyncheck.readers.hcl.language.values import EvaluationError, Value, is_sensitive, is_wholly_known, list_of, pending, string

# No real configuration has more, and functions then need no limits of their own.
MOST_PARTS = 100_000
LONGEST_TEXT = 4_000_000


class Parameter(Struct, frozen=True):
    """A parameter. What it does not take is handled before the function runs: null is an error, a pending argument makes
    the result pending, a sensitive argument makes it sensitive.

    `takes_partly_known` is for a function that needs the collection but not all of its items, and `takes_typed` for one
    that does not need the collection either, only its type.
    """

    name: str
    type: Type
    takes_null: bool = False
    takes_pending: bool = False
    takes_partly_known: bool = False
    takes_sensitive: bool = False
    takes_typed: bool = False


def _spend_nothing(steps: int) -> None:
    """Counts no steps."""


class Context(Struct, frozen=True):
    """What a call can use beside its arguments.

    `directory` is the absolute path of the root module, where relative file names start; `tree` is the checked tree, and no
    file outside it is read. `render` evaluates the text of a template with only the given variables in scope; its second
    argument names the template in messages. `spend` counts the work of calls that take longer than their arguments show,
    in steps of the evaluation, and may raise to end it.
    """

    directory: str
    tree: str
    render: Callable[[str, str, Mapping[str, Value]], Value]
    spend: Callable[[int], None] = _spend_nothing


class InvalidArgument(EvaluationError):
    """A problem of one argument, with the name of its parameter."""

    def __init__(self, parameter: str, reason: str) -> None:
        super().__init__(reason)
        self.parameter = parameter


class Function(Struct, frozen=True):
    """A function. `returns` is the type of the result while an argument is pending; a callable computes it from the
    arguments, and refuses arguments that no later value could correct.

    `run` gets the arguments as values, and with `wants_context` the `Context` before them.
    """

    name: str
    parameters: tuple[Parameter, ...]
    run: Callable[..., Value]
    returns: Type | Callable[[Sequence[Value]], Type] = ANY
    variadic: Parameter | None = None
    wants_context: bool = False

    def call(self, arguments: Sequence[Value], context: Context) -> Value:
        """The result. Raises `EvaluationError` where Terraform would refuse the call."""
        given = self._assigned(arguments)
        try:
            return self._without_secret_causes(self._called(given, context), arguments)
        except RecursionError:
            return pending(ANY, f"{self.name}() of a value that nests too deep")
        except EvaluationError as problem:
            # The problem of a template keeps its words, which say where in the template it is.
            if type(problem) not in (EvaluationError, InvalidArgument):
                raise
            why = "the reason would show a sensitive value" if _shows_secret(str(problem), arguments) else str(problem)
            if isinstance(problem, InvalidArgument):
                raise EvaluationError(f'Invalid function argument. Invalid value for "{problem.parameter}" parameter: {why}.') from None
            raise EvaluationError(f'Error in function call. Call to function "{self.name}" failed: {why}.') from None

    def _assigned(self, arguments: Sequence[Value]) -> list[tuple[Parameter, Value]]:
        fixed = len(self.parameters)
        expects = f'Function "{self.name}" expects'
        if len(arguments) < fixed:
            at_least = " at least" if self.variadic else ""
            missing = self.parameters[len(arguments)].name
            raise EvaluationError(f'Not enough function arguments. {expects}{at_least} {fixed} argument(s). Missing value for "{missing}".')
        if self.variadic is None and len(arguments) > fixed:
            raise EvaluationError(f"Too many function arguments. {expects} only {fixed} argument(s).")
        extra = [self.variadic] * (len(arguments) - fixed) if self.variadic else []
        return list(zip((*self.parameters, *extra), arguments, strict=True))

    def _called(self, given: Sequence[tuple[Parameter, Value]], context: Context) -> Value:
        sensitive = False
        waiting: list[Value] = []
        prepared: list[Value] = []
        for parameter, argument in given:
            if values.is_larger(argument, MOST_PARTS):
                return pending(ANY, f"{self.name}() of more than {MOST_PARTS} values", sensitive=is_sensitive(argument))
            try:
                value = convert(argument, parameter.type)
            except EvaluationError as problem:
                raise InvalidArgument(parameter.name, str(problem)) from None
            if not parameter.takes_sensitive and is_sensitive(value):
                sensitive, value = True, values.without_marks(value)
            if value.is_null and not parameter.takes_null:
                raise InvalidArgument(parameter.name, "argument must not be null")
            if not _is_known_enough(parameter, value):
                waiting.append(value)
            prepared.append(value)
        try:
            if (waiting or any(value.is_pending for value in prepared)) and any(map(values.has_known_of_pending, prepared)):
                from dyncheck.readers.hcl.functions.of_inputs import called

                found = called(self.name, prepared, is_shown=not sensitive)
                if found is not None:
                    return found.marked(sensitive)
            if waiting:
                return pending(self._type(prepared, waiting), *waiting).marked(sensitive)
            result = self.run(context, *prepared) if self.wants_context else self.run(*prepared)
        except UnsureError as reason:
            result = pending(self._type(prepared, ()), f"{self.name}() of {reason}", sensitive=any(map(is_sensitive, prepared)))
        return result.marked(sensitive)

    def _type(self, prepared: Sequence[Value], waiting: Sequence[Value]) -> Type:
        # While the type of an argument is not known, Terraform does not ask the function for the type of its result.
        # The type of a whole resource is only partly known here.
        if any(isinstance(value.type, types.Resource) or (isinstance(value.type, types.Any) and not value.is_known) for value in waiting):
            return self.returns if isinstance(self.returns, Type) and not has_any(self.returns) else ANY
        if isinstance(self.returns, Type):
            return self.returns
        try:
            return self.returns(prepared)
        except UnsureError:
            return ANY

    def _without_secret_causes(self, result: Value, arguments: Sequence[Value]) -> Value:
        """The result, pending if its own causes show a sensitive argument. The causes of the arguments are places and show none."""
        if any(map(is_sensitive, arguments)):
            known = {cause for argument in arguments for cause in values.causes_of(argument)}
            if any(_shows_secret(cause, arguments) for cause in {*values.causes_of(result)} - known):
                return pending(result.type, f"{self.name}() of a sensitive value", *arguments, sensitive=result.sensitive)
        return result


def _is_known_enough(parameter: Parameter, value: Value) -> bool:
    if isinstance(value.type, types.Resource) and not value.is_null:
        return parameter.takes_pending and parameter.takes_sensitive
    if parameter.takes_pending:
        return True
    if parameter.takes_typed:
        return not isinstance(value.type, types.Any) or value.is_known
    return not value.is_pending if parameter.takes_partly_known else is_wholly_known(value)


def _shows_secret(text: str, arguments: Sequence[Value]) -> bool:
    secrets = (part.content for argument in arguments for part in values.secret_parts(argument))
    return any(str(secret) in text for secret in secrets if isinstance(secret, str | int) and secret != "")


def limit_text(length: int) -> None:
    """Raises `UnsureError` for more characters than dyncheck writes."""
    if length > LONGEST_TEXT:
        raise UnsureError(f"more than {LONGEST_TEXT} characters")


def plain(name: str, run: Callable[..., Any], returns: Type, /, **parameters: Type) -> Function:
    """A function that gets the contents of its arguments, and returns a str, a bool, a number or a list of str."""

    def run_on_values(*arguments: Value) -> Value:
        found = run(*(argument.content for argument in arguments))
        return list_of(STRING, map(string, found)) if isinstance(found, list) else values.as_value(found)

    return Function(name, tuple(Parameter(parameter, kind) for parameter, kind in parameters.items()), run_on_values, returns)


def to_int(number: Number) -> int:
    """A machine integer. Raises `EvaluationError` for a fraction or a number that is too large."""
    if not is_whole(number) or not -(2**63) <= number < 2**63:
        raise EvaluationError(f"value must be a whole number, between {-(2**63)} and {2**63 - 1}")
    return int(cut(number))
