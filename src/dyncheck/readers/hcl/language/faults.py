"""Syntax errors: a message and a place, shown with the line."""

from __future__ import annotations

import os

from dyncheck.errors import InputError
from dyncheck.input_problems import InputProblem, ProblemKind
from dyncheck.readers.hcl.language.graphemes import clusters
from dyncheck.readers.hcl.language.nodes import Span

# A longer line is cut around the place.
_WIDTH = 100


class SyntaxFault(InputError):
    """The file is not HCL, or Terraform refuses its syntax."""

    def __init__(self, message: str, span: Span, line: str) -> None:
        message = _visible(message)
        super().__init__(f"{span.file}:{span.line}:{span.column}: {message}", kind="syntax")
        self.message = message
        self.span = span
        self.line = line

    @property
    def problems(self) -> tuple[InputProblem, ...]:
        """The error for a report."""
        return (problem_at("syntax", str(self), self.span),)

    @property
    def shown(self) -> InputProblem:
        """The error for a report, with its line."""
        return problem_at("syntax", self.render(), self.span)

    def render(self) -> str:
        """The message, the line, and a caret under the column."""
        if not self.line.strip():
            return str(self)
        before = "".join(clusters(self.line)[: self.span.column - 1])
        before, rest = _cut(_visible(before), _visible(self.line[len(before) :]))
        return f"{self}\n  {before}{rest}\n  {' ' * _width(before)}^"


def problem_at(kind: ProblemKind, message: str, span: Span) -> InputProblem:
    """A problem with its place, if that is in a file. A value of `--var` has a span without one, and so has a template in a text."""
    return InputProblem(kind, message, span.file, span.line, span.column) if os.path.isfile(span.file) else InputProblem(kind, message)


def place(span: Span) -> str:
    """A place as Terraform's messages write it: `main.tf:2,3-7`."""
    end = f"{span.end_column}" if span.line == span.end_line else f"{span.end_line},{span.end_column}"
    return f"{span.file}:{span.line},{span.column}-{end}"


def _width(text: str) -> int:
    """The number of columns in a terminal."""
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(cluster[0]) in "WF" else 1 for cluster in clusters(text))


def _cut(before: str, rest: str) -> tuple[str, str]:
    if len(before) + len(rest) <= _WIDTH:
        return before, rest
    if len(before) > _WIDTH // 2:
        before = f"...{before[3 - _WIDTH // 2 :]}"
    room = _WIDTH - len(before)
    return before, rest if len(rest) <= room else f"{rest[: room - 3]}..."


def _visible(text: str) -> str:
    """The text with tabs as blanks, and with escapes for characters that are invisible or move the text after them."""
    text = text.replace("\t", "    ")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
