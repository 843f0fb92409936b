"""One variable of a module: its type with the defaults of optional attributes, its default, and the value that it is given.

Source: https://developer.hashicorp.com/terraform/language/values/variables
"""

from __future__ import annotations

from msgspec import Struct

from dyncheck.readers.hcl.configuration.inputs import Given
from dyncheck.readers.hcl.evaluation import LocatedError, Scope, evaluate
from dyncheck.readers.hcl.language import nodes, types
from dyncheck.readers.hcl.language.constraints import Constraint, apply, read_constraint
from dyncheck.readers.hcl.language.nodes import BlockNode, Expression, Span
from dyncheck.readers.hcl.language.values import NULL, EvaluationError, Value, is_sensitive, pending, string


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
