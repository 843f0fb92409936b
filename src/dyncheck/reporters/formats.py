"""The formats of a report. The module of a format is imported when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from dyncheck.findings import Report

Writer: TypeAlias = "Callable[[Report], str]"

# The function of each format. `text` is not here: it also takes a TextStyle, which the command line makes.
WRITERS = {
    "json": "json:to_json",
    "jsonl": "jsonl:to_jsonl",
    "sarif": "sarif:to_sarif",
    "github": "github:to_github",
    "markdown": "markdown:to_markdown",
    "gitlab": "gitlab:to_gitlab",
    "junit": "junit:to_junit",
    "rdjson": "rdjson:to_rdjson",
    "checkstyle": "checkstyle:to_checkstyle",
    "csv": "csv:to_csv",
    "html": "html.page:to_html",
}

# Their modules have a function `parts`.
IN_PIECES = ("json", "jsonl")

NAMES = ("text", *WRITERS)


def writer(name: str) -> Writer:
    """The function that writes the report in that format."""
    module, _, function = WRITERS[name].partition(":")
    write: Writer = getattr(import_module(f"dyncheck.reporters.{module}"), function)
    return write


def parts(name: str, report: Report) -> Iterable[str]:
    """The report in that format, in one or more pieces: several for a format that lists every result."""
    if name not in IN_PIECES:
        return (writer(name)(report),)
    pieces: Iterable[str] = import_module(f"dyncheck.reporters.{name}").parts(report)
    return pieces
