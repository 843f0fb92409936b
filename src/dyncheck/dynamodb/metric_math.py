"""The metrics that a metric-math expression of an alarm adds up.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
dyncheck understands only expressions that grow with each of their metrics: sums, maxima, FILL and positive factors. For any
other expression, it is unknown whether throttling raises the alarm.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

# The syntax that dyncheck understands is a part of Python's, which alone would allow a comma at the end of a list.
_UNDERSTOOD = re.compile(r"(?!.*,\s*[\])])[\w\s.,+*()\[\]]*", re.ASCII | re.DOTALL)
_NAME = re.compile(r"[A-Za-z_]\w*")


def summands(expression: str, known: tuple[str, ...]) -> tuple[str, ...] | None:
    """The ids of the metrics whose growth alone makes the expression grow, or None when that cannot be determined.

    `known` are the ids of the alarm's metrics, for `METRICS()`.

    >>> summands("SUM([FILL(reads, 0), writes])", ("reads", "writes"))
    ('reads', 'writes')
    >>> summands("IF(reads > 5, 0, 1)", ("reads",)) is None
    True
    """
    if not _UNDERSTOOD.fullmatch(expression):
        return None
    # An id may be a keyword of Python, but not with this prefix.
    prefixed = _NAME.sub(r"_\g<0>", " ".join(expression.split()))
    try:
        return tuple(dict.fromkeys(_summands(ast.parse(prefixed, mode="eval").body, known)))
    except (_NotUnderstood, SyntaxError, RecursionError, MemoryError):
        return None


class _NotUnderstood(Exception):
    """The expression has a part whose effect on the result is unknown."""


def _summands(node: ast.expr, known: tuple[str, ...]) -> Iterator[str]:
    match node:
        case ast.Name(id=name) if name[1:] in known:
            yield name[1:]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from _summands(left, known)
            yield from _summands(right, known)
        case ast.BinOp(left=left, op=ast.Mult(), right=right) if _is_positive(left) or _is_positive(right):
            yield from _summands(right if _is_positive(left) else left, known)
        case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]):
            for argument in _growing(function[1:].upper(), arguments):
                yield from _summands(argument, known)
            if function.upper() == "_METRICS":
                yield from known
        case _:
            raise _NotUnderstood


def _growing(function: str, arguments: list[ast.expr]) -> list[ast.expr]:
    """The arguments with which the result of a function grows."""
    match function, arguments:
        case "METRICS", []:
            return []
        case "SUM" | "MAX", [ast.List(elts=[*items])] if items:
            return items
        # The second argument, such as 0 or REPEAT, fills gaps only. It does not hide a data point.
        case ("SUM" | "MAX", [argument]) | ("FILL", [argument, ast.Name() | ast.Constant()]):
            return [argument]
    raise _NotUnderstood


def _is_positive(node: ast.expr) -> bool:
    match node:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _is_positive(left) and _is_positive(right)
        case ast.Constant(value=int() | float() as number):
            return number > 0
    return False
