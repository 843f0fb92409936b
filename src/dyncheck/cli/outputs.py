"""Which reports a run writes, in which format and where to."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from dyncheck import streams
from dyncheck.errors import UsageError
from dyncheck.reporters.formats import NAMES, parts
from dyncheck.suggestions import did_you_mean

if TYPE_CHECKING:
    from dyncheck.checking.exit_code import OnUnknown
    from dyncheck.findings import Report
    from dyncheck.rule import Severity

_FORMAT = re.compile(r"(?P<name>[A-Za-z][\w-]*)=(?P<path>.*)", re.DOTALL)
_WIDTH = 80


class Output(Struct, frozen=True):
    """One report to write: its format, and the file that it goes to; empty for standard output."""

    format: str
    path: str = ""


class Look(Struct, frozen=True):
    """How much a person wants to read, and in which colours (`auto`, `always` or `never`)."""

    color: str
    verbose: bool
    quiet: bool
    on_unknown: OnUnknown
    fail_on: Severity


def outputs(format_: str, given: Iterable[str], inputs: Iterable[str]) -> tuple[Output, ...]:
    """The reports that `--format` and the values of `--output` ask for: `FILE`, which takes the place of standard output, or `FORMAT=FILE`.

    Raises `UsageError` for what is no format, for two reports in one file, and for a file that is an input.
    """
    asked = tuple(_asked(value, format_) for value in given)
    paths: dict[str, str] = {}
    for output in asked:
        streams.refuse_inputs(output.path, inputs)
        place = os.path.realpath(output.path)
        if place in paths and _is_file(place):
            raise UsageError(f"Two reports cannot be written to {output.path}. Name a file for each.")
        paths[place] = output.path
    takes_place = any(_FORMAT.fullmatch(value) is None for value in given)
    return asked if takes_place else (*asked, Output(format_))


def rendered(report: Report, output: Output, look: Look) -> Iterable[str]:
    """The text of one report, in one or more pieces."""
    if output.format != "text":
        return parts(output.format, report)
    from dyncheck.checking.exit_code import OnUnknown
    from dyncheck.reporters.text import TextStyle, to_text

    style = TextStyle(
        color=_wants_color(look.color, to_file=bool(output.path)),
        width=_WIDTH if output.path else width(),
        verbose=look.verbose,
        quiet=look.quiet,
        show_unknown=look.on_unknown is not OnUnknown.PASS,
        unknown_fails=look.on_unknown is OnUnknown.FAIL,
        fail_on=look.fail_on,
    )
    return (to_text(report, style),)


def deliver(pieces: Iterable[str], output: Output) -> None:
    """Write a report to its place."""
    if output.path:
        streams.write_file(output.path, pieces)
    else:
        streams.write_pieces(pieces, as_utf8=output.format != "text")


def width() -> int:
    """The terminal's width, between 60 and 120 columns; 80 where there is no terminal."""
    return min(max(streams.columns() or _WIDTH, 60), 120) if streams.is_terminal() else _WIDTH


def _asked(value: str, format_: str) -> Output:
    match = _FORMAT.fullmatch(value)
    if match is None:
        if not value:
            raise UsageError("--output names no file. Write --output FILE or --output FORMAT=FILE.")
        return Output(format_, value)
    name, path = match["name"], match["path"]
    if name not in NAMES:
        hint = did_you_mean(name, NAMES) or f" Formats are {', '.join(NAMES)}."
        raise UsageError(f"--output {value}: {name} is no format.{hint} For a file of that name, write ./{value}.")
    if not path:
        raise UsageError(f"--output {value} names no file. Write {name}=FILE.")
    return Output(name, path)


def _is_file(path: str) -> bool:
    """Whether something is, or would become, a file and not a device that takes several reports."""
    return not os.path.exists(path) or os.path.isfile(path)


def _wants_color(choice: str, *, to_file: bool) -> bool:
    """NO_COLOR (https://no-color.org) goes before FORCE_COLOR, an explicit choice before both."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (not to_file and streams.is_terminal())
