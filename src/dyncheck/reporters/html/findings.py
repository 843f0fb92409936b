"""The findings of the page, the worst first: each one once, with all the places where it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.findings import Report, Result, Status
from dyncheck.reporters.html.subjects import Subject
from dyncheck.reporters.html.words import VERDICTS, capital, digest, short_name, verdict_of
from dyncheck.reporters.tally import plural

# The page has at most about that many characters of findings, and of their places. Others are counted.
_MOST_TEXT = 1_000_000
_MOST_TEXT_OF_PLACES = 5_500_000
# So many places of one finding show their lines, and the way of their value.
_MOST_IN_FULL = 20
# What a finding has in common in all its places.
_COMMON = ("found", "expected", "fix", "contract")


class At(Struct, frozen=True):
    """Results at one place in one row of the matrix. `name` is the short name of the first table or alarm."""

    row: int
    title: str
    name: str
    is_new: bool
    results: tuple[Result, ...]


class Place(Struct, frozen=True):
    """One block with a finding, for all inputs and instances that have it, or one input if the block is not known.

    `result` has what all its results have in common. `in_full` is whether its lines are shown. `edit` is the diff that corrects them, empty
    without.
    """

    result: Result
    at: tuple[At, ...]
    in_full: bool
    edit: str = ""


class Finding(Struct, frozen=True):
    """The same defect in one or more places.

    `common` is the first result, without the fields that differ between the results. `number` counts the results, `unlisted` those
    whose places are not listed.
    """

    anchor: str
    verdict: str
    common: Result
    places: tuple[Place, ...]
    number: int
    new: int
    where: str
    unlisted: int = 0

    @property
    def headline(self) -> str:
        """The defect in a sentence."""
        return _text(self.common)

    @property
    def rank(self) -> tuple[object, ...]:
        """Puts the worst first, then the new ones, then those in most places."""
        return VERDICTS.index(self.verdict), self.common.severity.rank, not self.new, -self.number, self.common.rule, self.headline


def findings_of(subjects: Iterable[Subject], report: Report) -> tuple[Finding, ...]:
    """The findings, failed or unknown or waived, the worst first."""
    grouped: dict[object, list[tuple[Subject, Result]]] = {}
    for subject in subjects:
        for result in subject.findings:
            grouped.setdefault(_identity(result), []).append((subject, result))
    return tuple(sorted((_finding(members, report) for members in grouped.values()), key=lambda finding: finding.rank))


def anchor_of(result: Result) -> str:
    """The id of the finding that a result is part of."""
    return f"f-{digest(chr(0).join(_identity(result)))}"


def listed(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings with as many of their places as the page lists, and without those that it only counts."""
    room_of_findings, room = _MOST_TEXT, _MOST_TEXT_OF_PLACES
    shown: list[Finding] = []
    for finding in findings:
        room_of_findings -= _length(finding)
        if room_of_findings < 0:
            break
        places: list[Place] = []
        for place in finding.places:
            room -= _length_of_place(place)
            kept: list[At] = []
            for at in place.at:
                room -= _length_of_at(at, finding.common)
                if room < 0:
                    break
                kept.append(at)
            if kept:
                places.append(replace(place, at=tuple(kept)))
        number = sum(len(at.results) for place in places for at in place.at)
        shown.append(replace(finding, places=tuple(places), unlisted=finding.number - number))
    return tuple(shown)


def _identity(result: Result) -> tuple[str, ...]:
    """What is equal for all results of one finding."""
    return verdict_of(result), result.severity.value, result.rule, result.attribute, _text(result)


def _finding(members: Sequence[tuple[Subject, Result]], report: Report) -> Finding:
    (subject, first), *_ = members
    verdict = verdict_of(first)
    common = replace(first, **{name: "" for name in _COMMON if len({getattr(result, name) for _, result in members}) > 1})
    new = sum(_is_new(report, result) for _, result in members)
    tables, inputs = len({(each.number, each.address) for each, _ in members}), len({each.number for each, _ in members})
    where = _name(subject, first) if len(members) == 1 else f"{plural(tables, 'table')}{f' of {inputs:,} inputs' if inputs > 1 else ''}"
    places = tuple(_places(members, report))
    return Finding(anchor_of(first), verdict, common, places, len(members), new, where)


def _places(members: Iterable[tuple[Subject, Result]], report: Report) -> Iterator[Place]:
    by_place: dict[object, dict[tuple[int, bool], list[tuple[Subject, Result]]]] = {}
    for subject, result in members:
        key = (result.location or subject.number, result.waiver, result.expected, result.fix, result.contract)
        place = by_place.setdefault(key, {})
        place.setdefault((subject.row, _is_new(report, result)), []).append((subject, result))
    for position, rows in enumerate(by_place.values()):
        results = [result for several in rows.values() for _, result in several]
        yield Place(
            max(results, key=lambda result: len(result.excerpt) + len(result.related)),
            tuple(_at(row, is_new, several) for (row, is_new), several in rows.items()),
            position < _MOST_IN_FULL,
            next((edit.diff for result in results if (edit := report.edit_of(result))), ""),
        )


def _at(row: int, is_new: bool, members: list[tuple[Subject, Result]]) -> At:
    (subject, first), *_ = members
    return At(row, subject.title, _name(subject, first), is_new, tuple(result for _, result in members))


def _name(subject: Subject, result: Result) -> str:
    return subject.name if result.address == subject.address else short_name(result.address)[0]


def _is_new(report: Report, result: Result) -> bool:
    return report.comparison is not None and result.status in (Status.FAIL, Status.UNKNOWN) and report.is_new(result)


def _text(result: Result) -> str:
    return result.message if result.status is Status.UNKNOWN else capital(result.summary or result.message or result.rule)


def _length(finding: Finding) -> int:
    """About the number of characters of a finding on the page, without its places."""
    common = finding.common
    return 900 + sum(map(len, (finding.headline, common.found, common.expected, common.fix, common.contract)))


def _length_of_place(place: Place) -> int:
    result = place.result
    quoted = sum(len(line) + 40 for line in result.excerpt) + sum(len(step.message) + 120 for step in result.related)
    return 80 + (quoted + len(result.fix) + 2 * len(place.edit) if place.in_full else 0)


def _length_of_at(at: At, common: Result) -> int:
    own = 0 if common.found else sum(20 + len(each.found) for each in at.results)
    return 60 + len(at.title) + sum(35 + len(each.address) for each in at.results) + own
