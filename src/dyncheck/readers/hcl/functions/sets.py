"""Functions of sets.

Source: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/set.go
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

from dyncheck.readers.hcl.functions.declaration import MOST_PARTS, Function, InvalidArgument, Parameter
from dyncheck.readers.hcl.functions.sequences import may_shrink
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.types import ANY, Type
from dyncheck.readers.hcl.language.unification import unify
from dyncheck.readers.hcl.language.values import EvaluationError, Value, identity, list_of, pending, set_of


def _union(*sets: Value) -> Value:
    kind = _common_type(sets)
    return set_of(kind.element, (item for each in sets for item in convert(each, kind).content))


def _intersection(*sets: Value) -> Value:
    kind = _common_type(sets)
    first, *others = (convert(each, kind) for each in sets)
    known = [{identity(item, in_set=True) for item in other.content} for other in others]
    return set_of(kind.element, (item for item in first.content if all(identity(item, in_set=True) in other for other in known)))


def _subtraction(one: Value, other: Value) -> Value:
    kind = _common_type((one, other))
    unwanted = {identity(item, in_set=True) for item in convert(other, kind).content}
    return set_of(kind.element, (item for item in convert(one, kind).content if identity(item, in_set=True) not in unwanted))


def _common_type(sets: Sequence[Value]) -> types.Set:
    # An empty set of no type fits all others.
    kinds = [each.type.element for each in sets if isinstance(each.type, types.Set) and not (each.type == _SET and each.content == ())]
    found = unify(kinds)
    if ANY in kinds and not all(isinstance(kind, types.Primitive | types.Any) for kind in kinds):
        raise UnsureError("a set without a type and one of collections")
    if found is None:
        raise EvaluationError("given sets must all have compatible element types")
    return types.Set(found)


def _product(*sets: Value) -> Value:
    kind = _product_type(sets)
    sensitive = any(each.sensitive for each in sets)
    unsure = [each for each in sets if may_shrink(each)]
    if unsure:
        return pending(kind, *unsure, sensitive=sensitive)
    if prod(len(each.content) for each in sets) * len(sets) > MOST_PARTS:
        raise UnsureError(f"more than {MOST_PARTS} values")
    element = kind.element
    assert isinstance(element, types.Tuple)
    converted = [[convert(item, inner) for item in each.content] for each, inner in zip(sets, element.elements, strict=True)]
    items = (Value(types.Tuple(tuple(item.type for item in row)), row) for row in product(*converted))
    return (list_of if isinstance(kind, types.List) else set_of)(element, items).marked(sensitive)


def _product_type(sets: Sequence[Value]) -> types.List | types.Set:
    if len(sets) < 2:
        raise EvaluationError("at least two arguments are required")
    elements = types.Tuple(tuple(_element_type(each.type) for each in sets))
    return types.Set(elements) if any(isinstance(each.type, types.Set) for each in sets) else types.List(elements)


def _element_type(kind: Type) -> Type:
    if isinstance(kind, types.List | types.Set):
        return kind.element
    found = unify(kind.elements) if isinstance(kind, types.Tuple) else None
    if found is None:
        raise InvalidArgument("sets", "must be a set or a list with items of one type")
    return found


_SET = types.Set(ANY)
_FIRST, _OTHERS = Parameter("first_set", _SET), Parameter("other_sets", _SET)
_UNITED = Parameter("first_set", _SET, takes_partly_known=True), Parameter("other_sets", _SET, takes_partly_known=True)

FUNCTIONS = (
    Function("setintersection", (_FIRST,), _intersection, _common_type, variadic=_OTHERS),
    Function("setproduct", (), _product, _product_type, variadic=Parameter("sets", ANY, takes_partly_known=True, takes_sensitive=True)),
    Function("setsubtract", (Parameter("a", _SET), Parameter("b", _SET)), _subtraction, _common_type),
    Function("setunion", (_UNITED[0],), _union, _common_type, variadic=_UNITED[1]),
)
