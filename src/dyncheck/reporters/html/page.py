"""Writes the report as one HTML page. It loads nothing, and runs only the script whose hash is in its content security policy."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from functools import cache
from hashlib import sha256

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from dyncheck.dynamodb.drawing import State
from dyncheck.errors import one_line
from dyncheck.findings import Report
from dyncheck.reporters.html.figure import SAMPLES, Figure
from dyncheck.reporters.html.view import MOST_LISTED, view_of
from dyncheck.reporters.html.words import VERDICTS, WORDS, anchor, capital, worded
from dyncheck.reporters.pages import page
from dyncheck.reporters.safe import visible_text
from dyncheck.reporters.tally import changes, checked, plural
from dyncheck.version import VERSION

# The marks of access patterns.
_VERDICT_OF = {State.WHOLE: "pass", State.BROKEN: "error", State.UNKNOWN: "unknown"}
_HERE = os.path.dirname(__file__)


def to_html(report: Report) -> str:
    """The page, which is the same for the same report."""
    return templates().get_template("page.html").render(view=view_of(report))


@cache
def templates() -> Environment:
    """The templates of the pages, with their style and their script."""
    environment = Environment(
        loader=FileSystemLoader(os.path.join(_HERE, "templates")),
        autoescape=True,
        finalize=_inert,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = {"MOST_LISTED": MOST_LISTED, "VERDICTS": VERDICTS, "VERSION": VERSION, "WORDS": WORDS, "SAMPLES": SAMPLES}
    functions = {"anchor": anchor, "changes": changes, "checked": checked, "figure_of": Figure, "page": page}
    environment.globals |= names | functions | {"VERDICT_OF": _VERDICT_OF}
    for name, asset in (("style", "report.css"), ("script", "report.js")):
        with open(os.path.join(_HERE, "assets", asset), encoding="utf-8") as file:
            text = file.read()
        environment.globals |= {name: Markup(text), f"{name}_hash": b64encode(sha256(text.encode()).digest()).decode()}
    environment.filters |= {"capital": capital, "one_line": one_line, "plural": plural, "worded": worded, "of_file": _of_file}
    return environment


def _of_file(line: str) -> Markup:
    """A line of a file, which is copied as it is: with its tabs and its line end."""
    ends = {"\t": "&#9;", "\r": "&#13;"}
    return Markup("".join(ends.get(part) or str(_inert(part)) for part in re.split("([\t\r])", line)))


def _inert(value: object) -> object:
    """A value as a template writes it: no character is invisible, and a CI log that shows the page obeys nothing.

    A character reference interrupts a command, so that a text copied from the page is unchanged. The template may
    write a colon before or after the value, so the ends of a value are never half a command.
    """
    if isinstance(value, Markup | int):
        return value
    text = str(escape(visible_text(str(value)))).replace("##", "#&#35;").replace("::", ":&#58;")
    return Markup(re.sub("^[:#]|[:#]$", lambda end: f"&#{ord(end[0])};", text))
