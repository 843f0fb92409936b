"""Lays out lines: labels, indentation, width, colours and hyperlinks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from click import style
from msgspec import Struct

from dyncheck.reporters.safe import safe_text, visible_text

_LABEL_WIDTH = 9
INDENT = " " * _LABEL_WIDTH
# The width of `expected: `, the longest label inside a finding.
_PART_WIDTH = 10
_LEAST_WIDTH = 40
# So many characters of an address tell it from others.
_LEAST_ROOM = 12

_COLOURS = {"error": "red", "warning": "yellow", "note": "blue", "unknown": "magenta", "pass": "green", "waived": "cyan", "fixed": "green"}


class TextStyle(Struct, frozen=True):
    """The options of the text. `width` is in columns. `statistics` means counts instead of findings."""

    color: bool = False
    width: int = 80
    verbose: bool = False
    quiet: bool = False
    show_unknown: bool = True
    hyperlinks: bool = False
    statistics: bool = False


class Layout:
    """Makes lines in one style. Every text is made safe here, and no line is wider than the style unless a word or code is."""

    def __init__(self, look: TextStyle) -> None:
        self._look = look
        self.width = max(look.width, _LEAST_WIDTH)

    def paint(self, text: str, *, fg: str | None = None, bold: bool | None = None, dim: bool | None = None) -> str:
        return style(text, fg=fg, bold=bold, dim=dim) if self._look.color else text

    def label(self, label: str, width: int = _LABEL_WIDTH) -> str:
        """The severity or the status, as wide as the labels of other lines."""
        return self.paint(label.ljust(width), fg=_COLOURS[label], bold=True)

    def heading(self, text: str) -> str:
        return self.paint(safe_text(text.replace("\n", "\\n").replace("\r", "\\r")), bold=True)

    def headed(self, label: str, rules: Sequence[str], text: str) -> Iterator[str]:
        """A label, then `rule, rule: text` as a paragraph beside it."""
        first, *rest = self.wrapped(f"{', '.join(rules)}: {text}" if text else ", ".join(rules), INDENT)
        names = [*reversed(rules)]
        yield self.label(label) + self._named(first[_LABEL_WIDTH:], names)
        yield from (INDENT + self._named(line[_LABEL_WIDTH:], names) for line in rest)

    def labelled(self, label: str, text: str) -> Iterator[str]:
        """A part of a finding, such as `found:`, as a paragraph beside its label."""
        first, *rest = self.wrapped(text, INDENT + " " * _PART_WIDTH)
        yield from (self._part(label) + first.lstrip(" "), *rest)

    def code(self, label: str, code: str) -> Iterator[str]:
        """A part of a finding that can be copied: its lines are never broken."""
        for number, line in enumerate(safe_text(code).split("\n")):
            yield self._part("" if number else label) + self.paint(line, fg="green")

    def hint(self, text: str) -> Iterator[str]:
        """What the text leaves out, below a finding."""
        return (self.paint(line, dim=True) for line in self.wrapped(text, INDENT))

    def row(self, label: str, rule: str, place: str, address: str, end: str, column: int) -> str:
        """One line with the place and the address, with one of them if both do not fit, or with the end of the address."""
        room = max(self.width - _LABEL_WIDTH - column - 2 - len(end), _LEAST_ROOM)
        place, address = visible_text(place), visible_text(address)
        texts = (f"{place} {address}".lstrip(), place, address)
        shown = next((text for text in texts if text and len(text) <= room), f"...{address[3 - room :]}")
        return f"{self.label(label)}{self.rule(rule)}{' ' * (column - len(rule) + 2)}{safe_text(shown)}{end}"

    def rule(self, rule: str) -> str:
        """The id of a rule, with a link to its page where the terminal has links."""
        shown = self.paint(safe_text(rule), bold=True)
        if not self._look.hyperlinks:
            return shown
        from dyncheck.reporters.pages import page

        # https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
        address = safe_text(page(rule))
        return f"\x1b]8;;{address}\x1b\\{shown}\x1b]8;;\x1b\\" if address else shown

    def wrapped(self, text: str, indent: str = "") -> list[str]:
        """The lines of a paragraph, at least one. Only words that are too long for the width exceed it."""
        # A part of a sensitive text would be printed.
        text = visible_text(text)
        if len(indent) + len(text) <= self.width and "\n" not in text:
            return [safe_text(indent + text.strip(" "))]
        lines: list[str] = []
        line = ""
        # A value may have several blanks in a row, so they stay.
        for word in text.replace("\n", " ").strip(" ").split(" "):
            if line and len(indent) + len(line) + 1 + len(word) > self.width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        return [safe_text(f"{indent}{each}".rstrip(" ")) for each in (*lines, line)]

    def _part(self, label: str) -> str:
        return INDENT + (self.paint(f"{label}:".ljust(_PART_WIDTH), dim=True) if label else " " * _PART_WIDTH)

    def _named(self, line: str, names: list[str]) -> str:
        """The line with the rules that it starts with painted. `names` are the rules still to come, the next one last."""
        if not self._look.color and not self._look.hyperlinks:
            return line
        painted = ""
        while names and line.startswith(names[-1]):
            name = names.pop()
            end = len(name)
            while line[end : end + 1] in (",", ":", " "):
                end += 1
            painted += self.rule(name) + line[len(name) : end]
            line = line[end:]
        return painted + line
