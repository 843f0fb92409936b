"""The formats of a report. The module of a format is imported when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from dyncheck.findings import Report
    from dyncheck.reporters.layout import TextStyle

Writer: TypeAlias = "Callable[[Report], str]"

# The functions that also take a TextStyle, which the command line makes. `statistics` is no format: it replaces the findings of both.
STYLED = {"text": "text:to_text", "concise": "concise:to_concise"}
_STATISTICS = "statistics:to_statistics"

# The functions of the other formats.
WRITERS = {
    "json": "json:to_json",
    "jsonl": "jsonl:to_jsonl",
    "sarif": "sarif:to_sarif",
    "github": "github:to_github",
    "github-comment": "comment:to_github_comment",
    "markdown": "markdown:to_markdown",
    "gitlab": "gitlab:to_gitlab",
    "junit": "junit:to_junit",
    "rdjson": "rdjson:to_rdjson",
    "checkstyle": "checkstyle:to_checkstyle",
    "csv": "csv:to_csv",
    "html": "html.page:to_html",
}

# Their modules have a function `parts`.
IN_PIECES = ("json", "jsonl", "csv")

# These show the edits that correct findings, and JSON does where they are asked for.
WITH_EDITS = ("sarif", "github-comment", "rdjson", "html")

NAMES = (*STYLED, *WRITERS)


def writer(name: str) -> Writer:
    """The function that writes the report in that format."""
    write: Writer = _function(WRITERS[name])
    return write


def styled(name: str, report: Report, look: TextStyle) -> str:
    """The report in one of the formats `STYLED`, or its statistics if the style asks for those."""
    text: str = _function(_STATISTICS if look.statistics else STYLED[name])(report, look)
    return text


def _function(path: str) -> Any:
    module, _, function = path.partition(":")
    return getattr(import_module(f"dyncheck.reporters.{module}"), function)


def parts(name: str, report: Report) -> Iterable[str]:
    """The report in that format, in one or more pieces: several for a format that lists every result."""
    if name not in IN_PIECES:
        return (writer(name)(report),)
    pieces: Iterable[str] = import_module(f"dyncheck.reporters.{name}").parts(report)
    return pieces
