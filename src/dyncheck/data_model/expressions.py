"""Expressions of requests: which attributes they are about, and how.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

_TOKEN = re.compile(r"\s*(?:(<>|<=|>=|[=<>(),+-])|([#:]?\w+(?:\.#?\w+|\[\d+\])*)|(\S))")
_PLACEHOLDER = re.compile(r"[#:]\w+")
_PATH_END = re.compile(r"[.\[]")

_COMPARISONS = ("=", "<", "<=", ">", ">=")
_CLAUSES = ("set", "remove", "add", "delete")
# A part of an update that has one value: `SET a = :b`, `ADD a :b`.
_PLAIN_PARTS = {"set": 3, "add": 2}
_WORDS = frozenset({"and", "or", "not", "between", "in"})


class InvalidExpression(Exception):
    """DynamoDB refuses the expression, or dyncheck cannot read it. The text completes a sentence about it."""


class Condition(Struct, frozen=True):
    """A condition on a key attribute: how it is compared, and the types of the values."""

    attribute: str
    comparison: str
    types: tuple[str, ...]


class Names(Struct, frozen=True):
    """What the placeholders of a request stand for."""

    names: Mapping[str, Any]
    values: Mapping[str, Any]

    def attribute(self, path: str) -> str:
        """The attribute at the start of a path. Raises `InvalidExpression`."""
        start = _PATH_END.split(path, maxsplit=1)[0]
        if not start.startswith("#"):
            return start
        name = self.names.get(start)
        if not isinstance(name, str):
            raise InvalidExpression(f"uses {start}, which --expression-attribute-names does not define")
        return name

    def type_of(self, value: str) -> str:
        """The type of a value. Raises `InvalidExpression`."""
        found = self.values.get(value)
        if found is None:
            raise InvalidExpression(f"uses {value}, which --expression-attribute-values does not define")
        if not isinstance(found, dict) or len(found) != 1:
            raise InvalidExpression(f'uses {value}, which is not a value such as {{"S": "text"}}')
        return str(next(iter(found)))


def unused(names: Names, expressions: str) -> list[str]:
    """The placeholders that are defined and not used, which DynamoDB refuses."""
    used = set(_PLACEHOLDER.findall(expressions))
    return [name for name in (*names.names, *names.values) if name not in used]


def key_conditions(expression: str, names: Names) -> list[Condition]:
    """The conditions of a key condition expression. Raises `InvalidExpression`."""
    return _KeyReader(expression, names).read()


def attributes_of_filter(expression: str, names: Names) -> tuple[str, ...]:
    """The attributes that a filter is about, each once."""
    tokens = _tokens(expression)
    found: dict[str, None] = {}
    for token, following in zip(tokens, [*tokens[1:], ""], strict=False):
        is_name = token[0].isalpha() or token[0] in "#_"
        if is_name and token.lower() not in _WORDS and following != "(":
            found[names.attribute(token)] = None
        elif token.startswith(":"):
            names.type_of(token)
    return tuple(found)


def attributes_of_projection(expression: str, names: Names) -> tuple[str, ...]:
    """The attributes that a projection has parts of, each once."""
    return tuple(dict.fromkeys(names.attribute(path.strip()) for path in expression.split(",") if path.strip()))


def updates(expression: str, names: Names) -> dict[str, str]:
    """The attributes that an update expression changes, with the type of the new value; it is empty where the expression computes it."""
    found: dict[str, str] = {}
    part: list[str] = []
    clause, depth = "", 0
    for token in [*_tokens(expression), ""]:
        depth += (token == "(") - (token == ")")
        is_clause = token.lower() in _CLAUSES and depth == 0
        if part and depth == 0 and (is_clause or token in (",", "")):
            attribute = names.attribute(part[0])
            values = [names.type_of(each) for each in part if each.startswith(":")]
            is_plain = part[0] == _PATH_END.split(part[0], maxsplit=1)[0] and len(part) == _PLAIN_PARTS.get(clause)
            found[attribute] = values[0] if is_plain and values else ""
            part = []
        if is_clause:
            clause = token.lower()
        elif token != "," or depth:
            part.append(token)
    return found


def _tokens(expression: str) -> list[str]:
    found = []
    for symbol, word, other in _TOKEN.findall(expression):
        if other:
            raise InvalidExpression(f"has {other!r}, which is no part of an expression")
        if symbol or word:
            found.append(symbol or word)
    return found


class _KeyReader:
    """Reads a key condition expression from left to right."""

    def __init__(self, expression: str, names: Names) -> None:
        self._tokens = [*_tokens(expression), ""]
        self._names = names
        self._at = 0

    def read(self) -> list[Condition]:
        found = self._all()
        if self._tokens[self._at]:
            raise self._unexpected()
        return found

    def _all(self) -> list[Condition]:
        found = self._one()
        while self._tokens[self._at].lower() == "and":
            self._at += 1
            found += self._one()
        return found

    def _one(self) -> list[Condition]:
        token = self._next()
        if token == "(":
            found = self._all()
            self._expect(")")
            return found
        if token.lower() == "begins_with":
            self._expect("(")
            attribute = self._names.attribute(self._next())
            self._expect(",")
            kind = self._value()
            self._expect(")")
            return [Condition(attribute, "begins_with", (kind,))]
        if not (token[:1].isalpha() or token[:1] in ("#", "_")) or token.lower() in _WORDS:
            self._at -= 1
            raise self._unexpected()
        attribute, comparison = self._names.attribute(token), self._next().lower()
        if comparison == "between":
            first = self._value()
            self._expect("and")
            return [Condition(attribute, comparison, (first, self._value()))]
        if comparison not in _COMPARISONS:
            self._at -= 1
            raise self._unexpected()
        return [Condition(attribute, comparison, (self._value(),))]

    def _value(self) -> str:
        token = self._next()
        if not token.startswith(":"):
            self._at -= 1
            raise self._unexpected()
        return self._names.type_of(token)

    def _next(self) -> str:
        token = self._tokens[self._at]
        if not token:
            raise self._unexpected()
        self._at += 1
        return token

    def _expect(self, token: str) -> None:
        if self._tokens[self._at].lower() != token:
            raise self._unexpected()
        self._at += 1

    def _unexpected(self) -> InvalidExpression:
        token = self._tokens[self._at]
        if token.lower() in ("or", "not", "in", "<>"):
            return InvalidExpression(f"has {token}, which no key condition takes; expected conditions that AND connects")
        return InvalidExpression(f"has {token!r} where a condition does not have it" if token else "ends in the middle of a condition")
