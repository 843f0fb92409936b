"""JSON that means one thing only: decoded fast, and refused when an object has a key twice or a value is not JSON.

msgspec checks the syntax, but of two equal keys it keeps the last. Terraform never writes two, and other readers may keep the first.
In compact JSON a lost key shows as lost bytes, so comparing lengths finds it at almost no cost; all other JSON is scanned key by key.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

from msgspec import MsgspecError, Raw, ValidationError, convert, defstruct
from msgspec.json import Decoder, encode

from dyncheck.errors import InputError

Typed = TypeVar("Typed")

AGAIN = "Write it again with `terraform show -json tfplan`."

# More levels than any plan has; what reads a value may then recurse.
DEEPEST = 300

_LONG_NUMBER = re.compile(rb"[0-9](?:[eE]|[0-9]{14})")

# Stands for the items of the one list that may be most of a document, which are decoded with the document itself.
_LISTED = Raw(b"[]")

# The members of a plan that Terraform and OpenTofu write, besides `resource_changes`.
_MEMBERS = (
    "action_invocations applyable checks complete configuration deferred_action_invocations deferred_changes errored format_version "
    "output_changes planned_values prior_state relevant_attributes resource_drift terraform_version timestamp variables"
)
_Plan = defstruct("Plan", [("resource_changes", list[Raw], []), *((name, Raw, Raw()) for name in _MEMBERS.split())])

# What JSON calls the types in msgspec's messages.
_JSON_TYPES = {"str": "string", "int": "number", "float": "number", "bool": "boolean", "int | float": "number"}

_decode = Decoder().decode
_decode_plan = Decoder(_Plan).decode
_decode_fields = Decoder(dict[str, Raw]).decode
_decode_items = Decoder(list[Raw]).decode


class Document:
    """One JSON text. `checked` is set once the whole text is known to have no key twice."""

    __slots__ = ("_changes", "checked", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.checked = False
        self._changes: list[Raw] = []

    def root(self, text: bytes) -> dict[str, Raw]:
        """The members of the document's own object, not yet decoded. Raises `InputError` for invalid JSON."""
        return self._plan(text) or self._checked_fields(text, "the document", len(text) - _trailing_blanks(text))

    def _plan(self, text: bytes) -> dict[str, Raw]:
        """The members of a plan in compact JSON that has only the members that Terraform writes, empty for any other document."""
        try:
            plan: Any = _decode_plan(text)
        except (MsgspecError, UnicodeDecodeError, RecursionError):
            return {}
        fields = {name: raw for name in _Plan.__struct_fields__[1:] if len(raw := getattr(plan, name))}
        changes = plan.resource_changes
        size = len("resource_changes") + 5 + sum(map(len, changes)) + len(changes) if changes else 0
        if not changes or _compact_size(fields) + size != len(text) - _trailing_blanks(text):
            return {}
        self._changes = changes
        return fields | {"resource_changes": _LISTED}

    def items(self, raw: Raw, what: str) -> list[Raw]:
        """The items of a list, not yet decoded. Raises `InputError` when `what` is not a list."""
        if raw is _LISTED:
            return self._changes
        try:
            return _decode_items(raw)
        except ValidationError:
            raise self.invalid(f"{what} is not a list") from None

    def fields(self, raw: Raw, what: str) -> dict[str, Raw]:
        """The members of an object, not yet decoded. Raises `InputError` when `what` is not an object or is invalid JSON."""
        return self._checked_fields(raw, what, len(raw))

    def _checked_fields(self, raw: bytes | Raw, what: str, size: int) -> dict[str, Raw]:
        try:
            fields = _decode_fields(raw)
        except ValidationError:
            raise self.invalid(f"{what} is not an object") from None
        except (MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self.unreadable(error, bytes(raw)) from None
        if not self.checked and _compact_size(fields) != size:
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
            return InputError(f"{self.path} nests deeper than {DEEPEST} levels. {AGAIN}")
        if isinstance(error, UnicodeDecodeError):
            return InputError(f"{self.path} is not UTF-8 or UTF-16 text. {AGAIN}")
        if isinstance(error, ValidationError):
            return self.invalid(str(error).partition(" - at ")[0])
        if _has_lone_surrogate(text):
            return InputError(f"{self.path} is not JSON: it has a lone UTF-16 surrogate, which is half a character. {AGAIN}")
        if "truncated" in str(error):
            return InputError(f"{self.path} is truncated: the JSON has no end. {AGAIN}")
        return InputError(f"{self.path} is not JSON: {str(error).removeprefix('JSON is malformed: ')}. {AGAIN}")

    def invalid(self, what: str) -> InputError:
        """The error for a document that is JSON, but not as Terraform writes it."""
        return InputError(f"{self.path} is not a valid plan or state: {what}. {AGAIN}")

    def _scan(self, raw: bytes | Raw) -> None:
        import json

        try:
            json.loads(bytes(raw), object_pairs_hook=_refuse_twice)
        except KeyError as twice:
            raise InputError(f"{self.path} has the key {twice.args[0]!r} twice in one object. {AGAIN}") from None
        except (ValueError, RecursionError) as error:
            raise self.unreadable(error, bytes(raw)) from None


def _compact_size(fields: dict[str, Raw]) -> int:
    """How many bytes the object takes when no key stands twice and nothing is spent on white space or escapes in keys."""
    return 1 + 4 * len(fields) + sum(map(len, fields)) + sum(map(len, fields.values())) if fields else 2


def _trailing_blanks(text: bytes) -> int:
    """How many of the last bytes are blanks: one or two where a command ends its output with a new line."""
    end = text[-16:]
    return len(end) - len(end.rstrip())


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


def _has_lone_surrogate(text: bytes) -> bool:
    if b"\\ud" not in text.lower():
        return False
    pairs_removed = re.sub(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}", b"", text)
    return re.search(rb"\\u[dD][89a-fA-F]", pairs_removed) is not None
