"""Base64, other character sets, and the query part of addresses.

Source: https://github.com/hashicorp/terraform/blob/main/internal/lang/funcs/encoding.go
"""

from __future__ import annotations

import re

from dyncheck.readers.hcl.functions.declaration import Function, Parameter, invalid, named
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import STRING
from dyncheck.readers.hcl.language.values import Problem, Value, pending, string

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")

# The IANA names, in lower case, of the character sets that Python and Go read and write alike: Python's name, Terraform's name.
_UTF8 = ("utf-8", "UTF-8")
_LATIN1 = ("latin-1", "ISO_8859-1:1987")
_ENCODINGS = {
    "utf-8": _UTF8,
    "csutf8": _UTF8,
    "utf-16le": ("utf-16-le", "UTF-16LE"),
    "utf-16be": ("utf-16-be", "UTF-16BE"),
    "us-ascii": ("ascii", "US-ASCII"),
    "iso-8859-1": _LATIN1,
    "iso_8859-1": _LATIN1,
    "iso_8859-1:1987": _LATIN1,
    "latin1": _LATIN1,
    "l1": _LATIN1,
    "windows-1252": ("cp1252", "windows-1252"),
}
# What one might take for a name of these, and Terraform does not.
_NO_NAMES = {"ascii", "cp1252", "latin-1", "unicode", "utf-16-le", "utf-32", "utf-7", "utf16", "utf16le", "utf8", "utf_8"}

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}\Z")
_LINE_ENDS = b"\r\n"


def _encoded(text: Value) -> Value:
    return string(to_base64(text.content.encode()))


def _decoded(text: Value) -> Value:
    found = from_base64(text.content)
    if found is None:
        shown = "(sensitive value)" if text.sensitive else quote(text.content)
        raise Problem(f"failed to decode base64 data {shown}")
    try:
        return string(found.decode()).marked(text.sensitive)
    except UnicodeDecodeError:
        raise Problem("the result of decoding the provided string is not valid UTF-8") from None


def to_base64(found: bytes) -> str:
    """Bytes as base64, with padding."""
    from binascii import b2a_base64

    return b2a_base64(found, newline=False).decode()


def from_base64(text: str) -> bytes | None:
    """The bytes that a text stands for; None when it is no base64. Line ends do not count, as in Go."""
    from binascii import a2b_base64

    compact = text.replace("\r", "").replace("\n", "")
    return a2b_base64(compact) if len(compact) % 4 == 0 and _BASE64.match(compact) else None


def _text_encoded(text: Value, encoding: Value) -> Value:
    codec, name = _encoding(encoding.content)
    if not codec:
        return pending(STRING, f"the encoding {name}")
    try:
        return string(to_base64(text.content.encode(codec)))
    except UnicodeEncodeError:
        raise invalid("string", f"the given string contains characters that cannot be represented in {name}") from None


def _text_decoded(source: Value, encoding: Value) -> Value:
    codec, name = _encoding(encoding.content)
    if not codec:
        return pending(STRING, f"the encoding {name}")
    found = from_base64(source.content)
    if found is None:
        raise invalid("source", f"the given value is has an invalid base64 symbol at offset {_first_wrong(source.content)}")
    undefined = invalid("source", f"the given string contains symbols that are not defined for {name}")
    try:
        text = found.decode(codec)
    except UnicodeDecodeError:
        raise undefined from None
    if "\ufffd" in text:
        raise undefined
    return string(text)


def _encoding(name: str) -> tuple[str, str]:
    """The names of an encoding; Python's is empty for one that Terraform may know and dyncheck does not."""
    found = _ENCODINGS.get(name.lower())
    if found:
        return found
    if not name or name.lower() in _NO_NAMES or not name.isascii():
        raise invalid("encoding", f"{quote(name)} is not a supported IANA encoding name or alias in this Terraform version")
    return "", name


def _first_wrong(text: str) -> int:
    """Where Go gives up reading base64. Source: `decodeQuantum` of https://github.com/golang/go/blob/master/src/encoding/base64/base64.go"""
    symbols = text.encode()
    taken = 0
    for position, symbol in enumerate(symbols):
        if symbol in _LINE_ENDS:
            continue
        if chr(symbol) == "=":
            return _wrong_padding(symbols, position, taken % 4)
        if not _BASE64.match(chr(symbol)):
            return position
        taken += 1
    return len(symbols) - taken % 4


def _wrong_padding(symbols: bytes, position: int, taken: int) -> int:
    if taken < 2:
        return position
    after = _after_line_ends(symbols, position + 1)
    if taken == 2:
        if symbols[after : after + 1] != b"=":
            return after if after == len(symbols) else after - 1
        after = _after_line_ends(symbols, after + 1)
    return after


def _after_line_ends(symbols: bytes, position: int) -> int:
    while symbols[position : position + 1] in (b"\r", b"\n"):
        position += 1
    return position


def _url_encoded(text: Value) -> Value:
    return string("".join("+" if byte == 0x20 else chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in text.content.encode()))


_STR = Parameter("str", STRING)
_ENCODING = Parameter("encoding", STRING)

FUNCTIONS = named(
    Function("base64decode", (Parameter("str", STRING, takes_sensitive=True),), _decoded, STRING),
    Function("base64encode", (_STR,), _encoded, STRING),
    Function("textdecodebase64", (Parameter("source", STRING), _ENCODING), _text_decoded, STRING),
    Function("textencodebase64", (Parameter("string", STRING), _ENCODING), _text_encoded, STRING),
    Function("urlencode", (_STR,), _url_encoded, STRING),
)
