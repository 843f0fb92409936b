"""Encodings and hashes of texts, and the identifiers made of hashes.

Source: https://github.com/hashicorp/terraform/blob/main/internal/lang/funcs/encoding.go and crypto.go
"""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64
from urllib.parse import quote_plus

from dyncheck.readers.hcl.functions.declaration import Function, InvalidArgument, plain
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import STRING
from dyncheck.readers.hcl.language.values import EvaluationError

# The IANA names, in lower case, of the character sets that Python and Go read and write in the same way, with Python's names.
_ENCODINGS = {
    **dict.fromkeys(["utf-8", "csutf8"], "utf-8"),
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "us-ascii": "ascii",
    **dict.fromkeys(["iso-8859-1", "iso_8859-1", "iso_8859-1:1987", "latin1", "l1"], "latin-1"),
    "windows-1252": "cp1252",
}
# Likely names for these that Terraform does not know.
_NO_NAMES = {"", "ascii", "cp1252", "latin-1", "unicode", "utf-16-le", "utf-32", "utf-7", "utf16", "utf16le", "utf8", "utf_8"}

_NAMESPACES = {
    "dns": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "url": "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
    "oid": "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
    "x500": "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
}
_DASHED = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
# Go's parser takes four forms; of the characters around the third it looks only at the number.
_NAMESPACE = re.compile(rf"(?:urn:uuid:)?{_DASHED}|.{_DASHED}.|([0-9a-f]{{32}})", re.IGNORECASE | re.ASCII | re.DOTALL)

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}\Z")


def to_base64(found: bytes) -> str:
    """Bytes as base64, with padding."""
    return b2a_base64(found, newline=False).decode()


def from_base64(text: str) -> bytes | None:
    """The bytes of a text in base64; None when it is not valid. Line ends do not count, as in Go."""
    compact = text.replace("\r", "").replace("\n", "")
    return a2b_base64(compact) if len(compact) % 4 == 0 and _BASE64.match(compact) else None


def _decoded(text: str) -> str:
    found = from_base64(text)
    if found is None:
        raise EvaluationError("the string is not valid base64")
    try:
        return found.decode()
    except UnicodeDecodeError:
        raise EvaluationError("the decoded bytes are not valid UTF-8") from None


def _text_encoded(text: str, encoding: str) -> str:
    try:
        return to_base64(text.encode(_codec(encoding)))
    except UnicodeEncodeError:
        raise InvalidArgument("string", f"the string has characters that {encoding} does not have") from None


def _text_decoded(source: str, encoding: str) -> str:
    codec = _codec(encoding)
    found = from_base64(source)
    if found is None:
        raise InvalidArgument("source", "the string is not valid base64")
    text = found.decode(codec, errors="replace")
    if "\ufffd" in text:
        raise InvalidArgument("source", f"the bytes are not text in {encoding}")
    return text


def _codec(name: str) -> str:
    if name.lower() in _NO_NAMES or not name.isascii():
        raise InvalidArgument("encoding", f"{quote(name)} is not a supported IANA encoding name")
    if name.lower() not in _ENCODINGS:
        raise UnsureError(f"text in the encoding {name}")
    return _ENCODINGS[name.lower()]


def digest(found: bytes, algorithm: str, is_base64: bool) -> str:
    """The hash of bytes, as hexadecimal digits or base64."""
    import hashlib

    hashed = hashlib.new(algorithm, found, usedforsecurity=False)
    return to_base64(hashed.digest()) if is_base64 else hashed.hexdigest()


def _hash(name: str, algorithm: str, is_base64: bool = False) -> Function:
    return plain(name, lambda text: digest(text.encode(), algorithm, is_base64), STRING, str=STRING)


def _uuidv5(namespace: str, name: str) -> str:
    from uuid import UUID, uuid5

    match = _NAMESPACE.fullmatch(_NAMESPACES.get(namespace, namespace))
    if match is None:
        raise EvaluationError(f"{quote(namespace)} is not a namespace")
    # The standard library takes bytes for the name only from 3.12 on; their hash is the same.
    return str(uuid5(UUID(match[match.lastindex or 0]), name))


FUNCTIONS = (
    plain("base64decode", _decoded, STRING, str=STRING),
    plain("base64encode", lambda text: to_base64(text.encode()), STRING, str=STRING),
    _hash("base64sha256", "sha256", is_base64=True),
    _hash("base64sha512", "sha512", is_base64=True),
    _hash("md5", "md5"),
    _hash("sha1", "sha1"),
    _hash("sha256", "sha256"),
    _hash("sha512", "sha512"),
    plain("uuidv5", _uuidv5, STRING, namespace=STRING, name=STRING),
    plain("textdecodebase64", _text_decoded, STRING, source=STRING, encoding=STRING),
    plain("textencodebase64", _text_encoded, STRING, string=STRING, encoding=STRING),
    plain("urlencode", quote_plus, STRING, str=STRING),
)
