"""The report for people: findings grouped by table, worst first, each with what was found, what is expected and the fix."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from functools import lru_cache

from click import style
from msgspec import Struct

from dyncheck.errors import one_line
from dyncheck.findings import Comparison, Finding, Input, Report, Result, Status, Waiver, folded
from dyncheck.reporters.effects import HEADING, sentences
from dyncheck.reporters.safe import safe_text
from dyncheck.rule import Severity

_LABEL_WIDTH = 9
# The width of `expected: `, the longest label inside a finding.
_PART_WIDTH = 10
_INDENT = " " * (2 + _LABEL_WIDTH)
# What a report for people shows of the way a value came, and of the addresses with the same finding.
_PLACES = 4
_ADDRESSES = 5

# Lines that are kept to be written again.
_MOST_KEPT = 1_024
_ORDER = {Status.UNKNOWN: 3, Status.WAIVED: 4, Status.PASS: 5}
_COLOURS = {"error": "red", "warning": "yellow", "note": "blue", "unknown": "magenta", "pass": "green", "waived": "cyan"}


class TextStyle(Struct, frozen=True):
    """How the text is to look.

    `width` is in columns; `fail_on` is the least severity that counts as failed, and `unknown_fails` says whether unknowns of
    that severity count with them.
    """

    color: bool = False
    width: int = 80
    verbose: bool = False
    quiet: bool = False
    show_unknown: bool = True
    unknown_fails: bool = False
    fail_on: Severity = Severity.ERROR


def to_text(report: Report, look: TextStyle) -> str:
    """The report as text, its last line the sum."""
    lines = list(_run(report, look))
    for checked, findings in zip(report.inputs, folded(report.inputs), strict=True):
        lines += _input(checked, _counting(report, findings, look), look)
    lines += _groups(_counting(report, map(Finding, report.required), look), look)
    if report.comparison:
        lines += _changes(report, report.comparison, look)
    if not look.quiet:
        lines.append(_closing(report, look))
    return "\n".join([*lines, ""]) if lines else ""


def _run(report: Report, look: TextStyle) -> Iterator[str]:
    """What should be known of the run as a whole."""
    if look.quiet or not (report.configuration or report.notices):
        return
    if report.configuration:
        yield _paint(look, safe_text(f"{one_line(report.configuration.path)}: configuration"), bold=True)
        for choice in report.configuration.holds:
            yield from _wrapped(choice, "  ", look)
    for notice in report.notices:
        yield from _wrapped(notice, "  ", look)
    yield ""


def _counting(report: Report, findings: Iterable[Finding], look: TextStyle) -> Iterable[Finding]:
    """Those that count for the exit code, where only they are asked for: the baseline's do not."""
    return filter(lambda finding: report.is_new(finding.result), findings) if look.quiet else findings


def _input(checked: Input, findings: Iterable[Finding], look: TextStyle) -> list[str]:
    lines: list[str] = []
    if not look.quiet:
        made_by = f" by {checked.producer}" if checked.producer else ""
        lines.append(_paint(look, safe_text(f"{one_line(checked.path)}: {checked.kind}{made_by}"), bold=True))
        for notice in checked.notices:
            lines += _wrapped(notice, "  ", look)
        lines += ("", *_effects(checked, look))
    return lines + _groups(findings, look)


def _effects(checked: Input, look: TextStyle) -> Iterator[str]:
    """What happens to the tables that are there already, where anything does."""
    said = sentences(checked)
    if said:
        yield _paint(look, HEADING, bold=True)
        for sentence in said:
            yield from _wrapped(sentence, "  ", look)
        yield ""


def _changes(report: Report, comparison: Comparison, look: TextStyle) -> Iterator[str]:
    """What has changed since the baseline: what is new, and what is gone."""
    new = sum(result.status is Status.FAIL and report.is_new(result) for result in report.results)
    still = sum(result.status is Status.FAIL and not report.is_new(result) for result in report.results)
    counts = (f"{new} new", f"{still} still open", f"{len(comparison.fixed)} fixed", f"{len(comparison.now_unknown)} now unknown")
    yield _paint(look, safe_text(one_line(f"since {comparison.baseline}: {', '.join(counts)}")), bold=True)
    for label, findings in (("fixed", comparison.fixed), ("unknown", comparison.now_unknown)):
        for earlier in findings:
            head = _paint(look, label.ljust(_LABEL_WIDTH), fg="green" if label == "fixed" else "magenta", bold=True)
            yield f"  {head}{safe_text(earlier.rule)} on {safe_text(earlier.address)}"
    yield ""


def _groups(findings: Iterable[Finding], look: TextStyle) -> list[str]:
    lines: list[str] = []
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        if _is_shown(finding.result, look):
            grouped.setdefault(finding.result.table, []).append(finding)
    groups = [(table, sorted(members, key=_order)) for table, members in grouped.items()]
    for table, members in sorted(groups, key=lambda group: (_rank(group[1][0].result), group[0])):
        lines.append(_paint(look, safe_text(table), bold=True))
        for finding in members:
            lines += _result(finding.result, table, look)
            if finding.also:
                lines += _also(finding.also, look)
        lines.append("")
    return lines


def _order(finding: Finding) -> tuple[int, str, str, str]:
    result = finding.result
    return _rank(result), result.rule, result.address, result.attribute


def _is_shown(result: Result, look: TextStyle) -> bool:
    status = result.status
    if status is Status.FAIL:
        return not look.quiet or _counts(result, look)
    if status is Status.UNKNOWN:
        return look.show_unknown and (not look.quiet or (look.unknown_fails and _counts(result, look)))
    return look.verbose


