"""Keeps what a plan says from becoming a command: to a terminal, or to the CI service that reads the log.

GitHub's runner obeys `::command::` at the start of a line and `##[command]` anywhere in one, on standard output and
standard error alike; Azure's agent obeys `##vso[`. Source: actions/runner, src/Runner.Common/ActionCommand.cs
"""

from __future__ import annotations

import re

# Control characters but for the newline, line separators, zero-width and bidirectional marks.
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udfff]")
_COMMAND = re.compile(r"^(\s*)::", re.MULTILINE)


def safe_text(text: str) -> str:
    """The text with nothing in it that a terminal or a CI log obeys. Newlines stay."""
    visible = _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return _COMMAND.sub(r"\1:\\:", visible).replace("##[", "#\\#[").replace("##vso[", "#\\#vso[")


def safe_json(text: str) -> str:
    """The same JSON value, written so that no CI log obeys any part of it: what is dangerous stands only inside strings."""
    escaped = _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return escaped.replace("::", ":\\u003a").replace("##", "#\\u0023")
