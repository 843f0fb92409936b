"""JSON that means one thing only: decoded fast, and refused when a key stands twice or a value is no JSON.

msgspec checks syntax, but of two equal keys it keeps the last in silence. Terraform never writes two; a file that has them
could show one reader a compliant table and another reader something else. In compact JSON a lost key shows as lost
bytes, so comparing lengths finds it at almost no cost; anything else is scanned key by key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.json import Decoder, encode

from dyncheck.errors import InputError

AGAIN = "Write it again with `terraform show -json tfplan`."

# More levels than any plan has; what reads a value may then recurse.
DEEPEST = 300

_LONG_NUMBER = re.compile(rb"\d[eE]|\d{15}")


# Stands for the items of the one list that may be most of a document, which are decoded with the document itself.
_LISTED = msgspec.Raw(b"[]")


class _Plan(msgspec.Struct):
    """The members of a plan that Terraform and OpenTofu write."""

    resource_changes: list[msgspec.Raw] = []
    action_invocations: msgspec.Raw = msgspec.Raw()
    applyable: msgspec.Raw = msgspec.Raw()
    checks: msgspec.Raw = msgspec.Raw()
    complete: msgspec.Raw = msgspec.Raw()
    configuration: msgspec.Raw = msgspec.Raw()
    deferred_action_invocations: msgspec.Raw = msgspec.Raw()
    deferred_changes: msgspec.Raw = msgspec.Raw()
    errored: msgspec.Raw = msgspec.Raw()
    format_version: msgspec.Raw = msgspec.Raw()
    output_changes: msgspec.Raw = msgspec.Raw()
    planned_values: msgspec.Raw = msgspec.Raw()
    prior_state: msgspec.Raw = msgspec.Raw()
    relevant_attributes: msgspec.Raw = msgspec.Raw()
    resource_drift: msgspec.Raw = msgspec.Raw()
    terraform_version: msgspec.Raw = msgspec.Raw()
    timestamp: msgspec.Raw = msgspec.Raw()
    variables: msgspec.Raw = msgspec.Raw()


_decode = Decoder().decode
_decode_plan = Decoder(_Plan).decode
_decode_fields = Decoder(dict[str, msgspec.Raw]).decode
_decode_items = Decoder(list[msgspec.Raw]).decode


class Document:
    """One JSON text. `checked` is set once the whole of it is known to hold no key twice."""

    __slots__ = ("_changes", "checked", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.checked = False
        self._changes: list[msgspec.Raw] = []

    def root(self, text: bytes) -> dict[str, msgspec.Raw]:
        """The members of the document's own object, not yet decoded. Raises `InputError` when it is not sound."""
        return self._plan(text) or self._members(text)

    def _plan(self, text: bytes) -> dict[str, msgspec.Raw]:
        """The members of a plan that is all that Terraform writes and nothing else, empty for any other document."""
        try:
            plan = _decode_plan(text)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return {}
        fields = {name: raw for name in _Plan.__struct_fields__[1:] if len(raw := getattr(plan, name))}
        changes = plan.resource_changes
        size = len("resource_changes") + 5 + sum(map(len, changes)) + len(changes) if changes else 0
        if not changes or _compact_size(fields) + size != len(text) - _trailing_blanks(text):
            return {}
        self._changes = changes
        return fields | {"resource_changes": _LISTED}

    def _members(self, text: bytes) -> dict[str, msgspec.Raw]:
        fields = self._decoded(text, "the document")
        if _compact_size(fields) != len(text) - _trailing_blanks(text):
            self._scan(text)
            self.checked = True
        return fields

    def items(self, raw: msgspec.Raw, what: str) -> list[msgspec.Raw]:
        """The items of a list, not yet decoded. Raises `InputError` when `what` is not a list."""
        if raw is _LISTED:
            return self._changes
        try:
            return _decode_items(raw)
        except msgspec.ValidationError:
            raise self.strange(f"{what} is not a list") from None

    def fields(self, raw: bytes | msgspec.Raw, what: str) -> dict[str, msgspec.Raw]:
        """The members of an object, not yet decoded. Raises `InputError` when `what` is not an object or not sound."""
        fields = self._decoded(raw, what)
        if not self.checked and _compact_size(fields) != len(raw):
            self._scan(raw)
        return fields

    def _decoded(self, raw: bytes | msgspec.Raw, what: str) -> dict[str, msgspec.Raw]:
        try:
            return _decode_fields(raw)
        except msgspec.ValidationError:
            raise self.strange(f"{what} is not an object") from None
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self.unsound(error, bytes(raw)) from None

    def value(self, raw: bytes | msgspec.Raw) -> Any:
        """A value with all that is in it. Raises `InputError` when it is not sound, or nests deeper than `DEEPEST`."""
        text = bytes(raw)
        try:
            value = _decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self.unsound(error, text) from None
        if value is None or isinstance(value, str | bool):
            return value
        if len(text) > DEEPEST and text.count(b"[") + text.count(b"{") > DEEPEST and _is_deeper(value):
            raise self.unsound(RecursionError(), text)
        # Numbers may take more bytes in our spelling than in the document's, which would make up for a lost key.
        if not self.checked and (len(encode(value)) != len(text) or _LONG_NUMBER.search(text)):
            self._scan(text)
        return value

    def unsound(self, error: Exception, text: bytes) -> InputError:
        """What is wrong with a text that cannot be decoded, as a message."""
        if isinstance(error, RecursionError):
            return InputError(f"{self.path} nests deeper than any plan does. {AGAIN}")
        if isinstance(error, UnicodeDecodeError):
            return InputError(f"{self.path} is not UTF-8 or UTF-16 text. {AGAIN}")
        if isinstance(error, msgspec.ValidationError):
            return self.strange(str(error).partition(" - at ")[0])
        if _has_lone_surrogate(text):
            return InputError(f"{self.path} holds half a character (a lone UTF-16 surrogate), which is not JSON. {AGAIN}")
        if "truncated" in str(error):
            return InputError(f"{self.path} ends in the middle: the file is truncated. {AGAIN}")
        return InputError(f"{self.path} is not JSON: {str(error).removeprefix('JSON is malformed: ')}. {AGAIN}")

    def strange(self, what: str) -> InputError:
        """What is wrong with a document that is JSON, but not as Terraform writes it."""
        return InputError(f"{self.path} is not a plan as Terraform writes it: {what}. {AGAIN}")

    def _scan(self, raw: bytes | msgspec.Raw) -> None:
        import json

        try:
            json.loads(bytes(raw), object_pairs_hook=_refuse_twice)
        except _DuplicateKeyError as twice:
            raise InputError(
                f"{self.path} has the key {twice.key!r} twice in one object, so it is not clear what it says. {AGAIN}"
            ) from None
        except (ValueError, RecursionError) as error:
            raise self.unsound(error, bytes(raw)) from None


def _compact_size(fields: dict[str, msgspec.Raw]) -> int:
    """How many bytes the object takes when no key stands twice and nothing is spent on white space or escapes in keys."""
    return 1 + 4 * len(fields) + sum(map(len, fields)) + sum(map(len, fields.values())) if fields else 2


def _trailing_blanks(text: bytes) -> int:
    """How many of the last bytes are blanks: one or two where a command ends its output with a new line."""
    end = text[-16:]
    return len(end) - len(end.rstrip())


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


def _is_deeper(value: Any) -> bool:
    """Whether a value has more than `DEEPEST` levels, found without recursion."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _has_lone_surrogate(text: bytes) -> bool:
    if b"\\ud" not in text.lower():
        return False
    pairs_removed = re.sub(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}", b"", text)
    return re.search(rb"\\u[dD][89a-fA-F]", pairs_removed) is not None
