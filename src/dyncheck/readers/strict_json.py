"""JSON that means one thing only: decoded fast, and refused when a key stands twice or a value is no JSON.

msgspec checks syntax, but of two equal keys it keeps the last in silence. Terraform never writes two; a file that has them
could show one reader a compliant table and another reader something else. In compact JSON a lost key shows as lost
bytes, so comparing lengths finds it at almost no cost; anything else is scanned key by key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.json import decode, encode

from dyncheck.errors import InputError


class Document:
    """One JSON text. `checked` is set once the whole of it is known to hold no key twice."""

    __slots__ = ("checked", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.checked = False

    def root(self, text: bytes) -> dict[str, msgspec.Raw]:
        """The members of the document's own object, not yet decoded. Raises `InputError` when it is not sound."""
        fields = self.fields(text)
        self.checked = _compact_size(fields) != len(text)
        return fields

    def items(self, raw: msgspec.Raw) -> list[msgspec.Raw]:
        """The items of a list, not yet decoded. Raises `InputError` when it is not a list."""
        try:
            return decode(raw, type=list[msgspec.Raw])
        except msgspec.MsgspecError as error:
            raise self.unsound(error, b"") from None

    def fields(self, raw: bytes | msgspec.Raw) -> dict[str, msgspec.Raw]:
        """The members of an object, not yet decoded. Raises `InputError` when it is not an object or not sound."""
        try:
            fields = decode(raw, type=dict[str, msgspec.Raw])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self.unsound(error, bytes(raw)) from None
        if not self.checked and _compact_size(fields) != len(raw):
            self._scan(raw)
        return fields

    def value(self, raw: bytes | msgspec.Raw) -> Any:
        """A value with all that is in it. Raises `InputError` when it is not sound."""
        try:
            value = decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self.unsound(error, bytes(raw)) from None
        if not self.checked and len(encode(value)) != len(raw):
            self._scan(raw)
        return value

    def unsound(self, error: Exception, text: bytes) -> InputError:
        """What is wrong with a text that cannot be decoded, as a message."""
        again = "Write it again with `terraform show -json tfplan`."
        if isinstance(error, RecursionError):
            return InputError(f"{self.path} nests deeper than any plan does. {again}")
        if isinstance(error, UnicodeDecodeError):
            return InputError(f"{self.path} is not UTF-8 or UTF-16 text. {again}")
        if isinstance(error, msgspec.ValidationError):
            return InputError(f"{self.path} is not a plan as Terraform writes it: {error}. {again}")
        if _has_lone_surrogate(text):
            return InputError(f"{self.path} holds half a character (a lone UTF-16 surrogate), which is not JSON. {again}")
        if "truncated" in str(error):
            return InputError(f"{self.path} ends in the middle: the file is truncated. {again}")
        return InputError(f"{self.path} is not JSON: {str(error).removeprefix('JSON is malformed: ')}. {again}")

    def _scan(self, raw: bytes | msgspec.Raw) -> None:
        import json

        try:
            json.loads(bytes(raw), object_pairs_hook=_refuse_twice)
        except _DuplicateKeyError as twice:
            raise InputError(
                f"{self.path} has the key {twice.key!r} twice in one object, so it is not clear what it says. "
                "Write it again with `terraform show -json tfplan`."
            ) from None
        except (ValueError, RecursionError) as error:
            raise self.unsound(error, bytes(raw)) from None


def _compact_size(fields: dict[str, msgspec.Raw]) -> int:
    """How many bytes the object takes when no key stands twice and nothing is spent on white space or escapes in keys."""
    return 1 + sum(len(key) + 4 + len(value) for key, value in fields.items()) if fields else 2


class _DuplicateKeyError(Exception):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _refuse_twice(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise _DuplicateKeyError(key)
        seen.add(key)
    return {}


def _has_lone_surrogate(text: bytes) -> bool:
    if b"\\ud" not in text.lower():
        return False
    import re

    pairs_removed = re.sub(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}", b"", text)
    return re.search(rb"\\u[dD][89a-fA-F]", pairs_removed) is not None
