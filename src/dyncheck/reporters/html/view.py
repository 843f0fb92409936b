"""A report as the page shows it: the headline, the counts, and the groups of rows."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from dyncheck.errors import one_line
from dyncheck.findings import Report, Status
from dyncheck.reporters import tally
from dyncheck.reporters.html.rows import VERDICTS, Group, PageResult, RuleSummary, SubjectRow, capital

# With more groups, the contents link only to the first one.
_MOST_LINKS = 4


class View(Struct, frozen=True):
    """A report with the groups of its page. `blocks` lists the findings with the same `PageResult.block`."""

    report: Report
    groups: tuple[Group, ...]
    rules: tuple[RuleSummary, ...]
    blocks: Mapping[object, list[PageResult]]

    @property
    def rows(self) -> tuple[SubjectRow, ...]:
        """The rows of all groups."""
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def findings(self) -> tuple[PageResult, ...]:
        """All findings of the page, also those that repeat another one on the same block."""
        return tuple(finding for row in self.rows for finding in row.findings)

    @property
    def new(self) -> tuple[PageResult, ...]:
        """The findings that are new since the baseline."""
        return tuple(finding for finding in self.findings if finding.is_new)

    @property
    def counts(self) -> dict[str, int]:
        """The number of results with each verdict."""
        report = self.report
        failures = {severity.value: number for severity, number in report.failures.items()}
        return failures | {status.value: report.count(status) for status in (Status.UNKNOWN, Status.WAIVED, Status.PASS)}

    @property
    def worst(self) -> str:
        """The worst verdict of all."""
        return "error" if self.report.errors else next((verdict for verdict in VERDICTS if self.counts[verdict]), "none")

    @property
    def title(self) -> str:
        """The findings in a few words."""
        return capital(tally.verdict(self.report))

    @property
    def subject(self) -> str:
        """The input, or the number of inputs."""
        inputs = self.report.inputs
        return one_line(inputs[0].path) if len(inputs) == 1 else tally.plural(len(inputs), "input")

    @property
    def notices(self) -> dict[str, str]:
        """Each notice on the run and its inputs once, with its subject."""
        paths: dict[str, list[str]] = {}
        for path, notice in tally.notices(self.report):
            paths.setdefault(notice, []).append(one_line(path))
        return {notice: several[0] if len(several) == 1 else f"{len(several)} inputs" for notice, several in paths.items()}

    @property
    def contents(self) -> list[tuple[str, str]]:
        """The parts of the page, each with its id."""
        groups = self.groups
        parts = [("changes", "Changes")] if self.report.comparison else []
        if groups:
            is_several = 1 < len(groups) <= _MOST_LINKS
            links = [(group.anchor, group.title) for group in groups] if is_several else [(groups[0].anchor, "Findings")]
            parts += [("matrix", "Matrix"), *links, ("rules", "Rules")]
        return parts + ([("inputs", "Inputs")] if self.report.inputs else [])
