"""`format` and `formatlist`: texts made by a pattern with verbs such as `%s` and `%05d`.

Source: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/format.go and format_fsm.rl, and Go's `fmt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from dyncheck.readers.hcl.functions.declaration import LONGEST_TEXT, Function, InvalidArgument, Parameter, named
from dyncheck.readers.hcl.language import numbers, types
from dyncheck.readers.hcl.language.conversion import ConversionProblem, convert
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type
from dyncheck.readers.hcl.language.values import Problem, Value, is_wholly_known, list_of, pending, string

# The parts of a verb in their order; each may be empty, so that how far it matches shows where a broken one breaks.
_VERB = re.compile(r"%([0#\-+ ]*)([1-9][0-9]*)?(\.[0-9]*)?(\[(?:[1-9][0-9]*\]?)?)?")
_BASES = {"b": ("b", "0b"), "o": ("o", "0"), "d": ("d", ""), "x": ("x", "0x"), "X": ("X", "0X")}
_WIDEST = 100_000


class _Verb(Struct, frozen=True):
    flags: str
    width: int
    precision: int
    index: int
    mode: str
    end: int


def _format(pattern: Value, *arguments: Value) -> Value:
    if _has_untyped_null(arguments):
        return pending(ANY, "format() of a null that has no type, which Terraform does not evaluate")
    text, used = _formatted(pattern.content, arguments)
    problem = _left_over(used, arguments)
    if problem:
        raise InvalidArgument("args", problem)
    return string(text)


def _has_untyped_null(arguments: Sequence[Value]) -> bool:
    return any(argument.is_null and isinstance(argument.type, types.Any) for argument in arguments)


def _formatlist(pattern: Value, *arguments: Value) -> Value:
    if any(isinstance(argument.type, types.Any) and not argument.is_known for argument in arguments):
        return pending(ANY, *arguments, "formatlist() of what has no type yet")
    length = _common_length(arguments)
    unsure = [argument for argument in arguments if _is_list(argument) and not _has_known_length(argument)]
    if unsure:
        return pending(_TEXTS, *unsure)
    return list_of(STRING, (_row(pattern.content, index, arguments) for index in range(1 if length is None else length)))


def _row(pattern: str, index: int, arguments: Sequence[Value]) -> Value:
    row = [argument.content[index] if _is_list(argument) else argument for argument in arguments]
    unsure = [item for item in row if not is_wholly_known(item)]
    if unsure:
        return pending(STRING, *unsure)
    try:
        text, used = _formatted(pattern, row)
        problem = _left_over(used, row)
    except UnsureError as reason:
        return pending(STRING, f"formatlist() of {reason}")
    except Problem as found:
        problem = str(found)
    if problem:
        raise Problem(f"error on format iteration {index}: {problem}" if arguments else problem)
    return string(text)


def _is_list(argument: Value) -> bool:
    return isinstance(argument.type, types.List | types.Set | types.Tuple) and not argument.is_null


def _has_known_length(argument: Value) -> bool:
    return not argument.is_pending and (not isinstance(argument.type, types.Set) or is_wholly_known(argument) or len(argument.content) < 2)


def _common_length(arguments: Sequence[Value]) -> int | None:
    """The length that all lists have; None without lists."""
    lengths = {
        position: len(argument.content)
        for position, argument in enumerate(arguments, 1)
        if _is_list(argument) and _has_known_length(argument)
    }
    first = next(iter(lengths), 0)
    for position, length in lengths.items():
        if length != lengths[first]:
            raise InvalidArgument(
                "args",
                f"argument {position} has length {length}, which is inconsistent with argument {first} of length {lengths[first]}",
            )
    return lengths.get(first)


def _left_over(used: int, arguments: Sequence[Value]) -> str:
    if used >= len(arguments):
        return ""
    return f"too many arguments; only {used} used by format string" if used else "too many arguments; no verbs in format string"


def _formatted(pattern: str, arguments: Sequence[Value]) -> tuple[str, int]:
    """The text, and the highest number of an argument that was used."""
    parts: list[str] = []
    used = length = 0
    for part in _parsed(pattern):
        if isinstance(part, _Verb):
            used = max(used, part.index)
            part = _written(part, arguments)
        length += len(part)
        if length > LONGEST_TEXT:
            raise UnsureError(f"more than {LONGEST_TEXT} characters")
        parts.append(part)
    return "".join(parts), used


def _parsed(pattern: str) -> Iterator[str | _Verb]:
    following = 1
    position = 0
    while True:
        start = pattern.find("%", position)
        yield pattern[position : start if start >= 0 else None]
        if start < 0:
            return
        if pattern.startswith("%%", start):
            yield "%"
            position = start + 2
            continue
        verb = _verb(pattern, start, following)
        yield verb
        following = verb.index + 1
        position = verb.end


def _verb(pattern: str, start: int, following: int) -> _Verb:
    match = _VERB.match(pattern, start)
    assert match is not None, "there is a percent sign at the start"
    flags, width, precision, index = match.groups()
    mode = pattern[match.end() : match.end() + 1]
    is_complete = index is None or index.endswith("]")
    if not is_complete or not (mode.isascii() and mode.isalpha()):
        raise Problem(f"the format string has an incomplete verb {quote(pattern[start : match.end() + 1])}")
    return _Verb(
        flags=flags,
        width=_size(width or "", -1),
        precision=-1 if precision is None else _size(precision[1:], 0),
        index=_size(index[1:-1], 0) if index else following,
        mode=mode,
        end=match.end() + 1,
    )


def _size(digits: str, otherwise: int) -> int:
    if len(digits.lstrip("0")) > 9 or int(digits or 0) > _WIDEST:
        raise UnsureError(f"the width, precision or argument {digits[:20]}")
    return int(digits) if digits else otherwise


def _written(verb: _Verb, arguments: Sequence[Value]) -> str:
    if verb.index > len(arguments):
        raise Problem(f"the format string uses argument {verb.index} but has {len(arguments)}")
    argument = arguments[verb.index - 1]
    if verb.mode != "v" and argument.is_null:
        raise Problem(f"null has no format %{verb.mode}")
    write = _WRITE.get(verb.mode)
    if write is None:
        raise Problem(f"unsupported format verb %{verb.mode}")
    return write(verb, argument)


def _converted(verb: _Verb, argument: Value, kind: Type) -> Value:
    try:
        return convert(argument, kind)
    except ConversionProblem as problem:
        raise Problem(f"unsupported value for %{verb.mode}: {problem.what}") from None


def _as_it_is(verb: _Verb, argument: Value) -> str:
    if not argument.is_null and "#" not in verb.flags:
        if argument.type == STRING:
            return _padded(verb, argument.content)
        if argument.type == NUMBER:
            return _padded(verb, numbers.general_text(argument.content))
    from dyncheck.readers.hcl.functions.json_text import encode

    return _padded(verb, encode(argument))


def _truth(verb: _Verb, argument: Value) -> str:
    return "true" if _converted(verb, argument, BOOL).content else "false"


def _text(verb: _Verb, argument: Value) -> str:
    text: str = _converted(verb, argument, STRING).content
    if verb.precision > 0:
        from dyncheck.readers.hcl.language.graphemes import clusters

        text = "".join(clusters(text)[: verb.precision])
    if verb.mode == "q":
        from dyncheck.readers.hcl.functions.json_text import quoted

        text = quoted(text)
    return _padded(verb, text)


def _padded(verb: _Verb, text: str) -> str:
    if verb.width < 0:
        return text
    from dyncheck.readers.hcl.language.graphemes import count

    padding = ("0" if "0" in verb.flags else " ") * (verb.width - count(text))
    return text + padding if "-" in verb.flags else padding + text


def _sign(verb: _Verb, is_minus: bool) -> str:
    return "-" if is_minus else "+" if "+" in verb.flags else " " if " " in verb.flags else ""


def _integer(verb: _Verb, argument: Value) -> str:
    value = _converted(verb, argument, NUMBER).content
    if not numbers.is_whole(value):
        raise Problem(f"unsupported value for %{verb.mode}: an integer is required")
    base, prefix = _BASES[verb.mode]
    digits = format(abs(int(value)), base)
    if verb.precision == 0 and digits == "0":
        return ""
    sign = _sign(verb, value < 0) + (prefix if "#" in verb.flags else "")
    digits = digits.rjust(verb.precision, "0")
    if "-" in verb.flags:
        return (sign + digits).ljust(verb.width)
    if "0" in verb.flags and verb.precision < 0:
        return sign + digits.rjust(verb.width - len(sign), "0")
    return (sign + digits).rjust(verb.width)


def _broken(verb: _Verb, argument: Value) -> str:
    value = _converted(verb, argument, NUMBER).content
    if verb.mode in "gG":
        digits = numbers.general_text(value, verb.precision)
    else:
        write = numbers.fixed_text if verb.mode == "f" else numbers.scientific_text
        digits = write(value, 6 if verb.precision < 0 else verb.precision)
    if verb.mode.isupper():
        digits = digits.upper()
    sign = _sign(verb, digits.startswith("-"))
    digits = digits.removeprefix("-")
    if "0" in verb.flags:
        return sign + digits.rjust(verb.width - len(sign), "0")
    return (sign + digits).ljust(verb.width) if "-" in verb.flags else (sign + digits).rjust(verb.width)


_WRITE = {
    "v": _as_it_is,
    "t": _truth,
    "s": _text,
    "q": _text,
    **dict.fromkeys("bdoxX", _integer),
    **dict.fromkeys("eEfgG", _broken),
}
_TEXTS = types.List(STRING)
_FORMAT = Parameter("format", STRING)

FUNCTIONS = named(
    Function("format", (_FORMAT,), _format, STRING, variadic=Parameter("args", ANY, takes_null=True)),
    Function("formatlist", (_FORMAT,), _formatlist, _TEXTS, variadic=Parameter("args", ANY, takes_null=True, takes_pending=True)),
)
