"""Whether an event can match a pattern of EventBridge.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from dyncheck.dynamodb.globs import has_pieces
from dyncheck.logic import some
from dyncheck.model import Deferred, Unknown

# A field of an event: the texts that it may have, None where it may have any; a map for an object; a `Deferred` where dyncheck does
# not know; a test of one alternative of a pattern where the text is partly known.
Field: TypeAlias = "Sequence[str] | Mapping[str, Field] | Deferred | Callable[[Any, str], bool] | None"


def can_match(pattern: Any, event: Mapping[str, Field], path: str = "") -> bool:
    """Whether some event with these fields matches. A part that certainly excludes it decides.

    Raises `Unknown` where that depends on an unknown field, or on an operator that dyncheck does not know.
    """
    if not isinstance(pattern, dict):
        raise _unclear(pattern, path)
    return _every(pattern.items(), lambda each: _field_matches(each[0], each[1], event, path))


def _every(items: Iterable[Any], test: Callable[[Any], bool]) -> bool:
    return not some(items, lambda item: not test(item))


def _field_matches(name: str, expected: Any, event: Mapping[str, Field], path: str) -> bool:
    at = f"{path}.{name}" if path else name
    if name == "$or" and isinstance(expected, list):
        return some(expected, lambda each: can_match(each, event, path))
    field = event.get(name, ())
    if isinstance(field, Deferred):
        raise field.unknown(at)
    if isinstance(expected, dict):
        return _object_matches(expected, field, at)
    if not isinstance(expected, list):
        raise _unclear(expected, at)
    if isinstance(field, Mapping):
        raise Unknown(at, "is an object, and the pattern has a list for it")
    if callable(field):
        return some(expected, lambda each: field(each, at))
    return some(expected, lambda each: _value_matches(each, field, at))


def _object_matches(expected: dict[str, Any], field: Any, at: str) -> bool:
    if isinstance(field, Mapping):
        return can_match(expected, field, at)
    if field == ():
        return can_match(expected, {}, at)
    raise Unknown(at, "is a text, and the pattern has an object for it")


def _value_matches(expected: Any, texts: Sequence[str] | None, at: str) -> bool:
    """Whether one alternative of a pattern fits one of the texts; no texts stand for a field that is missing."""
    if isinstance(expected, Deferred):
        raise expected.unknown(at)
    if isinstance(expected, str):
        return texts is None or expected in texts
    if not isinstance(expected, dict):
        # A number, true, false or null: no field of these events has one.
        return False
    if len(expected) != 1:
        raise _unclear(expected, at)
    ((operator, operand),) = expected.items()
    if operator == "exists" and isinstance(operand, bool):
        return (texts is None or len(texts) > 0) == operand
    if operator == "numeric":
        return False
    fits = fitting(operator, operand, at)
    return texts is None or any(map(fits, texts))


# The operators that compare a text with a text.
_TEXT_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "prefix": str.startswith,
    "suffix": str.endswith,
    "equals-ignore-case": lambda text, other: text.lower() == other.lower(),
    "wildcard": lambda text, pattern: has_pieces(text, wildcard_pieces(pattern)),
}


def fitting(operator: str, operand: Any, at: str) -> Callable[[str], bool]:
    """The test of an operator on a text. Raises `Unknown` for one that dyncheck does not know."""
    if isinstance(operand, Deferred):
        raise operand.unknown(at)
    if operator == "anything-but":
        return _other_than(operand, at)
    folds = operator in ("prefix", "suffix") and isinstance(operand, dict) and operand.keys() == {"equals-ignore-case"}
    part = operand["equals-ignore-case"] if folds else operand
    if not isinstance(part, str) or operator not in _TEXT_TESTS:
        raise _unclear({operator: operand}, at)
    test = _TEXT_TESTS[operator]
    if folds:
        return lambda text: test(text.lower(), part.lower())
    return lambda text: test(text, part)


def _other_than(operand: Any, at: str) -> Callable[[str], bool]:
    if isinstance(operand, dict) and len(operand) == 1:
        ((operator, inner),) = operand.items()
        if operator != "anything-but":
            tests = [fitting(operator, each, at) for each in (inner if isinstance(inner, list) else [inner])]
            return lambda text: not any(test(text) for test in tests)
    items = operand if isinstance(operand, list) else [operand]
    if unknown := next((item for item in items if isinstance(item, Deferred)), None):
        raise unknown.unknown(at)
    if any(isinstance(item, dict | list) for item in items):
        raise _unclear({"anything-but": operand}, at)
    return lambda text: text not in items


def wildcard_pieces(pattern: str) -> list[str]:
    r"""The texts between the `*` of a wildcard; `\*` and `\\` stand for `*` and `\`.

    >>> wildcard_pieces(r"a*b\*")
    ['a', 'b*']
    """
    pieces = [""]
    position = 0
    while position < len(pattern):
        each = pattern[position]
        if each == "\\" and pattern[position + 1 : position + 2] in ("*", "\\"):
            position += 1
            pieces[-1] += pattern[position]
        elif each == "*":
            pieces.append("")
        else:
            pieces[-1] += each
        position += 1
    return pieces


def _unclear(part: Any, at: str) -> Unknown:
    if isinstance(part, Deferred):
        return part.unknown(at)
    operators = f"the operator {' and '.join(part)}" if isinstance(part, dict) and part else "a pattern"
    return Unknown(at, f"has {operators}, which dyncheck does not evaluate")
