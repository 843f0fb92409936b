"""Keeps what a plan says from becoming a command: to a terminal, or to the CI service that reads the log.

GitHub's runner obeys `::command::` at the start of a line and `##[command]` anywhere in one, on standard output and
standard error alike; Azure's agent obeys `##vso[`, TeamCity's `##teamcity[`. The runners compare by culture, which passes over
characters that have no look of their own, so those are spelt out as well.
Source: actions/runner, src/Runner.Common/ActionCommand.cs; https://learn.microsoft.com/dotnet/core/extensions/globalization-icu
"""

from __future__ import annotations

import re

# Control characters but for the newline, line separators, halves of characters, and all that Unicode calls ignorable.
_INVISIBLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_COMMAND = re.compile(r"^(\s*)::", re.MULTILINE)
_HASHES = re.compile("#(?=#)")


def safe_text(text: str) -> str:
    """The text with nothing in it that a terminal or a CI log obeys. Newlines stay."""
    if text.isascii() and text.isprintable() and "::" not in text and "##" not in text:
        return text
    return _HASHES.sub(r"#\\", _COMMAND.sub(r"\1:\\:", visible_text(text)))


def visible_text(text: str) -> str:
    """The text with every character that would not show spelt out. Newlines stay."""
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub(_spelt_out, text)


def safe_json(text: str) -> str:
    """The same JSON value, written so that no CI log obeys any part of it: what is dangerous stands only inside strings."""
    return _INVISIBLE.sub(_spelt_out, text).replace("::", ":\\u003a").replace("##", "#\\u0023")


def _spelt_out(match: re.Match[str]) -> str:
    """A character as JSON escapes it: one beyond the first 65,536 as two halves."""
    code = ord(match[0])
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    return f"\\u{0xD800 + ((code - 0x10000) >> 10):04x}\\u{0xDC00 + ((code - 0x10000) & 0x3FF):04x}"
