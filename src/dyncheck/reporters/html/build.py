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
from dyncheck.reporters.html.rows import VERDICTS, Group, PageResult, RuleSummary, SubjectRow, counted, digest, short_name
from dyncheck.reporters.html.view import View

Item = TypeVar("Item")


def view_of(report: Report) -> View:
    """The view of a report."""
    report = _concealed(report)
    maker = _Maker(report)
    groups = [maker.group(each.path, each.results, {drawing.address: drawing for drawing in each.diagrams}) for each in report.inputs]
    groups += [maker.group("Required tables", report.required, {})] if report.required else []
    view = View(report, tuple(group for group in groups if group.rows), (), {})
    blocks: dict[object, list[PageResult]] = {}
    for finding in view.findings:
        if finding.block is not None:
            blocks.setdefault(finding.block, []).append(finding)
    return replace(view, rules=_rules(view.rows), blocks=blocks)


class _Maker:
    """Makes the groups of a page, with unique ids."""

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

    def _row(self, title: str, address: str, results: list[Result], drawing: TableDrawing | None) -> SubjectRow:
        name, within = short_name(address)
        name = (drawing and drawing.parts[0].kind is PartKind.TABLE and drawing.parts[0].name) or name
        shown = [
            self._result(name if each.address == address else short_name(each.address)[0], each) for each in sorted(results, key=_order)
        ]
        return SubjectRow(
            anchor=self._free(f"t-{digest(f'{title} {address}')}"),
            address=address,
            name=name,
            within=within,
            findings=tuple(each for each in shown if each.verdict != "pass"),
            passed=tuple(each for each in shown if each.verdict == "pass"),
            drawing=drawing,
        )

    def _result(self, name: str, result: Result) -> PageResult:
        prefix = "p" if result.status is Status.PASS else "f"
        anchor = self._free(f"{prefix}-{digest(f'{result.rule} {result.address} {result.attribute}')}")
        is_new = result.status is Status.FAIL and self._report.comparison is not None and self._report.is_new(result)
        return PageResult(anchor, name, _verdict(result), result, is_new)

    def _free(self, anchor: str) -> str:
        number = self._taken[anchor] = self._taken.get(anchor, 0) + 1
        return anchor if number == 1 else f"{anchor}-{number}"


def _rules(rows: Iterable[SubjectRow]) -> tuple[RuleSummary, ...]:
    """The rules with results in the rows, the most severe first."""
    documented = {rule.id: rule for rule in all_rules()}
    by_rule: dict[str, list[PageResult]] = {}
    for each in (each for row in rows for each in row.results):
        by_rule.setdefault(each.result.rule, []).append(each)
    summaries = [
        RuleSummary(rule, results[-1].result.severity, documented.get(rule), counted(each.verdict for each in results))
        for rule, results in by_rule.items()
    ]
    return tuple(sorted(summaries, key=lambda summary: (summary.severity.rank, summary.id)))


def _concealed(value: Item) -> Item:
    """The same value with `(sensitive)` for each sensitive text, because a slice of the text itself would be readable."""
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
    return result.severity.value if result.status is Status.FAIL else result.status.value
