"""Reads HCL's tokens one at a time, in the way that the parser asks for: with line ends or without.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#lexical-elements
"""

from __future__ import annotations

import re

from dyncheck.readers.hcl.language.faults import SyntaxFault
from dyncheck.readers.hcl.language.nodes import Span
from dyncheck.readers.hcl.language.source_text import SourceText

# All that is not ASCII is let in, and looked at character by character once it is found. The sets say what is left out, as
# one that named the rest of Unicode would take milliseconds to compile.
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

_BITWISE = {
    "&": ' Did you mean boolean AND ("&&")?',
    "|": ' Did you mean boolean OR ("||")?',
    "^": "",
    "~": ' Did you mean boolean NOT ("!")?',
}
_NOT_USED = {
    "`": 'The "`" character is not valid. To create a multi-line string, use the "heredoc" syntax, like "<<EOT".',
    "'": 'Single quotes are not valid. Use double quotes (") to enclose strings.',
    ";": (
        'The ";" character is not valid. Use newlines to separate arguments and blocks, and commas to separate items in collection values.'
    ),
}


class Cursor:
    """Stands on one token: `kind` is one of the constants above, or the symbol itself; `text` is what the file has there.

    `line_ends` says whether the end of a line is a token. It is to be set before the token that it concerns is read, hence
    before `advance`. `done` is the offset at which the token before this one ended.
    """

    __slots__ = ("done", "end", "kind", "line_ends", "source", "start", "text")

    def __init__(self, source: SourceText, line_ends: bool) -> None:
        self.source = source
        self.line_ends = line_ends
        self.done = self.start = self.end = 0
        self.kind = self.text = ""

    def advance(self) -> None:
        """Go to the next token. Raises `SyntaxFault` at a character that HCL has no use for."""
        self.done = self.end
        match = (_WITH_LINE_ENDS if self.line_ends else _WITHOUT_LINE_ENDS)(self.source.text, self.end)
        index = match.lastindex  # type: ignore[union-attr]
        self.start, self.end = match.span(index)  # type: ignore[union-attr, arg-type]
        self.text = match[index]  # type: ignore[index]
        self.kind = _KINDS[index] or self.text  # type: ignore[index]
        if index == 1 and not self.text.isascii():
            self._end_word()
        elif index == 8:
            raise self.unused()

    def open(self, line_ends: bool = False) -> bool:
        """Go past an opening bracket, inside of which ends of lines count or not. Returns what `close` wants back."""
        before = self.line_ends
        self.line_ends = line_ends
        self.advance()
        return before

    def close(self, line_ends: bool) -> None:
        """Go past a closing bracket."""
        self.line_ends = line_ends
        self.advance()

    def jump(self, offset: int) -> None:
        """Go to the first token from an offset on."""
        self.end = offset
        self.advance()

    def span_from(self, start: int) -> Span:
        """From an offset to the end of the token before this one."""
        return self.source.span(start, self.done)

    def fault(self, message: str) -> SyntaxFault:
        """What is wrong with this token."""
        return self.source.fault(message, self.start, self.end)

    def unused(self) -> SyntaxFault:
        """That the character here has no meaning in HCL."""
        if self.text in _BITWISE:
            return self.fault(f"Unsupported operator. Bitwise operators are not supported.{_BITWISE[self.text]}")
        return self.fault(f"Invalid character. {_NOT_USED.get(self.text, 'This character is not used within the language.')}")

    def _end_word(self) -> None:
        """Ends a word before its first character that is none of a word's, as there are many of both outside ASCII."""
        word = self.text
        if not word[0].isidentifier():
            self.end = self.start + 1
            raise self.unused()
        for index, character in enumerate(word):
            if character != "-" and not f"a{character}".isidentifier():
                self.text = word[:index]
                self.end = self.start + index
                return
