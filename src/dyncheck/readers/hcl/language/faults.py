"""What is wrong with a file's syntax: one sentence, and the place it is about, shown with its line."""

from __future__ import annotations

from dyncheck.errors import InputError
from dyncheck.readers.hcl.language.nodes import Span

# What is shown of a long line: enough to find the place, and no more than a terminal holds.
_WIDTH = 100


class SyntaxFault(InputError):
    """A file that is not HCL, or not HCL as Terraform takes it."""

    def __init__(self, message: str, span: Span, line: str) -> None:
        super().__init__(f"{span.file}:{span.line}:{span.column}: {message}")
        self.message = message
        self.span = span
        self.line = line

    def render(self) -> str:
        """The message, the line it is about, and a caret under the column."""
        before, rest = _split(self.line, self.span.column - 1)
        before, rest = _cut(_visible(before), _visible(rest))
        return f"{self}\n  {before}{rest}\n  {' ' * len(before)}^".rstrip(" ")


def _split(line: str, columns: int) -> tuple[str, str]:
    from dyncheck.readers.hcl.language.columns import characters

    taken = "".join(characters(line)[:columns])
    return taken, line[len(taken) :]


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
