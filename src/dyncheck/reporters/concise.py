"""One line for each finding, as compilers and ruff print them: editors and terminals make a link of the place."""

from __future__ import annotations

from collections.abc import Iterator

from dyncheck.findings import Report, Status
from dyncheck.reporters.decision import decision, fails
from dyncheck.reporters.layout import Layout, TextStyle
from dyncheck.reporters.ranked import RankedFinding, ranked
from dyncheck.reporters.safe import safe_text
from dyncheck.reporters.tally import changes, found


def to_concise(report: Report, look: TextStyle) -> str:
    """`path:line:column: severity rule message (address)`, the worst first, then the counts and what decides the exit code.

    A finding without lines has the path of its input. The same finding on one block of several instances is one line.
    """
    return "".join(f"{line}\n" for line in _lines(report, look))


def _lines(report: Report, look: TextStyle) -> Iterator[str]:
    layout = Layout(look)
    statuses = tuple(Status) if look.verbose else (Status.FAIL, Status.UNKNOWN)
    for finding in ranked(report, *statuses):
        if _is_shown(report, finding, look):
            yield _line(finding, layout, in_full=look.verbose)
    if not look.quiet:
        counts = changes(report) if report.comparison else ", ".join(found(report)) or "No findings"
        color = "red" if fails(report) else "green"
        yield f"{counts}. {layout.paint(decision(report), fg=color, bold=True)}"


def _is_shown(report: Report, finding: RankedFinding, look: TextStyle) -> bool:
    result = finding.result
    if look.quiet:
        return report.decides(result)
    if result.status is Status.UNKNOWN and not look.show_unknown:
        return False
    return look.verbose or finding.is_new


def _line(finding: RankedFinding, layout: Layout, *, in_full: bool) -> str:
    result = finding.result
    label = result.severity.value if result.status is Status.FAIL else result.status.value
    location = result.location
    lines = f":{location.line}{f':{location.column}' if location.column else ''}" if location else ""
    addresses = (
        ", ".join(finding.addresses(len(finding.also)))
        if in_full or not finding.also
        else f"{finding.address} and {len(finding.also):,} more"
    )
    text = result.found if result.status is Status.PASS and not result.message else result.message
    message = f"{text} ({addresses})".lstrip()
    # A command is at the start of a line, so the place is made safe together with the colon that follows it.
    place, message = (safe_text(each.replace("\n", " ").replace("\r", " ")) for each in (f"{finding.file}{lines}:", message))
    return f"{layout.paint(place[:-1], bold=True)}: {layout.label(label, 0)} {layout.rule(result.rule)} {message}"
