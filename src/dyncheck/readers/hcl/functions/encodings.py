"""Base64, other character sets, and the query part of addresses.

Source: https://github.com/hashicorp/terraform/blob/main/internal/lang/funcs/encoding.go
"""

from __future__ import annotations

import re

from dyncheck.readers.hcl.functions.declaration import Function, Parameter, invalid, named
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import STRING
from dyncheck.readers.hcl.language.values import Problem, Value, string

# The IANA names, in lower case, of the character sets that Python and Go read and write alike, and Python's names for them.
_ENCODINGS = {
    **dict.fromkeys(["utf-8", "csutf8"], "utf-8"),
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "us-ascii": "ascii",
    **dict.fromkeys(["iso-8859-1", "iso_8859-1", "iso_8859-1:1987", "latin1", "l1"], "latin-1"),
    "windows-1252": "cp1252",
}
# What one might take for a name of these, and Terraform does not.
_NO_NAMES = {"ascii", "cp1252", "latin-1", "unicode", "utf-16-le", "utf-32", "utf-7", "utf16", "utf16le", "utf8", "utf_8"}

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}\Z")


def _encoded(text: Value) -> Value:
    return string(to_base64(text.content.encode()))


def _decoded(text: Value) -> Value:
    found = from_base64(text.content)
    if found is None:
        raise Problem("the string is not valid base64")
    try:
        return string(found.decode())
    except UnicodeDecodeError:
        raise Problem("the decoded bytes are not valid UTF-8") from None


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
    try:
        return string(to_base64(text.content.encode(_codec(encoding.content))))
    except UnicodeEncodeError:
        raise invalid("string", f"the string has characters that {encoding.content} does not have") from None


def _text_decoded(source: Value, encoding: Value) -> Value:
    codec = _codec(encoding.content)
    found = from_base64(source.content)
    if found is None:
        raise invalid("source", "the string is not valid base64")
    text = found.decode(codec, errors="replace")
    if "\ufffd" in text:
        raise invalid("source", f"the bytes are not text in {encoding.content}")
    return string(text)


def _codec(name: str) -> str:
    """Python's name of an encoding."""
    found = _ENCODINGS.get(name.lower())
    if found:
        return found
    if not name or name.lower() in _NO_NAMES or not name.isascii():
        raise invalid("encoding", f"{quote(name)} is not a supported IANA encoding name")
    raise UnsureError(f"text in the encoding {name}")


def _url_encoded(text: Value) -> Value:
    from urllib.parse import quote_plus

    return string(quote_plus(text.content))


_STR = Parameter("str", STRING)
_ENCODING = Parameter("encoding", STRING)

FUNCTIONS = named(
    Function("base64decode", (_STR,), _decoded, STRING),
    Function("base64encode", (_STR,), _encoded, STRING),
    Function("textdecodebase64", (Parameter("source", STRING), _ENCODING), _text_decoded, STRING),
    Function("textencodebase64", (Parameter("string", STRING), _ENCODING), _text_encoded, STRING),
    Function("urlencode", (_STR,), _url_encoded, STRING),
)
