"""Operators: arithmetic, comparison, logic, and the choice between two values.

Source: https://developer.hashicorp.com/terraform/language/expressions/operators
"""

from __future__ import annotations

from collections.abc import Callable

from dyncheck.model.symbolic import Answer, Text
from dyncheck.model.symbolic import Number as UnknownNumber
from dyncheck.readers.hcl.language import numbers, types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.numbers import Number
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type, friendly
from dyncheck.readers.hcl.language.unification import unify
from dyncheck.readers.hcl.language.values import (
    FALSE,
    Cause,
    Problem,
    Value,
    asking,
    boolean,
    causes_of,
    is_sensitive,
    is_wholly_known,
    known_of,
    number,
    pending,
    without_marks,
)


def negate(value: Value) -> Value:
    """`-value`."""
    operand = _operand(value, NUMBER, "Unsuitable value for unary operand")
    return operand if operand.is_pending else number(numbers.negate(operand.content)).marked(operand.sensitive)


def invert(value: Value) -> Value:
    """`!value`."""
    operand = _operand(value, BOOL, "Unsuitable value for unary operand")
    return operand if operand.is_pending else boolean(not operand.content).marked(operand.sensitive)


def binary(operator: str, left: Value, right: Value) -> Value:
    """`left operator right`. Raises `Problem` when the operands do not fit it."""
    if operator == "==":
        return equal(left, right)
    if operator == "!=":
        return invert(equal(left, right))
    kind = BOOL if operator in ("&&", "||") else NUMBER
    one = _operand(left, kind, "Unsuitable value for left operand")
    other = _operand(right, kind, "Unsuitable value for right operand")
    returns = NUMBER if operator in _ARITHMETIC else BOOL
    waiting = [value for value in (one, other) if value.is_pending]
    try:
        if not waiting:
            found = _computed(operator, one, other)
        elif any(isinstance(cause, Cause) for value in waiting for cause in causes_of(value)):
            found = _of_inputs(operator, one, other, waiting)
        else:
            found = pending(returns, *waiting)
    except UnsureError as reason:
        found = pending(returns, *waiting, str(reason))
    return found.marked(one.sensitive or other.sensitive)


def _of_inputs(operator: str, one: Value, other: Value, waiting: list[Value]) -> Value:
    """What can be told of an operation on inputs of which not all is known."""
    if operator in _LOGICAL:
        decisive = operator == "||"
        if any(value.is_known and value.content is decisive for value in (one, other)):
            # Whatever the other one is, if it is without an error.
            return boolean(decisive)
        return pending(BOOL, *waiting)
    if operator not in _COMPARING or len(waiting) > 1:
        return pending(NUMBER if operator in _ARITHMETIC else BOOL, *waiting)
    if one.is_known:
        operator, one, other = _MIRRORED[operator], other, one
    number_known = known_of(one)
    if not isinstance(number_known, UnknownNumber):
        return pending(BOOL, *waiting)
    is_strict = operator in ("<", ">")
    answer = number_known.less(other.content) if operator in ("<", ">=") else number_known.more(other.content)
    if isinstance(answer, bool):
        return boolean(answer == is_strict)
    return asking(BOOL, answer, *waiting)


def _computed(operator: str, one: Value, other: Value) -> Value:
    if operator in _LOGICAL:
        return boolean(_LOGICAL[operator](one.content, other.content))
    if operator in _COMPARING:
        return boolean(_COMPARING[operator](one.content, other.content))
    if operator in ("/", "%") and other.content == 0:
        # Terraform's quotient is infinite here, which no argument takes.
        if operator == "%":
            return one
        if one.content == 0:
            raise Problem("Error during operation: can't divide zero by zero or infinity by infinity.")
        return pending(NUMBER, "a division by zero")
    return number(_ARITHMETIC[operator](one.content, other.content))


_ARITHMETIC: dict[str, Callable[[Number, Number], Number]] = {
    "+": numbers.add,
    "-": numbers.subtract,
    "*": numbers.multiply,
    "/": numbers.divide,
    "%": numbers.remainder,
}
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_COMPARING: dict[str, Callable[[Number, Number], bool]] = {
    "<": lambda one, other: one < other,
    ">": lambda one, other: one > other,
    "<=": lambda one, other: one <= other,
    ">=": lambda one, other: one >= other,
}
_LOGICAL: dict[str, Callable[[bool, bool], bool]] = {
    "&&": lambda one, other: one and other,
    "||": lambda one, other: one or other,
}


def _operand(value: Value, kind: Type, why: str) -> Value:
    try:
        converted = convert(value, kind)
    except Problem as problem:
        raise Problem(f"{why}: {problem}.") from None
    if converted.is_null:
        raise Problem("Error during operation: argument must not be null.")
    return converted


def equal(left: Value, right: Value) -> Value:
    """`left == right`: values of different types are different, null is equal to null only."""
    try:
        found = _equal(without_marks(left), without_marks(right))
    except UnsureError as reason:
        found = pending(BOOL, str(reason))
    return found.marked(is_sensitive(left) or is_sensitive(right))


