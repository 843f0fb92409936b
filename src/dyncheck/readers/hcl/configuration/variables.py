"""One variable of a module: its type with the defaults of optional attributes, its default, and the value that it is given.

Sources: https://developer.hashicorp.com/terraform/language/values/variables and
https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from dyncheck.readers.hcl.configuration.inputs import Given
from dyncheck.readers.hcl.evaluation import LocatedError, Scope, evaluate
from dyncheck.readers.hcl.language import nodes, types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.nodes import BlockNode, Expression, Span
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type
from dyncheck.readers.hcl.language.values import NULL, EvaluationError, Value, is_sensitive, object_of, pending, set_of, string, tuple_of

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
            defaults[name] = _fitted(default(given), inside[name], given.span, "Invalid default value for optional attribute", False)
    return Constraint(types.Object({name: part.type for name, part in inside.items()}, frozenset(optional)), defaults, inside)


class Variable(Struct, frozen=True):
    """A `variable` block. `sensitive` is true for an ephemeral one too, which is shown as little."""

    name: str
    block: BlockNode
    constraint: Constraint
    default: Value | None
    nullable: bool
    sensitive: bool

    @property
    def reads_text_as_expression(self) -> bool:
        """Whether a text of the command line or the environment is an expression. For primitive types it is the value itself."""
        return "type" in self.block.body.arguments and not isinstance(self.constraint.type, types.Primitive)


def read_variable(block: BlockNode, constants: Scope) -> Variable:
    """The variable that a block declares. Raises `LocatedError` where Terraform would refuse it.

    `constants` is a scope without names, because only a validation may refer to anything.
    """
    arguments = block.body.arguments

    def constant(expression: Expression) -> Value:
        return evaluate(expression, constants)

    def flag(name: str, default: bool) -> bool:
        return constant(arguments[name].expression).content is True if name in arguments else default

    nullable, sensitive, ephemeral = flag("nullable", True), flag("sensitive", False), flag("ephemeral", False)
    is_hidden = sensitive or ephemeral
    constraint = read_constraint(arguments["type"].expression, constant) if "type" in arguments else Constraint()
    default = None
    if "default" in arguments:
        expression = arguments["default"].expression
        default = _fitted(constant(expression), constraint, expression.span, "Invalid default value for variable", is_hidden)
        if default.is_null and not nullable:
            raise LocatedError("Invalid default value for variable: it must not be null when nullable is false.", expression.span)
    return Variable(block.labels[0], block, constraint, default, nullable, is_hidden)


def value_of(variable: Variable, given: Value | None, span: Span | None, how: str = "") -> Value:
    """The value of the variable when it is `given` one, or None. Raises `LocatedError` when the value does not fit.

    `how` is for messages: the origin of a value that has no span.
    """
    where = span or variable.block.header
    if given is None or (given.is_null and not variable.nullable):
        if variable.default is None:
            if given is None:
                return pending(variable.constraint.type, f"var.{variable.name} (no value is given)", sensitive=variable.sensitive)
            raise LocatedError(f"Invalid value for var.{variable.name}{how}: it must not be null.", where)
        return variable.default.marked(variable.sensitive)
    fitted = _fitted(given, variable.constraint, where, f"Invalid value for var.{variable.name}{how}", variable.sensitive)
    return fitted.marked(variable.sensitive)


def _fitted(value: Value, constraint: Constraint, span: Span, what: str, is_hidden: bool) -> Value:
    try:
        return apply(value, constraint)
    except EvaluationError as problem:
        # The message may name keys of the value.
        why = "it does not fit the type" if is_hidden or is_sensitive(value) else problem
        raise LocatedError(f"{what}: {why}.", span) from None


def evaluate_given(variable: Variable, given: Given, constants: Scope) -> Value:
    """The value that an option, a file or the environment gives, before its conversion to the type."""
    if given.value is not None:
        return given.value
    if given.expression is not None:
        return evaluate(given.expression, constants)
    if not variable.reads_text_as_expression:
        return string(given.text)
    from dyncheck.readers.hcl.language.syntax import parse_expression

    expression = parse_expression(given.text, f"value for var.{variable.name}, given {given.source}")
    if isinstance(expression, nodes.Literal) and expression.value is None:
        return NULL
    return evaluate(expression, constants)
