"""YAML as Terraform reads it: scanned by PyYAML, and given meaning here, for the two do not agree on what a word means.

No tag makes anything but texts, numbers, truths and nulls.
Source: https://github.com/zclconf/go-cty-yaml, decode.go, implied_type.go and resolve.go
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dyncheck.readers.hcl.functions.declaration import LONGEST_TEXT, MOST_PARTS, Function, Parameter, named
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.numbers import parse
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import ANY, STRING, friendly
from dyncheck.readers.hcl.language.values import FALSE, NULL, TRUE, Problem, Value, is_larger, number, object_of, pending, string, tuple_of

_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = {f"{_TAG}str", f"{_TAG}binary"}
_SCALAR_TAGS = {"", *(f"{_TAG}{name}" for name in ("str", "bool", "int", "float", "null", "timestamp", "binary"))}
_WORDS = {
    **dict.fromkeys(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"], TRUE),
    **dict.fromkeys(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"], FALSE),
    **dict.fromkeys(["", "~", "null", "Null", "NULL"], NULL),
}
_INFINITE = {f"{sign}.{word}" for sign in ("", "+", "-") for word in ("inf", "Inf", "INF")}
_NOT_NUMBERS = {".nan", ".NaN", ".NAN"}
# Only what begins with one of these is looked at; anything else is a text.
_TELLING = set("+-.0123456789yYnNtTfFoO~")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_OTHER_BASES = re.compile(r"0(o[0-7]+|x[0-9a-fA-F]+)\Z")
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\Z")
_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})([Tt ])([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?\Z"
)
_DIRECTIVE = re.compile(r"^%(?!YAML |TAG )", re.MULTILINE)
_HALVES = re.compile("[\ud800-\udfff]")

# What PyYAML calls what Terraform's scanner calls otherwise: how its messages begin, and the other message.
_PROBLEMS = {
    "mapping values are not allowed here": "mapping values are not allowed in this context",
    "sequence entries are not allowed here": "block sequence entries are not allowed in this context",
    "mapping keys are not allowed here": "mapping keys are not allowed in this context",
    "could not find expected ':'": "could not find expected ':'",
    "found character ": "found character that cannot start any token",
    "found unexpected end of stream": "found unexpected end of stream",
    "found unknown escape character": "found unknown escape character",
    "expected escape sequence of": "did not find expected hexdecimal number",
    "expected ',' or ']'": "did not find expected ',' or ']'",
    "expected ',' or '}'": "did not find expected ',' or '}'",
    "expected alphabetic or numeric character": "did not find expected alphabetic or numeric character",
    "expected the node content": "did not find expected node content",
    "expected '<document start>'": "did not find expected <document start>",
    "special characters are not allowed": "control characters are not allowed",
    "found incompatible YAML document": "found incompatible YAML document",
    "found undefined tag handle": "found undefined tag handle",
}
_EXPECTED_BLOCK_END = "expected <block end>"


class _UnsureError(Exception):
    """Why Terraform may read the document in another way."""


class _Marked(Exception):
    """What is wrong, at an event."""

    def __init__(self, event: Any, what: str) -> None:
        # The line is counted from 0 and not told when it is the first, as in Terraform.
        line = event.start_mark.line
        super().__init__(f"on line {line}, column {event.start_mark.column + 1}: {what}" if line else what)


def _yamldecode(text: Value) -> Value:
    if len(text.content) > LONGEST_TEXT // 4:
        return pending(ANY, "yamldecode() of a document larger than dyncheck reads")
    try:
        found = _Document(text.content).value()
    except _Marked as problem:
        raise Problem(str(problem)) from None
    except _UnsureError as reason:
        return pending(ANY, f"yamldecode() of {reason}")
    return pending(ANY, f"yamldecode() of more than {MOST_PARTS} values") if is_larger(found, MOST_PARTS) else found


def _events(text: str) -> Iterator[Any]:
    """What PyYAML's scanner and parser find. Its resolver and constructors are not used."""
    import yaml

    if _DIRECTIVE.search(text):
        raise _UnsureError("a document with directives")
    try:
        yield from yaml.parse(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        raise Problem(_renamed(str(error.reason))) from None
    except yaml.MarkedYAMLError as error:
        raise Problem(_located(error, text)) from None
    except (ValueError, OverflowError):
        # An escape sequence for what is no character.
        raise Problem("found invalid Unicode character escape code") from None


def _renamed(problem: str) -> str:
    for beginning, other in _PROBLEMS.items():
        if problem.startswith(beginning):
            return other
    raise _UnsureError("a document that dyncheck cannot read")


def _located(error: Any, text: str) -> str:
    """The message of a scanner or parser, with the place as Terraform counts it."""
    import yaml

    mark = error.problem_mark
    line, column = mark.line, mark.column
    is_scanned = isinstance(error, yaml.scanner.ScannerError)
    # Terraform's scanner ends the last line before it gives the end of the document to the parser.
    if mark.index >= len(text.removeprefix("\ufeff")) and column and (not is_scanned or "':'" in str(error.problem)):
        line, column = line + 1, 0
    if str(error.problem).startswith("found character '\\t'"):
        _refuse_unsure_tab(text, mark)
    if str(error.problem).startswith(_EXPECTED_BLOCK_END):
        what = "did not find expected key" if "mapping" in str(error.context) else "did not find expected '-' indicator"
    else:
        what = _renamed(str(error.problem))
    if not line:
        return what
    return f"on line {line + 1 if is_scanned else line}, column {1 if is_scanned else column + 1}: {what}"


def _refuse_unsure_tab(text: str, mark: Any) -> None:
    """Terraform takes tabs for spaces where a text may go on. Right after a colon, the line of a block is to begin."""
    lines = text.removeprefix("\ufeff").split("\n")[: mark.line]
    before = next((line.rstrip() for line in reversed(lines) if line.strip()), ":")
    if not before.endswith(":") or "[" in text or "{" in text or mark.column:
        raise _UnsureError("a document with tabs")


class _Document:
    """One document; its anchors, and those whose value is still being read."""

    def __init__(self, text: str) -> None:
        self._events = _events(text)
        self._anchors: dict[str, Value] = {}
        self._open: list[str] = []

    def value(self) -> Value:
        """The value of the only document. Raises `_Marked` and `Problem`."""
        import yaml

        self._next()
        start = self._next()
        if not isinstance(start, yaml.DocumentStartEvent):
            raise _Marked(_Place(1, 0), "missing start of document")
        if start.version not in (None, (1, 1)):
            raise Problem("found incompatible YAML document")
        found = self._node(self._next())
        end = self._next()
        if not isinstance(self._next(), yaml.StreamEndEvent):
            raise _Marked(end, "unexpected extra content after value")
        return found

    def _next(self) -> Any:
        return next(self._events)

    def _node(self, event: Any) -> Value:
        import yaml

        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if event.anchor:
            self._open.append(event.anchor)
        if isinstance(event, yaml.ScalarEvent):
            found = self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            found = self._mapping(event)
        else:
            found = self._sequence(event)
        if event.anchor:
            self._open.remove(event.anchor)
            self._anchors[event.anchor] = found
        return found

    def _alias(self, event: Any) -> Value:
        if event.anchor in self._open:
            raise _Marked(event, f"cannot refer to anchor {quote(event.anchor)} from inside its own definition")
        if event.anchor not in self._anchors:
            raise _Marked(event, f"reference to undefined anchor {quote(event.anchor)}")
        return self._anchors[event.anchor]

    def _scalar(self, event: Any) -> Value:
        try:
            found = _resolved(event)
        except Problem as problem:
            raise _Marked(event, str(problem)) from None
        # A block is a text, but one that reads like something else is that first, and its text is then written anew.
        return convert(found, STRING) if event.style in ("|", ">") else found

    def _sequence(self, start: Any) -> Value:
        import yaml

        if start.tag not in (None, f"{_TAG}seq"):
            raise _Marked(start, f"can't interpret sequence as {start.tag}")
        items: list[Value] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event))
        return tuple_of(items)

    def _mapping(self, start: Any) -> Value:
        import yaml

        if start.tag not in (None, f"{_TAG}map"):
            raise _Marked(start, f"can't interpret mapping as {start.tag}")
        items: dict[str, Value] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            if isinstance(event, yaml.ScalarEvent) and event.value == "<<" and event.tag is None:
                items |= self._merged(event)
            else:
                key = self._key(event)
                items[key] = self._node(self._next())
        return object_of(items)

    def _merged(self, event: Any) -> dict[str, Value]:
        found = self._node(self._next())
        if not isinstance(found.type, types.Object) or found.is_null:
            raise _Marked(event, f"cannot merge {friendly(found.type)} into mapping")
        merged: dict[str, Value] = found.content
        return merged

    def _key(self, event: Any) -> str:
        import yaml

        if not isinstance(event, yaml.ScalarEvent):
            raise _Marked(event, "only strings are allowed as mapping keys")
        found = convert(_resolved(event), STRING)
        if found.is_null:
            raise _Marked(event, "mapping key cannot be null")
        if event.anchor:
            # Terraform does not note the anchors of keys.
            self._anchors.pop(event.anchor, None)
        key: str = found.content
        return key


