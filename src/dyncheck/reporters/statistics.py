"""Counts the findings by rule, by contract and by environment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from dyncheck.findings import Report, Result, Status
from dyncheck.reporters.decision import decision, fails
from dyncheck.reporters.layout import Layout, TextStyle
from dyncheck.reporters.safe import safe_text
from dyncheck.reporters.tally import changes, checked, found
from dyncheck.rule import Severity

_LABELS = (*(severity.value for severity in Severity), Status.UNKNOWN.value)
_NONE = "(none)"


def to_statistics(report: Report, look: TextStyle) -> str:
    """A table for rules, one for contracts, and one for environments if there are any, each with the worst first.

    Each result counts on its own. One that several contracts demand counts for each of them, and one of the baseline does not count.
    """
    return "".join(f"{line}\n" for line in _lines(report, look))


def _lines(report: Report, look: TextStyle) -> Iterator[str]:
    layout = Layout(look)
    results = [each for each in report.results if _counts(report, each, look)]
    labels = [label for label in _LABELS if any(_label(each) == label for each in results)]
    yield from _table("Rule", results, labels, lambda result: [result.rule], layout)
    yield from _table("Contract", results, labels, lambda result: result.contract.split(", ") if result.contract else [_NONE], layout)
    if any(each.environment for each in report.heads):
        yield from _table("Environment", results, labels, lambda result: [result.environment or _NONE], layout)
    if not look.quiet:
        if report.comparison:
            yield from layout.wrapped(f"Since {report.comparison.baseline}: {changes(report)}")
        yield from layout.wrapped(f"{checked(report)}: {', '.join(found(report)) or 'no findings'}")
        yield layout.paint(decision(report), fg="red" if fails(report) else "green", bold=True)


def _counts(report: Report, result: Result, look: TextStyle) -> bool:
    if look.quiet:
        return report.decides(result)
    is_open = result.status is Status.FAIL or (result.status is Status.UNKNOWN and look.show_unknown)
    return is_open and report.is_new(result)


def _label(result: Result) -> str:
    return result.severity.value if result.status is Status.FAIL else result.status.value


def _table(
    title: str, results: Iterable[Result], labels: list[str], names_of: Callable[[Result], list[str]], layout: Layout
) -> Iterator[str]:
    rows: dict[str, Counter[str]] = {}
    for result in results:
        for name in names_of(result):
            rows.setdefault(name, Counter())[_label(result)] += 1
    if not rows:
        return
    width = max(len(title), *map(len, rows))
    yield layout.heading(f"{title:<{width}}{''.join(f'{label:>9}' for label in labels)}")
    for name, counts in sorted(rows.items(), key=lambda row: ([-row[1][label] for label in labels], row[0])):
        numbers = "".join(f"{counts[label]:>9,}" if counts[label] else " " * 9 for label in labels)
        shown = layout.rule(name) if title == "Rule" else safe_text(name)
        yield f"{shown}{' ' * (width - len(name))}{numbers}".rstrip()
    yield ""
