"""Comments that say something to a tool, and the line of code that each is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dyncheck.model import Comment

# What a comment must hold to be looked at; reading the others would cost time and say nothing.
_MARKS = ("dyncheck:", "checkov:skip", "bridgecrew:skip", "cortex:skip", "tfsec:ignore", "trivy:ignore")

_HEREDOC = re.compile(r"<<-?([^\W\d][\w-]*)\r?\n")
_CODE = re.compile(r'[^"#/<{}]+')
_TEXT = re.compile(r'[^"\\$%]+')


def comments(file: str, text: str) -> tuple[Comment, ...]:
    """The comments to tools in a file of the native syntax that has been parsed."""
    if not any(mark in text for mark in _MARKS):
        return ()
    lines = text.split("\n")
    found = [(start, end) for start, end in _comments(text)]
    bare = _without(text, found).split("\n")
    return tuple(
        Comment(file, line, _about(bare, line), body)
        for start, end in found
        for line, body in _lines_of(text, start, end)
        if any(mark in body for mark in _MARKS)
        if line <= len(lines)
    )


def _lines_of(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """The lines of one comment with their numbers, without the signs that make it one."""
    first = text.count("\n", 0, start) + 1
    for offset, line in enumerate(text[start:end].split("\n")):
        yield first + offset, line.strip().removesuffix("*/").lstrip("#/* \t").strip()


def _about(bare: list[str], line: int) -> int:
    """The line that a comment is about: its own where there is code on it, else the next with any."""
    return next((number for number in range(line, len(bare) + 1) if bare[number - 1].strip()), line)


def _without(text: str, found: list[tuple[int, int]]) -> str:
    """The text with blanks in place of its comments, line ends kept."""
    parts: list[str] = []
    done = 0
    for start, end in found:
        parts += (text[done:start], re.sub(r"[^\n]", " ", text[start:end]))
        done = end
    return "".join((*parts, text[done:]))


def _comments(text: str) -> Iterator[tuple[int, int]]:
    """Where comments start and end. `depths` holds the open braces of each interpolation around, innermost last."""
    position, depths, in_string = 0, [0], False
    while position < len(text):
        if in_string:
            position, in_string = _in_string(text, position, depths)
            continue
        match = _CODE.match(text, position)
        if match:
            position = match.end()
            continue
        end = _comment_end(text, position)
        if end is not None:
            yield position, end
            position = end
        elif heredoc := _HEREDOC.match(text, position):
            position = _after_heredoc(text, heredoc)
        else:
            character = text[position]
            position += 1
            if character == '"':
                in_string = True
            elif character == "{":
                depths[-1] += 1
            elif character == "}" and depths[-1]:
                depths[-1] -= 1
            elif character == "}" and len(depths) > 1:
                depths.pop()
                in_string = True


def _in_string(text: str, position: int, depths: list[int]) -> tuple[int, bool]:
    """The position after the next piece of a quoted string, and whether the string goes on there."""
    if match := _TEXT.match(text, position):
        return match.end(), True
    if text[position] == "\\" or text.startswith(("$${", "%%{"), position):
        return position + (2 if text[position] == "\\" else 3), True
    if text.startswith(("${", "%{"), position):
        depths.append(0)
        return position + 2, False
    return position + 1, text[position] != '"'


def _comment_end(text: str, position: int) -> int | None:
    if text[position] == "#" or text.startswith("//", position):
        end = text.find("\n", position)
        return len(text) if end < 0 else end
    if text.startswith("/*", position):
        end = text.find("*/", position + 2)
        return len(text) if end < 0 else end + 2
    return None


def _after_heredoc(text: str, opening: re.Match[str]) -> int:
    closing = re.compile(rf"^[ \t]*{re.escape(opening[1])}[ \t]*\r?$", re.MULTILINE).search(text, opening.end())
    return closing.end() if closing else len(text)
