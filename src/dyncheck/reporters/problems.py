"""Puts the results of all inputs together: one problem with all its places, the worst first."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from msgspec import Struct

from dyncheck.findings import Input, Report, Result, Status

_ORDER = {Status.UNKNOWN: 3, Status.WAIVED: 4, Status.PASS: 5}


class Instance(Struct, frozen=True):
    """Where a problem is: `file:line`, empty without; the address with its environments; and what differs from other instances."""

    place: str
    address: str
    detail: str


class ReportedProblem(Struct, frozen=True):
    """Results that say the same: the first of them, all their rules, and where they are. `is_alike` means that their fixes are equal."""

    result: Result
    rules: tuple[str, ...]
    instances: tuple[Instance, ...]
    is_alike: bool

    @property
    def label(self) -> str:
        return self.result.severity.value if self.result.status is Status.FAIL else self.result.status.value


def problems(report: Report, results: Iterable[tuple[Input | None, Result]], *, in_full: bool = False) -> list[ReportedProblem]:
    """The problems among the results of the inputs. With `in_full`, results with different fixes or origins are different problems."""
    together: dict[object, list[tuple[Input | None, Result]]] = {}
    for checked, result in results:
        together.setdefault(_key(report, result, in_full), []).append((checked, result))
    is_several = len({checked.path for checked in report.inputs}) > 1
    on_change = _rules_on_changes(report) if any(each.effects for each in report.inputs) else frozenset()
    found = [_problem(members, is_several) for members in together.values()]
    return sorted(found, key=lambda problem: _rank(report, problem, on_change))


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
    order = (is_unknown, not report.is_new(result), result.rule not in on_change, -len(problem.instances))
    return (worst, *order, result.rule, text, result.contract)


def _problem(members: list[tuple[Input | None, Result]], is_several: bool) -> ReportedProblem:
    result = members[0][1]
    spots: dict[tuple[str, str, str, str, str], list[str]] = {}
    for checked, each in members:
        place = f"{each.location.file}:{each.location.line}" if each.location else ""
        path = _path(checked, each) if is_several else ""
        found = f"{each.attribute} is {each.found}" if each.found and each.status is not Status.UNKNOWN else ""
        rules = spots.setdefault((path, place, each.address, found, each.environment), [])
        if each.rule not in rules:
            rules.append(each.rule)
    return ReportedProblem(
        result,
        tuple(sorted({each.rule for _, each in members})),
        tuple(_instances(spots, by_rule=result.status is Status.UNKNOWN)),
        all(each.fix == result.fix for _, each in members),
    )


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
