"""Explicit conversions, and the functions that mark values as sensitive or remove the mark.

Source: https://github.com/hashicorp/terraform/blob/main/internal/lang/funcs/conversion.go
"""

from __future__ import annotations

from dyncheck.readers.hcl.functions.declaration import Function, InvalidArgument, Parameter
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type, friendly
from dyncheck.readers.hcl.language.values import EvaluationError, Value, boolean, is_sensitive, known_of, pending


def _conversion(name: str, wanted: Type) -> Function:
    def run(value: Value) -> Value:
        try:
            found = convert(value, wanted)
        except EvaluationError as problem:
            raise InvalidArgument("v", f"cannot convert to {friendly(wanted)}: {problem}") from None
        # Of an unknown collection Terraform does not keep the type of the items.
        return Value(wanted, found.content, found.sensitive) if found.is_pending and known_of(found) is None else found

    return Function(name, (Parameter("v", ANY, takes_null=True, takes_pending=True, takes_sensitive=True),), run, wanted)


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
