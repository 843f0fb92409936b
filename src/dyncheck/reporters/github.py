"""The report as annotations of a pull request: GitHub's workflow commands, on standard output of a step.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from dyncheck.errors import one_line
from dyncheck.findings import Report, Status
from dyncheck.reporters.ranked import Shown, ranked, shortened, tidy
from dyncheck.reporters.safe import safe_text
from dyncheck.reporters.tally import notices, tally
from dyncheck.rule import Severity

# GitHub drops what a step says beyond these without a word, and cuts a message at 4,096 characters.
MOST_OF_A_KIND = 10
_MOST_CHARACTERS = 4_000
_MOST_IN_TITLE = 100
_MOST_ADDRESSES = 5

_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


class Annotation(Struct, frozen=True):
    """One annotation; without a line it belongs to the run, not to a file. `findings` is how many it tells of."""

    kind: str
    title: str
    message: str
    findings: int = 1
    file: str = ""
    line: int = 0
    end_line: int = 0


def to_github(report: Report) -> str:
    """The annotations that GitHub will show, the worst first, then a plain line with the sum and what is missing above."""
    every = [*map(_of_error, report.errors), *map(_of_block, _blocks(ranked(report)))]
    kept = list(_within_limits(every))
    missing = sum(each.findings for each in every) - sum(each.findings for each in kept)
    incomplete = f" ({missing} without an annotation: GitHub shows {MOST_OF_A_KIND} of each kind)" if missing else ""
    said = (*(f"{path}: {notice}" for path, notice in notices(report)), f"{tally(report)}{incomplete}")
    # Each on a line of its own, so that the sum is the last one.
    plain = (safe_text(f"dyncheck: {one_line(text)}") for text in said)
    return "".join(f"{line}\n" for line in (*map(_command, kept), *plain))


def _blocks(found: Iterable[Shown]) -> list[list[Shown]]:
    """The findings at each place: one line of a file, or one address where no line is known."""
    blocks: dict[tuple[object, ...], list[Shown]] = {}
    for shown in found:
        key = (shown.file, shown.line) if shown.line else (shown.file, shown.result.address, "")
        blocks.setdefault(key, []).append(shown)
    return list(blocks.values())


def _within_limits(annotations: Iterable[Annotation]) -> Iterator[Annotation]:
    room = dict.fromkeys(_KINDS.values(), MOST_OF_A_KIND)
    for annotation in annotations:
        room[annotation.kind] -= 1
        if room[annotation.kind] >= 0:
            yield annotation


def _of_error(error: str) -> Annotation:
    return Annotation("error", "could not be checked", error)


def _of_block(block: list[Shown]) -> Annotation:
    """One annotation for all that is found at a place; its kind and its lines are those of the worst."""
    worst, location = block[0], block[0].result.location
    rules = list(dict.fromkeys(shown.result.rule for shown in block))
    title = f"{rules[0]}{_known(worst)}" if len(block) == 1 else f"{len(block)} findings: {', '.join(rules)}"
    return Annotation(
        kind="notice" if worst.result.status is Status.UNKNOWN else _KINDS[worst.result.severity],
        title=title,
        message=_in_full(worst) if len(block) == 1 else "\n".join(map(_in_brief, block)),
        findings=len(block),
        file=worst.file if location else "",
        line=location.line if location else 0,
        end_line=location.end_line if location else 0,
    )


def _in_full(shown: Shown) -> str:
    result = shown.result
    lines = [f"{'unknown: ' if result.status is Status.UNKNOWN else ''}{result.message}", _addresses(shown)]
    lines += [f"from {tidy(related.file)}:{related.line} {related.message}" for related in result.related]
    lines += [f"fix:\n{result.fix}"] if result.fix else []
    return "\n".join(lines)


def _in_brief(shown: Shown) -> str:
    result = shown.result
    label = "unknown" if result.status is Status.UNKNOWN else result.severity.value
    return f"{label} {result.rule}{_known(shown)}: {result.message} ({_addresses(shown)})"


def _known(shown: Shown) -> str:
    return "" if shown.is_new else " (in the baseline)"


def _addresses(shown: Shown) -> str:
    rest = len(shown.also) - _MOST_ADDRESSES
    return ", ".join((shown.result.address, *shown.also[:_MOST_ADDRESSES])) + (f" and {rest} more" if rest > 0 else "")


def _command(annotation: Annotation) -> str:
    properties = {"title": shortened(annotation.title, _MOST_IN_TITLE)}
    if annotation.line:
        properties = {"file": annotation.file, "line": str(annotation.line), "endLine": str(annotation.end_line), **properties}
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{annotation.kind} {written}::{_data(shortened(annotation.message, _MOST_CHARACTERS))}"


def _data(text: str) -> str:
    # The runner decodes "%25" last, so "%" must be encoded first.
    return safe_text(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
