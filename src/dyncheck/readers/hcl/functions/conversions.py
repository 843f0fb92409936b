"""Explicit conversions, and marks: what is sensitive, and what is so no more.

Source: https://github.com/hashicorp/terraform/blob/main/internal/lang/funcs/conversion.go
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dyncheck.readers.hcl.functions.declaration import Function, Parameter, invalid, named
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type, constraint_name, friendly
from dyncheck.readers.hcl.language.unification import convertible
from dyncheck.readers.hcl.language.values import Problem, Value, boolean, is_sensitive, pending


def _conversion(name: str, wanted: Type) -> Function:
    refuse_type = _refusal(wanted)

    def run(value: Value) -> Value:
        refuse_type((value,))
        try:
            return convert(value, wanted)
        except Problem as problem:
            raise invalid("v", f"cannot convert to {constraint_name(wanted)}: {problem}") from None

    return Function(name, (Parameter("v", ANY, takes_null=True, takes_pending=True, takes_sensitive=True),), run, refuse_type)


def _refusal(wanted: Type) -> Callable[[Sequence[Value]], Type]:
    def refuse(arguments: Sequence[Value]) -> Type:
        if not convertible(arguments[0].type, wanted):
            raise invalid("v", f"cannot convert {friendly(arguments[0].type)} to {constraint_name(wanted)}")
        return wanted

    return refuse


def _sensitive(value: Value) -> Value:
    return value.marked(True)


def _nonsensitive(value: Value) -> Value:
    return value.unmarked()


def _issensitive(value: Value) -> Value:
    if value.sensitive or (isinstance(value.type, types.Set) and is_sensitive(value)):
        return boolean(True)
    return pending(BOOL, value) if value.is_pending else boolean(False)


def _returns_argument(arguments: Sequence[Value]) -> Type:
    return arguments[0].type


_VALUE = Parameter("value", ANY, takes_null=True, takes_pending=True, takes_sensitive=True)

FUNCTIONS = named(
    Function("issensitive", (_VALUE,), _issensitive, BOOL),
    Function("nonsensitive", (_VALUE,), _nonsensitive, _returns_argument),
    Function("sensitive", (_VALUE,), _sensitive, _returns_argument),
    _conversion("tobool", BOOL),
    _conversion("tolist", types.List(ANY)),
    _conversion("tomap", types.Map(ANY)),
    _conversion("tonumber", NUMBER),
    _conversion("toset", types.Set(ANY)),
    _conversion("tostring", STRING),
)
