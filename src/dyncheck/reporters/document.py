"""Writes JSON that is readable in a diff, and that contains no command for a CI log."""

from __future__ import annotations

from typing import Any

from msgspec import to_builtins
from msgspec.json import Encoder, encode

from dyncheck.reporters.safe import safe_json


def document(value: Any, depth: int) -> str:
    """The value as JSON: each item of the outer `depth` containers is on its own line."""
    return f"{safe_json(_spread(value, depth))}\n"


def compact(value: Any) -> bytes:
    """The value as JSON on one line. Surrogates, as in a file name that is not UTF-8, are escaped, and sensitive text is concealed."""
    try:
        return encode(value, enc_hook=str)
    except UnicodeEncodeError:
        return encode(_encodable(to_builtins(value, enc_hook=str)))


def compact_lines(values: list[Any]) -> bytes:
    """The values as JSON, each on one line that ends in a line break, encoded as `compact` does."""
    try:
        return _LINES.encode_lines(values)
    except UnicodeEncodeError:
        return b"".join(compact(value) + b"\n" for value in values)


_LINES = Encoder(enc_hook=str)


def _spread(value: Any, depth: int) -> str:
    if not depth or not value or not isinstance(value, dict | list):
        return compact(value).decode()
    if isinstance(value, dict):
        parts = [f"{compact(key).decode()}:{_spread(item, depth - 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(parts) + "\n}"
    return "[\n" + ",\n".join(_spread(item, depth - 1) for item in value) + "\n]"


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    return [_encodable(item) for item in value] if isinstance(value, list | tuple) else value
