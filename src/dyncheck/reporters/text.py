"""The report for people: findings grouped by table, the worst first, each with what was found, what is expected and the fix."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from click import style
from msgspec import Struct

from dyncheck.errors import one_line
from dyncheck.findings import Finding, Input, Report, Result, Status, folded
from dyncheck.reporters.coverage import coverage
from dyncheck.reporters.safe import safe_text
from dyncheck.reporters.tally import changes, checked, plural, terms

_LABEL_WIDTH = 9
_INDENT = " " * (2 + _LABEL_WIDTH)
# The width of `expected: `, the longest label inside a finding.
_PART_WIDTH = 10
_MOST_RELATED = 4
_MOST_ADDRESSES = 5

_ORDER = {Status.UNKNOWN: 3, Status.WAIVED: 4, Status.PASS: 5}
_COLOURS = {"error": "red", "warning": "yellow", "note": "blue", "unknown": "magenta", "pass": "green", "waived": "cyan", "fixed": "green"}


class TextStyle(Struct, frozen=True):
    """The options of the text. `width` is in columns."""

    color: bool = False
    width: int = 80
    verbose: bool = False
    quiet: bool = False
    show_unknown: bool = True


def to_text(report: Report, look: TextStyle) -> str:
    """The report as text, with the counts as its last line."""
    return "".join(f"{line}\n" for line in _Text(report, look).lines())


class _Text:
    """Writes the lines of one report in one style."""

    def __init__(self, report: Report, look: TextStyle) -> None:
        self._report = report
        self._look = look
        self._width = max(look.width, 40)

    def lines(self) -> Iterator[str]:
        report, is_quiet = self._report, self._look.quiet
        if not is_quiet:
            yield from self._run()
        for each, findings in zip(report.inputs, folded(report.inputs), strict=True):
            if not is_quiet:
                yield from self._input(each)
            yield from self._groups(findings)
        yield from self._groups(map(Finding, report.required))
        if report.comparison:
            yield from self._changes()
        if not is_quiet:
            yield from self._coverage()
            yield self._closing()
        yield from (self._paint(line, fg="red") for reason in report.strict for line in self._wrapped(reason, ""))

    def _run(self) -> Iterator[str]:
        report = self._report
        if report.configuration:
            yield from self._section(f"{report.configuration.path}: configuration", (*report.configuration.holds, *report.notices))
        elif report.notices:
            yield from (*(line for notice in report.notices for line in self._wrapped(notice, "  ")), "")

    def _input(self, each: Input) -> Iterator[str]:
        yield from self._section(f"{each.title}: {each.kind}{f' by {each.producer}' if each.producer else ''}", each.notices)
        if each.effects:
            from dyncheck.reporters.effects import HEADING, sentences

            if effects := sentences(each):
                yield from self._section(HEADING, effects)

    def _section(self, heading: str, texts: Iterable[str]) -> Iterator[str]:
        yield self._paint(safe_text(one_line(heading)), bold=True)
        for text in texts:
            yield from self._wrapped(text, "  ")
        yield ""

    def _changes(self) -> Iterator[str]:
        comparison = self._report.comparison
        assert comparison is not None
        yield self._paint(safe_text(one_line(f"since {comparison.baseline}: {changes(self._report)}")), bold=True)
        for label, earlier in (("fixed", comparison.fixed), ("unknown", comparison.now_unknown)):
            yield from (f"{self._label(label)}{safe_text(each.rule)} on {safe_text(each.address)}" for each in earlier)
        yield ""

    def _groups(self, findings: Iterable[Finding]) -> Iterator[str]:
        groups: dict[str, list[Finding]] = {}
        for finding in findings:
            if self._is_shown(finding.result):
                groups.setdefault(finding.result.table, []).append(finding)
        ordered = [(table, sorted(members, key=_order)) for table, members in groups.items()]
        for table, members in sorted(ordered, key=lambda group: (_rank(group[1][0].result), group[0])):
            yield self._paint(safe_text(table), bold=True)
            for first, *others in _with_one_reason(members):
                yield from self._result(first.result, table, [each.result.rule for each in others])
                yield from self._also(first.also)
            yield ""

    def _is_shown(self, result: Result) -> bool:
        look, status = self._look, result.status
        # A finding of the baseline does not make the run fail.
        fails = self._report.is_new(result) and result.severity.rank <= self._report.fail_on.rank if look.quiet else True
        if status is Status.UNKNOWN:
            return look.show_unknown and fails and (self._report.unknown_fails or not look.quiet)
        return fails if status is Status.FAIL else look.verbose

    def _result(self, result: Result, table: str, more_rules: list[str]) -> Iterator[str]:
        is_elsewhere = result.address != table
        label = result.severity.value if result.status is Status.FAIL else result.status.value
        first, *rest = self._wrapped(", ".join((result.rule, *more_rules)), _INDENT)
        head = f"{self._label(label)}{self._paint(first.lstrip(), bold=True)}"
        if result.status is Status.PASS:
            yield f"{head} on {safe_text(result.address)}" if is_elsewhere else head
            return
        yield head
        yield from (f"{_INDENT}{self._paint(line.lstrip(), bold=True)}" for line in rest)
        if is_elsewhere:
            yield f"{_INDENT}{safe_text(result.address)}"
        if result.waiver:
            yield from (*self._labelled("why", result.waiver.reason), *self._labelled("", terms(result.waiver)))
        yield from self._wrapped(result.message if result.status is Status.UNKNOWN else result.summary, _INDENT)
        if result.location:
            yield from self._labelled("at", f"{result.location.file}:{result.location.line}")
        for number, related in enumerate(result.related[:_MOST_RELATED]):
            yield from self._labelled("" if number else "from", f"{related.file}:{related.line} {related.message}")
        if result.status is not Status.UNKNOWN:
            yield from self._correction(result)

    def _correction(self, result: Result) -> Iterator[str]:
        if result.found:
            yield from self._labelled("found", f"{result.attribute} is {result.found}")
        if result.expected:
            yield from self._labelled("expected", result.expected)
        if result.contract:
            yield from self._labelled("contract", result.contract)
        for number, line in enumerate(safe_text(result.fix).split("\n") if result.fix else ()):
            yield f"{self._part('' if number else 'fix')}{self._paint(line, fg='green')}"

    def _also(self, addresses: tuple[str, ...]) -> Iterator[str]:
        shown = addresses if self._look.verbose else addresses[:_MOST_ADDRESSES]
        for number, address in enumerate(shown):
            yield from self._labelled("" if number else "also", address)
        if len(addresses) > len(shown):
            yield f"{self._part('')}and {len(addresses) - len(shown)} more (--verbose lists them)"

    def _closing(self) -> str:
        report, fail_on = self._report, self._report.fail_on
        failed = sum(number for severity, number in report.failures.items() if severity.rank <= fail_on.rank)
        lesser = [plural(number, each.value) for each, number in report.failures.items() if each.rank > fail_on.rank and number]
        unknown, waived = report.count(Status.UNKNOWN), report.count(Status.WAIVED)
        parts = [f"{failed:,} failed", f"{unknown:,} unknown", *([f"{waived:,} waived"] if waived else []), *lesser]
        is_red = failed or report.errors or (unknown and report.unknown_fails)
        color = "red" if is_red else "yellow" if unknown or lesser else "green"
        return f"{checked(report)}: {self._paint(', '.join(parts), fg=color, bold=True)}"

    def _coverage(self) -> Iterator[str]:
        for sentence in coverage(self._report, in_full=self._look.verbose):
            yield from self._wrapped(sentence, "")

    def _label(self, label: str) -> str:
        return f"  {self._paint(label.ljust(_LABEL_WIDTH), fg=_COLOURS[label], bold=True)}"

    def _part(self, label: str) -> str:
        return _INDENT + (self._paint(f"{label}:".ljust(_PART_WIDTH), dim=True) if label else " " * _PART_WIDTH)

    def _labelled(self, label: str, text: str) -> Iterator[str]:
        first, *rest = self._wrapped(text, _INDENT + " " * _PART_WIDTH)
        yield from (f"{self._part(label)}{first.lstrip()}", *rest)

    def _wrapped(self, text: str, indent: str) -> list[str]:
        # A part of a sensitive text would be printed.
        text = str(text)
        if len(indent) + len(text) <= self._width and text.isprintable() and text == text.strip() != "":
            # Most texts fit, and wrapping is slow.
            return [safe_text(indent + text)]
        lines = textwrap.wrap(
            text.replace("\n", " "),
            width=self._width,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        return [*map(safe_text, lines)] or [indent]

    def _paint(self, text: str, *, fg: str | None = None, bold: bool | None = None, dim: bool | None = None) -> str:
        return style(text, fg=fg, bold=bold, dim=dim) if self._look.color else text


def _with_one_reason(findings: Iterable[Finding]) -> Iterable[list[Finding]]:
    """The findings in their order, where the unknown results of one resource with one reason are together."""
    together: dict[object, list[Finding]] = {}
    for position, finding in enumerate(findings):
        result = finding.result
        is_unknown = result.status is Status.UNKNOWN
        key = (result.address, result.message, result.location, finding.also) if is_unknown else position
        together.setdefault(key, []).append(finding)
    return together.values()


def _order(finding: Finding) -> tuple[int, str, str, str]:
    result = finding.result
    return _rank(result), result.rule, result.address, result.attribute


def _rank(result: Result) -> int:
    return result.severity.rank if result.status is Status.FAIL else _ORDER[result.status]
