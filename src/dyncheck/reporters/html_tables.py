"""The section of each table: its drawing beside what was found there, and what passed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from dyncheck.findings import Result, Status
from dyncheck.model import Location, Related
from dyncheck.reporters.html_drawing import drawing, legend
from dyncheck.reporters.html_markup import Content, Markup, code, join, lines, tag
from dyncheck.reporters.html_view import WORDS, Group, Row, Shown, View, anchor, plural, worded

# More findings, or more tables, are too many to begin with all of them open.
FINDINGS_OPEN = 60
TABLES_OPEN = 8
# A page with more tables is laid out as it comes into view.
TABLES_AT_ONCE = 100
# How many other places of a finding are named.
_PLACES = 12


def tables(view: View) -> Markup:
    """The sections of all groups."""
    closed = sum(1 for _ in view.findings) > FINDINGS_OPEN
    number = sum(1 for _ in view.rows)
    return tag(
        "div",
        lines(_group(group, closed=closed, few=number <= TABLES_OPEN) for group in view.groups),
        tag("p", "Nothing here matches the filter.", id="no-match", hidden=True),
        id="findings",
        tabindex="-1",
        class_="long" if number > TABLES_AT_ONCE else None,
    )


def _group(group: Group, *, closed: bool, few: bool) -> Markup:
    title = f"{group.anchor}-title"
    return tag(
        "section",
        tag("h2", "Findings ", tag("bdi", group.title, class_="path"), id=title),
        legend() if any(row.drawing for row in group.rows) else None,
        (lines(_row(row, folded=closed or not (few or row.findings))) for row in group.rows),
        id=group.anchor,
        class_="group",
        aria_labelledby=title,
    )


def _row(row: Row, *, folded: bool) -> Markup:
    name = join(tag("bdi", row.name), tag("small", " ", tag("bdi", row.address)) if row.address != row.name else None)
    counts = join(tag("span", f" {number} {worded(verdict, number)}", class_=verdict) for verdict, number in row.counts.items())
    found = join(
        tag("p", "Nothing was found here.", class_="nothing") if not row.findings else None,
        (lines(_finding(shown, row)) for shown in row.findings),
        _passed(row) if row.passed else None,
    )
    body = tag("div", drawing(row) if row.drawing else None, tag("div", found, class_="found"), class_="fold-body")
    return tag(
        "section",
        tag("h3", tag("span", name, class_="name"), tag("span", counts, class_="counts"), class_="fold-title"),
        body,
        id=row.anchor,
        class_="fold table",
        data_folded=folded,
        data_text=f"{row.name} {row.address}",
    )


def _passed(row: Row) -> Markup:
    by_rule = groupby(row.passed, key=lambda shown: shown.result.rule)
    items = [_passed_rule(rule, tuple(members), row) for rule, members in by_rule]
    return tag("div", tag("h4", "Passed"), tag("ul", items, class_="passed-rules"), class_="passed")


def _passed_rule(rule: str, members: tuple[Shown, ...], row: Row) -> Markup:
    result = members[0].result
    where = plural(len(members), "result") if len(members) > 1 else "" if result.address == row.address else result.address
    return tag(
        "li",
        _rule(rule),
        tag("small", " ", tag("bdi", where)) if where else None,
        id=members[0].anchor,
        class_="item",
        tabindex="-1",
        data_status="pass",
        data_severity=result.severity.value,
    )


def _rule(rule: str) -> Markup:
    return tag("a", rule, href=f"#{anchor('rule', rule)}")


def _finding(shown: Shown, row: Row) -> Markup:
    result = shown.result
    facts = join(_facts(shown))
    return tag(
        "article",
        tag("span", class_=f"mark {shown.verdict}", aria_hidden="true"),
        tag("h4", _headline(shown)),
        tag("p", _about(shown, row), class_="about"),
        tag("dl", facts) if facts else None,
        id=shown.anchor,
        class_=f"item finding {shown.verdict}",
        tabindex="-1",
        data_status=result.status.value,
        data_severity=result.severity.value,
    )


def _headline(shown: Shown) -> Markup:
    return join("Cannot be told yet: " if shown.result.status is Status.UNKNOWN else None, tag("bdi", shown.headline))


def _about(shown: Shown, row: Row) -> Markup:
    result = shown.result
    severity = result.severity.value
    word = severity if shown.verdict == severity else f"{WORDS[shown.verdict]} ({severity})"
    return join(
        tag("strong", word, class_="word"),
        " ",
        _rule(result.rule),
        join(" on ", code(result.address)) if result.address != row.address else None,
        join(" ", tag("span", "new", class_="new")) if shown.is_new else None,
    )


def _facts(shown: Shown) -> Iterator[Markup]:
    """Each fact that there is, as a term and its description."""
    result = shown.result
    if result.waiver:
        yield _fact("Waived", tag("bdi", result.waiver.reason))
        decided = [tag("bdi", result.waiver.owner)] if result.waiver.owner else []
        decided += [join("until ", result.waiver.until)] if result.waiver.until else []
        yield _fact("By", join(_separated(decided), " in " if decided else "in ", code(result.waiver.source)))
    if result.found:
        yield _fact("Found", join(code(result.attribute), " is ", code(result.found)))
    if shown.same:
        target, name = shown.same
        yield _fact("See", join("the same block at ", tag("a", tag("bdi", name), href=f"#{target}")))
        return
    if result.wanted:
        yield _fact("Wanted", code(result.wanted))
    if result.fix:
        yield _fact("Fix", tag("pre", code(result.fix), tabindex="0", aria_label="Fix"))
    if result.location:
        yield _fact("At", join(code(_place(result.location)), _excerpt(result, result.location)))
    if result.related:
        yield _fact("From", tag("ol", (_step(step) for step in result.related), class_="way"))
    if shown.also:
        yield _fact("Also", _others(shown.also))


def _fact(term: str, *description: Content) -> Markup:
    return tag("div", tag("dt", term), tag("dd", *description))


def _place(location: Location) -> str:
    end = f"-{location.end_line}" if location.end_line > location.line else ""
    return f"{location.file}:{location.line}{end}"


def _excerpt(result: Result, location: Location) -> Markup | None:
    """The lines themselves, where the result carries them."""
    if not result.excerpt:
        return None
    numbered = (
        join(tag("span", f"{location.line + number:>4}", class_="number"), "  ", line) for number, line in enumerate(result.excerpt)
    )
    return tag("pre", tag("code", lines(numbered)), class_="source", tabindex="0", aria_label="Source")


def _step(step: Related) -> Markup:
    return tag("li", code(f"{step.file}:{step.line}"), " ", tag("bdi", step.message))


def _others(also: tuple[tuple[str, str], ...]) -> Markup:
    links = [tag("a", tag("bdi", name), href=f"#{target}") for target, name in also[:_PLACES]]
    more = f" and {len(also) - _PLACES} more" if len(also) > _PLACES else None
    return join(_separated(links), more)


def _separated(pieces: Iterable[Markup]) -> Markup:
    return join(piece if not position else join(", ", piece) for position, piece in enumerate(pieces))