def _equal(left: Value, right: Value) -> Value:
    if left.is_pending or right.is_pending:
        waiting = [value for value in (left, right) if value.is_pending]
        answer = _known_equality(left, right)
        return boolean(answer) if isinstance(answer, bool) else asking(BOOL, answer, *waiting)
    if left.is_null or right.is_null:
        # Whether a whole resource is null is never asked in earnest, and Terraform does not know it while planning.
        unsure = [value for value in (left, right) if isinstance(value.type, types.Resource) and not value.is_null]
        return pending(BOOL, *unsure) if unsure else boolean(left.is_null and right.is_null)
    if isinstance(left.type, types.Resource) or isinstance(right.type, types.Resource):
        return pending(BOOL, left, right)
    if type(left.type) is not type(right.type) or (isinstance(left.type, types.Primitive) and left.type != right.type):
        return FALSE
    if left.type == NUMBER:
        return boolean(numbers.equal(left.content, right.content))
    if isinstance(left.type, types.Primitive):
        return boolean(left.content == right.content)
    if isinstance(left.type, types.List | types.Map | types.Set) and left.type != right.type:
        return FALSE
    return _equal_collections(left, right)


def _known_equality(left: Value, right: Value) -> Answer:
    """What is known of the equality of two values of which one at least is pending."""
    one, other = known_of(left), known_of(right)
    if one is None:
        left, right, one, other = right, left, other, one
    if one is None or (right.is_pending and other is None):
        return None
    if right.is_null:
        return False
    if isinstance(one, Text) and right.type == STRING:
        return one.equals(other if isinstance(other, Text) else right.content)
    if isinstance(one, UnknownNumber) and right.type == NUMBER:
        if isinstance(other, UnknownNumber):
            return True if (one.name, one.shift) == (other.name, other.shift) else None
        return one.equals(right.content)
    if isinstance(left.type, types.Primitive) and isinstance(right.type, types.Primitive) and left.type != right.type:
        return False
    return None


def _equal_collections(left: Value, right: Value) -> Value:
    if isinstance(left.type, types.Set) and not (is_wholly_known(left) and is_wholly_known(right)):
        return pending(BOOL, left, right)
    one, other = left.content, right.content
    if len(one) != len(other) or (isinstance(one, dict) and one.keys() != other.keys()):
        return FALSE
    pairs = [(one[key], other[key]) for key in one] if isinstance(one, dict) else list(zip(one, other, strict=True))
    found = [_equal(*pair) for pair in pairs]
    unsure = [answer for answer in found if answer.is_pending]
    if unsure:
        # Even where known parts differ: Terraform does not look.
        return pending(BOOL, *unsure)
    return boolean(all(answer.content for answer in found))


def choose(condition: Value, then: Value | Problem, otherwise: Value | Problem, folds: bool = True) -> Value:
    """`condition ? then : otherwise`; an arm that could not be evaluated counts only when it is chosen.

    With `folds`, two equal arms are known whatever the condition turns out to be; Terraform itself knows equal numbers only.
    """
    asked = _condition(condition)
    if asked.is_pending:
        return _undecided(asked, then, otherwise, folds).marked(asked.sensitive)
    chosen, other = (then, otherwise) if asked.content else (otherwise, then)
    if isinstance(chosen, Problem):
        raise chosen
    if isinstance(other, Problem):
        return chosen.marked(asked.sensitive)
    # The choice is sensitive when either arm is, whichever is chosen.
    return convert(chosen, _common_type(then, otherwise)).marked(asked.sensitive or other.sensitive)


def _condition(condition: Value) -> Value:
    if condition.is_null:
        raise Problem("The condition value is null. Conditions must either be true or false.")
    try:
        return convert(condition, BOOL)
    except Problem:
        raise Problem("The condition expression must be of type bool.") from None


def _undecided(condition: Value, then: Value | Problem, otherwise: Value | Problem, folds: bool) -> Value:
    if isinstance(then, Problem) or isinstance(otherwise, Problem):
        return pending(ANY, condition)
    kind = _common_type(then, otherwise)
    one, other = convert(then, kind), convert(otherwise, kind)
    if (folds or kind == NUMBER) and is_wholly_known(one) and is_wholly_known(other):
        same = equal(one, other)
        if same.is_known and same.content:
            return one.marked(is_sensitive(other))
    return pending(kind, condition, sensitive=is_sensitive(one) or is_sensitive(other))


def _common_type(then: Value | Problem, otherwise: Value | Problem) -> Type:
    assert isinstance(then, Value)
    assert isinstance(otherwise, Value)
    # A bare null takes the type of the other arm.
    if then.is_null and isinstance(then.type, types.Any):
        return otherwise.type
    if otherwise.is_null and isinstance(otherwise.type, types.Any):
        return then.type
    found = unify((then.type, otherwise.type))
    if found is None:
        raise Problem(
            "The true and false result expressions must have consistent types. The 'true' value is "
            f"{friendly(then.type)}, but the 'false' value is {friendly(otherwise.type)}."
        )
    return found
