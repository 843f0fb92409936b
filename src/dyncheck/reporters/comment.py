"""The report as one comment on a pull request, which the GitHub action writes once and then updates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dyncheck.findings import Report
from dyncheck.reporters.markup import code
from dyncheck.reporters.safe import safe_text
from dyncheck.reporters.sections import (
    MOST_BYTES,
    Section,
    baseline_name,
    counts_of_new,
    errors_and_effects,
    findings,
    headline,
    not_checked,
    written,
)
from dyncheck.reporters.tally import changes, checked

# The action writes the name of the check into the first line, and finds its comment by it.
MARKER = "<!-- dyncheck -->"
# With this as the second line, the action updates its comment, but makes none.
NOTHING_NEW = "<!-- nothing new -->"
_MOST_INPUTS = 3
_EDITS = "`dyncheck fix` corrects some of the new findings with edits that were verified. Make them with `dyncheck fix --apply`."


def to_github_comment(report: Report) -> str:
    """What is new, what is fixed and what is still open, the worst first. Without a baseline, all findings are there."""
    marks = (MARKER,) if _has_news(report) else (MARKER, NOTHING_NEW)
    text = written(("\n".join(marks), f"## dyncheck: {headline(report)}", _subject(report)), _sections(report))
    return text + _edits(report, MOST_BYTES - len(text.encode()))


def _edits(report: Report, room: int) -> str:
    """The edits that correct new findings, as a diff. GitHub applies suggestions of review comments only, which this is not."""
    if not report.edits or not report.edits.diff:
        return ""
    # It is for reading, so it needs no line ends as in the files.
    diff = safe_text(report.edits.diff.replace("\r\n", "\n").expandtabs(2)).rstrip("\n")
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", diff)), default=0))
    shown = f"<details><summary>The diff</summary>\n\n{fence}diff\n{diff}\n{fence}\n\n</details>\n"
    text = f"\n### Edits\n\n{_EDITS}\n\n{shown}"
    return text if len(text.encode()) <= room else f"\n### Edits\n\n{_EDITS}\n"


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
