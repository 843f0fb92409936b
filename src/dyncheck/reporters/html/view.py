"""A report as the page shows it: the headline, the counts, the matrix, the findings, the tables and the rules."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from functools import cached_property
from itertools import accumulate

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.catalog.rules import all_rules
from dyncheck.errors import one_line
from dyncheck.findings import Comparison, Earlier, Input, Report, Status
from dyncheck.reporters import tally
from dyncheck.reporters.coverage import coverage
from dyncheck.reporters.html.findings import Finding, anchor_of, findings_of, listed
from dyncheck.reporters.html.overview import Overview, overview_of
from dyncheck.reporters.html.subjects import Subject, concealed, subjects_of
from dyncheck.reporters.html.words import FINDINGS, VERDICTS, capital, verdict_of
from dyncheck.rule import Rule, Severity

# The page draws so many tables, the worst first, with so many keys and alarms. It names the others.
_MOST_DRAWN = 100
_MOST_SHAPES = 2_000
# A longer list of what was covered is shortened.
_MOST_COVERED = 100
# Lists of notices and of fixed findings are shortened.
MOST_LISTED = 100


class RuleSummary(Struct, frozen=True):
    """A rule that has results on the page: its documentation, if known, and the number of results with each verdict."""

    id: str
    severity: Severity
    rule: Rule | None
    counts: dict[str, int]


class Section(Struct, frozen=True):
    """The findings with one verdict. `number` counts their results, `unlisted` those that are only counted."""

    verdict: str
    findings: tuple[Finding, ...]
    number: int
    unlisted: int


class View(Struct, frozen=True, dict=True):
    """A report as the page shows it. `bare` is the same report without results, and without sensitive text."""

    report: Report
    bare: Report
    subjects: tuple[Subject, ...]
    overview: Overview
    sections: tuple[Section, ...]
    rules: tuple[RuleSummary, ...]

    @property
    def inputs(self) -> tuple[Input, ...]:
        return tuple(self.bare.inputs)

    @cached_property
    def counts(self) -> dict[str, int]:
        """The number of results with each verdict."""
        failures = {severity.value: number for severity, number in self.report.failures.items()}
        return failures | {status.value: self.report.count(status) for status in (Status.UNKNOWN, Status.WAIVED, Status.PASS)}

    @property
    def worst(self) -> str:
        return "error" if self.report.errors else next((verdict for verdict in VERDICTS if self.counts[verdict]), "none")

    @property
    def title(self) -> str:
        return capital(tally.verdict(self.report))

    @property
    def subject(self) -> str:
        """The input, or the number of inputs."""
        return one_line(self.inputs[0].title) if len(self.inputs) == 1 else tally.plural(len(self.inputs), "input")

    @property
    def date(self) -> str:
        """The date of the sources, which a reproducible build gives, or nothing. Source: https://reproducible-builds.org/specs/source-date-epoch/"""
        seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
        # Later years than 9999 have no date.
        is_date = seconds.isascii() and seconds.isdecimal() and len(seconds) < 12
        return datetime.fromtimestamp(int(seconds), timezone.utc).strftime("%Y-%m-%d %H:%M UTC") if is_date else ""

    @property
    def decides(self) -> int:
        """The number of results that make the run fail."""
        return sum(map(self.report.decides, (result for subject in self.subjects for result in subject.findings)))

    @property
    def new(self) -> list[Finding]:
        return [finding for section in self.sections for finding in section.findings if finding.new]

    @property
    def environments(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.environment for each in self.inputs if each.environment))

    @property
    def earlier(self) -> tuple[tuple[str, str, tuple[Earlier, ...]], ...]:
        """The findings of the baseline that are none of this run: their title, their mark and themselves."""
        compared = self.bare.comparison or Comparison("")
        return (
            ("Fixed", "pass", compared.fixed),
            ("Now unknown", "unknown", compared.now_unknown),
            ("Now waived", "waived", compared.now_waived),
            ("Not checked here", "none", compared.not_checked),
        )

    @property
    def notices(self) -> list[tuple[str, str]]:
        """The notices on the run and its inputs, each once with its subject."""
        return [(one_line(subject), notice) for subject, notice in tally.notices(self.bare)]

    @property
    def coverage(self) -> tuple[str, ...]:
        """What the run covered, in full if that is not long."""
        return tuple(coverage(self.bare, in_full=len(self.inputs) + len(self.bare.directories) <= _MOST_COVERED))

    @cached_property
    def by_rank(self) -> list[Subject]:
        return sorted(self.subjects, key=lambda subject: subject.rank)

    @cached_property
    def drawn(self) -> list[Subject]:
        """The tables that are drawn, the worst first."""
        shapes = accumulate(map(_shapes, self.by_rank))
        return [subject for subject, number in zip(self.by_rank[:_MOST_DRAWN], shapes, strict=False) if number <= _MOST_SHAPES]

    @property
    def named(self) -> dict[str, list[Subject]]:
        """The other tables, by input."""
        by_input: dict[str, list[Subject]] = {}
        for subject in sorted(self.by_rank[len(self.drawn) :], key=lambda subject: subject.number):
            by_input.setdefault(subject.title, []).append(subject)
        return by_input

    @property
    def contents(self) -> list[tuple[str, str]]:
        """The parts of the page, each with its id."""
        parts = [("changes", "Changes")] if self.bare.comparison else []
        if self.subjects:
            parts += [("overview", "Overview"), ("findings", "Findings"), ("tables", "Tables"), ("rules", "Rules")]
        return parts + ([("inputs", "Inputs")] if self.inputs else [])

    def findings_on(self, subject: Subject) -> list[Finding]:
        """The findings on a table, each once, as far as the page has them."""
        anchors = dict.fromkeys(map(anchor_of, subject.findings))
        found = (self._by_anchor.get(anchor) for anchor in anchors)
        return sorted((each for each in found if each), key=lambda finding: finding.rank)

    @cached_property
    def _by_anchor(self) -> dict[str, Finding]:
        return {finding.anchor: finding for section in self.sections for finding in section.findings}


