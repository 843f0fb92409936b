"""The formats of a report; what writes one is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

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
    "html": "html:to_html",
}

NAMES = ("text", *WRITERS)


def writer(name: str) -> Writer:
    """The function that writes the report in that format."""
    module, _, function = WRITERS[name].partition(":")
    write: Writer = getattr(import_module(f"dyncheck.reporters.{module}"), function)
    return write
