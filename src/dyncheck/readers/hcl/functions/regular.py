"""Regular expressions as Terraform has them: those of RE2, in the syntax of Go.

Neither Python's `re` nor `regex` matches them: docs/decisions/0016-regular-expressions.md says why.
Source: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/regexp.go and https://github.com/golang/go/tree/master/src/regexp
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from dyncheck.readers.hcl.functions.declaration import Context, Function, InvalidArgument, Parameter, limit_text
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import ANY, STRING, Type
from dyncheck.readers.hcl.language.values import EvaluationError, Value, list_of, null, string
from dyncheck.regular.machine import Captures, Machine
from dyncheck.regular.problems import InvalidPattern, UnsurePattern
from dyncheck.regular.syntax import Pattern, parse

_NUMBER = re.compile("0|[1-9][0-9]{0,7}")
_REFERENCE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")


def _regex(context: Context, pattern: Value, text: Value) -> Value:
    parsed = _parsed(pattern)
    with _evaluating(pattern.content):
        found = Machine(parsed, context.spend).match(text.content, 0)
    if found is None:
        raise EvaluationError("pattern did not match any part of the given string")
    return _result(parsed, text.content, found)


def _regexall(context: Context, pattern: Value, text: Value) -> Value:
    parsed = _parsed(pattern)
    with _evaluating(pattern.content):
        results = [_result(parsed, text.content, found) for found in _matches(Machine(parsed, context.spend), text.content)]
    return list_of(_result_type(parsed), results)


def _parsed(pattern: Value) -> Pattern:
    try:
        with _evaluating(pattern.content):
            parsed = parse(pattern.content)
    except EvaluationError as error:
        raise InvalidArgument("pattern", f"invalid regexp pattern: {error}") from None
    if any(parsed.names) and not all(parsed.names):
        raise InvalidArgument("pattern", "invalid regexp pattern: cannot mix both named and unnamed capture groups")
    return parsed


@contextmanager
def _evaluating(pattern: str) -> Iterator[None]:
    """Turn the problems of a pattern into those of an evaluation."""
    try:
        yield
    except InvalidPattern as error:
        raise EvaluationError(str(error)) from None
    except UnsurePattern as reason:
        raise UnsureError(f"the regular expression {quote(pattern)}, which {reason}") from None


def _matches(machine: Machine, text: str) -> Iterator[Captures]:
    """All matches that do not overlap. An empty match directly after another does not count."""
    position, before = 0, -1
    while position <= len(text):
        found = machine.match(text, position)
        if found is None:
            return
        start, end = found[0] or 0, found[1] or 0
        is_empty = end == position
        if not (is_empty and start == before):
            yield found
        position = position + 1 if is_empty else end
        before = end


def _result(pattern: Pattern, text: str, found: Captures) -> Value:
    captured = [_captured(text, found, group) for group in range(len(pattern.names) + 1)]
    groups = [null(STRING) if each is None else string(each) for each in captured]
    kind = _result_type(pattern)
    if isinstance(kind, types.Tuple):
        return Value(kind, tuple(groups[1:]))
    if isinstance(kind, types.Object):
        return Value(kind, dict(zip(pattern.names, groups[1:], strict=True)))
    return groups[0]


def _result_type(pattern: Pattern) -> Type:
    if any(pattern.names):
        return types.Object(dict.fromkeys(pattern.names, STRING))
    return types.Tuple((STRING,) * len(pattern.names)) if pattern.names else STRING


def _regex_type(arguments: Sequence[Value]) -> Type:
    return _result_type(_parsed(arguments[0])) if arguments[0].is_known else ANY


def replaced(context: Context, text: str, pattern: str, replacement: str) -> Value:
    """`replace` with a pattern between slashes."""
    with _evaluating(pattern):
        parsed = parse(pattern)
        every = list(_matches(Machine(parsed, context.spend), text))
    template = list(_template(replacement, parsed.names))
    parts: list[str] = []
    done = 0
    for found in every:
        parts.append(text[done : found[0]])
        for part in template:
            groups = [part] if isinstance(part, str) else [_captured(text, found, group) for group in part]
            parts.append(next((each for each in groups if each is not None), ""))
        done = found[1] or 0
    parts.append(text[done:])
    limit_text(sum(map(len, parts)))
    return string("".join(parts))


def _captured(text: str, found: Captures, group: int) -> str | None:
    start, end = found[2 * group : 2 * group + 2] or (None, None)
    return None if start is None or end is None else text[start:end]


def _template(replacement: str, names: Sequence[str]) -> Iterator[str | tuple[int, ...]]:
    """The texts and groups of a replacement. Of several groups with one name, the first that is part of the match counts."""
    done = 0
    for found in _REFERENCE.finditer(replacement):
        yield replacement[done : found.start()]
        done = found.end()
        name = found[1] or found[2]
        if name is None:
            yield "$"
        elif _NUMBER.fullmatch(name):
            yield (int(name),)
        else:
            yield tuple(group for group, given in enumerate(names, 1) if given == name)
    yield replacement[done:]


_PATTERN, _STRING = Parameter("pattern", STRING), Parameter("string", STRING)

FUNCTIONS = (
    Function("regex", (_PATTERN, _STRING), _regex, _regex_type, wants_context=True),
    Function("regexall", (_PATTERN, _STRING), _regexall, lambda given: types.List(_regex_type(given)), wants_context=True),
)
