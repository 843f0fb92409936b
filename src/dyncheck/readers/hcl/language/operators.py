"""Operators: arithmetic, comparison, logic, and the choice between two values.

Source: https://developer.hashicorp.com/terraform/language/expressions/operators
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from dyncheck.model.symbolic import Answer, Text
from dyncheck.model.symbolic import Number as UnknownNumber
from dyncheck.readers.hcl.language import numbers, types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.problems import EvaluationError, UnsureError
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type, friendly
from dyncheck.readers.hcl.language.unification import unify
from dyncheck.readers.hcl.language.values import (
    Cause,
    Value,
    asking,
    boolean,
    causes_of,
    is_sensitive,
    is_wholly_known,
    known_of,
    number,
    originating,
    pending,
    without_marks,
)

_TRUTHS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "&&": operator.and_,
    "||": operator.or_,
}
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def unary(sign: str, value: Value) -> Value:
    """`-value` or `!value`."""
    operand = _operand(value, NUMBER if sign == "-" else BOOL, "unary")
    if operand.is_pending:
        return originating(operand, "")
    found = number(numbers.negate(operand.content)) if sign == "-" else boolean(not operand.content)
    return found.marked(operand.sensitive)


def binary(sign: str, left: Value, right: Value) -> Value:
    """`left sign right`. Raises `EvaluationError` when the operands do not fit it."""
    if sign == "==":
        return equal(left, right)
    if sign == "!=":
        return unary("!", equal(left, right))
    if sign in ("&&", "||") and (left.is_null or right.is_null):
        # Terraform 1.12 and later have a result for some of these, earlier versions refuse all.
        return _of_null(sign, left, right)
    kind = BOOL if sign in ("&&", "||") else NUMBER
    one, other = _operand(left, kind, "left"), _operand(right, kind, "right")
    returns = BOOL if sign in _TRUTHS else NUMBER
    waiting = [value for value in (one, other) if value.is_pending]
    try:
        found = _with_pending(sign, one, other, returns, waiting) if waiting else _computed(sign, one, other)
    except UnsureError as reason:
        found = pending(returns, *waiting, str(reason))
    return found.marked(one.sensitive or other.sensitive)


def decides(sign: str, left: Value) -> bool:
    """Whether the left side of `&&` or `||` decides. Raises `EvaluationError` where it cannot be a bool."""
    operand = _converted(left, BOOL, "left")
    return operand.is_known and operand.content is (sign == "||")


def _of_null(sign: str, left: Value, right: Value) -> Value:
    one, other = (_converted(value, BOOL, side) for value, side in ((left, "left"), (right, "right")))
    return pending(BOOL, f"null in an operation with {sign}", sensitive=one.sensitive or other.sensitive)


def _operand(value: Value, kind: Type, side: str) -> Value:
    converted = _converted(value, kind, side)
    if converted.is_null:
        raise EvaluationError("Error during operation: argument must not be null.")
    return converted


def _converted(value: Value, kind: Type, side: str) -> Value:
    try:
        return convert(value, kind)
    except EvaluationError as error:
        raise EvaluationError(f"Unsuitable value for {side} operand: {error}.") from None


def _with_pending(sign: str, one: Value, other: Value, returns: Type, waiting: Sequence[Value]) -> Value:
    """The result while an operand is pending; what is known of inputs may decide it."""
    unknown = pending(returns, *waiting)
    if not any(isinstance(cause, Cause) for value in waiting for cause in causes_of(value)):
        return unknown
    if sign in ("&&", "||"):
        is_decided = any(value.is_known and value.content is (sign == "||") for value in (one, other))
        return boolean(sign == "||") if is_decided else unknown
    if sign not in _MIRRORED or len(waiting) > 1:
        return unknown
    if one.is_known:
        sign, one, other = _MIRRORED[sign], other, one
    known = known_of(one)
    if not isinstance(known, UnknownNumber):
        return unknown
    answer = known.less(other.content) if sign in ("<", ">=") else known.more(other.content)
    return boolean(answer == (sign in ("<", ">"))) if isinstance(answer, bool) else asking(BOOL, answer, *waiting)


def _computed(sign: str, one: Value, other: Value) -> Value:
    if sign in _TRUTHS:
        return boolean(_TRUTHS[sign](one.content, other.content))
    if sign in ("/", "%") and other.content == 0:
        # Terraform's quotient is infinite here, which no argument takes.
        if sign == "%":
            return one
        if one.content == 0:
            raise EvaluationError("Error during operation: zero cannot be divided by zero.")
        return pending(NUMBER, "a division by zero")
    return number(numbers.calculate(sign, one.content, other.content))


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
        # Terraform does not know whether a whole resource is null while planning.
        unsure = [value for value in (left, right) if isinstance(value.type, types.Resource) and not value.is_null]
        return pending(BOOL, *unsure) if unsure else boolean(left.is_null and right.is_null)
    if isinstance(left.type, types.Resource) or isinstance(right.type, types.Resource):
        return pending(BOOL, left, right)
    if type(left.type) is not type(right.type) or (isinstance(left.type, types.Primitive | types.Collection) and left.type != right.type):
        return boolean(False)
    if left.type == NUMBER:
        return boolean(numbers.equal(left.content, right.content))
    if isinstance(left.type, types.Primitive):
        return boolean(left.content == right.content)
    return _equal_collections(left, right)


def _known_equality(left: Value, right: Value) -> Answer:
    """What is known of the equality of two values; at least one is pending."""
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
        return boolean(False)
    pairs = [(one[key], other[key]) for key in one] if isinstance(one, dict) else list(zip(one, other, strict=True))
    found = [_equal(*pair) for pair in pairs]
    unsure = [answer for answer in found if answer.is_pending]
    # Terraform does not know the result even where known parts differ.
    return pending(BOOL, *unsure) if unsure else boolean(all(answer.content for answer in found))


def choose(
    condition: Value, then: Value | EvaluationError, otherwise: Value | EvaluationError, folds: bool = True, other_type: Type = ANY
) -> Value:
    """`condition ? then : otherwise`; an arm with an error counts only when it is chosen. `other_type` is the type it would have.

    With `folds`, two equal arms are known even if the condition is not; Terraform itself knows equal numbers only.
    """
    if condition.is_null:
        raise EvaluationError("The condition is null.")
    try:
        # Terraform does not look at the type of an unknown condition.
        asked = condition if condition.is_pending else convert(condition, BOOL)
    except EvaluationError:
        raise EvaluationError("The condition must be of type bool.") from None
    if isinstance(then, EvaluationError) or isinstance(otherwise, EvaluationError):
        if asked.is_pending:
            return pending(ANY, asked)
        chosen = then if asked.content else otherwise
        if isinstance(chosen, EvaluationError):
            raise chosen
        if not isinstance(other_type, types.Any):
            chosen = convert(chosen, _common_type(chosen, pending(other_type)))
        return chosen.marked(asked.sensitive)
    kind = _common_type(then, otherwise)
    if asked.is_pending:
        return _undecided(asked, convert(then, kind), convert(otherwise, kind), folds)
    # The choice is sensitive when either arm is.
    return convert(then if asked.content else otherwise, kind).marked(asked.sensitive or then.sensitive or otherwise.sensitive)


def _undecided(condition: Value, one: Value, other: Value, folds: bool) -> Value:
    if (folds or one.type == NUMBER) and is_wholly_known(one) and is_wholly_known(other):
        same = equal(one, other)
        if same.is_known and same.content:
            # The second decides the sign of a zero.
            return other.marked(condition.sensitive or is_sensitive(one))
    return pending(one.type, condition, sensitive=condition.sensitive or is_sensitive(one) or is_sensitive(other))


def _common_type(one: Value, other: Value) -> Type:
    # A bare null takes the type of the other arm.
    if one.is_null and isinstance(one.type, types.Any):
        return other.type
    if other.is_null and isinstance(other.type, types.Any):
        return one.type
    found = unify((one.type, other.type))
    if found is None:
        raise EvaluationError(f"The two results must have one type; found {friendly(one.type)} and {friendly(other.type)}.")
    return found
