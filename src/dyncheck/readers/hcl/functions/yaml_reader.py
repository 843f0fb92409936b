"""YAML as Terraform reads it: PyYAML scans the text, and this module resolves the words, because the two disagree about them.

A tag makes nothing but texts, numbers, truths and nulls.
Source: https://github.com/zclconf/go-cty-yaml, decode.go, implied_type.go and resolve.go
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from dyncheck.readers.hcl.functions.dates import is_timestamp
from dyncheck.readers.hcl.functions.declaration import LONGEST_TEXT, MOST_PARTS, Function, Parameter
from dyncheck.readers.hcl.functions.encodings import from_base64
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.numbers import parse
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import STRING, friendly
from dyncheck.readers.hcl.language.values import FALSE, NULL, TRUE, EvaluationError, Value, is_larger, number, object_of, string, tuple_of

_TAG = "tag:yaml.org,2002:"
_SCALAR_TAGS = {"", *(f"{_TAG}{name}" for name in ("str", "bool", "int", "float", "null", "timestamp", "binary"))}
_WORDS = {
    **dict.fromkeys(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"], TRUE),
    **dict.fromkeys(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"], FALSE),
    **dict.fromkeys(["", "~", "null", "Null", "NULL"], NULL),
}
_INFINITE = {f"{sign}.{word}" for sign in ("", "+", "-") for word in ("inf", "Inf", "INF")}
# The starts of PyYAML's messages for documents that Terraform refuses too.
_REFUSAL = re.compile(
    r"(mapping values|mapping keys|sequence entries|special characters) are not allowed|could not find expected ':'"
    r"|found (character |unexpected end of stream|unknown escape character|incompatible YAML document|undefined tag handle)"
    r"|expected (escape sequence of|',' or '[\]}]'|alphabetic or numeric|the node content|'<document start>'|<block end>)"
)
# A text that starts with any other character is only a text.
_TELLING = set("+-.0123456789yYnNtTfFoO~")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_OTHER_BASES = re.compile(r"0(o[0-7]+|x[0-9a-fA-F]+)\Z")
_TIME = r"([Tt ])([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?"
_MOMENT = re.compile(rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}})(?:{_TIME})?\Z")
_DIRECTIVE = re.compile(r"^%(?!YAML |TAG )", re.MULTILINE)
_HALVES = re.compile("[\ud800-\udfff]")


def _yamldecode(text: Value) -> Value:
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
        # An escape sequence that stands for no character.
        raise _invalid() from None
    if is_larger(found, MOST_PARTS):
        raise UnsureError(f"more than {MOST_PARTS} values")
    return found


def _invalid() -> EvaluationError:
    return EvaluationError("the text is not valid YAML")


def _refusal(problem: str) -> EvaluationError:
    if not _REFUSAL.match(problem):
        raise UnsureError("a document that dyncheck cannot read")
    return _invalid()


def _refuse_unsure_tab(text: str, mark: Any) -> None:
    """Terraform takes tabs for spaces where a text may go on. Directly after a colon, a block has to begin instead."""
    lines = text.removeprefix("\ufeff").split("\n")[: mark.line]
    before = next((line.rstrip() for line in reversed(lines) if line.strip()), ":")
    if not before.endswith(":") or "[" in text or "{" in text or mark.column:
        raise UnsureError("a document with tabs")


class _Document:
    """One document with its anchors; those in `_open` have no complete value yet. PyYAML only gives the events."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchors: dict[str, Value] = {}
        self._open: list[str] = []

    def value(self) -> Value:
        """The value of the only document."""
        next(self._events)
        start = next(self._events)
        if not isinstance(start, yaml.DocumentStartEvent) or start.version not in (None, (1, 1)):
            raise _invalid()
        found = self._node(next(self._events))
        next(self._events)
        if not isinstance(next(self._events), yaml.StreamEndEvent):
            raise EvaluationError("the text has more than one YAML document")
        return found

    def _node(self, event: Any) -> Value:
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors or event.anchor in self._open:
                raise EvaluationError(f"the anchor {quote(str(event.anchor))} is not defined before its use")
            return self._anchors[event.anchor]
        self._open.append(event.anchor)
        if isinstance(event, yaml.ScalarEvent):
            found = _resolved(event)
            # A block is a text, but one that reads like a number or a truth is written as Terraform writes that.
            found = convert(found, STRING) if event.style in ("|", ">") else found
        else:
            found = self._mapping(event) if isinstance(event, yaml.MappingStartEvent) else self._sequence(event)
        self._open.remove(event.anchor)
        self._anchors[event.anchor] = found
        return found

    def _sequence(self, start: Any) -> Value:
        if start.tag not in (None, f"{_TAG}seq"):
            raise _unfit(start.tag)
        items: list[Value] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event))
        return tuple_of(items)

    def _mapping(self, start: Any) -> Value:
        if start.tag not in (None, f"{_TAG}map"):
            raise _unfit(start.tag)
        items: dict[str, Value] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if isinstance(event, yaml.ScalarEvent) and event.value == "<<" and event.tag is None:
                merged = self._node(next(self._events))
                if not isinstance(merged.type, types.Object) or merged.is_null:
                    raise EvaluationError(f"cannot merge {friendly(merged.type)} into a mapping")
                items |= merged.content
            else:
                key = self._key(event)
                items[key] = self._node(next(self._events))
        return object_of(items)

    def _key(self, event: Any) -> str:
        found = convert(_resolved(event), STRING) if isinstance(event, yaml.ScalarEvent) else NULL
        if found.is_null:
            raise EvaluationError("a key of a mapping must be a string that is not null")
        # Terraform ignores the anchors of keys.
        self._anchors.pop(event.anchor, None)
        return str(found.content)