class _Place:
    """A place that no event has."""

    def __init__(self, line: int, column: int) -> None:
        self.start_mark = self
        self.line = line
        self.column = column


def _resolved(event: Any) -> Value:
    """What a scalar means. Raises `Problem` for a tag that does not fit."""
    text, tag = event.value, event.tag or ""
    if _HALVES.search(text):
        raise Problem("found invalid Unicode character escape code")
    if tag not in _SCALAR_TAGS:
        raise Problem(f"unsupported tag {quote(tag)}")
    if tag not in _TEXT_TAGS and (not text or text[0] in _TELLING):
        if event.style in ("'", '"'):
            return string(text)
        found = _word(text, tag) or _numeric(text, tag)
        if found is not None:
            return found
    return _tagged(text, tag)


def _word(text: str, tag: str) -> Value | None:
    if text in _INFINITE:
        raise _UnsureError("a document with an infinite number")
    if text in _NOT_NUMBERS and not tag:
        raise Problem("floating point NaN is not supported")
    return _WORDS.get(text)


def _numeric(text: str, tag: str) -> Value | None:
    if text[:1] == ".":
        return _number(text)
    if text[:1] not in set("+-0123456789"):
        return None
    if tag in ("", f"{_TAG}timestamp"):
        moment = _moment(text)
        if moment:
            return string(moment)
    if _DECIMAL.match(text):
        return _number(text) or _beyond(text)
    if _OTHER_BASES.match(text):
        found = int(text, 0)
        if found >= 2**64:
            raise Problem(f"cannot parse {quote(text)} as {_TAG}int")
        return number(found)
    return None


