"""One variable of a module instance: its type and default, the value it is given, and its validation.

Source: https://developer.hashicorp.com/terraform/language/values/variables
"""

from __future__ import annotations

from msgspec import Struct

from dyncheck.readers.hcl.configuration.constraints import Constraint, apply, read_constraint
from dyncheck.readers.hcl.configuration.inputs import Given
from dyncheck.readers.hcl.evaluation import LocatedProblem, Scope, evaluate
from dyncheck.readers.hcl.language import nodes, types
from dyncheck.readers.hcl.language.nodes import Block, Expression, Span
from dyncheck.readers.hcl.language.values import NULL, Problem, Value, is_sensitive, pending, string


class Variable(Struct, frozen=True):
    """A `variable` block, read."""

    name: str
    block: Block
    constraint: Constraint
    default: Value | None
    nullable: bool
    # An ephemeral value is shown as little as a sensitive one.
    sensitive: bool

    @property
    def reads_text_as_expression(self) -> bool:
        """Whether a text from the command line or the environment is an expression; for primitive types it is the value itself."""
        return "type" in self.block.body.arguments and not isinstance(self.constraint.type, types.Primitive)


def read_variable(block: Block, constants: Scope) -> Variable:
    """A variable as its block declares it. Raises `LocatedProblem` where Terraform would refuse it.

    `constants` is a scope without any names: nothing in a variable's block but its validation refers to anything.
    """
    arguments = block.body.arguments

    def constant(expression: Expression) -> Value:
        return evaluate(expression, constants)

    flags: dict[str, bool] = {
        name: _flag(arguments[name].expression, constants) for name in ("nullable", "sensitive", "ephemeral") if name in arguments
    }
    is_secret = flags.get("sensitive", False) or flags.get("ephemeral", False)
    constraint = read_constraint(arguments["type"].expression, constant) if "type" in arguments else Constraint()
    default = None
    if "default" in arguments:
        expression = arguments["default"].expression
        default = _fitted(constant(expression), constraint, expression.span, "Invalid default value for variable", is_secret)
    return Variable(block.labels[0], block, constraint, default, flags.get("nullable", True), is_secret)


def _flag(expression: Expression, constants: Scope) -> bool:
    return evaluate(expression, constants).content is True


def value_of(variable: Variable, given: Value | None, span: Span | None, how: str = "") -> Value:
    """The value that the variable has when it is given one, or none. Raises `LocatedProblem` when the value does not fit.

    `how` is for messages: where the value comes from when there is no span to tell.
    """
    if given is None or (given.is_null and not variable.nullable):
        if variable.default is None:
            if given is None:
                return pending(variable.constraint.type, f"var.{variable.name} (no value is given)", sensitive=variable.sensitive)
            raise LocatedProblem(
                f"Required variable not set. The given value is not suitable for var.{variable.name}: it may not be null.",
                span or variable.block.header,
            )
        return variable.default.marked(variable.sensitive)
    where = span or variable.block.header
    what = f"Invalid value for input variable. The value for var.{variable.name}{how} is unsuitable"
    fitted = _fitted(given, variable.constraint, where, what, variable.sensitive)
    return fitted.marked(variable.sensitive)


def _fitted(value: Value, constraint: Constraint, span: Span, what: str, is_secret: bool = False) -> Value:
    try:
        return apply(value, constraint)
    except Problem as problem:
        # The message may name keys of the value.
        why = "it does not fit the type" if is_secret or is_sensitive(value) else problem
        raise LocatedProblem(f"{what}: {why}.", span) from None


def evaluate_given(variable: Variable, given: Given, constants: Scope) -> Value:
    """The value that an option, a file or the environment gives, not yet fitted to the type."""
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
