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
_UNDERSTOOD = r"(?as)(?!.*,\s*[\])])[\w\s.,+*()\[\]]*"
_NAME = r"[A-Za-z_]\w*"


def summands(expression: str, known: tuple[str, ...]) -> tuple[str, ...] | None:
    """The ids of the metrics whose growth alone makes the expression grow, or None when that cannot be determined.

    `known` are the ids of the alarm's metrics, for `METRICS()`.

    >>> summands("SUM([FILL(reads, 0), writes])", ("reads", "writes"))
    ('reads', 'writes')
    >>> summands("IF(reads > 5, 0, 1)", ("reads",)) is None
    True
    """
    if not re.fullmatch(_UNDERSTOOD, expression):
        return None
    # An id may be a keyword of Python, but not with this prefix.
    prefixed = re.sub(_NAME, r"_\g<0>", " ".join(expression.split()))
    try:
        return tuple(dict.fromkeys(_summands(ast.parse(prefixed, mode="eval").body, known)))
    except (_NotUnderstood, SyntaxError, RecursionError, MemoryError):
        return None


class _NotUnderstood(Exception):
    """The expression has a part whose effect on the result is unknown."""


def _summands(node: ast.expr, known: tuple[str, ...]) -> Iterator[str]:
    if isinstance(node, ast.Name) and node.id[1:] in known:
        yield node.id[1:]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _summands(node.left, known)
        yield from _summands(node.right, known)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and (_is_positive(node.left) or _is_positive(node.right)):
        yield from _summands(node.right if _is_positive(node.left) else node.left, known)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        function = node.func.id[1:].upper()
        if function == "METRICS" and not node.args:
            yield from known
            return
        for argument in _growing(function, node.args):
            yield from _summands(argument, known)
    else:
        raise _NotUnderstood


def _growing(function: str, arguments: list[ast.expr]) -> list[ast.expr]:
    """The arguments with which the result of a function grows."""
    if function in ("SUM", "MAX") and len(arguments) == 1:
        items = arguments[0].elts if isinstance(arguments[0], ast.List) else arguments
        if items:
            return items
    # The second argument, such as 0 or REPEAT, fills gaps only. It does not hide a data point.
    if function == "FILL" and len(arguments) == 2 and isinstance(arguments[1], ast.Name | ast.Constant):
        return arguments[:1]
    raise _NotUnderstood


def _is_positive(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _is_positive(node.left) and _is_positive(node.right)
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and node.value > 0
