"""Arguments that stand on a line with a plain value, as most do: one expression finds them whole, token by token takes thrice as long.

What it does not find, the parser reads as it reads everything; what it does find is the same either way.
"""

from __future__ import annotations

import re

from dyncheck.readers.hcl.language.nodes import Argument, Attribute, Expression, Literal, Name, Span
from dyncheck.readers.hcl.language.numbers import parse
from dyncheck.readers.hcl.language.source_text import SourceText

KEYWORDS = {"true": True, "false": False, "null": None}

# No more names in a row than a tree may always be deep, and no more digits than every reader of numbers takes.
_NAME = r"[A-Za-z_][A-Za-z0-9_-]*"
_VALUE = rf'"([^"\\$%\r\n]*)"|({_NAME}(?:\.{_NAME}){{0,8}})|([0-9]{{1,9}})'
_LINE_END = r"[ \t]*(?:(?:\#|//)[^\n]*|\r)?\n"
_LINE = re.compile(rf"({_NAME})[ \t]*=[ \t]*({_VALUE})(?:{_LINE_END})+").match


def plain_argument(source: SourceText, start: int) -> tuple[Argument, int] | None:
    """The argument whose name starts at an offset, and where the next line that says something starts; None where it is no plain one."""
    found = _LINE(source.text, start) if source.is_ascii else None
    if found is None:
        return None
    name, _, text, names, digits = found.groups()
    line, line_start = source.line_at(start)
    first, last = (offset - line_start + 1 for offset in found.span(2))
    span = Span(source.file, line, first, line, last)
    expression: Expression
    if text is not None:
        expression = Literal(span, text)
    elif names is not None:
        expression = _traversal(names, span)
    else:
        expression = Literal(span, parse(digits))
    return Argument(Span(source.file, line, start - line_start + 1, line, last), name, expression), found.end()


def _traversal(names: str, span: Span) -> Expression:
    first, *rest = names.split(".")
    file, line, column = span.file, span.line, span.column
    end = column + len(first)
    at = Span(file, line, column, line, end)
    found: Expression = Literal(at, KEYWORDS[first]) if first in KEYWORDS else Name(at, first)
    for name in rest:
        end += 1 + len(name)
        found = Attribute(Span(file, line, column, line, end), found, name)
    return found
