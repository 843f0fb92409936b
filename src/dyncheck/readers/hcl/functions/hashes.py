"""Hashes of texts, and the identifiers made of them.

Source: https://github.com/hashicorp/terraform/blob/main/internal/lang/funcs/crypto.go
"""

from __future__ import annotations

import re

from dyncheck.readers.hcl.functions.declaration import Function, Parameter, named
from dyncheck.readers.hcl.functions.encodings import to_base64
from dyncheck.readers.hcl.language.types import STRING
from dyncheck.readers.hcl.language.values import Problem, Value, string

_NAMESPACES = {
    "dns": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "url": "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
    "oid": "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
    "x500": "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
}
_IDENTIFIER = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_URN = "urn:uuid:"


def digest(found: bytes, algorithm: str, is_base64: bool) -> str:
    """The hash of bytes, as hexadecimal digits or base64."""
    import hashlib

    hashed = hashlib.new(algorithm, found, usedforsecurity=False)
    return to_base64(hashed.digest()) if is_base64 else hashed.hexdigest()


def _hash(name: str, algorithm: str, is_base64: bool = False) -> Function:
    def run(text: Value) -> Value:
        return string(digest(text.content.encode(), algorithm, is_base64))

    return Function(name, (Parameter("str", STRING),), run, STRING)


def _uuidv5(namespace: Value, name: Value) -> Value:
    from uuid import UUID, uuid5

    space = UUID(_NAMESPACES.get(namespace.content) or _parsed(namespace.content))
    # The standard library takes bytes for the name only from 3.12 on; what is hashed is the same.
    return string(str(uuid5(space, name.content)))


def _parsed(text: str) -> str:
    """The digits of an identifier in any of the four forms that Go's parser takes."""
    body = text
    if text[: len(_URN)].lower() == _URN:
        body = text[len(_URN) :]
    elif len(text) == 38:
        # Go looks at the length only, not at which characters stand around.
        body = text[1:-1]
    if not _IDENTIFIER.fullmatch(body) or (len(body) == 32 and body != text):
        raise Problem(f"uuidv5() does not support the namespace {text}")
    return body


FUNCTIONS = named(
    _hash("base64sha256", "sha256", is_base64=True),
    _hash("base64sha512", "sha512", is_base64=True),
    _hash("md5", "md5"),
    _hash("sha1", "sha1"),
    _hash("sha256", "sha256"),
    _hash("sha512", "sha512"),
    Function("uuidv5", (Parameter("namespace", STRING), Parameter("name", STRING)), _uuidv5, STRING),
)
