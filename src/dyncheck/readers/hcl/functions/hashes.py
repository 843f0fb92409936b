"""Hashes of texts, and the identifiers made of them.

Source: https://github.com/hashicorp/terraform/blob/main/internal/lang/funcs/crypto.go
"""

from __future__ import annotations

import re

from dyncheck.readers.hcl.functions.declaration import Function, named, plain
from dyncheck.readers.hcl.functions.encodings import to_base64
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import STRING
from dyncheck.readers.hcl.language.values import Problem

_NAMESPACES = {
    "dns": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "url": "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
    "oid": "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
    "x500": "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
}
_DASHED = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
# Go's parser takes four forms; of the characters around the third it looks only at the number.
_NAMESPACE = re.compile(rf"(?:urn:uuid:)?{_DASHED}|.{_DASHED}.|([0-9a-f]{{32}})", re.IGNORECASE | re.ASCII | re.DOTALL)


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
        raise Problem(f"{quote(namespace)} is not a namespace")
    # The standard library takes bytes for the name only from 3.12 on; their hash is the same.
    return str(uuid5(UUID(match[match.lastindex or 0]), name))


FUNCTIONS = named(
    _hash("base64sha256", "sha256", is_base64=True),
    _hash("base64sha512", "sha512", is_base64=True),
    _hash("md5", "md5"),
    _hash("sha1", "sha1"),
    _hash("sha256", "sha256"),
    _hash("sha512", "sha512"),
    plain("uuidv5", _uuidv5, STRING, namespace=STRING, name=STRING),
)
