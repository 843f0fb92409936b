"""A report as the page shows it: the headline, the counts, and the results in groups and rows with unique ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import is_
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.catalog.rules import all_rules
from dyncheck.dynamodb.drawing import PartKind, TableDrawing
from dyncheck.errors import one_line
from dyncheck.findings import Report, Result, Status
from dyncheck.model.sensitive import Sensitive
from dyncheck.reporters import tally
from dyncheck.reporters.coverage import coverage
from dyncheck.reporters.html.rows import VERDICTS, Group, PageResult, RuleSummary, SubjectRow, capital, counted, digest, short_name
from dyncheck.rule import Rule

Item = TypeVar("Item")

# With more groups, the contents link only to the first one.
_MOST_LINKS = 4


class View(Struct, frozen=True):
    """A report with the groups of its page. `blocks` lists the findings with the same `PageResult.block`."""

    report: Report
    groups: tuple[Group, ...]
    rules: tuple[RuleSummary, ...]
    blocks: Mapping[object, list[PageResult]]

    @property
    def rows(self) -> tuple[SubjectRow, ...]:
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def findings(self) -> tuple[PageResult, ...]:
        """All findings of the page, also those that repeat another one on the same block."""
        return tuple(finding for row in self.rows for finding in row.findings)

    @property
    def new(self) -> tuple[PageResult, ...]:
        return tuple(finding for finding in self.findings if finding.is_new)

    @property
    def counts(self) -> dict[str, int]:
        """The number of results with each verdict."""
        report = self.report
        failures = {severity.value: number for severity, number in report.failures.items()}
        return failures | {status.value: report.count(status) for status in (Status.UNKNOWN, Status.WAIVED, Status.PASS)}

    @property
    def worst(self) -> str:
        return "error" if self.report.errors else next((verdict for verdict in VERDICTS if self.counts[verdict]), "none")

    @property
    def title(self) -> str:
        return capital(tally.verdict(self.report))

    @property
    def subject(self) -> str:
        """The input, or the number of inputs."""
        inputs = self.report.inputs
        return one_line(inputs[0].title) if len(inputs) == 1 else tally.plural(len(inputs), "input")

    @property
    def notices(self) -> dict[str, str]:
        """Each notice on the run and its inputs once, with its subject."""
        paths: dict[str, list[str]] = {}
        for path, notice in tally.notices(self.report):
            paths.setdefault(notice, []).append(one_line(path))
        return {notice: several[0] if len(several) == 1 else f"{len(several)} inputs" for notice, several in paths.items()}

    @property
    def coverage(self) -> tuple[str, ...]:
        """What the run covered, in full."""
        return tuple(coverage(self.report, in_full=True))

    @property
    def contents(self) -> list[tuple[str, str]]:
        """The parts of the page, each with its id."""
        groups = self.groups
        parts = [("changes", "Changes")] if self.report.comparison else []
        if groups:
            is_several = 1 < len(groups) <= _MOST_LINKS
            links = [(group.anchor, group.title) for group in groups] if is_several else [(groups[0].anchor, "Findings")]
            parts += [("matrix", "Matrix"), *links, ("rules", "Rules")]
        return parts + ([("inputs", "Inputs")] if self.report.inputs else [])


def view_of(report: Report) -> View:
    report = _concealed(report)
    maker = _Maker(report)
    groups = [maker.group(each.title, each.results, {drawing.address: drawing for drawing in each.diagrams}) for each in report.inputs]
    groups += [maker.group("Required tables", report.required, {})] if report.required else []
    view = View(report, tuple(group for group in groups if group.rows), (), {})
    blocks: dict[object, list[PageResult]] = {}
    for finding in view.findings:
        if finding.block is not None:
            blocks.setdefault(finding.block, []).append(finding)
    return replace(view, rules=_rules(view.rows, report.own_rules), blocks=blocks)


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


def _rules(rows: Iterable[SubjectRow], own_rules: tuple[Rule, ...]) -> tuple[RuleSummary, ...]:
    """The rules with results in the rows, the most severe first."""
    documented = {rule.id: rule for rule in (*all_rules(), *own_rules)}
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
