"""Cuts templates into pieces: literal texts within a line, interpolations, and directives.

As in Terraform, `~` strips the white space of the one piece next to it.
Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#templates
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from msgspec import Struct

from dyncheck.readers.hcl.language.constructors import for_names
from dyncheck.readers.hcl.language.cursor import END, WORD, ExpressionParser
from dyncheck.readers.hcl.language.faults import SyntaxFault
from dyncheck.readers.hcl.language.nodes import Expression
from dyncheck.readers.hcl.language.quoting import quote

# White space in Unicode. Python's `strip` takes some control characters too.
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"

_OPENING = r"([$%]\{~?)"
_NO_OPENING = r"\$\$\{~?|%%\{~?|[$%]"
_QUOTED_PIECE = re.compile(rf'{_OPENING}|((?:[^"\\$%\r\n]|\\[^\r\n])+|{_NO_OPENING})|(")').match
_LINE_PIECE = re.compile(rf"{_OPENING}|((?:{_NO_OPENING}|[^$%\r\n]+)(?:\r?\n)?|\r?\n)").match
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,4}|U[0-9a-fA-F]{0,8}|[^uU])|\$\$\{|%%\{").finditer
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_UNUSED = "Invalid character. This character is not used within the language."
_DIRECTIVES = ("if", "for", "else", "endif", "endfor")


class TextPiece(Struct):
    """A piece of literal text, and its place."""

    start: int
    end: int
    value: str


class Directive(Struct):
    """`%{ word ... }`; `found` is the condition of an `if`, and the collection of a `for`."""

    start: int
    end: int
    word: str
    found: Any = None
    key_name: str = ""
    value_name: str = ""


Piece: TypeAlias = "TextPiece | Directive | Expression"


class Reader:
    """Cuts a template into pieces."""

    __slots__ = ("cursor", "literal", "parser", "pieces", "strip_next", "text")

    def __init__(self, parser: ExpressionParser, literal: bool = False) -> None:
        self.literal = literal
        self.parser = parser
        self.cursor = parser.cursor
        self.text = parser.source.text
        self.pieces: list[Piece] = []
        self.strip_next = False

    def quoted(self, start: int, offset: int) -> tuple[list[Piece], int]:
        """The pieces up to the closing quote, and the offset after it."""
        while True:
            match = _QUOTED_PIECE(self.text, offset)
            if match is None:
                raise self._unclosed_quote(start, offset)
            if match[3]:
                return self.pieces, match.end()
            if match[1]:
                offset = self._sequence(match[1], offset, start)
            else:
                self._add(offset, match.end(), self._unescaped(match[2], offset))
                offset = match.end()

    def lines(self, start: int, offset: int, marker: str | None) -> tuple[list[Piece], int]:
        """The pieces up to a line with only the marker, or of the whole text without a marker, and the offset after them."""
        starts_line = True
        while match := _LINE_PIECE(self.text, offset):
            if match[1]:
                offset = self._sequence(match[1], offset, None)
                starts_line = False
                continue
            piece, offset = match[2], match.end()
            ends_line = piece.endswith("\n")
            if starts_line and ends_line and piece.strip(WHITE_SPACE) == marker:
                return self.pieces, offset - len(piece) + len(piece.rstrip("\r\n"))
            self._add(match.start(), offset, _without_escapes(piece))
            starts_line = ends_line
        if marker is None and offset == len(self.text):
            return self.pieces, offset
        raise self._unclosed(start, offset)

    def _add(self, start: int, end: int, value: str) -> None:
        if self.strip_next:
            value = value.lstrip(WHITE_SPACE)
            self.strip_next = False
        self.pieces.append(TextPiece(start, end, value))

    def _sequence(self, opening: str, offset: int, opened: int | None) -> int:
        """An interpolation or a directive; returns the offset after it."""
        if self.literal:
            raise self._fault("Invalid string literal. Template sequences are not allowed in this string.", offset, 2)
        cursor = self.cursor
        before = self.pieces[-1] if self.pieces else None
        if opening.endswith("~") and isinstance(before, TextPiece):
            before.value = before.value.rstrip(WHITE_SPACE)
        line_ends, cursor.line_ends = cursor.line_ends, False
        cursor.jump(offset + len(opening))
        if opening.startswith("$"):
            self.pieces.append(self._interpolation(offset, opened))
        else:
            self.pieces.append(self._directive(offset))
        self.strip_next = cursor.kind == "~}"
        cursor.line_ends = line_ends
        return cursor.end

    def _fault(self, message: str, offset: int, length: int = 1) -> SyntaxFault:
        return self.parser.source.fault(message, offset, offset + length)

    def _interpolation(self, offset: int, opened: int | None) -> Expression:
        found = self.parser.expression()
        if self.cursor.kind not in ("}", "~}"):
            raise self._unclosed_interpolation(offset, opened)
        return found

    def _unclosed_interpolation(self, offset: int, opened: int | None) -> SyntaxFault:
        cursor = self.cursor
        ends_quote = opened is not None and cursor.text.startswith('"')
        if cursor.kind == END or ends_quote:
            end = "quoted template" if ends_quote else "file"
            why = f"There is no closing brace for this interpolation sequence before the end of the {end}."
            return self._fault(f"Unclosed template interpolation sequence. {why}", offset, 2)
        if cursor.kind == ":":
            return cursor.fault(
                "Extra characters after interpolation expression. Template interpolation doesn't expect a colon at this location. "
                "Did you intend this to be a literal sequence to be processed as part of another language? "
                'If so, you can escape it by starting with "$${" instead of just "${".'
            )
        return cursor.fault(
            "Extra characters after interpolation expression. Expected a closing brace to end the interpolation expression."
        )

    def _directive(self, offset: int) -> Directive:
        cursor = self.cursor
        if cursor.kind != WORD:
            raise cursor.fault('Invalid template directive. A template directive keyword ("if", "for", etc) is expected.')
        word = cursor.text
        if word not in _DIRECTIVES:
            raise cursor.fault(f'Invalid template control keyword. "{word}" is not a valid template control keyword.')
        cursor.advance()
        piece = Directive(offset, offset, word)
        if word == "for":
            piece.key_name, piece.value_name = for_names(self.parser, "directive", "'in' keyword after names")
        if word in ("if", "for"):
            piece.found = self.parser.expression()
        if cursor.kind not in ("}", "~}"):
            raise cursor.fault(f"Extra characters in {word} marker. Expected a closing brace to end the sequence.")
        piece.end = cursor.end
        return piece

    def _unescaped(self, text: str, offset: int) -> str:
        if "\\" not in text:
            return _without_escapes(text)
        parts: list[str] = []
        done = 0
        for match in _ESCAPE(text):
            parts += text[done : match.start()], self._meaning(match[0], offset + match.start())
            done = match.end()
        return "".join((*parts, text[done:]))

    def _meaning(self, escape: str, offset: int) -> str:
        """The text of an escape sequence."""
        selector = escape[1]
        if escape[0] != "\\":
            return escape[1:]
        if selector in _ESCAPES:
            return _ESCAPES[selector]
        digits = {"u": 4, "U": 8}.get(selector)
        if digits is None:
            why = f"The symbol {quote(selector)} is not a valid escape sequence selector."
        elif len(escape) != digits + 2:
            number = {4: "four", 8: "eight"}[digits]
            why = f"The \\{selector} escape sequence must be followed by {number} hexadecimal digits."
        else:
            code = int(escape[2:], 16)
            if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF:
                return chr(code)
            why = f"Cannot encode character U+{code:04x} in UTF-8."
        raise self._fault(f"Invalid escape sequence. {why}", offset, len(escape))

    def _unclosed_quote(self, start: int, offset: int) -> SyntaxFault:
        if self.text[offset : offset + 1] in ("\r", "\n") or self.text[offset + 1 : offset + 2] in ("\r", "\n"):
            return self._fault("Invalid multi-line string. Quoted strings may not be split over multiple lines.", offset)
        return self._unclosed(start, offset)

    def _unclosed(self, start: int, offset: int) -> SyntaxFault:
        if self.literal:
            return self._fault("Unterminated string literal. Unable to find the closing quote mark before the end of the file.", start)
        if offset < len(self.text):
            return self._fault(_UNUSED, offset)
        return self._fault("Unterminated template string. No closing marker was found for the string.", start)


def _without_escapes(text: str) -> str:
    """The text with `${` and `%{` in place of `$${` and `%%{`."""
    return text.replace("$${", "${").replace("%%{", "%{") if "{" in text else text
