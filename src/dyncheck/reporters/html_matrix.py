"""The matrix of tables against demands: one cell for each, which leads to the finding."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from dyncheck.reporters.html_markup import Markup, join, lines, tag, text
from dyncheck.reporters.html_view import VERDICTS, WORDS, Group, Row, Shown, View, anchor, plural, worded
from dyncheck.rule import Severity

# A longer matrix is divided, so that its head is never far away and only parts of it are open.
ROWS = 50

_LEGEND = (*((verdict, WORDS[verdict]) for verdict in VERDICTS), ("none", "not applicable"))
_NONE = Markup('<td class="none"><span>not applicable</span></td>')


def matrix(view: View) -> Markup:
    """The section with the matrix of each group."""
    legend = tag(
        "ul", (tag("li", tag("span", class_=f"mark {verdict}", aria_hidden="true"), word) for verdict, word in _LEGEND), class_="legend"
    )
    hint = tag("span", " Arrow keys move between the marks.", class_="keys", hidden=True)
    several = len(view.groups) > 1
    return tag(
        "section",
        tag("h2", "Tables and demands", id="matrix-title"),
        tag("p", "Each row is a table, each column a rule. A mark leads to what was found.", hint, class_="lead"),
        legend,
        (_group(group, view, titled=several) for group in view.groups),
        id="matrix",
        aria_labelledby="matrix-title",
    )


def _group(group: Group, view: View, *, titled: bool) -> Markup:
    columns = _columns(group, view)
    parts = [group.rows[start : start + ROWS] for start in range(0, len(group.rows), ROWS)]
    title = tag("h3", tag("bdi", group.title), class_="path") if titled else None
    return tag(
        "div",
        title,
        (_part(group, rows, columns, number, len(parts), "h4" if titled else "h3") for number, rows in enumerate(parts)),
        class_="matrix-group",
    )


def _part(group: Group, rows: tuple[Row, ...], columns: tuple[tuple[str, Severity], ...], number: int, parts: int, level: str) -> Markup:
    grid = tag(
        "div",
        tag("table", _head(columns), tag("tbody", (lines(_row(row, columns)) for row in rows)), class_="matrix"),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=f"Tables and demands of {group.title}" + (f", part {number + 1}" if parts > 1 else ""),
    )
    if parts == 1:
        return grid
    start = number * ROWS
    with_findings = sum(bool(row.findings) for row in rows)
    told = f"{with_findings} with findings" if with_findings else "no findings"
    title = tag(level, f"Rows {start + 1} to {start + len(rows)}", tag("small", f" {told}"), class_="fold-title")
    return tag(
        "section", title, tag("div", grid, class_="fold-body"), class_="fold", data_folded=number > 0, id=f"{group.anchor}-{number + 1}"
    )


def _columns(group: Group, view: View) -> tuple[tuple[str, Severity], ...]:
    """The rules that say something of the group."""
    present = {shown.result.rule for row in group.rows for shown in row.everything}
    return tuple(column for column in view.rules if column[0] in present)


def _head(columns: tuple[tuple[str, Severity], ...]) -> Markup:
    grouped = [(severity, len(tuple(members))) for severity, members in groupby(columns, key=lambda column: column[1])]
    widths = join(tag("colgroup", tag("col", class_="names")), (tag("colgroup", span=str(number)) for _, number in grouped))
    severities = join(
        tag("td", class_="corner"),
        (tag("th", _heading(severity, number), colspan=str(number), scope="colgroup", class_="severity") for severity, number in grouped),
    )
    rules = join(
        tag("th", "Table", scope="col", class_="names"),
        (tag("th", tag("a", tag("span", rule), href=f"#{anchor('rule', rule)}"), scope="col", class_="rule") for rule, _ in columns),
    )
    return join(widths, tag("thead", tag("tr", severities), tag("tr", rules)))


def _heading(severity: Severity, number: int) -> Markup:
    return tag("span", worded(severity.value, number))


def _row(row: Row, columns: tuple[tuple[str, Severity], ...]) -> Markup:
    by_rule: dict[str, list[Shown]] = {}
    for shown in row.everything:
        by_rule.setdefault(shown.result.rule, []).append(shown)
    head = tag("th", tag("a", tag("bdi", row.name), href=f"#{row.anchor}"), _within(row), scope="row")
    return Markup(f'<tr data-row="{row.anchor}">{head}{"".join(_cells(by_rule, columns))}</tr>')


def _within(row: Row) -> Markup | None:
    return tag("small", tag("bdi", row.within)) if row.within else None


def _cells(by_rule: dict[str, list[Shown]], columns: tuple[tuple[str, Severity], ...]) -> Iterator[str]:
    for rule, _ in columns:
        results = by_rule.get(rule)
        if not results:
            yield _NONE
            continue
        worst = results[0]
        alike = sum(shown.verdict == worst.verdict for shown in results)
        told = WORDS[worst.verdict] if alike == 1 else f"{WORDS[worst.verdict]}, {plural(alike, 'result')}"
        yield f'<td class="{worst.verdict}"><a href="#{worst.anchor}">{text(told)}</a></td>'
