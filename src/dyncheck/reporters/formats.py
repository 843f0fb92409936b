"""The formats of a report; what writes one is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from dyncheck.findings import Report

Writer: TypeAlias = "Callable[[Report], str]"

# Where each is written. `text` is not here: it takes a TextStyle as well, and the command line makes that.
WRITERS = {
    "json": "json:to_json",
    "sarif": "sarif:to_sarif",
    "github": "github:to_github",
    "markdown": "markdown:to_markdown",
    "gitlab": "gitlab:to_gitlab",
    "junit": "junit:to_junit",
    "rdjson": "rdjson:to_rdjson",
    "html": "html.page:to_html",
}

NAMES = ("text", *WRITERS)

# What is written piece by piece, for it is for programs, which read however much there is.
_IN_PARTS = {"json": "json:parts"}


def writer(name: str) -> Writer:
    """The function that writes the report in that format."""
    write: Writer = _function(WRITERS[name])
    return write


def parts(name: str, report: Report) -> Iterable[str]:
    """The report in that format, in one or more pieces."""
    if name not in _IN_PARTS:
        return (writer(name)(report),)
    pieces: Iterable[str] = _function(_IN_PARTS[name])(report)
    return pieces


def _function(place: str) -> Any:
    module, _, function = place.partition(":")
    return getattr(import_module(f"dyncheck.reporters.{module}"), function)
