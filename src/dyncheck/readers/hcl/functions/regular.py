"""Regular expressions as Terraform has them: those of RE2, in the syntax of Go.

Neither Python's `re` nor `regex` matches them: docs/decisions/0016-regular-expressions.md says why.
Source: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/regexp.go and https://github.com/golang/go/tree/master/src/regexp
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from dyncheck.readers.hcl.functions.declaration import LONGEST_TEXT, Context, Function, InvalidArgument, Parameter, named
from dyncheck.readers.hcl.functions.regular_machine import Captures, Machine, TooMuchWorkError
from dyncheck.readers.hcl.functions.regular_syntax import Pattern, PatternError, UnsupportedError, parse
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import ANY, STRING, Type
from dyncheck.readers.hcl.language.values import Problem, Value, list_of, null, pending, string

_NUMBER = re.compile("0|[1-9][0-9]{0,7}")
_REFERENCE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")


def _regex(context: Context, pattern: Value, text: Value) -> Value:
    try:
        parsed = _parsed(pattern)
        found = Machine(parsed, context.spend).match(text.content, 0)
        if found is None:
            raise Problem("pattern did not match any part of the given string")
        return _result(parsed, text.content, found)
    except (UnsupportedError, TooMuchWorkError) as reason:
        return pending(_regex_type((pattern, text)), _cause(pattern.content, reason))


def _regexall(context: Context, pattern: Value, text: Value) -> Value:
    try:
        parsed = _parsed(pattern)
        results = [_result(parsed, text.content, found) for found in _matches(Machine(parsed, context.spend), text.content)]
        return list_of(_result_type(parsed), results)
    except (UnsupportedError, TooMuchWorkError) as reason:
        return pending(_regexall_type((pattern, text)), _cause(pattern.content, reason))


def _cause(pattern: str, reason: Exception) -> str:
    return f"the regular expression {quote(pattern)}: {reason}"


def _parsed(pattern: Value) -> Pattern:
    try:
        parsed = parse(pattern.content)
    except PatternError as error:
        raise InvalidArgument("pattern", f"invalid regexp pattern: {error}") from None
    if any(parsed.names) and not all(parsed.names):
        raise InvalidArgument("pattern", "invalid regexp pattern: cannot mix both named and unnamed capture groups")
    return parsed


def _matches(machine: Machine, text: str) -> Iterator[Captures]:
    """All matches that do not overlap. An empty one right after another match does not count."""
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
    if not pattern.names:
        return STRING
    if pattern.names[0]:
        return types.Object(dict.fromkeys(pattern.names, STRING))
    return types.Tuple((STRING,) * len(pattern.names))


def _regex_type(arguments: Sequence[Value]) -> Type:
    if not arguments[0].is_known:
        return ANY
    try:
        return _result_type(_parsed(arguments[0]))
    except UnsupportedError:
        return ANY


def _regexall_type(arguments: Sequence[Value]) -> Type:
    kind = _regex_type(arguments)
    return types.List(kind)


def replaced(context: Context, text: str, pattern: str, replacement: str) -> Value:
    """`replace` with a pattern between slashes."""
    try:
        parsed = parse(pattern)
        parts = list(_replaced_parts(Machine(parsed, context.spend), text, tuple(_template(replacement, parsed.names))))
    except PatternError as error:
        raise Problem(f"error parsing regexp: {error}") from None
    except (UnsupportedError, TooMuchWorkError) as reason:
        return pending(STRING, _cause(pattern, reason))
    if sum(map(len, parts)) > LONGEST_TEXT:
        return pending(STRING, f"replace() of more than {LONGEST_TEXT} characters")
    return string("".join(parts))


def _replaced_parts(machine: Machine, text: str, template: Sequence[str | tuple[int, ...]]) -> Iterator[str]:
    done = 0
    for found in _matches(machine, text):
        yield text[done : found[0]]
        for part in template:
            yield part if isinstance(part, str) else _first(_captured(text, found, group) for group in part)
        done = found[1] or 0
    yield text[done:]


def _first(captured: Iterable[str | None]) -> str:
    return next((each for each in captured if each is not None), "")


def _captured(text: str, found: Captures, group: int) -> str | None:
    start, end = found[2 * group : 2 * group + 2] or (None, None)
    return None if start is None or end is None else text[start:end]


def _template(replacement: str, names: Sequence[str]) -> Iterator[str | tuple[int, ...]]:
    """The replacement cut into texts and groups: the first of them that is part of the match counts."""
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

FUNCTIONS = named(
    Function("regex", (_PATTERN, _STRING), _regex, _regex_type, wants_context=True),
    Function("regexall", (_PATTERN, _STRING), _regexall, _regexall_type, wants_context=True),
)
