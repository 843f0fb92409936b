"""The metrics that a metric-math expression of an alarm adds up.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
dyncheck understands only expressions that grow with each of their metrics: sums, maxima, FILL and positive factors. For any
other expression, it is unknown whether throttling raises the alarm.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(.))")
_GROWING = {"SUM", "MAX"}

# An expression has 2,048 characters at most. Real expressions do not nest deeper than this.
# Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
_DEEPEST = 50


def summands(expression: str, known: tuple[str, ...]) -> tuple[str, ...] | None:
    """The ids of the metrics whose growth alone makes the expression grow, or None when that cannot be determined.

    `known` are the ids of the alarm's metrics, for `METRICS()`.

    >>> summands("SUM([FILL(reads, 0), writes])", ("reads", "writes"))
    ('reads', 'writes')
    >>> summands("IF(reads > 5, 0, 1)", ("reads",)) is None
    True
    """
    tokens = [match.group(0).strip() for match in _TOKEN.finditer(expression) if match.group(0).strip()]
    try:
        parser = _Parser(tokens, known)
        names = parser.sum()
        return tuple(dict.fromkeys(names)) if parser.at_end else None
    except _NotUnderstood:
        return None


class _NotUnderstood(Exception):
    """The expression has a part whose effect on the result is unknown."""


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, tokens: list[str], known: tuple[str, ...]) -> None:
        self._tokens = tokens
        self._position = 0
        self._known = known
        self._depth = 0

    @property
    def at_end(self) -> bool:
        return self._position == len(self._tokens)

    def sum(self) -> list[str]:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _NotUnderstood
        names = self._product()
        while self._accept("+"):
            names += self._product()
        self._depth -= 1
        return names

    def _product(self) -> list[str]:
        names = self._term()
        while self._accept("*"):
            factor = self._next()
            if not _is_positive(factor):
                raise _NotUnderstood
        return names

    def _term(self) -> list[str]:
        token = self._next()
        while _is_positive(token) and self._accept("*"):
            token = self._next()
        if token == "(":
            return self._closed(self.sum(), ")")
        if token.upper() == "METRICS" and self._accept("("):
            return self._closed(list(self._known), ")")
        if token.upper() == "FILL" and self._accept("("):
            return self._filled()
        if token.upper() in _GROWING and self._accept("("):
            return self._closed(self._list(), ")")
        if token in self._known:
            return [token]
        raise _NotUnderstood

    def _filled(self) -> list[str]:
        names = self.sum()
        self._expect(",")
        # The second argument, such as 0 or REPEAT, fills gaps only. It does not hide a data point.
        self._next()
        return self._closed(names, ")")

    def _list(self) -> list[str]:
        if not self._accept("["):
            return self.sum()
        names = self.sum()
        while self._accept(","):
            names += self.sum()
        return self._closed(names, "]")

    def _closed(self, names: list[str], bracket: str) -> list[str]:
        self._expect(bracket)
        return names

    def _expect(self, token: str) -> None:
        if not self._accept(token):
            raise _NotUnderstood

    def _accept(self, token: str) -> bool:
        found = not self.at_end and self._tokens[self._position] == token
        self._position += found
        return found

    def _next(self) -> str:
        if self.at_end:
            raise _NotUnderstood
        self._position += 1
        return self._tokens[self._position - 1]


def _is_positive(token: str) -> bool:
    return token[0].isdigit() and float(token) > 0
