"""Type constraints, as variables and outputs have them: a type, and the defaults of its optional attributes.

Source: https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from dyncheck.readers.hcl.language import nodes, types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.nodes import Expression
from dyncheck.readers.hcl.language.problems import EvaluationError, LocatedError
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type
from dyncheck.readers.hcl.language.values import Value, object_of, set_of, tuple_of

_SIMPLE: Mapping[str, Type] = {"string": STRING, "number": NUMBER, "bool": BOOL, "any": ANY}
_COLLECTIONS: Mapping[str, Callable[[Type], Type]] = {"list": types.List, "set": types.Set, "map": types.Map}
# The quoted spelling of Terraform 0.11.
_QUOTED: Mapping[str, Type] = {"string": STRING, "list": types.List(ANY), "map": types.Map(ANY)}


class Constraint(Struct, frozen=True):
    """A type with the defaults of its optional attributes. `attributes` are its own, `inside` those of its parts ("" for every element)."""

    type: Type = ANY
    attributes: Mapping[str, Value] = {}
    inside: Mapping[str, Constraint] = {}

    @property
    def has_defaults(self) -> bool:
        return bool(self.attributes) or any(inner.has_defaults for inner in self.inside.values())

    def part(self, name: str) -> Constraint:
        """The constraint of one attribute or element."""
        return self.inside.get(name) or self.inside.get("") or Constraint()


def apply(value: Value, constraint: Constraint) -> Value:
    """The value with the constraint's type and defaults. Raises `EvaluationError` when it does not fit."""
    return convert(_filled(value, constraint) if constraint.has_defaults else value, constraint.type)


def _filled(value: Value, constraint: Constraint) -> Value:
    if not value.is_known or not constraint.has_defaults:
        return value
    if isinstance(value.content, dict):
        items = dict(value.content)
        for name, default in constraint.attributes.items():
            if name not in items or items[name].is_null:
                items[name] = default
        return object_of({name: _filled(item, constraint.part(name)) for name, item in items.items()}).marked(value.sensitive)
    if isinstance(value.content, tuple):
        parts = [_filled(item, constraint.part(str(position))) for position, item in enumerate(value.content)]
        if isinstance(value.type, types.Set) and len({part.type for part in parts}) == 1:
            return set_of(parts[0].type, parts).marked(value.sensitive)
        return tuple_of(parts).marked(value.sensitive)
    return value


def read_constraint(expression: Expression, default: Callable[[Expression], Value]) -> Constraint:
    """The constraint of a `type` argument; `default` evaluates the default of an optional attribute.

    Raises `LocatedError` when it is invalid.
    """
    if isinstance(expression, nodes.Literal) and isinstance(expression.value, str):
        if expression.value not in _QUOTED:
            raise LocatedError("Invalid quoted type constraint. Remove the quotes.", expression.span)
        return Constraint(_QUOTED[expression.value])
    if isinstance(expression, nodes.Name):
        if expression.name in _SIMPLE:
            return Constraint(_SIMPLE[expression.name])
        if expression.name in _COLLECTIONS:
            return Constraint(_COLLECTIONS[expression.name](ANY), inside={"": Constraint()})
    if isinstance(expression, nodes.Call) and len(expression.arguments) == 1:
        inner = expression.arguments[0]
        if expression.name in _COLLECTIONS:
            element = read_constraint(inner, default)
            return Constraint(_COLLECTIONS[expression.name](element.type), inside={"": element})
        if expression.name == "object" and isinstance(inner, nodes.ObjectExpression):
            return _object(inner, default)
        if expression.name == "tuple" and isinstance(inner, nodes.TupleExpression):
            parts = [read_constraint(item, default) for item in inner.items]
            inside = {str(position): part for position, part in enumerate(parts)}
            return Constraint(types.Tuple(tuple(part.type for part in parts)), inside=inside)
    raise LocatedError(
        "Invalid type; expected string, number, bool, any, list(...), set(...), map(...), object({...}) or tuple([...]).",
        expression.span,
    )


def _object(expression: nodes.ObjectExpression, default: Callable[[Expression], Value]) -> Constraint:
    optional: set[str] = set()
    defaults: dict[str, Value] = {}
    inside: dict[str, Constraint] = {}
    for key, item in expression.items:
        name = key.value if isinstance(key, nodes.Literal) else key.name if isinstance(key, nodes.Name) else None
        if not isinstance(name, str):
            raise LocatedError("Invalid attribute name in a type; expected a word.", key.span)
        if not (isinstance(item, nodes.Call) and item.name == "optional"):
            inside[name] = read_constraint(item, default)
            continue
        if not 1 <= len(item.arguments) <= 2:
            raise LocatedError("Invalid optional attribute. Write optional(type) or optional(type, default).", item.span)
        optional.add(name)
        inside[name] = read_constraint(item.arguments[0], default)
        if len(item.arguments) == 2:
            given = item.arguments[1]
            try:
                defaults[name] = apply(default(given), inside[name])
            except LocatedError:
                raise
            except EvaluationError as problem:
                raise LocatedError(f"Invalid default value for optional attribute: {problem}.", given.span) from None
    return Constraint(types.Object({name: part.type for name, part in inside.items()}, frozenset(optional)), defaults, inside)
