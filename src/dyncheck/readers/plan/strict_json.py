"""JSON that means one thing only: decoded fast, and refused when an object has a key twice or a value is not JSON.

msgspec checks the syntax, but of two equal keys it keeps the last. Terraform never writes two, and other readers may keep the first.
In compact JSON a lost key shows as lost bytes, so comparing lengths finds it at almost no cost; all other JSON is scanned key by key.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

from msgspec import MsgspecError, Raw, ValidationError, convert
from msgspec.json import Decoder, encode

from dyncheck.errors import InputError

Typed = TypeVar("Typed")

AGAIN = "Write it again with `terraform show -json tfplan`."

# More levels than any plan has; what reads a value may then recurse.
DEEPEST = 300

_LONG_NUMBER = re.compile(rb"[0-9](?:[eE]|[0-9]{14})")

# A high surrogate without a low one after it, or a low one without a high one before it.
_LONE_SURROGATE = rb"(?is)\\ud[89ab]..(?!\\ud[c-f])|(?<!\\ud[89ab]..)\\ud[c-f]"

# What JSON calls the types in msgspec's messages.
_JSON_TYPES = {"str": "string", "int": "number", "float": "number", "bool": "boolean", "int | float": "number"}

_decode = Decoder().decode
_decode_fields = Decoder(dict[str, Raw]).decode
_decode_items = Decoder(list[Raw] | None).decode


class Document:
    """One JSON text. `checked` is set once the whole text is known to have no key twice. `again` is how to write it again."""

    __slots__ = ("again", "checked", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.checked = False
        self.again = AGAIN

    def root(self, text: bytes) -> dict[str, Raw]:
        """The members of the document's own object, not yet decoded. Raises `InputError` for invalid JSON."""
        end = text[-16:]
        # A command ends its output with a new line.
        return self.fields(text, "the document", len(text) - len(end) + len(end.rstrip()))

    def items(self, fields: dict[str, Raw], what: str) -> list[Raw]:
        """The items of the list `what`, not yet decoded, none where it is missing or null. Raises `InputError` when it is not a list."""
        try:
            return _decode_items(fields.get(what, b"null")) or []
        except ValidationError:
            raise self.invalid(f"{what} is not a list") from None

    def fields(self, raw: bytes | Raw, what: str, size: int = 0) -> dict[str, Raw]:
        """The members of an object, not yet decoded. Raises `InputError` when `what` is not an object or is invalid JSON.

        `size` is the number of bytes without white space at the end, if there may be any.
        """
        try:
            fields = _decode_fields(raw)
        except ValidationError:
            raise self.invalid(f"{what} is not an object") from None
        except (MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self.unreadable(error, bytes(raw)) from None
        if not self.checked and _compact_size(fields) != (size or len(raw)):
            self._scan(raw)
            self.checked = isinstance(raw, bytes)
        return fields

    def value(self, raw: Raw) -> Any:
        """A value with all that is in it. Raises `InputError` when it is invalid JSON, or nests deeper than `DEEPEST`."""
        size = len(raw)
        try:
            value = _decode(raw)
        except (MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self.unreadable(error, bytes(raw)) from None
        if value is None or isinstance(value, str | bool):
            return value
        text = bytes(raw)
        if size > DEEPEST and text.count(b"[") + text.count(b"{") > DEEPEST and _is_deeper(value):
            raise self.unreadable(RecursionError(), text)
        # Numbers may take more bytes in our spelling than in the document's, which would make up for a lost key.
        if not self.checked and (len(encode(value)) != size or _LONG_NUMBER.search(text)):
            self._scan(raw)
        return value

    def typed(self, raw: Raw, kind: type[Typed], owner: str) -> Typed:
        """A value of a type. Raises `InputError` where a part of `owner` has another type."""
        try:
            return convert(self.value(raw), kind)
        except ValidationError as error:
            raise self.misfit(error, owner) from None

    def misfit(self, error: ValidationError, owner: str) -> InputError:
        """The error for a part of `owner` that has another type than Terraform writes."""
        message, _, path = str(error).partition(" - at `$")
        place = path.strip("`.")
        what = re.sub("`([^`]*)`", lambda match: _JSON_TYPES.get(kind := match[1].removesuffix(" | null"), kind), message)
        return self.invalid(f"{place}{' of ' if place else ''}{owner}: {what[0].lower()}{what[1:].replace(', got', ', found')}")

    def unreadable(self, error: Exception, text: bytes) -> InputError:
        """The error for a text that cannot be decoded."""
        if isinstance(error, RecursionError):
            return InputError(f"{self.path} nests deeper than {DEEPEST} levels. {self.again}", kind="limit")
        # From 0.23 on, msgspec has an error of its own for it.
        if isinstance(error, UnicodeDecodeError) or "UTF-8" in str(error):
            return InputError(f"{self.path} is not UTF-8 or UTF-16 text. {self.again}", kind="syntax")
        if isinstance(error, ValidationError):
            return self.invalid(str(error).partition(" - at ")[0])
        if re.search(_LONE_SURROGATE, text):
            return InputError(
                f"{self.path} is not JSON: it has a lone UTF-16 surrogate, which is half a character. {self.again}", kind="syntax"
            )
        if "truncated" in str(error):
            return InputError(f"{self.path} is truncated: the JSON has no end. {self.again}", kind="incomplete")
        return InputError(f"{self.path} is not JSON: {str(error).removeprefix('JSON is malformed: ')}. {self.again}", kind="syntax")

    def invalid(self, what: str) -> InputError:
        """The error for a document that is JSON, but not as Terraform writes it."""
        return InputError(f"{self.path} is not a valid plan or state: {what}. {self.again}", kind="invalid")

    def _scan(self, raw: bytes | Raw) -> None:
        import json

        try:
            json.loads(bytes(raw), object_pairs_hook=_refuse_twice)
        except KeyError as twice:
            raise InputError(f"{self.path} has the key {twice.args[0]!r} twice in one object. {self.again}", kind="syntax") from None
        except (ValueError, RecursionError) as error:
            raise self.unreadable(error, bytes(raw)) from None


def _compact_size(fields: dict[str, Raw]) -> int:
    """How many bytes the object takes when no key stands twice and nothing is spent on white space or escapes in keys."""
    return 1 + 4 * len(fields) + sum(map(len, fields)) + sum(map(len, fields.values())) if fields else 2


def _refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise KeyError(key)
        seen.add(key)
    return {}


def _is_deeper(value: Any) -> bool:
    """Whether a value has more than `DEEPEST` levels, found without recursion."""
    level = [value]
    for _ in range(DEEPEST):
        items = (item for outer in level for item in (outer.values() if isinstance(outer, dict) else outer))
        level = [item for item in items if isinstance(item, dict | list)]
        if not level:
            return False
    return True
