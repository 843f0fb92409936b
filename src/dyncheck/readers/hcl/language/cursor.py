"""Reads the tokens of HCL one at a time. The parser sets whether a line end is a token.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#lexical-elements
"""

from __future__ import annotations

import re
from typing import Protocol
from unicodedata import category

from dyncheck.readers.hcl.language.faults import SyntaxFault
from dyncheck.readers.hcl.language.nodes import Expression, Span
from dyncheck.readers.hcl.language.source_text import SourceText

# A word may have any character outside ASCII here; `_end_word` checks each. A set of all Unicode letters compiles slowly.
_WORD = r"[^\x00-@\[-^`{-\x7f][^\x00-,./:-@\[-^`{-\x7f]*"
_PLAIN_STRING = r'"[^"\\$%\r\n]*"'
_SYMBOL = r"==|!=|<=|>=|=>|&&|\|\||::|\.\.\.|~\}|[][(){}.,*/%+\-=<>!?:\"]"
_NUMBER = r"[0-9](?:(?:[0-9.]|[eE][+-]?[0-9])*(?:[0-9]|[eE][+-]?[0-9]))?"
_HEREDOC = rf"<<-?{_WORD}\r?\n"
_LINE_END = r"(?:(?:\#|//)[^\n]*|\r)?\n"
_TOKEN = rf"(?:({_WORD})|({_PLAIN_STRING})|({_LINE_END})|({_HEREDOC})|({_SYMBOL})|({_NUMBER})|(\Z)|(.))"

_BLOCK_COMMENT = r"/\*(?s:.*?)\*/"
_BLANKS = rf"[ \t]*(?:(?:{_BLOCK_COMMENT}|(?:\#|//)[^\n]*\Z)[ \t]*)*"
_ALL_BLANKS = rf"[ \t\n]*(?:(?:\r\n|(?:\#|//)[^\n]*|{_BLOCK_COMMENT})[ \t\n]*)*"

_WITH_LINE_ENDS = re.compile(rf"{_BLANKS}{_TOKEN}").match
_WITHOUT_LINE_ENDS = re.compile(rf"{_ALL_BLANKS}{_TOKEN}").match

WORD, STRING, HEREDOC, NUMBER, LINE_END, END, OTHER = "word", "string", "heredoc", "number", "line end", "end", "other"
_KINDS = ("", WORD, STRING, LINE_END, HEREDOC, "", NUMBER, END, OTHER)

# The properties ID_Start and ID_Continue of Unicode: categories, and the characters that are exceptions.
# Source: https://www.unicode.org/reports/tr31/
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl"})
_OTHER_STARTS = "\u1885\u1886\u2118\u212e\u309b\u309c"
_MARKS = frozenset({"Mn", "Mc", "Nd", "Pc"})
_OTHER_MARKS = "\u00b7\u0387\u1369\u136a\u136b\u136c\u136d\u136e\u136f\u1370\u1371\u19da"

_UNUSED = {
    "&": 'Unsupported operator. Bitwise operators are not supported. Did you mean boolean AND ("&&")?',
    "|": 'Unsupported operator. Bitwise operators are not supported. Did you mean boolean OR ("||")?',
    "^": "Unsupported operator. Bitwise operators are not supported.",
    "~": 'Unsupported operator. Bitwise operators are not supported. Did you mean boolean NOT ("!")?',
    "`": 'Invalid character. The "`" character is not valid. To create a multi-line string, use the "heredoc" syntax, like "<<EOT".',
    "'": 'Invalid character. Single quotes are not valid. Use double quotes (") to enclose strings.',
    ";": 'Invalid character. The ";" character is not valid.',
}


INVALID_EXPRESSION = "Invalid expression. Expected the start of an expression, but found an invalid expression token."


class Cursor:
    """Stands on one token: `kind` is one of the constants above, or the symbol itself; `text` is its text in the file.

    `line_ends` says whether the end of a line is a token; set it before `advance`. `done` is the offset where the token before ended.
    """

    __slots__ = ("done", "end", "kind", "line_ends", "source", "start", "text")

    def __init__(self, source: SourceText, line_ends: bool) -> None:
        self.source = source
        self.line_ends = line_ends
        self.done = self.start = self.end = 0
        self.kind = self.text = ""

    def advance(self) -> None:
        """Go to the next token. Raises `SyntaxFault` at a character that has no meaning in HCL."""
        self.done = self.end
        match = (_WITH_LINE_ENDS if self.line_ends else _WITHOUT_LINE_ENDS)(self.source.text, self.end)
        index = match.lastindex  # type: ignore[union-attr]
        self.start, self.end = match.span(index)  # type: ignore[union-attr, arg-type]
        self.text = match[index]  # type: ignore[index]
        self.kind = _KINDS[index] or self.text  # type: ignore[index]
        if index == 1 and not self.text.isascii():
            self._end_word()
        elif index == 8:
            raise self._unused()

    def open(self) -> bool:
        """Go past an opening bracket. Returns whether line ends counted before it, for `close`."""
        before, self.line_ends = self.line_ends, False
        self.advance()
        return before

    def close(self, line_ends: bool, bracket: str, message: str = "") -> None:
        """Go past a closing bracket. Raises `SyntaxFault` at any other token."""
        self.line_ends = line_ends
        self.expect(bracket, message)

    def expect(self, kind: str, message: str) -> str:
        """Go past a token of this kind, and return its text. Raises `SyntaxFault` at any other."""
        text = self.text
        if self.kind != kind:
            raise self.fault(message)
        self.advance()
        return text

    def skip(self, kind: str) -> bool:
        """Go past a token of this kind. Returns whether there is one."""
        is_there = self.kind == kind
        if is_there:
            self.advance()
        return is_there

    def jump(self, offset: int) -> None:
        """Go to the first token from an offset on."""
        self.end = offset
        self.advance()

    def span_from(self, start: int) -> Span:
        """The place from an offset to the end of the token before this one."""
        return self.source.span(start, self.done)

    def fault(self, message: str) -> SyntaxFault:
        """An error at this token."""
        return self.source.fault(message, self.start, self.end)

    def _unused(self) -> SyntaxFault:
        return self.fault(_UNUSED.get(self.text, "Invalid character. This character is not used within the language."))

    def _end_word(self) -> None:
        """Ends a word before its first character that no word has."""
        word = self.text
        if not _starts_word(word[0]):
            self.end = self.start + 1
            raise self._unused()
        for index, character in enumerate(word):
            if not _continues_word(character):
                self.text = word[:index]
                self.end = self.start + index
                return


def is_word(text: str) -> bool:
    """Whether a text that has no character of ASCII which words lack is a word."""
    return text.isascii() or (_starts_word(text[0]) and all(map(_continues_word, text)))


def _starts_word(character: str) -> bool:
    return character == "_" or category(character) in _LETTERS or character in _OTHER_STARTS


def _continues_word(character: str) -> bool:
    return character == "-" or _starts_word(character) or category(character) in _MARKS or character in _OTHER_MARKS


class ExpressionParser(Protocol):
    """Parses an expression at its cursor, and moves the cursor past it. `depth` counts brackets and directives."""

    cursor: Cursor
    source: SourceText
    depth: int

    def expression(self) -> Expression:
        """Any expression."""

    def deeper(self) -> None:
        """Count one more level."""
