"""The report as one comment on a pull request, which the GitHub action writes once and then updates."""

from __future__ import annotations

from collections.abc import Iterator

from dyncheck.findings import Report
from dyncheck.reporters.markup import code
from dyncheck.reporters.sections import Section, baseline_name, counts_of_new, errors_and_effects, findings, headline, not_checked, written
from dyncheck.reporters.tally import changes, checked

# The action writes the name of the check into the first line, and finds its comment by it.
MARKER = "<!-- dyncheck -->"
# With this as the second line, the action updates its comment, but makes none.
NOTHING_NEW = "<!-- nothing new -->"
_MOST_INPUTS = 3


def to_github_comment(report: Report) -> str:
    """What is new, what is fixed and what is still open, the worst first. Without a baseline, all findings are there."""
    marks = (MARKER,) if _has_news(report) else (MARKER, NOTHING_NEW)
    return written(("\n".join(marks), f"## dyncheck: {headline(report)}", _subject(report)), _sections(report))


def _sections(report: Report) -> Iterator[Section]:
    yield from errors_and_effects(report)
    yield from findings(report)
    yield not_checked(report)


def _has_news(report: Report) -> bool:
    """Whether a comment is worth its place: a run that finds nothing new, and nothing fixed, needs none."""
    compared = report.comparison
    is_changed = compared is not None and bool(compared.fixed or compared.now_unknown or compared.now_waived)
    happens = any(effect.happens != "kept" for each in report.inputs for effect in each.effects)
    return is_changed or happens or bool(report.errors or report.not_checked or counts_of_new(report))


def _subject(report: Report) -> str:
    """What was checked, in which inputs, and against which baseline."""
    names, rest = [code(each.title) for each in report.inputs[:_MOST_INPUTS]], len(report.inputs) - _MOST_INPUTS
    inside = f" in {', '.join(names)}{f' and {rest:,} more' if rest > 0 else ''}" if names else ""
    if report.comparison is None:
        return f"{checked(report)}{inside}."
    return f"{changes(report)}. {checked(report)}{inside}, compared with {baseline_name(report.comparison)}."
