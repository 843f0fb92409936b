"""The report as annotations of a pull request: GitHub's workflow commands, on standard output of a step.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from dyncheck.errors import one_line
from dyncheck.findings import Report, Status
from dyncheck.reporters.coverage import coverage
from dyncheck.reporters.ranked import RankedFinding, numbered, origin_and_fix, ranked, shortened
from dyncheck.reporters.safe import safe_text
from dyncheck.reporters.tally import notices, tally
from dyncheck.rule import Severity

# GitHub silently drops further annotations of a step, and cuts a message at 4,096 characters.
MOST_OF_A_KIND = 10
_MOST_CHARACTERS = 4_000
_MOST_IN_TITLE = 100
_MOST_ADDRESSES = 5

_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


class Annotation(Struct, frozen=True):
    """One annotation for a number of findings. Without a line it belongs to the run, not to a file."""

    kind: str
    title: str
    message: str
    findings: int = 1
    file: str = ""
    line: int = 0
    end_line: int = 0


def to_github(report: Report) -> str:
    """The annotations that GitHub will show, the worst first, then the notices, the coverage and the counts as plain lines.

    A finding that is in the baseline has no annotation.
    """
    new = [finding for finding in ranked(report) if finding.is_new]
    every = [*(Annotation("error", "could not be checked", error) for error in report.errors), *map(_annotation, _blocks(new))]
    kept = [each for each, number in zip(every, numbered(each.kind for each in every), strict=True) if number <= MOST_OF_A_KIND]
    missing = sum(each.findings for each in every) - sum(each.findings for each in kept)
    more = f" ({missing} without an annotation: GitHub shows {MOST_OF_A_KIND} of each kind)" if missing else ""
    sentences = (*(f"{path}: {notice}" for path, notice in notices(report)), *coverage(report), f"{tally(report)}{more}")
    plain = (safe_text(f"dyncheck: {one_line(text)}") for text in sentences)
    return "".join(f"{line}\n" for line in (*map(_command, kept), *plain))


def _blocks(findings: Iterable[RankedFinding]) -> list[list[RankedFinding]]:
    """The findings at each line of a file, or at each address where no line is known."""
    blocks: dict[tuple[object, ...], list[RankedFinding]] = {}
    for finding in findings:
        key = (finding.file, finding.line) if finding.line else (finding.file, finding.result.address, "")
        blocks.setdefault(key, []).append(finding)
    return list(blocks.values())


def _annotation(block: list[RankedFinding]) -> Annotation:
    """One annotation for all findings at a place; its kind and its lines are those of the worst."""
    worst, location = block[0], block[0].result.location
    rules = list(dict.fromkeys(finding.result.rule for finding in block))
    return Annotation(
        kind="notice" if worst.result.status is Status.UNKNOWN else _KINDS[worst.result.severity],
        title=rules[0] if len(block) == 1 else f"{len(block)} findings: {', '.join(rules)}",
        message=_in_full(worst) if len(block) == 1 else "\n".join(map(_in_brief, block)),
        findings=len(block),
        file=worst.file if location else "",
        line=location.line if location else 0,
        end_line=location.end_line if location else 0,
    )


def _in_full(finding: RankedFinding) -> str:
    return "\n".join((finding.message, ", ".join(finding.addresses(_MOST_ADDRESSES)), *origin_and_fix(finding.result)))


def _in_brief(finding: RankedFinding) -> str:
    result = finding.result
    label = "unknown" if result.status is Status.UNKNOWN else result.severity.value
    return f"{label} {result.rule}: {result.message} ({', '.join(finding.addresses(_MOST_ADDRESSES))})"


def _command(annotation: Annotation) -> str:
    properties = {"title": shortened(annotation.title, _MOST_IN_TITLE)}
    if annotation.line:
        properties = {"file": annotation.file, "line": str(annotation.line), "endLine": str(annotation.end_line), **properties}
    written = ",".join(f"{name}={_escaped(value).replace(':', '%3A').replace(',', '%2C')}" for name, value in properties.items())
    return f"::{annotation.kind} {written}::{_escaped(shortened(annotation.message, _MOST_CHARACTERS))}"


def _escaped(text: str) -> str:
    # The runner decodes "%25" last, so "%" must be encoded first.
    return safe_text(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
