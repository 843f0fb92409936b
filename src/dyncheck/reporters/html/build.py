"""Sorts the results of a report into groups and rows, and gives each of them an id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import is_
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.catalog.rules import all_rules
from dyncheck.dynamodb.drawing import PartKind, TableDrawing
from dyncheck.findings import Report, Result, Status
from dyncheck.model.sensitive import Sensitive
from dyncheck.reporters.html.rows import VERDICTS, Demand, Group, Row, Shown, called, counted, digest
from dyncheck.reporters.html.view import View
from dyncheck.rule import Severity

Item = TypeVar("Item")


def view_of(report: Report) -> View:
    """The view of a report."""
    report = _concealed(report)
    maker = _Maker(report)
    groups = [maker.group(checked.path, checked.results, {each.address: each for each in checked.diagrams}) for checked in report.inputs]
    groups += [maker.group("Required tables", report.required, {})] if report.required else []
    shown = tuple(group for group in groups if group.rows)
    blocks: dict[object, list[Shown]] = {}
    for finding in (finding for group in shown for row in group.rows for finding in row.findings):
        if finding.block is not None:
            blocks.setdefault(finding.block, []).append(finding)
    return View(report, shown, _demands(row for group in shown for row in group.rows), blocks)


class _Maker:
    """Makes the groups of a page; no two things on it have the same id."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._taken: dict[str, int] = {}

    def group(self, title: str, results: Iterable[Result], drawings: Mapping[str, TableDrawing]) -> Group:
        """The rows of one input, the row with the worst result first."""
        by_address: dict[str, list[Result]] = {address: [] for address in drawings}
        for result in results:
            by_address.setdefault(result.table or result.address, []).append(result)
        ordered = sorted(by_address.items(), key=lambda item: (min(map(_rank, item[1]), default=len(VERDICTS)), item[0]))
        rows = tuple(self._row(title, address, members, drawings.get(address)) for address, members in ordered)
        return Group(self._free(f"g-{digest(title)}"), title, rows)

    def _row(self, title: str, address: str, results: list[Result], drawing: TableDrawing | None) -> Row:
        name, within = called(address)
        name = (drawing and drawing.parts[0].kind is PartKind.TABLE and drawing.parts[0].name) or name
        shown = [
            self._shown(name if result.address == address else called(result.address)[0], result) for result in sorted(results, key=_order)
        ]
        return Row(
            anchor=self._free(f"t-{digest(f'{title} {address}')}"),
            address=address,
            name=name,
            within=within,
            findings=tuple(each for each in shown if each.verdict != "pass"),
            passed=tuple(each for each in shown if each.verdict == "pass"),
            drawing=drawing,
        )

    def _shown(self, name: str, result: Result) -> Shown:
        prefix = "p" if result.status is Status.PASS else "f"
        own = self._free(f"{prefix}-{digest(f'{result.rule} {result.address} {result.attribute}')}")
        is_new = result.status is Status.FAIL and self._report.comparison is not None and self._report.is_new(result)
        return Shown(own, name, _verdict(result), result, is_new)

    def _free(self, wanted: str) -> str:
        number = self._taken[wanted] = self._taken.get(wanted, 0) + 1
        return wanted if number == 1 else f"{wanted}-{number}"


def _demands(rows: Iterable[Row]) -> tuple[Demand, ...]:
    """The rules that have results in the rows, the most severe first."""
    documented = {rule.id: rule for rule in all_rules()}
    severities: dict[str, Severity] = {}
    verdicts: dict[str, list[str]] = {}
    for shown in (shown for row in rows for shown in row.everything):
        severities[shown.result.rule] = shown.result.severity
        verdicts.setdefault(shown.result.rule, []).append(shown.verdict)
    ordered = sorted(severities.items(), key=lambda item: (item[1].rank, item[0]))
    return tuple(Demand(rule, severity, documented.get(rule), counted(verdicts[rule])) for rule, severity in ordered)


def _concealed(value: Item) -> Item:
    """The same value with `(sensitive)` for every sensitive text: a slice of the text itself would be shown."""
    shown: Any = value
    if isinstance(value, Sensitive):
        shown = str(value)
    elif isinstance(value, tuple):
        items = tuple(map(_concealed, value))
        shown = value if all(map(is_, items, value)) else items
    elif isinstance(value, Struct):
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        changed = {name: item for name, old in fields.items() if (item := _concealed(old)) is not old}
        shown = replace(value, **changed) if changed else value
    return shown  # type: ignore[no-any-return]


def _order(result: Result) -> tuple[int, str, str, str, str]:
    return _rank(result), result.rule, result.address, result.attribute, result.message


def _rank(result: Result) -> int:
    return VERDICTS.index(_verdict(result))


def _verdict(result: Result) -> str:
    """The severity of a failure, else the status."""
    return result.severity.value if result.status is Status.FAIL else result.status.value
