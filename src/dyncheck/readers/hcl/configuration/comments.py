"""Comments for tools, and the line of code that each is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dyncheck.model import Comment

# A comment without one of these is for people.
_MARKS = ("dyncheck:", "checkov:skip", "bridgecrew:skip", "cortex:skip", "tfsec:ignore", "trivy:ignore")

_COMMENT = r"(?P<comment>(?:\#|//)[^\n]*|/\*.*?(?:\*/|\Z))"
_HEREDOC = r"<<-?([^\W\d][\w-]*)\r?\n.*?(?:^[ \t]*\2[ \t]*\r?$|\Z)"
_CODE = re.compile(rf'{_COMMENT}|{_HEREDOC}|[^"#/<{{}}]+|.', re.DOTALL | re.MULTILINE)
_STRING = re.compile(r'\\.|\$\$\{|%%\{|[$%]\{|[^"\\$%]+|.', re.DOTALL)


def comments(file: str, text: str) -> tuple[Comment, ...]:
    """The comments for tools in a file of the native syntax that has been parsed."""
    if not any(mark in text for mark in _MARKS):
        return ()
    found = list(comment_spans(text))
    bare = _without(text, found).split("\n")
    return tuple(
        Comment(file, line, _about(bare, line), body)
        for start, end in found
        for line, body in _lines_of(text, start, end)
        if any(mark in body for mark in _MARKS)
    )


def readable(data: bytes) -> bytes:
    """A file of the native syntax with "?" for each byte in a comment that is not UTF-8, which Terraform takes."""
    try:
        data.decode()
    except UnicodeDecodeError:
        text = data.decode(errors="surrogateescape")
        for start, end in comment_spans(text):
            text = text[:start] + re.sub("[\ud800-\udfff]", "?", text[start:end]) + text[end:]
        return text.encode(errors="surrogateescape")
    return data


def _lines_of(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """The lines of one comment with their numbers, without the comment signs."""
    for number, line in enumerate(text[start:end].split("\n"), text.count("\n", 0, start) + 1):
        yield number, line.strip().removesuffix("*/").lstrip("#/* \t").strip()


def _about(bare: list[str], line: int) -> int:
    """The line that a comment is about: its own if it has code, else the next one with code."""
    return next((number for number in range(line, len(bare) + 1) if bare[number - 1].strip()), line)


def _without(text: str, found: list[tuple[int, int]]) -> str:
    """The text with blanks in place of its comments, line ends kept."""
    parts: list[str] = []
    done = 0
    for start, end in found:
        parts += (text[done:start], re.sub(r"[^\n]", " ", text[start:end]))
        done = end
    return "".join((*parts, text[done:]))


def comment_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where comments start and end. `braces` counts the open braces of each interpolation around, innermost last."""
    position, braces, in_string = 0, [0], False
    while match := (_STRING if in_string else _CODE).match(text, position):
        position, token = match.end(), match[0]
        if token == '"':
            in_string = not in_string
        elif in_string:
            if token in ("${", "%{"):
                braces.append(0)
                in_string = False
        elif match.lastgroup:
            yield match.span()
        elif token == "{":
            braces[-1] += 1
        elif token == "}" and braces[-1]:
            braces[-1] -= 1
        elif token == "}" and len(braces) > 1:
            braces.pop()
            in_string = True
