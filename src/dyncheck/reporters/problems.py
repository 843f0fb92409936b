"""Puts the results of all inputs together: one problem with all its places, the worst first."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from dyncheck.findings import Input, Report, Result, Status

# A problem that is not in full shows at most so many instances, and a row at most so many different places.
MOST_INSTANCES = 6
_MOST_WHERES = 4
DIGEST = 8

_ORDER = {Status.UNKNOWN: 3, Status.WAIVED: 4, Status.PASS: 5}


class Instance(Struct, frozen=True):
    """Where a problem is: `file:line`, empty without; the address with its environments; and what differs from other instances."""

    place: str
    address: str
    detail: str


class ReportedProblem(Struct, frozen=True):
    """Results that say the same: the first of them, all their rules, and where they are. `is_alike` means that their fixes are equal.

    `instances` are the first of them, `number` is that of all, and `wheres` has a hash of the place and address of each. `detail` is that
    of all of them, None where they differ.
    """

    result: Result
    rules: tuple[str, ...]
    instances: tuple[Instance, ...]
    is_alike: bool
    number: int
    detail: str | None
    wheres: bytearray

    @property
    def label(self) -> str:
        return self.result.severity.value if self.result.status is Status.FAIL else self.result.status.value


def problems(report: Report, is_shown: Callable[[Result], bool], *, in_full: bool = False) -> list[ReportedProblem]:
    """The problems among the results that are shown, the worst first.

    With `in_full`, they have all their instances, and results with different fixes or origins are different problems.
    """
    numbers: dict[str, list[int]] = {}
    has_effects = False
    for number, head in enumerate(report.heads):
        numbers.setdefault(head.path, []).append(number)
        has_effects = has_effects or bool(head.effects)
    on_change = _rules_on_changes(report) if has_effects else frozenset()
    groups: dict[object, _Group] = {}
    # The inputs of one path, which are its environments, have instances in common. So the results of others are not needed with them.
    for several in numbers.values():
        of_path = [(each, result) for each in (report.inputs[number] for number in several) for result in each.results if is_shown(result)]
        _fold(report, of_path, groups, len(numbers) > 1, in_full)
    _fold(report, [(None, result) for result in report.required if is_shown(result)], groups, len(numbers) > 1, in_full)
    return sorted((each.problem() for each in groups.values()), key=lambda problem: _rank(report, problem, on_change))


def digest(place: str, address: str) -> bytes:
    """A hash that tells instances apart, of `DIGEST` bytes: an object for each would take five times as much memory."""
    return hash((place, address)).to_bytes(DIGEST, "little", signed=True)


class _Group:
    """One problem, as far as the inputs so far have it."""

    def __init__(self, result: Result, in_full: bool) -> None:
        self._result = result
        self._in_full = in_full
        self._rules: set[str] = set()
        self._kept: list[Instance] = []
        self._kept_wheres: set[bytes] = set()
        self._wheres = bytearray()
        self._details: set[str] = set()
        self._is_alike = True

    def add(self, members: Sequence[tuple[Input | None, Result]], is_several: bool) -> None:
        """Add the results of the inputs of a path."""
        self._rules.update(each.rule for _, each in members)
        self._is_alike = self._is_alike and all(each.fix == self._result.fix for _, each in members)
        for instance in _instances(_spots(members, is_several), by_rule=self._result.status is Status.UNKNOWN):
            where = digest(instance.place, instance.address)
            self._wheres += where
            if len(self._details) < 2:
                self._details.add(instance.detail)
            is_new = where not in self._kept_wheres and len(self._kept_wheres) < _MOST_WHERES
            if self._in_full or len(self._kept) < MOST_INSTANCES or is_new:
                self._kept.append(instance)
                self._kept_wheres.add(where)

    def problem(self) -> ReportedProblem:
        detail = next(iter(self._details)) if len(self._details) == 1 else None
        rules, number = tuple(sorted(self._rules)), len(self._wheres) // DIGEST
        return ReportedProblem(self._result, rules, tuple(self._kept), self._is_alike, number, detail, self._wheres)


def _fold(
    report: Report, results: Iterable[tuple[Input | None, Result]], groups: dict[object, _Group], is_several: bool, in_full: bool
) -> None:
    together: dict[object, list[tuple[Input | None, Result]]] = {}
    for checked, result in results:
        together.setdefault(_key(report, result, in_full), []).append((checked, result))
    for key, members in together.items():
        if key not in groups:
            groups[key] = _Group(members[0][1], in_full)
        groups[key].add(members, is_several)


def _rules_on_changes(report: Report) -> frozenset[str]:
    from dyncheck.catalog.rules import all_rules

    return frozenset(rule.id for rule in (*all_rules(), *report.own_rules) if rule.is_on_change)


def _key(report: Report, result: Result, in_full: bool) -> object:
    if result.status is Status.PASS:
        return result.status, result.rule
    if result.status is Status.UNKNOWN:
        # One reason is said once for all rules that it holds for.
        return result.status, result.message, report.decides(result) and result.severity, report.is_new(result)
    text = result.summary or result.message
    same = (result.status, result.severity, result.rule, result.attribute, text, result.expected, result.contract, result.waiver)
    return (*same, report.is_new(result), *((result.fix, result.related) if in_full else ()))


def _rank(report: Report, problem: ReportedProblem, on_change: frozenset[str]) -> tuple[object, ...]:
    """By severity; then what is new, what a change does, because it happens at the next apply, and what many resources have."""
    result = problem.result
    is_unknown = result.status is Status.UNKNOWN
    counts = result.status is Status.FAIL or report.decides(result)
    worst = result.severity.rank if counts else _ORDER[result.status]
    text = result.summary or result.message
    order = (is_unknown, not report.is_new(result), result.rule not in on_change, -problem.number)
    return (worst, *order, result.rule, text, result.contract)


def _spots(members: Sequence[tuple[Input | None, Result]], is_several: bool) -> dict[tuple[str, str, str, str, str], list[str]]:
    """The rules by input, place, address, what was found, and environment."""
    spots: dict[tuple[str, str, str, str, str], list[str]] = {}
    for checked, each in members:
        place = f"{each.location.file}:{each.location.line}" if each.location else ""
        path = _path(checked, each) if is_several else ""
        found = f"{each.attribute} is {each.found}" if each.found and each.status is not Status.UNKNOWN else ""
        found = each.found if each.status is Status.PASS else found
        rules = spots.setdefault((path, place, each.address, found, each.environment), [])
        if each.rule not in rules:
            rules.append(each.rule)
    return spots


def _path(checked: Input | None, result: Result) -> str:
    """The input, where the file of the result does not show it."""
    if checked is None or (result.location and os.path.dirname(result.location.file) == os.path.normpath(checked.path)):
        return ""
    return checked.path


def _instances(spots: dict[tuple[str, str, str, str, str], list[str]], *, by_rule: bool) -> Iterator[Instance]:
    """One for each address, with all environments in which the same was found there."""
    environments: dict[tuple[str, str, str, str], list[str]] = {}
    for (path, place, address, found, environment), rules in spots.items():
        where = (path, place, address, ", ".join(sorted(rules)) if by_rule else found)
        environments.setdefault(where, []).extend([environment] if environment else [])
    for (path, place, address, detail), names in environments.items():
        shown = f"{address} ({', '.join(names)})" if names else address
        yield Instance(place, f"{path}: {shown}" if path else shown, detail)
