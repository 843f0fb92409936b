"""What is wrong with a file's syntax: one sentence, and the place it is about, shown with its line."""

from __future__ import annotations

from dyncheck.errors import InputError
from dyncheck.readers.hcl.language.nodes import Span

# What is shown of a long line: enough to find the place, and no more than a terminal holds.
_WIDTH = 100


class SyntaxFault(InputError):
    """A file that is not HCL, or not HCL as Terraform takes it."""

    def __init__(self, message: str, span: Span, line: str) -> None:
        message = _visible(message)
        super().__init__(f"{span.file}:{span.line}:{span.column}: {message}")
        self.message = message
        self.span = span
        self.line = line

    def render(self) -> str:
        """The message, the line it is about, and a caret under the column."""
        if not self.line.strip():
            return str(self)
        before, rest = _split(self.line, self.span.column - 1)
        before, rest = _cut(_visible(before), _visible(rest))
        return f"{self}\n  {before}{rest}\n  {' ' * _width(before)}^"


def place(span: Span) -> str:
    """A place as Terraform's messages write it: `main.tf:2,3-7`."""
    end = f"{span.end_column}" if span.line == span.end_line else f"{span.end_line},{span.end_column}"
    return f"{span.file}:{span.line},{span.column}-{end}"


def _split(line: str, columns: int) -> tuple[str, str]:
    from dyncheck.readers.hcl.language.graphemes import clusters

    taken = line[:columns] if line.isascii() else "".join(clusters(line)[:columns])
    return taken, line[len(taken) :]


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import east_asian_width

    from dyncheck.readers.hcl.language.graphemes import clusters

    return sum(2 if east_asian_width(cluster[0]) in "WF" else 1 for cluster in clusters(text))


def _cut(before: str, rest: str) -> tuple[str, str]:
    if len(before) + len(rest) <= _WIDTH:
        return before, rest
    if len(before) > _WIDTH // 2:
        before = f"...{before[3 - _WIDTH // 2 :]}"
    room = _WIDTH - len(before)
    return before, rest if len(rest) <= room else f"{rest[: room - 3]}..."


def _visible(text: str) -> str:
    """The text with tabs as blanks and with every character that would not show, or move what follows, spelled out."""
    text = text.replace("\t", "    ")
    return text if text.isprintable() else "".join(c if c.isprintable() else _spelled(c) for c in text)


def _spelled(character: str) -> str:
    return character.encode("unicode_escape").decode()
