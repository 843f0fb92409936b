"""The report for a step summary or a page, as GitHub Flavored Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from dyncheck.findings import Report
from dyncheck.reporters.coverage import coverage
from dyncheck.reporters.markup import code, prose, row
from dyncheck.reporters.sections import Section, baseline_name, errors_and_effects, findings, headline, not_checked, waived, written
from dyncheck.reporters.tally import notices, tally


def to_markdown(report: Report) -> str:
    """A headline, the effects of a plan and the findings, the worst first; then what was waived, the notices and the coverage."""
    against = f" Compared with {baseline_name(report.comparison)}." if report.comparison else ""
    return written((f"## dyncheck: {headline(report)}", f"{tally(report)}.{against}"), _sections(report))


def _sections(report: Report) -> Iterator[Section]:
    yield from errors_and_effects(report)
    yield from findings(report)
    yield waived(report)
    yield not_checked(report)
    yield Section("Notices", ("Input", "Message"), tuple(notices(report)), lambda pair: row(code(pair[0]), prose(pair[1])), "notice")
    yield Section("Coverage", (), tuple(coverage(report, in_full=True)), lambda sentence: f"- {prose(sentence)}", "sentence", 0)
