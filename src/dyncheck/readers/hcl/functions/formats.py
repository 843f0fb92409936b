"""`format` and `formatlist`: texts made by a pattern with verbs such as `%s` and `%05d`.

Source: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/format.go and format_fsm.rl, and Go's `fmt`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from dyncheck.readers.hcl.functions.declaration import Function, InvalidArgument, Parameter, limit_text
from dyncheck.readers.hcl.functions.json_text import encode, quoted
from dyncheck.readers.hcl.functions.sequences import is_sequence, may_shrink
from dyncheck.readers.hcl.language import numbers, types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.graphemes import clusters, count
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type
from dyncheck.readers.hcl.language.values import EvaluationError, Value, is_wholly_known, list_of, pending, string

# Literal text, or a verb: flags, width, precision, number of the argument, mode.
_PART = re.compile(r"[^%]+|%(?:%|([0#\-+ ]*)([1-9][0-9]*)?(\.[0-9]*)?(?:\[([1-9][0-9]*)\])?([A-Za-z]))")
_BASES = {"b": ("b", "0b"), "o": ("o", "0"), "d": ("d", ""), "x": ("x", "0x"), "X": ("X", "0X")}
_WIDEST = 100_000


class _Verb(Struct, frozen=True):
    flags: str
    width: int
    precision: int
    mode: str


def _format(pattern: Value, *arguments: Value) -> Value:
    if any(argument.is_null and isinstance(argument.type, types.Any) for argument in arguments):
        return pending(ANY, "format() of a null that has no type, which Terraform does not evaluate")
    return string(_formatted(pattern.content, arguments))


def _formatlist(pattern: Value, *arguments: Value) -> Value:
    if any(isinstance(argument.type, types.Any) and not argument.is_known for argument in arguments):
        return pending(ANY, *arguments, "formatlist() of a value without a type")
    lists = [argument for argument in arguments if is_sequence(argument)]
    unsure = [each for each in lists if each.is_pending or may_shrink(each)]
    lengths = {len(each.content) for each in lists if not each.is_pending and not may_shrink(each)}
    if len(lengths) > 1:
        raise InvalidArgument("args", f"the lists have different lengths: {', '.join(map(str, sorted(lengths)))}")
    if unsure:
        return pending(_TEXTS, *unsure)
    return list_of(STRING, (_row(pattern.content, index, arguments) for index in range(lengths.pop() if lengths else 1)))


def _row(pattern: str, index: int, arguments: Sequence[Value]) -> Value:
    row = [argument.content[index] if is_sequence(argument) else argument for argument in arguments]
    unsure = [item for item in row if not is_wholly_known(item)]
    if unsure:
        return pending(STRING, *unsure)
    try:
        return string(_formatted(pattern, row))
    except UnsureError as reason:
        return pending(STRING, f"formatlist() of {reason}")
    except EvaluationError as problem:
        raise EvaluationError(f"error on format iteration {index}: {problem}") from None


def _formatted(pattern: str, arguments: Sequence[Value]) -> str:
    parts: list[str] = []
    position = length = index = used = 0
    while position < len(pattern):
        match = _PART.match(pattern, position)
        if match is None:
            raise EvaluationError(f"the format string has an incomplete verb at character {position + 1}")
        position = match.end()
        flags, width, precision, number, mode = match.groups()
        if mode:
            index = _size(number, index + 1)
            used = max(used, index)
            verb = _Verb(flags, _size(width, -1), _size(precision[1:], 0) if precision else -1, mode)
            parts.append(_written(verb, index, arguments))
        else:
            parts.append("%" if match[0] == "%%" else match[0])
        length += len(parts[-1])
        limit_text(length)
    if used < len(arguments):
        raise InvalidArgument("args", f"too many arguments; only {used} used by format string")
    return "".join(parts)


def _size(digits: str | None, otherwise: int) -> int:
    if digits and (len(digits.lstrip("0")) > 9 or int(digits) > _WIDEST):
        raise UnsureError(f"the width, precision or argument {digits[:20]}")
    return int(digits) if digits else otherwise


def _written(verb: _Verb, index: int, arguments: Sequence[Value]) -> str:
    if index > len(arguments):
        raise EvaluationError(f"the format string uses argument {index} but has {len(arguments)}")
    argument = arguments[index - 1]
    if verb.mode != "v" and argument.is_null:
        raise EvaluationError(f"null has no format %{verb.mode}")
    if verb.mode not in _WRITE:
        raise EvaluationError(f"unsupported format verb %{verb.mode}")
    return _WRITE[verb.mode](verb, argument)


def _converted(verb: _Verb, argument: Value, kind: Type) -> Value:
    try:
        return convert(argument, kind)
    except EvaluationError as problem:
        raise EvaluationError(f"unsupported value for %{verb.mode}: {problem}") from None


def _natural(verb: _Verb, argument: Value) -> str:
    if argument.is_null or "#" in verb.flags or argument.type not in (STRING, NUMBER):
        return _padded(verb, encode(argument))
    return _padded(verb, argument.content if argument.type == STRING else numbers.general_text(argument.content))


def _text(verb: _Verb, argument: Value) -> str:
    text: str = _converted(verb, argument, STRING).content
    if verb.precision > 0:
        text = "".join(clusters(text)[: verb.precision])
    return _padded(verb, quoted(text) if verb.mode == "q" else text)


def _padded(verb: _Verb, text: str) -> str:
    if verb.width < 0:
        return text
    padding = ("0" if "0" in verb.flags else " ") * (verb.width - count(text))
    return text + padding if "-" in verb.flags else padding + text


def _integer(verb: _Verb, argument: Value) -> str:
    value = _converted(verb, argument, NUMBER).content
    if not numbers.is_whole(value):
        raise EvaluationError(f"unsupported value for %{verb.mode}: an integer is required")
    base, prefix = _BASES[verb.mode]
    digits = format(abs(int(value)), base)
    if verb.precision == 0 and digits == "0":
        return ""
    sign = _sign(verb, value < 0) + (prefix if "#" in verb.flags else "")
    return _justified(verb, sign, digits.rjust(verb.precision, "0"), "-" not in verb.flags and verb.precision < 0)


def _fraction(verb: _Verb, argument: Value) -> str:
    value = _converted(verb, argument, NUMBER).content
    if verb.mode in "gG":
        digits = numbers.general_text(value, verb.precision)
    else:
        digits = numbers.decimal_text(value, verb.mode, 6 if verb.precision < 0 else verb.precision)
    digits = digits.upper() if verb.mode.isupper() else digits
    return _justified(verb, _sign(verb, digits.startswith("-")), digits.removeprefix("-"), True)


def _sign(verb: _Verb, is_minus: bool) -> str:
    return "-" if is_minus else "+" if "+" in verb.flags else " " if " " in verb.flags else ""


def _justified(verb: _Verb, sign: str, digits: str, may_have_zeros: bool) -> str:
    if "0" in verb.flags and may_have_zeros:
        return sign + digits.rjust(verb.width - len(sign), "0")
    return (sign + digits).ljust(verb.width) if "-" in verb.flags else (sign + digits).rjust(verb.width)


_WRITE = {
    "v": _natural,
    "t": lambda verb, argument: str(_converted(verb, argument, BOOL).content).lower(),
    "s": _text,
    "q": _text,
    **dict.fromkeys("bdoxX", _integer),
    **dict.fromkeys("eEfgG", _fraction),
}
_TEXTS = types.List(STRING)
_FORMAT = Parameter("format", STRING)

FUNCTIONS = (
    Function("format", (_FORMAT,), _format, STRING, variadic=Parameter("args", ANY, takes_null=True)),
    Function("formatlist", (_FORMAT,), _formatlist, _TEXTS, variadic=Parameter("args", ANY, takes_null=True, takes_pending=True)),
)
