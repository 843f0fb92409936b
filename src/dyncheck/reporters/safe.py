"""Escapes what could be a command in a text from an input: to a terminal, or to the CI service that reads the log.

GitHub's runner obeys `::command::` at the start of a line and `##[command]` anywhere in a line, on standard output and on
standard error. Azure's agent obeys `##vso[`, TeamCity's `##teamcity[`. The runners compare by culture, which ignores invisible
characters, so these are escaped as well.
Source: actions/runner, src/Runner.Common/ActionCommand.cs; https://learn.microsoft.com/dotnet/core/extensions/globalization-icu
"""

from __future__ import annotations

import re

# Control characters except the newline, line separators, surrogates, and all default ignorable characters of Unicode. Most reports
# have none of these, so the patterns are compiled where they are used.
_INVISIBLE = (
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_COMMAND = r"(?m)^(\s*)::"
_HASHES = "#(?=#)"


def safe_text(text: str) -> str:
    """The text without anything that a terminal or a CI log obeys. Newlines stay, and sensitive text is concealed."""
    text = visible_text(text)
    if "::" not in text and "##" not in text:
        return text
    return re.sub(_HASHES, r"#\\", re.sub(_COMMAND, r"\1:\\:", text))


def visible_text(text: str) -> str:
    """The text with every invisible character escaped. Newlines stay, and sensitive text is concealed."""
    text = str(text)
    return text if _is_visible(text) else re.sub(_INVISIBLE, _escaped, text)


def safe_json(text: str) -> str:
    """The same JSON value without anything that a CI log obeys, which only strings can contain."""
    visible = text if _is_visible(text) else re.sub(_INVISIBLE, _escaped, text)
    return visible.replace("::", ":\\u003a").replace("##", "#\\u0023")


def _is_visible(text: str) -> bool:
    """Whether a text has only line breaks and printable ASCII, as most have: faster to see than to search."""
    return text.isascii() and (text.isprintable() or text.replace("\n", "").isprintable())


def _escaped(match: re.Match[str]) -> str:
    """A character as JSON escapes it: one beyond the first 65,536 as two surrogates."""
    return "\\u" + match[0].encode("utf-16-be", "surrogatepass").hex("-", 2).replace("-", "\\u")