def _resolved(event: Any) -> Value:
    """The value of a scalar. Raises `EvaluationError` for a tag that does not fit."""
    text, tag = event.value, event.tag or ""
    if _HALVES.search(text):
        raise _invalid()
    if tag not in _SCALAR_TAGS:
        raise _unfit(tag)
    if tag not in (f"{_TAG}str", f"{_TAG}binary") and (not text or text[0] in _TELLING):
        if event.style in ("'", '"'):
            return string(text)
        if text in _INFINITE:
            raise UnsureError("a document with an infinite number")
        if text in (".nan", ".NaN", ".NAN") and not tag:
            raise EvaluationError("a value that is not a number is not supported")
        found = _WORDS.get(text) or _numeric(text, tag)
        if found is not None:
            return found
    return _tagged(text, tag)


def _numeric(text: str, tag: str) -> Value | None:
    if text[0] == ".":
        return _number(text)
    if text[0] not in "+-0123456789":
        return None
    moment = _moment(text) if tag in ("", f"{_TAG}timestamp") else ""
    if moment:
        return string(moment)
    if _OTHER_BASES.match(text):
        if int(text, 0) >= 2**64:
            raise _unfit(f"{_TAG}int")
        return number(int(text, 0))
    if not _DECIMAL.match(text):
        return None
    found = _number(text)
    if found is None:
        raise UnsureError(f"a document with the number {text[:20]}, which is more than dyncheck computes with")
    return found


def _number(text: str) -> Value | None:
    found = parse(text)
    return None if found is None else number(found)


def _tagged(text: str, tag: str) -> Value:
    if tag == f"{_TAG}null":
        return NULL
    if tag in ("", f"{_TAG}str") or (tag == f"{_TAG}binary" and from_base64(text) is not None):
        return string(text)
    found = _number(text.replace("_", "")) if tag in (f"{_TAG}int", f"{_TAG}float") else None
    if found is None:
        raise _unfit(tag)
    return found


def _unfit(tag: str | None) -> EvaluationError:
    return EvaluationError(f"a value does not fit its tag {quote(str(tag))}")


def _moment(text: str) -> str:
    """A date or time in the notation of RFC 3339, empty for any other text."""
    match = _MOMENT.match(text)
    if not match or (match[4] and (match[4] == " ") != (match[8] is None)):
        return ""
    year, month, day, _, hour, minute, second, zone = match.groups("")
    moment = f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute:0>2}:{second:0>2}{zone or 'Z'}"
    if not is_timestamp(moment):
        return ""
    return f"{moment[:19]}Z" if moment[19:] in ("+00:00", "-00:00") else moment


FUNCTIONS = (Function("yamldecode", (Parameter("src", STRING),), _yamldecode),)