def _number(text: str) -> Value | None:
    found = parse(text)
    return None if found is None else number(found)


def _beyond(text: str) -> Value:
    raise _UnsureError(f"a document with the number {text[:20]}, which is more than dyncheck computes with")


def _tagged(text: str, tag: str) -> Value:
    if tag == f"{_TAG}null":
        return NULL
    if tag in ("", f"{_TAG}str"):
        return string(text)
    problem = Problem(f"cannot parse {quote(text)} as {tag}")
    if tag == f"{_TAG}binary":
        from dyncheck.readers.hcl.functions.encodings import from_base64

        if from_base64(text) is None:
            raise Problem(f"{problem}: not valid base64")
        return string(text)
    if tag in (f"{_TAG}int", f"{_TAG}float"):
        found = _number(text.replace("_", ""))
        if found is not None:
            return found
    raise problem


def _moment(text: str) -> str:
    """A date or time in the notation of RFC 3339, empty for any other text."""
    match = _DATE.match(text)
    if match:
        return _checked(f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}T00:00:00Z")
    match = _MOMENT.match(text)
    if not match or (match[4] == " ") != (match[8] is None):
        return ""
    year, month, day, _, hour, minute, second, zone = match.groups()
    return _checked(f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute:0>2}:{second:0>2}{zone or 'Z'}")


def _checked(moment: str) -> str:
    from dyncheck.readers.hcl.functions.dates import is_timestamp

    if not is_timestamp(moment):
        return ""
    return f"{moment[:19]}Z" if moment[19:] in ("+00:00", "-00:00") else moment


FUNCTIONS = named(Function("yamldecode", (Parameter("src", STRING),), _yamldecode))
