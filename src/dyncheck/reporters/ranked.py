"""The findings of a report with the worst first, for formats that may be cut off at the end."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Container, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.findings import Report, Result, Status
from dyncheck.findings.folding import Finding, folded

_ORDER = {Status.FAIL: 0, Status.UNKNOWN: 1, Status.WAIVED: 2, Status.PASS: 3}


class RankedFinding(Struct, frozen=True):
    """A result, the other addresses with the same finding on the same block, and the path of the input.

    `is_new` means that the baseline does not contain it. Without a baseline, every failure and every unknown is new.
    """

    result: Result
    also: tuple[str, ...]
    source: str
    is_new: bool

    @property
    def file(self) -> str:
        """The path of the Terraform file, else of the input, with slashes."""
        location = self.result.location
        return tidy(location.file if location else self.source)

    @property
    def line(self) -> int:
        """The first line of the location, or 0."""
        return self.result.location.line if self.result.location else 0

    @property
    def message(self) -> str:
        """The message, which says that the status is unknown where it is."""
        return f"{'unknown: ' if self.result.status is Status.UNKNOWN else ''}{self.result.message}"

    @property
    def address(self) -> str:
        """The address, with the environment where there is one: `aws_dynamodb_table.orders (prod)`."""
        environment = self.result.environment
        return f"{self.result.address} ({environment})" if environment else self.result.address

    def addresses(self, most: int) -> list[str]:
        """The address and at most that many of the others, then the number of the rest."""
        rest = len(self.also) - most
        return [self.address, *self.also[:most], *([f"and {rest} more"] if rest > 0 else [])]


def ranked(report: Report, *statuses: Status) -> tuple[RankedFinding, ...]:
    """The results with one of the statuses (by default the failed and the unknown ones): by severity, the new ones first."""
    expected = statuses or (Status.FAIL, Status.UNKNOWN)
    # New findings are folded separately: otherwise a known one could hide a new one.
    return tuple(sorted((each for is_new in (True, False) for each in _folded(report, expected, is_new)), key=_rank))


def unfolded(report: Report, *statuses: Status) -> Iterator[RankedFinding]:
    """Each result with one of the statuses (by default the failed and the unknown ones) on its own, in the order of the report."""
    expected = statuses or (Status.FAIL, Status.UNKNOWN)
    for each in report.inputs:
        yield from _of_source(report, each.path, each.results, expected)
    yield from _of_source(report, _source_of_required(report), report.required, expected)


def _of_source(report: Report, source: str, results: Iterable[Result], statuses: Container[Status]) -> Iterator[RankedFinding]:
    return (RankedFinding(each, (), source, _is_new(report, each)) for each in results if each.status in statuses)


def _folded(report: Report, statuses: tuple[Status, ...], is_new: bool) -> Iterator[RankedFinding]:
    def chosen(results: Iterable[Result]) -> tuple[Result, ...]:
        return tuple(each for each in results if each.status in statuses and _is_new(report, each) is is_new)

    for checked, findings in zip(
        report.inputs, folded([replace(each, results=chosen(each.results)) for each in report.inputs]), strict=True
    ):
        yield from (RankedFinding(each.result, each.also, checked.path, is_new) for each in findings)
    source = _source_of_required(report)
    yield from (RankedFinding(each.result, each.also, source, is_new) for each in map(Finding, chosen(report.required)))


def _source_of_required(report: Report) -> str:
    # A required table is missing from all inputs; the first input stands for them.
    return report.inputs[0].path if report.inputs else "."


def _is_new(report: Report, result: Result) -> bool:
    return result.status in (Status.FAIL, Status.UNKNOWN) and report.is_new(result)


def _rank(finding: RankedFinding) -> tuple[object, ...]:
    result = finding.result
    place = (finding.file, finding.line, result.rule, result.address, result.attribute, result.message)
    return (_ORDER[result.status], result.severity.rank, not finding.is_new, *place)


def origin_and_fix(result: Result) -> list[str]:
    """The related locations, the contract and the fix of a result, as lines of a message."""
    related = [f"from {tidy(each.file)}:{each.line} {each.message}" for each in result.related]
    return [*related, *([f"contract: {result.contract}"] if result.contract else []), *([f"fix:\n{result.fix}"] if result.fix else [])]


def of_contract(result: Result) -> str:
    """The contract of a result, for the end of a list in parentheses."""
    return f"; contract: {result.contract}" if result.contract else ""


def numbered(keys: Iterable[object]) -> Iterator[int]:
    """Counts the occurrences of each key: 1 for the first one."""
    seen: Counter[object] = Counter()
    for key in keys:
        seen[key] += 1
        yield seen[key]


def within_size(texts: Iterable[bytes], room: int) -> Iterator[bytes]:
    """The texts up to that many bytes in total."""
    for text in texts:
        room -= len(text)
        if room < 0:
            return
        yield text


def tidy(path: str) -> str:
    """A path as CI services compare it: with slashes, without `./`."""
    return os.path.normpath(path).replace(os.sep, "/")


def shortened(text: str, most: int) -> str:
    """The text with at most that many characters."""
    # A slice of a sensitive text would be printed.
    text = str(text)
    return text if len(text) <= most else f"{text[: most - 1]}\u2026"
