"""The reports that a run writes: their formats and their places."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dyncheck import streams
from dyncheck.errors import UsageError
from dyncheck.reporters.formats import NAMES, STYLED, parts, styled

if TYPE_CHECKING:
    from dyncheck.findings import Report

_FORMAT = r"(?s)(?P<name>[A-Za-z][\w-]*)=(?P<path>.*)"
_WIDTH = 80


class Output(Struct, frozen=True):
    """One report to write: its format and its file, or standard output without a file."""

    format: str
    path: str = ""


def outputs(format_: str, values: Iterable[str], inputs: Iterable[str]) -> tuple[Output, ...]:
    """The reports of `--format` and of the values of `--output`: `FILE`, which replaces standard output, or `FORMAT=FILE`.

    Raises `UsageError` for an invalid format, for two reports in one file, and for a file that is an input.
    """
    values = tuple(values)
    files = tuple(_output(value, format_) for value in values)
    places: set[str] = set()
    for output in files:
        streams.refuse_inputs(output.path, inputs)
        place = os.path.realpath(output.path)
        # A device takes several reports.
        if place in places and (os.path.isfile(place) or not os.path.exists(place)):
            raise UsageError(f"Two reports cannot be written to the same file {output.path}. Name a file for each.")
        places.add(place)
    return files if any(re.fullmatch(_FORMAT, value) is None for value in values) else (*files, Output(format_))


def rendered(report: Report, output: Output, color: str, look: Mapping[str, Any]) -> Iterable[str]:
    """The text of one report, in one or more pieces. `look` has the fields of `TextStyle` that all reports share."""
    if output.format not in STYLED:
        return parts(output.format, report)
    from dyncheck.reporters.layout import TextStyle

    is_coloured, has_links, width = uses_color(color, is_file=bool(output.path)), False, _WIDTH
    if not output.path:
        width = streams.columns() or _WIDTH
        if streams.is_terminal():
            from dyncheck.cli import terminal

            is_coloured = is_coloured and terminal.shows_colors()
            has_links = terminal.shows_links(is_coloured)
    return (styled(output.format, report, TextStyle(color=is_coloured, width=width, hyperlinks=has_links, **look)),)


def deliver(pieces: Iterable[str], output: Output) -> None:
    if output.path:
        streams.write_file(output.path, pieces)
    else:
        streams.write(pieces, as_utf8=output.format not in STYLED)


def _output(value: str, format_: str) -> Output:
    match = re.fullmatch(_FORMAT, value)
    if match is None:
        if not value:
            raise UsageError("--output has no file name. Write --output FILE or --output FORMAT=FILE.")
        return Output(format_, value)
    name, path = match["name"], match["path"]
    if name not in NAMES:
        from dyncheck.suggestions import did_you_mean

        hint = did_you_mean(name, NAMES) or f" Formats are {', '.join(NAMES)}."
        raise UsageError(f"--output {value}: there is no format {name!r}.{hint} For a file of that name, write ./{value}.")
    if not path:
        raise UsageError(f"--output {value} has no file name. Write {name}=FILE.")
    return Output(name, path)


def uses_color(choice: str, *, is_file: bool) -> bool:
    """An explicit choice replaces NO_COLOR (https://no-color.org), which replaces FORCE_COLOR."""
    if choice != "auto" or os.environ.get("NO_COLOR"):
        return choice == "always"
    return bool(os.environ.get("FORCE_COLOR")) or (not is_file and streams.is_terminal() and os.environ.get("TERM") != "dumb")
