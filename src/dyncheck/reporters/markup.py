"""Writes text as GitHub Flavored Markdown in which no text of the input acts as Markdown.

Everything except plain words is in code spans, where GitHub makes no mention, link, image or HTML of it.
https://github.github.com/gfm/
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from dyncheck.reporters.pages import page
from dyncheck.reporters.ranked import shortened
from dyncheck.reporters.safe import safe_text

_MOST_IN_CELL = 600
_MOST_LINES = 12

_PLAIN = re.compile(r"[A-Za-z]+(?:[-'][A-Za-z]+)*|[0-9]{1,6}")
_LITERALS = ("true", "false", "null")
_PUNCTUATION = ",;:."
_BACKTICKS = re.compile("`+")

# A word of a sentence: a command in backticks, or text up to a space. A value is one word, whatever is between its quotes or brackets.
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_LIST = rf"\[(?:{_QUOTED}|[^\[\]\"])*\]"
_OBJECT = rf"\{{(?:{_QUOTED}|{_LIST}|[^{{}}\[\]\"])*\}}"
_CALL = rf"(?<=\w)\((?:{_QUOTED}|{_LIST}|[^()\[\]\"])*\)"
_EQUALS = r"(?<=\w) = (?=\S)"
_COMMAND = rf"`([^`]+)`([{_PUNCTUATION}]?)"
_WORD = rf"`[^`]+`[{_PUNCTUATION}]?(?=\s|$)|(?:{_QUOTED}|{_LIST}|{_OBJECT}|{_CALL}|{_EQUALS}|\S)+"


class _Part(Struct, frozen=True):
    """A part of a sentence: plain words or code, and the punctuation around it."""

    text: str
    is_code: bool = False
    before: str = ""
    after: str = ""


def row(*cells: str) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"


def prose(text: str, value: str = "") -> str:
    """A sentence on one line: plain words, and everything else as code.

    One span has a whole value, `argument is value`, or the given value, which may be of plain words.
    """
    value = safe_text(value)
    pattern = rf"(?s){re.escape(value)}[{_PUNCTUATION}]?(?=\s|$)|{_WORD}" if value else f"(?s){_WORD}"
    words = (match[0] for match in re.finditer(pattern, safe_text(shortened(text, _MOST_IN_CELL))))
    parts = _merged(_part(word, value) for word in words)
    return " ".join(f"{each.before}{code(each.text) if each.is_code else each.text}{each.after}" for each in parts)


def code(text: str) -> str:
    """A code span in a cell. A pipe would end the cell even in a span, so it stands between two spans."""
    flat = safe_text(shortened(text, _MOST_IN_CELL)).replace("\n", "\\n")
    return "&#124;".join(_span(part) if part else "" for part in flat.split("|"))


def code_lines(text: str) -> str:
    """The first lines of a text, each as a code span."""
    lines = safe_text(text).strip("\n").split("\n")
    shown = [code(line) for line in lines[:_MOST_LINES]]
    return "<br>".join([*shown, *([f"and {len(lines) - _MOST_LINES} more lines"] if len(lines) > _MOST_LINES else [])])


def rule_link(rule_id: str) -> str:
    """The id of a rule as code, as a link to its page if it has one."""
    url = page(rule_id)
    return f"[{code(rule_id)}]({url})" if url else code(rule_id)


def _part(word: str, value: str) -> _Part:
    if match := re.fullmatch(rf"(?s){_COMMAND}", word):
        return _Part(match[1], is_code=True, after=match[2])
    if value and word.startswith(value) and word[len(value) :] in ("", *_PUNCTUATION):
        return _Part(value, is_code=True, after=word[len(value) :])
    before, text, after = _unwrapped(word)
    is_plain = bool(_PLAIN.fullmatch(text)) and text not in _LITERALS
    # More punctuation than that of a sentence is a part of the value.
    if not is_plain and (not text or text[-1] in _PUNCTUATION):
        return _Part(word, is_code=True)
    return _Part(text, is_code=not is_plain, before=before, after=after)


def _unwrapped(word: str) -> tuple[str, str, str]:
    """A word without the punctuation after it, and without the parentheses around it."""
    text, after = (word[:-1], word[-1]) if word[-1] in _PUNCTUATION else (word, "")
    before, text = ("(", text[1:]) if text.startswith("(") else ("", text)
    if text.endswith(")") and text.count(")") > text.count("("):
        text, after = text[:-1], f"){after}"
    return before, text, after


def _merged(parts: Iterable[_Part]) -> list[_Part]:
    """The parts, where code directly after code, or after code and the word "is", belongs to it."""
    merged: list[_Part] = []
    for part in parts:
        between = merged[-1:] if merged[-1:] == [_IS] else []
        known = merged[-1 - len(between) : len(merged) - len(between)]
        if part.is_code and not part.before and known and known[0].is_code and not known[0].after:
            del merged[-1 - len(between) :]
            words = (each.text for each in (*known, *between, part))
            part = _Part(" ".join(words), is_code=True, before=known[0].before, after=part.after)
        merged.append(part)
    return merged


_IS = _Part("is")


def _span(text: str) -> str:
    """A code span with a fence that is longer than any in the text. It keeps spaces and backticks at its ends."""
    fence = "`" * (max(map(len, _BACKTICKS.findall(text)), default=0) + 1)
    # Markdown removes a space from each end if both have one.
    pad = " " if "`" in (text[0], text[-1]) or text[0] == text[-1] == " " else ""
    return f"{fence}{pad}{text}{pad}{fence}"
