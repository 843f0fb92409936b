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
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import STRING, friendly
from dyncheck.readers.hcl.language.values import FALSE, NULL, TRUE, Problem, Value, is_larger, number, object_of, string, tuple_of

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
# How the messages of PyYAML begin where Terraform refuses the document too.
_REFUSALS = (
    "mapping values are not allowed here",
    "sequence entries are not allowed here",
    "mapping keys are not allowed here",
    "could not find expected ':'",
    "found character ",
    "found unexpected end of stream",
    "found unknown escape character",
    "expected escape sequence of",
    "expected ',' or ']'",
    "expected ',' or '}'",
    "expected alphabetic or numeric character",
    "expected the node content",
    "expected '<document start>'",
    "expected <block end>",
    "special characters are not allowed",
    "found incompatible YAML document",
    "found undefined tag handle",
)
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


def _yamldecode(text: Value) -> Value:
    import yaml

    if len(text.content) > LONGEST_TEXT // 4:
        raise UnsureError("a document larger than dyncheck reads")
    if _DIRECTIVE.search(text.content):
        raise UnsureError("a document with directives")
    try:
        found = _Document(yaml.parse(text.content, Loader=yaml.SafeLoader)).value()
    except yaml.reader.ReaderError as error:
        raise _refusal(str(error.reason)) from None
    except yaml.MarkedYAMLError as error:
        if str(error.problem).startswith("found character '\\t'"):
            _refuse_unsure_tab(text.content, error.problem_mark)
        raise _refusal(str(error.problem)) from None
    except (ValueError, OverflowError):
        # An escape sequence for what is no character.
        raise _invalid() from None
    if is_larger(found, MOST_PARTS):
        raise UnsureError(f"more than {MOST_PARTS} values")
    return found


def _invalid() -> Problem:
    return Problem("the text is not valid YAML")


def _refusal(problem: str) -> Problem:
    if not problem.startswith(_REFUSALS):
        raise UnsureError("a document that dyncheck cannot read")
    return _invalid()


def _refuse_unsure_tab(text: str, mark: Any) -> None:
    """Terraform takes tabs for spaces where a text may go on. Right after a colon, the line of a block is to begin."""
    lines = text.removeprefix("\ufeff").split("\n")[: mark.line]
    before = next((line.rstrip() for line in reversed(lines) if line.strip()), ":")
    if not before.endswith(":") or "[" in text or "{" in text or mark.column:
        raise UnsureError("a document with tabs")


class _Document:
    """One document; its anchors, and those whose value is still being read. PyYAML resolves and constructs nothing."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchors: dict[str, Value] = {}
        self._open: list[str] = []

    def value(self) -> Value:
        """The value of the only document."""
        import yaml

        self._next()
        start = self._next()
        if not isinstance(start, yaml.DocumentStartEvent) or start.version not in (None, (1, 1)):
            raise _invalid()
        found = self._node(self._next())
        self._next()
        if not isinstance(self._next(), yaml.StreamEndEvent):
            raise Problem("the text has more than one YAML document")
        return found

    def _next(self) -> Any:
        return next(self._events)

    def _node(self, event: Any) -> Value:
        import yaml

        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors or event.anchor in self._open:
                raise Problem(f"the anchor {quote(str(event.anchor))} is not defined before its use")
            return self._anchors[event.anchor]
        self._open.append(event.anchor)
        if isinstance(event, yaml.ScalarEvent):
            found = _resolved(event)
            # A block is a text, but one that reads like something else is that first, and its text is then written again.
            found = convert(found, STRING) if event.style in ("|", ">") else found
        elif isinstance(event, yaml.MappingStartEvent):
            found = self._mapping(event)
        else:
            found = self._sequence(event)
        self._open.remove(event.anchor)
        self._anchors[event.anchor] = found
        return found

    def _sequence(self, start: Any) -> Value:
        import yaml

        if start.tag not in (None, f"{_TAG}seq"):
            raise _unfit(start.tag)
        items: list[Value] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event))
        return tuple_of(items)

    def _mapping(self, start: Any) -> Value:
        import yaml

        if start.tag not in (None, f"{_TAG}map"):
            raise _unfit(start.tag)
        items: dict[str, Value] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            if isinstance(event, yaml.ScalarEvent) and event.value == "<<" and event.tag is None:
                items |= self._merged()
            else:
                key = self._key(event)
                items[key] = self._node(self._next())
        return object_of(items)

    def _merged(self) -> dict[str, Value]:
        found = self._node(self._next())
        if not isinstance(found.type, types.Object) or found.is_null:
            raise Problem(f"cannot merge {friendly(found.type)} into a mapping")
        merged: dict[str, Value] = found.content
        return merged

    def _key(self, event: Any) -> str:
        import yaml

        found = convert(_resolved(event), STRING) if isinstance(event, yaml.ScalarEvent) else NULL
        if found.is_null:
            raise Problem("a key of a mapping must be a string that is not null")
        # Terraform does not note the anchors of keys.
        self._anchors.pop(event.anchor, None)
        key: str = found.content
        return key


def _resolved(event: Any) -> Value:
    """What a scalar means. Raises `Problem` for a tag that does not fit."""
    text, tag = event.value, event.tag or ""
    if _HALVES.search(text):
        raise _invalid()
    if tag not in _SCALAR_TAGS:
        raise _unfit(tag)
    if tag not in _TEXT_TAGS and (not text or text[0] in _TELLING):
        if event.style in ("'", '"'):
            return string(text)
        found = _word(text, tag) or _numeric(text, tag)
        if found is not None:
            return found
    return _tagged(text, tag)


def _word(text: str, tag: str) -> Value | None:
    if text in _INFINITE:
        raise UnsureError("a document with an infinite number")
    if text in _NOT_NUMBERS and not tag:
        raise Problem("a value that is not a number is not supported")
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
            raise _unfit(f"{_TAG}int")
        return number(found)
    return None


def _number(text: str) -> Value | None:
    found = parse(text)
    return None if found is None else number(found)


def _beyond(text: str) -> Value:
    raise UnsureError(f"a document with the number {text[:20]}, which is more than dyncheck computes with")


def _tagged(text: str, tag: str) -> Value:
    if tag == f"{_TAG}null":
        return NULL
    if tag in ("", f"{_TAG}str"):
        return string(text)
    if tag == f"{_TAG}binary":
        from dyncheck.readers.hcl.functions.encodings import from_base64

        if from_base64(text) is not None:
            return string(text)
    if tag in (f"{_TAG}int", f"{_TAG}float"):
        found = _number(text.replace("_", ""))
        if found is not None:
            return found
    raise _unfit(tag)


def _unfit(tag: str | None) -> Problem:
    return Problem(f"a value does not fit its tag {quote(str(tag))}")


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
