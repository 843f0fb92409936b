"""The report as one HTML page that asks for nothing: no request leaves it, and nothing in it runs but what its policy names by hash."""

from __future__ import annotations

import os
from base64 import b64encode
from functools import cache
from hashlib import sha256

from dyncheck.findings import Report
from dyncheck.reporters import html_front as front
from dyncheck.reporters.html_demands import demands
from dyncheck.reporters.html_markup import Markup, join, lines, static, tag
from dyncheck.reporters.html_matrix import matrix
from dyncheck.reporters.html_tables import tables
from dyncheck.reporters.html_view import View, view_of
from dyncheck.version import VERSION

_BELL = static(
    '<svg class="symbols" aria-hidden="true" width="0" height="0"><symbol id="bell" viewBox="0 0 20 20">'
    '<path class="body" d="M10 3a4.5 4.5 0 0 0-4.5 4.5v3L4 13.5h12l-1.5-3v-3A4.5 4.5 0 0 0 10 3zM8.2 15.2a1.9 1.9 0 0 0 3.6 0"/>'
    '<path class="slash" d="M3.5 3.5l13 13"/></symbol></svg>'
)


def to_html(report: Report) -> str:
    """The page; the same text for the same report."""
    view = view_of(report)
    style, script = _asset("report.css"), _asset("report.js")
    page = lines(static("<!doctype html>"), tag("html", _head(view.report, style, script), _body(view, script), lang="en"), "")
    return str(page)


def _head(report: Report, style: str, script: str) -> Markup:
    # `require-trusted-types-for` keeps even the page's own script from making markup out of text.
    policy = (
        f"default-src 'none'; style-src 'sha256-{_hash(style)}'; script-src 'sha256-{_hash(script)}'; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="generator", content=f"dyncheck {VERSION}"),
        tag("title", f"{front.title_of(report)}: {front.subject_of(report)}"),
        tag("style", static(style)),
    )


def _body(view: View, script: str) -> Markup:
    report = view.report
    top = tag(
        "header",
        tag("a", "Skip to the findings", href="#findings", class_="skip"),
        tag("p", "dyncheck ", tag("small", VERSION), class_="brand"),
        front.contents(view),
        tag("button", "Dark", type="button", id="theme", aria_pressed="false", hidden=True),
        class_="top",
    )
    main = tag(
        "main",
        lines(
            front.verdict(report),
            front.errors(report),
            front.notices(report),
            front.changes(view),
            _filter() if view.groups else None,
            matrix(view) if view.groups else None,
            tables(view),
            demands(view) if view.groups else None,
            front.inputs(report) if report.inputs else None,
        ),
    )
    footer = tag("footer", tag("p", f"Made by dyncheck {VERSION}. This page is complete in itself and asks for nothing from outside."))
    return tag("body", _BELL, lines(top, main, footer), tag("script", static(script)))


def _filter() -> Markup:
    """The filter. It does nothing without the script, so that one shows it."""
    text = tag(
        "label",
        "Filter ",
        tag("input", type="search", name="text", autocomplete="off", spellcheck="false", placeholder="table, rule or text"),
    )
    status = _choices("Status", "status", (("fail", "failed"), ("unknown", "unknown"), ("waived", "waived"), ("pass", "passed")))
    severity = _choices("Severity", "severity", (("error", "errors"), ("warning", "warnings"), ("note", "notes")))
    folding = tag("button", "Collapse all", type="button", id="fold-all", aria_expanded="true", aria_controls="findings")
    told = tag("p", id="matches", role="status", aria_live="polite")
    first = tag("div", text, told, folding, class_="line")
    return tag("form", first, tag("div", status, severity, class_="line"), id="filter", role="search", aria_label="Filter", hidden=True)


def _choices(title: str, name: str, values: tuple[tuple[str, str], ...]) -> Markup:
    boxes = (tag("label", tag("input", type="checkbox", name=name, value=value, checked=True), tag("span", word)) for value, word in values)
    return tag("fieldset", tag("legend", title), join(boxes))


@cache
def _asset(name: str) -> str:
    path = os.path.join(os.path.dirname(__file__), "html_assets", name)
    with open(path, encoding="utf-8") as file:
        return file.read()


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()
