"""YAML as Terraform writes it: texts in double quotes, or as literal blocks if they have several lines.

PyYAML writes the document; Terraform's own are the line breaks in quoted texts and the length of simple keys.
Source: https://github.com/zclconf/go-cty-yaml, encode.go and emitterc.go
"""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from itertools import pairwise
from typing import Any

import yaml

from dyncheck.readers.hcl.functions.declaration import Function, Parameter, limit_text
from dyncheck.readers.hcl.language.numbers import to_text
from dyncheck.readers.hcl.language.types import ANY, STRING
from dyncheck.readers.hcl.language.values import Value, string

_WIDTH = 80
_LONGEST_KEY = 128
_BREAKS = "\n\r\x85\u2028\u2029"


def _yamlencode(value: Value) -> Value:
    written = StringIO()
    emitter = _Emitter(written, indent=2, width=_WIDTH, allow_unicode=True)
    for event in (yaml.StreamStartEvent(), yaml.DocumentStartEvent(), *_events(value), yaml.DocumentEndEvent(), yaml.StreamEndEvent()):
        emitter.emit(event)
        limit_text(written.tell())
    return string(written.getvalue())


def _events(value: Value) -> Iterator[Any]:
    content = value.content
    if isinstance(content, dict):
        yield yaml.MappingStartEvent(None, None, True, flow_style=False)
        for key in sorted(content):
            yield _text(key)
            yield from _events(content[key])
        yield yaml.MappingEndEvent()
    elif isinstance(content, tuple):
        yield yaml.SequenceStartEvent(None, None, True, flow_style=False)
        for item in content:
            yield from _events(item)
        yield yaml.SequenceEndEvent()
    elif isinstance(content, str):
        yield _text(content)
    else:
        word = "null" if value.is_null else str(content).lower() if isinstance(content, bool) else to_text(content)
        yield yaml.ScalarEvent(None, None, (True, False), word)


def _text(text: str) -> Any:
    return yaml.ScalarEvent(None, None, (False, True), text, style="|" if "\n" in text and _may_be_block(text) else '"')


class _Emitter(yaml.emitter.Emitter):
    """PyYAML's emitter, changed where the library of Terraform differs."""

    def choose_scalar_style(self) -> str:
        style = self.event.style if isinstance(self.event, yaml.ScalarEvent) and self.event.style else ""
        return '"' if style and self.simple_key_context else style

    def check_empty_document(self) -> bool:
        return False

    def write_literal(self, text: str) -> None:
        super().write_literal(text)
        # No mark for the end of the document after a block.
        self.open_ended = False

    def check_simple_key(self) -> bool:
        text = self.event.value if isinstance(self.event, yaml.ScalarEvent) else ""
        return not any(each in _BREAKS for each in text) and len(text.encode()) <= _LONGEST_KEY

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        """Breaks a line at the first space after its width."""
        self.write_indicator('"', True)
        is_after_space = False
        for position, character in enumerate(text):
            if character == " " and split and not is_after_space and self.column > _WIDTH and 0 < position < len(text) - 1:
                self.write_indent()
                self._put("\\" if text[position + 1] == " " else "")
            else:
                self._put(_escaped(character))
            is_after_space = character == " "
        self.write_indicator('"', False)

    def _put(self, text: str) -> None:
        self.column += len(text)
        self.stream.write(text)


def _is_printable(character: str) -> bool:
    """By the rules of YAML 1.1, and with nothing beyond U+FFFF."""
    return character == "\n" or " " <= character <= "~" or ("\xa0" <= character <= "\ufffd" and character != "\ufeff")


def _escaped(character: str) -> str:
    if _is_printable(character) and character not in '"\\\n\u2028\u2029':
        return character
    if character in _ESCAPES:
        return f"\\{_ESCAPES[character]}"
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


_ESCAPES = {character: name for character, name in yaml.emitter.Emitter.ESCAPE_REPLACEMENTS.items() if character not in "\xa0/"}


def _may_be_block(text: str) -> bool:
    has_space_at_line_end = any(one == " " and other in _BREAKS for one, other in pairwise(text))
    return not text.endswith(" ") and not has_space_at_line_end and all(map(_is_printable, text))


FUNCTIONS = (Function("yamlencode", (Parameter("value", ANY, takes_null=True),), _yamlencode, STRING),)
