"""A report as the page shows it: the headline and its numbers, and the groups of rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from dyncheck.errors import one_line
from dyncheck.findings import Report, Status
from dyncheck.reporters import tally
from dyncheck.reporters.html.rows import VERDICTS, Demand, Group, Row, Shown, plural
from dyncheck.rule import Severity

# With more groups than these the contents lead to the first of them only.
_MOST_LINKS = 4


class View(Struct, frozen=True):
    """A report with the groups of its page. `blocks` has the findings that say the same about one block, by `Shown.block`."""

    report: Report
    groups: tuple[Group, ...]
    demands: tuple[Demand, ...]
    blocks: Mapping[object, list[Shown]]

    @property
    def rows(self) -> Iterator[Row]:
        """Every row of every group."""
        return (row for group in self.groups for row in group.rows)

    @property
    def findings(self) -> tuple[Shown, ...]:
        """Every finding on the page, also those that repeat what another one says about the same block."""
        return tuple(shown for row in self.rows for shown in row.findings)

    @property
    def new(self) -> tuple[Shown, ...]:
        """The findings that are new since the baseline."""
        return tuple(shown for shown in self.findings if shown.is_new)

    @property
    def changes(self) -> str:
        """How much has changed since the baseline."""
        comparison = self.report.comparison
        assert comparison is not None
        known = sum(result.status is Status.FAIL and not self.report.is_new(result) for result in self.report.results)
        fixed, unknown = len(comparison.fixed), len(comparison.now_unknown)
        return f"{len(self.new):,} new, {known:,} known, {fixed:,} fixed, {unknown:,} no longer certain"

    @property
    def counts(self) -> dict[str, int]:
        """How many results have each verdict."""
        report = self.report
        failures = {severity.value: number for severity, number in report.failures.items()}
        return failures | {status.value: report.count(status) for status in (Status.UNKNOWN, Status.WAIVED, Status.PASS)}

    @property
    def worst(self) -> str:
        """The worst verdict of all."""
        counts = self.counts
        return "error" if self.report.errors else next((verdict for verdict in VERDICTS if counts[verdict]), "none")

    @property
    def title(self) -> str:
        """The verdict in a few words."""
        report, failures = self.report, self.report.failures
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

    @property
    def subject(self) -> str:
        """The input, or the number of inputs."""
        inputs = self.report.inputs
        return one_line(inputs[0].path) if len(inputs) == 1 else plural(len(inputs), "input")

    @property
    def sums(self) -> str:
        """How much was checked."""
        report = self.report
        tables, alarms = (sum(getattr(checked, kind) for checked in report.inputs) for kind in ("tables", "alarms"))
        return f"{plural(tables, 'table')}, {plural(alarms, 'alarm')}, {plural(len(report.results), 'check')}"

    @property
    def notices(self) -> dict[str, str]:
        """Each notice on the run and its inputs once, with its subject."""
        said: dict[str, list[str]] = {}
        for path, notice in tally.notices(self.report):
            said.setdefault(notice, []).append(one_line(path))
        return {notice: paths[0] if len(paths) == 1 else f"{len(paths)} inputs" for notice, paths in said.items()}

    @property
    def contents(self) -> list[tuple[str, str]]:
        """The parts of the page, each with its id."""
        groups = self.groups
        parts = [("changes", "Changes")] if self.report.comparison else []
        if groups:
            parts.append(("matrix", "Matrix"))
            several = 1 < len(groups) <= _MOST_LINKS
            parts += [(group.anchor, group.title) for group in groups] if several else [(groups[0].anchor, "Findings")]
            parts.append(("demands", "Demands"))
        return parts + ([("inputs", "Inputs")] if self.report.inputs else [])
