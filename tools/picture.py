"""Draws the picture of the README: a terminal with what dyncheck prints, as SVG for light and for dark pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from click.testing import CliRunner

from dyncheck.cli.main import cli

# Run in the directory of the repository.
COMMANDS = (("examples/main.tf", "--quiet"), ("fix", "examples/main.tf"))

_SIZE, _ADVANCE, _LEADING, _MARGIN = 14, 8.4, 20, 20
_COLUMNS = 84
_FONTS = "ui-monospace, SFMono-Regular, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"

# Colours as GitHub's pages have them, by the number that switches them on: https://en.wikipedia.org/wiki/ANSI_escape_code#Colors.
THEMES = {
    "light": {"page": "#ffffff", "frame": "#d1d9e0", "": "#1f2328", "2": "#59636e", "31": "#cf222e", "32": "#116329", "36": "#1b7c83"},
    "dark": {"page": "#0d1117", "frame": "#3d444d", "": "#f0f6fc", "2": "#9198a1", "31": "#ff7b72", "32": "#3fb950", "36": "#39c5cf"},
}
_BOLD, _RESET = "1", "0"
# Several of them stay several.
_SPACE = "&#160;"
_SEQUENCE = re.compile(r"\x1b\[([\d;]*)m")


def pictures() -> Iterator[tuple[str, str]]:
    """The picture for each theme, by its name."""
    lines = [line for command in COMMANDS for line in _lines(command)]
    for theme, colours in THEMES.items():
        yield theme, _svg(lines, colours)


def _lines(command: tuple[str, ...]) -> Iterator[str]:
    """A command and what it prints, with colours."""
    shown = CliRunner().invoke(cli, [*command, "--color", "always"], prog_name="dyncheck", color=True, terminal_width=80)
    yield f"$ dyncheck {' '.join(command)}"
    yield from shown.stdout.rstrip("\n").split("\n")
    yield ""


def _svg(lines: list[str], colours: dict[str, str]) -> str:
    width, height = round(2 * _MARGIN + _COLUMNS * _ADVANCE), 2 * _MARGIN + _LEADING * (len(lines) - 1)
    commands = " and ".join(f"dyncheck {' '.join(command)}" for command in COMMANDS)
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
        f"<title>What {commands} print</title>",
        f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8" fill="{colours["page"]}" stroke="{colours["frame"]}"/>',
        f'<g font-family="{_FONTS}" font-size="{_SIZE}">',
    ]
    for number, line in enumerate(lines):
        drawn += _pieces(line, _MARGIN + _SIZE + number * _LEADING, colours)
    return "\n".join([*drawn, "</g>", "</svg>", ""])


def _pieces(line: str, y: int, colours: dict[str, str]) -> Iterator[str]:
    """The pieces of a line that look the same, each at its column, so that no font moves them."""
    column, on = 0, set[str]()
    for position, part in enumerate(_SEQUENCE.split(line)):
        if position % 2:
            on = on | set(part.split(";")) if part != _RESET else set()
        elif part.strip():
            (colour,) = [colours[code] for code in sorted(on) if code != _BOLD] or [colours[""]]
            weight = ' font-weight="bold"' if _BOLD in on else ""
            left = _MARGIN + (column + len(part) - len(part.lstrip())) * _ADVANCE
            yield f'<text x="{left:.1f}" y="{y}" fill="{colour}"{weight}>{escape(part.strip()).replace(" ", _SPACE)}</text>'
        if not position % 2:
            column += len(part)