def _counts(result: Result, look: TextStyle) -> bool:
    return result.severity.rank <= look.fail_on.rank


def _rank(result: Result) -> int:
    """Failures by severity, then what is unknown, then the rest."""
    return result.severity.rank if result.status is Status.FAIL else _ORDER[result.status]


def _result(result: Result, table: str, look: TextStyle) -> list[str]:
    label = result.severity.value if result.status is Status.FAIL else result.status.value
    head = _head(label, result.rule, look)
    if result.status is Status.PASS:
        return [head if result.address == table else f"{head} on {safe_text(result.address)}"]
    lines = [head]
    if result.address != table:
        lines.append(f"{_INDENT}{safe_text(result.address)}")
    if result.waiver:
        lines += _waiver(result.waiver, look)
    if result.status is Status.UNKNOWN:
        return [*lines, *_wrapped(result.message, _INDENT, look), *_places(result, look)]
    lines += _summary(result.summary, look)
    lines += _places(result, look)
    if result.found:
        lines += _demand("found", f"{result.attribute} is {result.found}", look)
    if result.expected:
        lines += _demand("expected", result.expected, look)
    if result.fix:
        lines += _code("fix", result.fix, look)
    return lines


# What follows is the same for one finding after the other, where modules are alike.


@lru_cache(_MOST_KEPT)
def _summary(text: str, look: TextStyle) -> tuple[str, ...]:
    return _wrapped(text, _INDENT, look)


@lru_cache(_MOST_KEPT)
def _demand(label: str, text: str, look: TextStyle) -> tuple[str, ...]:
    return _labelled(label, text, look)


@lru_cache(_MOST_KEPT)
def _code(label: str, code: str, look: TextStyle) -> tuple[str, ...]:
    first, *rest = safe_text(code).split("\n")
    head = f"{_INDENT}{_paint(look, f'{label}:'.ljust(_PART_WIDTH), dim=True)}{_paint(look, first, fg='green')}"
    return (head, *(f"{_INDENT}{' ' * _PART_WIDTH}{_paint(look, line, fg='green')}" for line in rest))


@lru_cache(_MOST_KEPT)
def _head(label: str, rule: str, look: TextStyle) -> str:
    return f"  {_paint(look, label.ljust(_LABEL_WIDTH), fg=_COLOURS[label], bold=True)}{_paint(look, rule, bold=True)}"


def _waiver(waiver: Waiver, look: TextStyle) -> Iterator[str]:
    """Who decided to live with it, why, and for how long."""
    yield from _labelled("why", waiver.reason, look)
    more = [f"by {waiver.owner}" if waiver.owner else "", f"until {waiver.until}" if waiver.until else "", f"({waiver.source})"]
    yield from _labelled("", " ".join(filter(None, more)), look)


def _places(result: Result, look: TextStyle) -> list[str]:
    """Where it is written, and the way its value came, nearest first."""
    lines: list[str] = []
    if result.location:
        lines += _labelled("at", f"{result.location.file}:{result.location.line}", look)
    for label, related in zip(("from", *[""] * _PLACES), result.related[:_PLACES], strict=False):
        lines += _labelled(label, f"{related.file}:{related.line} {related.message}", look)
    return lines


def _also(addresses: tuple[str, ...], look: TextStyle) -> Iterator[str]:
    shown = addresses if look.verbose else addresses[:_ADDRESSES]
    for label, address in zip(("also", *[""] * len(shown)), shown, strict=False):
        yield from _labelled(label, address, look)
    if len(addresses) > len(shown):
        yield f"{_INDENT}{' ' * _PART_WIDTH}and {len(addresses) - len(shown)} more (--verbose lists them)"


def _labelled(label: str, text: str, look: TextStyle) -> tuple[str, ...]:
    first, *rest = _wrapped(text, _INDENT + " " * _PART_WIDTH, look)
    return (f"{_INDENT}{_paint(look, (f'{label}:' if label else '').ljust(_PART_WIDTH), dim=True)}{first.lstrip()}", *rest)


def _wrapped(text: str, indent: str, look: TextStyle) -> tuple[str, ...]:
    width = max(look.width, 40)
    if len(indent) + len(text) <= width and text.isprintable() and text == text.strip() != "":
        # It is one line as it is, as most are; wrapping takes its words apart first.
        return (safe_text(indent + text),)
    lines = textwrap.wrap(
        text.replace("\n", " "),
        width=width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    # Nothing is left of a text of white space.
    return tuple(map(safe_text, lines)) or (indent,)


def _closing(report: Report, look: TextStyle) -> str:
    failures = report.failures
    failed = sum(number for severity, number in failures.items() if severity.rank <= look.fail_on.rank)
    lesser = [(number, severity) for severity, number in failures.items() if severity.rank > look.fail_on.rank and number]
    unknown, waived = report.count(Status.UNKNOWN), report.count(Status.WAIVED)
    counted = ", ".join(
        (
            _plural(sum(checked.tables for checked in report.inputs), "table"),
            _plural(sum(checked.alarms for checked in report.inputs), "alarm"),
            _plural(report.checks, "check"),
        )
    )
    parts = [f"{failed} failed", f"{unknown} unknown", *([f"{waived} waived"] if waived else [])]
    parts += [_plural(number, severity.value) for number, severity in lesser]
    is_red = failed or report.errors or (unknown and look.unknown_fails)
    color = "red" if is_red else "yellow" if unknown or lesser else "green"
    return f"{counted}: {_paint(look, ', '.join(parts), fg=color, bold=True)}"


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _paint(look: TextStyle, text: str, *, fg: str | None = None, bold: bool | None = None, dim: bool | None = None) -> str:
    return style(text, fg=fg, bold=bold, dim=dim) if look.color else text
