"""What a pull request is told: the findings of a report with the weightiest first, for those that come last may be cut off."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.findings import Finding, Input, Report, Result, Status, folded

_ORDER = {Status.FAIL: 0, Status.UNKNOWN: 1, Status.WAIVED: 2, Status.PASS: 3}


class Shown(Struct, frozen=True):
    """A result, the addresses at which the same is said of its block, and the path of the input it is of.

    `is_new` says that it fails or is unknown and was not so in the baseline; without a baseline every one is new.
    """

    result: Result
    also: tuple[str, ...]
    source: str
    is_new: bool

    @property
    def file(self) -> str:
        """The file it is in, else the input as a whole: a path with slashes, relative where it was given so."""
        location = self.result.location
        return tidy(location.file if location else self.source)

    @property
    def line(self) -> int:
        """The first line of the place in the sources, 0 where that is not known."""
        return self.result.location.line if self.result.location else 0


def ranked(report: Report, *statuses: Status) -> tuple[Shown, ...]:
    """The results with one of those statuses (failed and unknown unless others are named): by severity, the new ones first."""
    asked = statuses or (Status.FAIL, Status.UNKNOWN)
    # Those that are new are folded by themselves, so that none hides behind one that was there before.
    found = [*_found(report, asked, is_new=True), *_found(report, asked, is_new=False)]
    return tuple(sorted(found, key=_weight))


def _found(report: Report, asked: tuple[Status, ...], is_new: bool) -> Iterator[Shown]:
    def chosen(results: Iterable[Result]) -> tuple[Result, ...]:
        return tuple(each for each in results if each.status in asked and _is_new(report, each) is is_new)

    parts: list[Input] = [replace(checked, results=chosen(checked.results)) for checked in report.inputs]
    for checked, findings in zip(report.inputs, folded(parts), strict=True):
        yield from (Shown(each.result, each.also, checked.path, is_new) for each in findings)
    # A table that the run requires is missing from all inputs; the first one stands for them.
    source = report.inputs[0].path if report.inputs else "."
    yield from (Shown(each.result, each.also, source, is_new) for each in map(Finding, chosen(report.required)))


def _is_new(report: Report, result: Result) -> bool:
    return result.status in (Status.FAIL, Status.UNKNOWN) and report.is_new(result)


def _weight(shown: Shown) -> tuple[object, ...]:
    result = shown.result
    place = (shown.file, shown.line, result.rule, result.address, result.attribute, result.message)
    return (_ORDER[result.status], result.severity.rank, not shown.is_new, *place)


def numbered(keys: Iterable[object]) -> Iterator[int]:
    """How often each key has come up to then: 1 for the first of its kind."""
    seen: Counter[object] = Counter()
    for key in keys:
        seen[key] += 1
        yield seen[key]


def tidy(path: str) -> str:
    """A path as CI services compare it: with slashes, without `./`."""
    return os.path.normpath(path).replace(os.sep, "/")


def shortened(text: str, most: int) -> str:
    """The text, cut where it is longer than that many characters."""
    return text if len(text) <= most else f"{text[: most - 1]}\u2026"
