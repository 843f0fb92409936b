"""Explicit conversions, and the functions that mark values as sensitive or remove the mark.

Source: https://github.com/hashicorp/terraform/blob/main/internal/lang/funcs/conversion.go
"""

from __future__ import annotations

from dyncheck.readers.hcl.functions.declaration import Function, InvalidArgument, Parameter
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
<<<<<<< HEAD
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type, constraint_name
=======
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type, friendly
from dyncheck.readers.hcl.language.unification import convertible
>>>>>>> a2c596a9d342928925dc2d44870e529cdfeb1991
from dyncheck.readers.hcl.language.values import Problem, Value, boolean, is_sensitive, pending


def _conversion(name: str, wanted: Type) -> Function:
    def run(value: Value) -> Value:
        try:
            return convert(value, wanted)
        except Problem as problem:
<<<<<<< HEAD
            raise InvalidArgument("v", f"cannot convert to {constraint_name(wanted)}: {problem}") from None

    return Function(name, (Parameter("v", ANY, takes_null=True, takes_pending=True, takes_sensitive=True),), run, wanted)
=======
            raise invalid("v", f"cannot convert to {friendly(wanted)}: {problem}") from None

    return Function(name, (Parameter("v", ANY, takes_null=True, takes_pending=True, takes_sensitive=True),), run, refuse_type)


def _refusal(wanted: Type) -> Callable[[Sequence[Value]], Type]:
    def refuse(arguments: Sequence[Value]) -> Type:
        if not convertible(arguments[0].type, wanted):
            raise invalid("v", f"cannot convert {friendly(arguments[0].type)} to {friendly(wanted)}")
        return wanted

    return refuse


def _sensitive(value: Value) -> Value:
    return value.marked(True)


def _nonsensitive(value: Value) -> Value:
    return value.unmarked()
>>>>>>> a2c596a9d342928925dc2d44870e529cdfeb1991


def _issensitive(value: Value) -> Value:
    if value.sensitive or (isinstance(value.type, types.Set) and is_sensitive(value)):
        return boolean(True)
    return pending(BOOL, value) if value.is_pending else boolean(False)


_VALUE = Parameter("value", ANY, takes_null=True, takes_pending=True, takes_sensitive=True)

FUNCTIONS = (
    Function("issensitive", (_VALUE,), _issensitive, BOOL),
    Function("nonsensitive", (_VALUE,), Value.unmarked),
    Function("sensitive", (_VALUE,), lambda value: value.marked(True)),
    _conversion("tobool", BOOL),
    _conversion("tolist", types.List(ANY)),
    _conversion("tomap", types.Map(ANY)),
    _conversion("tonumber", NUMBER),
    _conversion("toset", types.Set(ANY)),
    _conversion("tostring", STRING),
)
