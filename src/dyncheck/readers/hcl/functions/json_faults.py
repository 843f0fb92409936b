"""What is wrong with a text that is no JSON, in the words of Go.

Source: https://github.com/golang/go/blob/master/src/encoding/json/scanner.go and `Decoder.Token` of stream.go
"""

from __future__ import annotations

from dyncheck.readers.hcl.language.quoting import quote

_SPACES = " \t\n\r"
_DIGITS = "0123456789"
_HEX = "0123456789abcdefABCDEF"
_WORDS = {"t": "true", "f": "false", "n": "null"}
_CUT = "unexpected EOF"
_OVER = "EOF"


class _Fault(Exception):
    """The first thing that is wrong."""


def fault(text: str) -> str:
    """What is wrong first. The text is known to be no JSON."""
    scanner = _Scanner(text)
    try:
        scanner.document()
    except _Fault as found:
        return str(found)
    return "extraneous data after JSON object"


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0

    def _next(self) -> str:
        return self._text[self._position : self._position + 1]

    def _skip_spaces(self) -> str:
        while self._next() and self._next() in _SPACES:
            self._position += 1
        if not self._next():
            raise _Fault(_OVER)
        return self._next()

    def _refuse(self, why: str) -> _Fault:
        """The error about the character here, or that there is none."""
        symbol = self._next()
        if not symbol:
            return _Fault(_CUT)
        # Go takes the first byte of the character for all of it.
        shown = quote(symbol if symbol.isascii() else chr(symbol.encode()[0]))[1:-1]
        shown = {'\\"': '"', "'": "\\'"}.get(shown, shown)
        return _Fault(f"invalid character '{shown}'{why}")

    def document(self) -> None:
        """Read one value, without recursion: each container that is open is on a stack, as its closing bracket."""
        open_ones: list[str] = []
        while True:
            symbol = self._skip_spaces()
            if symbol in "[{":
                self._position += 1
                open_ones.append("]" if symbol == "[" else "}")
                if self._skip_spaces() != open_ones[-1]:
                    if symbol == "{":
                        self._key("")
                    continue
            else:
                self._scalar(symbol)
                if not open_ones:
                    return
            if self._closes(open_ones):
                return

    def _closes(self, open_ones: list[str]) -> bool:
        """Read what closes or continues the containers, up to the next value. Whether all are closed."""
        while True:
            symbol = self._skip_spaces()
            closing = open_ones[-1]
            if symbol == closing:
                self._position += 1
                open_ones.pop()
                if not open_ones:
                    return True
            elif symbol == ",":
                self._position += 1
                if closing == "}":
                    self._skip_spaces()
                    self._key(" looking for beginning of object key string")
                return False
            else:
                raise self._refuse(" after array element" if closing == "]" else " after object key:value pair")

    def _key(self, why: str) -> None:
        if self._next() != '"':
            raise self._refuse(why)
        self._string()
        if self._skip_spaces() != ":":
            raise self._refuse(" after object key")
        self._position += 1

    def _scalar(self, symbol: str) -> None:
        if symbol == '"':
            self._string()
        elif symbol == "-" or symbol in _DIGITS:
            self._number()
        elif symbol in _WORDS:
            self._word(_WORDS[symbol])
        else:
            raise self._refuse(" looking for beginning of value")

    def _word(self, word: str) -> None:
        for expected in word:
            if self._next() != expected:
                raise self._refuse(f" in literal {word} (expecting '{expected}')")
            self._position += 1

    def _string(self) -> None:
        self._position += 1
        while self._next() != '"':
            if self._next() == "\\":
                self._escape()
            elif self._next() < " ":
                raise self._refuse(" in string literal")
            else:
                self._position += 1
        self._position += 1

    def _escape(self) -> None:
        self._position += 1
        kind = self._next()
        if not kind or kind not in 'bfnrt\\/"u':
            raise self._refuse(" in string escape code")
        self._position += 1
        for _ in range(4 if kind == "u" else 0):
            if not self._next() or self._next() not in _HEX:
                raise self._refuse(" in \\u hexadecimal character escape")
            self._position += 1

    def _number(self) -> None:
        if self._next() == "-":
            self._position += 1
        if self._next() == "0":
            self._position += 1
        else:
            self._digits(" in numeric literal")
        if self._next() == ".":
            self._position += 1
            self._digits(" after decimal point in numeric literal")
        if self._next() in ("e", "E"):
            self._position += 1
            if self._next() in ("+", "-"):
                self._position += 1
            self._digits(" in exponent of numeric literal")

    def _digits(self, why: str) -> None:
        if not self._next() or self._next() not in _DIGITS:
            raise self._refuse(why)
        while self._next() and self._next() in _DIGITS:
            self._position += 1
