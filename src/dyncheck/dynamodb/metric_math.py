"""Reads a metric-math expression of an alarm into steps for a machine with a stack.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
The steps are in the order of evaluation, so nothing here or in the evaluation recurses, however deep the brackets are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

# The operators by how tightly they bind.
PRECEDENCE = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), 3),
    **dict.fromkeys(("+", "-"), 4),
    **dict.fromkeys(("*", "/"), 5),
    "^": 6,
    "negate": 7,
}
_WORDS = {"AND": "&&", "OR": "||"}

_TOKEN = r"""(?x)\s*(?:
    (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<text>'[^']*'|"[^"]*")
  | (?P<operator>&&|\|\||[=!<>]=|[-+*/^<>])
  | (?P<bracket>[()\[\],])
)\s*"""


class NotUnderstood(Exception):
    """The expression has a part that dyncheck cannot read."""


class Step(Struct, frozen=True):
    """One step of the evaluation.

    `kind` is "number", "id" or "text", which put the `value` on the stack; or "operator", "call" or "list", which replace the last `count`
    operands by a result. The `value` of a call is the name of the function in capitals.
    """

    kind: str
    value: str = ""
    count: int = 0


class _Open(Struct):
    """An open bracket: `kind` is "call", "list" or, for brackets around an expression, "group"."""

    kind: str
    value: str = ""
    count: int = 0


def steps_of(expression: str) -> tuple[Step, ...]:
    """The steps of an expression. Raises `NotUnderstood`.

    >>> [step.value or step.kind for step in steps_of("IF(reads > 5, 1, 0)")]
    ['reads', '5', '>', '1', '0', 'IF']
    """
    reading = _Reading(tuple(_tokens(expression)))
    return reading.steps()


def _tokens(expression: str) -> Iterator[tuple[str, str]]:
    token = re.compile(_TOKEN, re.ASCII)
    position = 0
    while position < len(expression):
        match = token.match(expression, position)
        if match is None:
            raise NotUnderstood
        kind = match.lastgroup or ""
        yield kind, match[kind]
        position = match.end()


class _Reading:
    """Dijkstra's shunting-yard algorithm."""

    def __init__(self, tokens: tuple[tuple[str, str], ...]) -> None:
        self._tokens = tokens
        self._position = 0
        self._output: list[Step] = []
        self._waiting: list[str | _Open] = []

    def steps(self) -> tuple[Step, ...]:
        """The steps of all tokens."""
        wants_operand = True
        while self._position < len(self._tokens):
            kind, text = self._take()
            wants_operand = self._operand(kind, text) if wants_operand else self._operator(kind, text)
        if wants_operand:
            raise NotUnderstood
        self._flush()
        if self._waiting:
            raise NotUnderstood
        return tuple(self._output)

    def _take(self) -> tuple[str, str]:
        self._position += 1
        return self._tokens[self._position - 1]

    def _takes(self, text: str) -> bool:
        """Whether the next token is this one, which is then taken."""
        found = self._tokens[self._position : self._position + 1]
        if not found or found[0] != ("bracket", text):
            return False
        self._position += 1
        return True

    def _operand(self, kind: str, text: str) -> bool:
        """Take a token where an operand must start; returns whether the next one must do so as well."""
        if kind == "number":
            self._output.append(Step("number", text))
        elif kind == "text":
            self._output.append(Step("text", text[1:-1]))
        elif kind == "name" and not self._takes("("):
            self._output.append(Step("id", text))
        elif kind == "name":
            return self._open(_Open("call", text.upper()), ")")
        elif text == "(":
            self._waiting.append(_Open("group"))
            return True
        elif text == "[":
            return self._open(_Open("list"), "]")
        elif text == "-":
            self._waiting.append("negate")
            return True
        else:
            raise NotUnderstood
        return False

    def _open(self, bracket: _Open, end: str) -> bool:
        if self._takes(end):
            self._output.append(Step(bracket.kind, bracket.value))
            return False
        self._waiting.append(bracket)
        return True

    def _operator(self, kind: str, text: str) -> bool:
        """Take a token after an operand; returns whether an operand must follow."""
        text = _WORDS.get(text.upper(), text) if kind == "name" else text
        if text in PRECEDENCE:
            self._flush(PRECEDENCE[text])
            self._waiting.append(text)
            return True
        if kind != "bracket":
            raise NotUnderstood
        self._flush()
        bracket = self._waiting.pop() if self._waiting else None
        if not isinstance(bracket, _Open) or text not in ("],", "),")[bracket.kind != "list"] or text + bracket.kind == ",group":
            raise NotUnderstood
        bracket.count += 1
        if text == ",":
            self._waiting.append(bracket)
            return True
        if bracket.kind != "group":
            self._output.append(Step(bracket.kind, bracket.value, bracket.count))
        return False

    def _flush(self, precedence: int = 0) -> None:
        """Write the waiting operators that bind at least as tightly, up to the innermost open bracket."""
        while self._waiting:
            operator = self._waiting[-1]
            if isinstance(operator, _Open) or PRECEDENCE[operator] < precedence:
                return
            self._waiting.pop()
            self._output.append(Step("operator", operator, 1 if operator == "negate" else 2))
