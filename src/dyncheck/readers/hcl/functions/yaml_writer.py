"""YAML as Terraform writes it: texts in double quotes or, with lines of their own, as literal blocks.

Source: https://github.com/zclconf/go-cty-yaml, encode.go and emitterc.go
"""

from __future__ import annotations

from itertools import pairwise

from dyncheck.readers.hcl.functions.declaration import LONGEST_TEXT, Function, Parameter, named
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.numbers import to_text
from dyncheck.readers.hcl.language.types import ANY, STRING
from dyncheck.readers.hcl.language.values import Value, pending, string

_INDENT = 2
_WIDTH = 80
_LONGEST_KEY = 128
_BREAKS = "\n\r\x85\u2028\u2029"
_ESCAPES = {
    "\0": "0",
    "\a": "a",
    "\b": "b",
    "\t": "t",
    "\n": "n",
    "\v": "v",
    "\f": "f",
    "\r": "r",
    "\x1b": "e",
    '"': '"',
    "\\": "\\",
    "\x85": "N",
    "\u2028": "L",
    "\u2029": "P",
}


class _TooLongError(Exception):
    """More text than is written."""


def _yamlencode(value: Value) -> Value:
    writer = _Writer()
    try:
        writer.document(value)
    except _TooLongError:
        return pending(STRING, f"yamlencode() of more than {LONGEST_TEXT} characters")
    return string("".join(writer.parts))


class _Writer:
    """What is written so far, in which column it ends, and whether it ends with a space or with nothing but indentation."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._length = 0
        self._column = 0
        self._is_spaced = True
        self._is_indented = True

    def document(self, value: Value) -> None:
        """One document, which is all there is."""
        self._node(value, -1, in_mapping=False)
        self._start_line(0)
        if not value.content and isinstance(value.content, tuple | dict):
            return
        if not isinstance(value.content, str | tuple | dict):
            # Without quotes or brackets, only this tells where the document ends.
            self._put("...\n")

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self._length += len(text)
        if self._length > LONGEST_TEXT:
            raise _TooLongError
        before, line_end, after = text.rpartition("\n")
        self._column = len(after) if line_end else self._column + len(before) + len(after)

    def _start_line(self, indent: int) -> None:
        if not self._is_indented or self._column > indent or (self._column == indent and not self._is_spaced):
            self._put("\n")
        self._put(" " * (indent - self._column))
        self._is_spaced = self._is_indented = True

    def _mark(self, mark: str, needs_space: bool, is_indentation: bool = False) -> None:
        self._put(f" {mark}" if needs_space and not self._is_spaced else mark)
        self._is_spaced = False
        self._is_indented = self._is_indented and is_indentation

    def _node(self, value: Value, indent: int, in_mapping: bool) -> None:
        content = value.content
        if isinstance(content, dict) and content:
            self._mapping(value, indent + _INDENT if indent >= 0 else 0)
        elif isinstance(content, tuple) and content:
            is_level = in_mapping and not self._is_indented
            self._sequence(content, indent if is_level else indent + _INDENT if indent >= 0 else 0)
        elif isinstance(content, dict | tuple):
            self._mark("{}" if isinstance(value.type, types.Map | types.Object) else "[]", needs_space=True)
        elif isinstance(content, str):
            self._text(content, max(indent, 0) + _INDENT, is_key=False)
        else:
            self._mark(_word(value), needs_space=True)

    def _sequence(self, items: tuple[Value, ...], indent: int) -> None:
        for item in items:
            self._start_line(indent)
            self._mark("-", needs_space=True, is_indentation=True)
            self._node(item, indent, in_mapping=False)

    def _mapping(self, value: Value, indent: int) -> None:
        for key in sorted(value.content):
            self._start_line(indent)
            if not any(each in _BREAKS for each in key) and len(key.encode()) <= _LONGEST_KEY:
                self._text(key, indent + _INDENT, is_key=True)
                self._mark(":", needs_space=False)
            else:
                self._mark("?", needs_space=True, is_indentation=True)
                self._text(key, indent + _INDENT, is_key=False)
                self._start_line(indent)
                self._mark(":", needs_space=True, is_indentation=True)
            self._node(value.content[key], indent, in_mapping=True)

    def _text(self, text: str, indent: int, is_key: bool) -> None:
        if "\n" in text and not is_key and _may_be_block(text):
            self._block(text, indent)
        else:
            self._quoted(text, indent, is_key)

    def _block(self, text: str, indent: int) -> None:
        self._mark(f"|{_hints(text)}", needs_space=True)
        self._put("\n")
        self._is_indented = self._is_spaced = True
        is_at_start = True
        for character in text:
            if character in _BREAKS:
                self._put(character)
                self._column = 0
                self._is_indented = is_at_start = True
            else:
                if is_at_start:
                    self._start_line(indent)
                self._put(character)
                self._is_indented = is_at_start = False

    def _quoted(self, text: str, indent: int, is_key: bool) -> None:
        self._mark('"', needs_space=True)
        is_after_space = False
        for position, character in enumerate(text):
            if character != " ":
                self._put(_escaped(character))
                is_after_space = False
                continue
            if not is_key and not is_after_space and self._column > _WIDTH and 0 < position < len(text) - 1:
                self._start_line(indent)
                if text[position + 1] == " ":
                    self._put("\\")
            else:
                self._put(" ")
            is_after_space = True
        self._mark('"', needs_space=False)


def _word(value: Value) -> str:
    if value.is_null:
        return "null"
    if isinstance(value.content, bool):
        return "true" if value.content else "false"
    return to_text(value.content)


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


def _may_be_block(text: str) -> bool:
    has_space_at_line_end = any(one == " " and other in _BREAKS for one, other in pairwise(text))
    return not text.endswith(" ") and not has_space_at_line_end and all(map(_is_printable, text))


def _hints(text: str) -> str:
    """How far the block is indented, where its first line does not show it, and what becomes of the line ends at its end."""
    indent = str(_INDENT) if text[0] == " " or text[0] in _BREAKS else ""
    if text[-1] not in _BREAKS:
        return f"{indent}-"
    return f"{indent}+" if len(text) == 1 or text[-2] in _BREAKS else indent


FUNCTIONS = named(Function("yamlencode", (Parameter("value", ANY, takes_null=True),), _yamlencode, STRING))
