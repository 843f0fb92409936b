"""The first screen: the verdict, its numbers, what was checked, what could not be, and what changed since the baseline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dyncheck.errors import one_line
from dyncheck.findings import Earlier, Input, Report, Status
from dyncheck.reporters import tally
from dyncheck.reporters.html_markup import Markup, code, join, tag
from dyncheck.reporters.html_view import VERDICTS, View, capital, plural, worded
from dyncheck.rule import Severity

# With more inputs than these the contents lead to the first of them only.
_MOST_LINKS = 4


def title_of(report: Report) -> str:
    """The verdict in a few words."""
    failures = report.failures
    if report.errors:
        return "Not everything could be checked"
    if failures[Severity.ERROR]:
        return f"{plural(failures[Severity.ERROR], 'error')} to fix"
    lesser = [plural(failures[severity], severity.value) for severity in (Severity.WARNING, Severity.NOTE) if failures[severity]]
    if lesser:
        return f"No errors, {' and '.join(lesser)}"
    if report.count(Status.UNKNOWN):
        return f"Nothing failed, {plural(report.count(Status.UNKNOWN), 'verdict')} open until the apply"
    if not report.results:
        return "Nothing was checked"
    return "All demands are met or waived" if report.count(Status.WAIVED) else "All demands are met"


def subject_of(report: Report) -> str:
    """What the verdict is on."""
    return one_line(report.inputs[0].path) if len(report.inputs) == 1 else plural(len(report.inputs), "input")


def verdict(report: Report) -> Markup:
    """The headline and the numbers."""
    tables = sum(checked.tables for checked in report.inputs)
    alarms = sum(checked.alarms for checked in report.inputs)
    counted = f"{plural(tables, 'table')}, {plural(alarms, 'alarm')}, {plural(len(report.results), 'check')}"
    return tag(
        "section",
        tag("h1", tag("span", class_=f"mark {_worst(report)}", aria_hidden="true"), title_of(report), id="verdict"),
        tag("p", tag("bdi", subject_of(report), class_="path"), f": {counted}", class_="lead"),
        tag("ul", _numbers(report), class_="numbers"),
        class_="verdict",
        aria_labelledby="verdict",
    )


def _worst(report: Report) -> str:
    counts = _counts(report)
    return "error" if report.errors else next((verdict for verdict in VERDICTS if counts[verdict]), "none")


def _counts(report: Report) -> dict[str, int]:
    failures = {severity.value: number for severity, number in report.failures.items()}
    return failures | {status.value: report.count(status) for status in (Status.UNKNOWN, Status.WAIVED, Status.PASS)}


def _numbers(report: Report) -> Iterator[Markup]:
    for name, number in _counts(report).items():
        marked = tag("span", class_=f"mark {name}", aria_hidden="true")
        yield tag(
            "li",
            tag("span", f"{number:,}", class_="number"),
            " ",
            tag("span", marked, worded(name, number), class_="label"),
            class_=name if number else "zero",
        )


def errors(report: Report) -> Markup | None:
    """What could not be checked."""
    if not report.errors:
        return None
    items = (tag("li", tag("pre", error, tabindex="0") if "\n" in error else tag("bdi", error)) for error in report.errors)
    return tag(
        "section", tag("h2", "Could not be checked", id="errors-title"), tag("ul", items), class_="errors", aria_labelledby="errors-title"
    )


def notices(report: Report) -> Markup | None:
    """What should be known of the run and its inputs, each sentence once."""
    said: dict[str, list[str]] = {}
    for path, notice in tally.notices(report):
        said.setdefault(notice, []).append(one_line(path))
    if not said:
        return None
    items = (tag("li", tag("bdi", paths[0] if len(paths) == 1 else f"{len(paths)} inputs"), ": ", notice) for notice, paths in said.items())
    return tag(
        "section", tag("h2", "To keep in mind", id="notices-title"), tag("ul", items), class_="mind", aria_labelledby="notices-title"
    )


def inputs(report: Report) -> Markup:
    """Every input, with the hash that identifies it and what should be known about it."""
    head = tag("tr", (tag("th", name, scope="col") for name in ("Input", "Kind", "Tables", "Alarms", "SHA-256")))
    grid = tag("table", tag("thead", head), tag("tbody", (_input(checked) for checked in report.inputs)), class_="inputs")
    scrolled = tag("div", grid, class_="scroll", tabindex="0", role="region", aria_label="Inputs")
    title = tag("h2", "What was checked", id="inputs-title")
    return tag("section", title, scrolled, id="inputs", aria_labelledby="inputs-title")


def _input(checked: Input) -> Markup:
    made_by = f" by {checked.producer}" if checked.producer else ""
    notices = tag("ul", (tag("li", tag("bdi", notice)) for notice in checked.notices), class_="notices") if checked.notices else None
    return tag(
        "tr",
        tag("th", tag("bdi", one_line(checked.path)), notices, scope="row"),
        tag("td", f"{checked.kind}{made_by}"),
        tag("td", str(checked.tables), class_="count"),
        tag("td", str(checked.alarms), class_="count"),
        tag("td", code(checked.sha256), class_="hash"),
    )


def changes(view: View) -> Markup | None:
    """What is new, gone or open since the baseline."""
    comparison = view.report.comparison
    if comparison is None:
        return None
    new = [shown for shown in view.findings if shown.is_new]
    known = sum(result.status is Status.FAIL and not view.report.is_new(result) for result in view.report.results)
    counted = f"{len(new):,} new, {known:,} known, {len(comparison.fixed):,} fixed, {len(comparison.now_unknown):,} no longer certain"
    listed = (
        tag(
            "li", tag("a", shown.result.rule, href=f"#{shown.anchor}"), " on ", code(shown.result.address), ": ", tag("bdi", shown.headline)
        )
        for shown in new
    )
    return tag(
        "section",
        tag("h2", "Since the baseline", id="changes-title"),
        tag("p", f"{counted}, compared with ", code(one_line(comparison.baseline)), ".", class_="lead"),
        _change("New", listed) if new else None,
        _change("Fixed", map(_earlier, comparison.fixed)) if comparison.fixed else None,
        _change("No longer certain", map(_earlier, comparison.now_unknown)) if comparison.now_unknown else None,
        id="changes",
        aria_labelledby="changes-title",
    )


def _change(title: str, items: Iterable[Markup]) -> Markup:
    return tag("div", tag("h3", title), tag("ul", items), class_="change")


def _earlier(finding: Earlier) -> Markup:
    return tag(
        "li", join(tag("span", finding.rule, class_="rule-name"), " on ", code(finding.address), ": ", tag("bdi", capital(finding.message)))
    )


def contents(view: View) -> Markup:
    """The way to the parts of the page."""
    groups = view.groups
    parts = [("changes", "Changes")] if view.report.comparison else []
    if groups:
        parts.append(("matrix", "Matrix"))
        several = 1 < len(groups) <= _MOST_LINKS
        parts += [(group.anchor, group.title) for group in groups] if several else [(groups[0].anchor, "Findings")]
        parts.append(("demands", "Demands"))
    parts += [("inputs", "Inputs")] if view.report.inputs else []
    return tag(
        "nav", tag("ul", (tag("li", tag("a", tag("bdi", name), href=f"#{target}")) for target, name in parts)), aria_label="Contents"
    )