def view_of(report: Report) -> View:
    """The report as the page shows it."""
    inputs = tuple(report.inputs)
    report = replace(report, inputs=inputs)
    without_results = tuple(replace(each, results=(), diagrams=()) for each in inputs)
    bare = concealed(replace(report, inputs=without_results, required=()))
    subjects = subjects_of(report)
    findings = findings_of(subjects, report)
    shown = listed(findings)
    overview = overview_of(report, subjects, findings, {finding.anchor for finding in shown})
    return View(report, bare, subjects, overview, tuple(_sections(findings, shown)), _rules(subjects, report.own_rules))


def _shapes(subject: Subject) -> int:
    parts = subject.drawing.parts if subject.drawing else ()
    return sum(1 + len(part.keys) + len(part.alarms) + len(part.gaps) for part in parts)


def _sections(findings: Iterable[Finding], shown: Iterable[Finding]) -> Iterator[Section]:
    numbers: Counter[str] = Counter()
    for finding in findings:
        numbers[finding.verdict] += finding.number
    for verdict in FINDINGS:
        members = tuple(each for each in shown if each.verdict == verdict)
        if numbers[verdict]:
            yield Section(verdict, members, numbers[verdict], numbers[verdict] - sum(each.number for each in members))


def _rules(subjects: Iterable[Subject], own_rules: tuple[Rule, ...]) -> tuple[RuleSummary, ...]:
    """The rules with results, the most severe first."""
    documented = {rule.id: rule for rule in (*all_rules(), *own_rules)}
    severities: dict[str, Severity] = {}
    numbers: dict[str, Counter[str]] = {}
    for result in (result for subject in subjects for result in (*subject.findings, *subject.passed)):
        severities.setdefault(result.rule, result.severity)
        numbers.setdefault(result.rule, Counter())[verdict_of(result)] += 1
    summaries = [
        RuleSummary(rule, severity, documented.get(rule), {each: numbers[rule][each] for each in VERDICTS if numbers[rule][each]})
        for rule, severity in severities.items()
    ]
    return tuple(sorted(summaries, key=lambda summary: (summary.severity.rank, summary.id)))
