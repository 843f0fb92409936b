"""The matrix of the page: inputs, or the tables of a single one, against the rules that have findings, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence

from msgspec import Struct

from dyncheck.findings import Report
from dyncheck.reporters.html.findings import Finding
from dyncheck.reporters.html.subjects import Subject
from dyncheck.reporters.html.words import FINDINGS, VERDICTS
from dyncheck.rule import Severity

# More rows are counted, not shown.
_MOST_ROWS = 500


class Cell(Struct):
    """The worst verdict of a rule in a row, the number of results with it, and the id of the finding. A pass has no id,
    and a finding that is only counted has that of its section."""

    verdict: str
    number: int = 0
    anchor: str = ""


class Column(Struct, frozen=True):
    """A rule with findings."""

    rule: str
    severity: Severity


class Row(Struct, frozen=True):
    """An input, or a table of a single input, with a cell for each column: None where the rule does not apply.

    `number` identifies the row in the filter, `passed` counts the passes of the rules that have no column.
    """

    number: int
    anchor: str
    name: str
    detail: str
    environment: str
    counts: dict[str, int]
    cells: tuple[Cell | None, ...]
    passed: int


class Overview(Struct, frozen=True):
    """The matrix. `kind` is what a row is, `more` the number of rows that are not shown, `others` the number of rules without a column."""

    kind: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    more: int
    others: int
    has_environments: bool


def overview_of(report: Report, subjects: Sequence[Subject], findings: Iterable[Finding], on_page: Container[str]) -> Overview:
    """The matrix of a report. `on_page` has the ids of the findings that the page has."""
    cells, severities = _cells(findings, on_page)
    columns = tuple(
        sorted((Column(rule, severity) for rule, severity in severities.items()), key=lambda each: (each.severity.rank, each.rule))
    )
    members: dict[int, list[Subject]] = {}
    for subject in subjects:
        members.setdefault(subject.row, []).append(subject)
    rows = sorted((_row(report, number, each, columns, cells) for number, each in members.items()), key=_rank)
    rules = {result.rule for subject in subjects for result in subject.passed} - severities.keys()
    kind = "Input" if len(report.inputs) > 1 else "Table"
    return Overview(kind, columns, tuple(rows[:_MOST_ROWS]), len(rows[_MOST_ROWS:]), len(rules), any(row.environment for row in rows))


def _cells(findings: Iterable[Finding], on_page: Container[str]) -> tuple[dict[tuple[int, str], Cell], dict[str, Severity]]:
    """The cell of each row and rule with a finding, and those rules. The findings are sorted, so that the worst comes first."""
    cells: dict[tuple[int, str], Cell] = {}
    severities: dict[str, Severity] = {}
    for finding in findings:
        rule = finding.common.rule
        anchor = finding.anchor if finding.anchor in on_page else finding.verdict
        severities.setdefault(rule, finding.common.severity)
        for at in (at for place in finding.places for at in place.at):
            cell = cells.setdefault((at.row, rule), Cell(finding.verdict, 0, anchor))
            if cell.verdict == finding.verdict:
                cell.number += len(at.results)
    return cells, severities


def _row(report: Report, number: int, subjects: list[Subject], columns: Iterable[Column], cells: dict[tuple[int, str], Cell]) -> Row:
    first = subjects[0]
    passed = Counter(result.rule for subject in subjects for result in subject.passed)
    shown = tuple(cells.get((number, each.rule)) or (Cell("pass") if each.rule in passed else None) for each in columns)
    own = sum(passed[each.rule] for each in columns)
    counts: Counter[str] = Counter()
    for subject in subjects:
        counts.update(subject.counts)
    ordered = {verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]}
    is_input = len(report.inputs) > 1 and first.number < len(report.inputs)
    environment = report.inputs[first.number].environment if is_input else ""
    name, detail = (report.inputs[first.number].path, "") if is_input else (first.name, first.within)
    if len(report.inputs) > 1 and not is_input:
        name, detail = first.title, ""
    anchor = f"i-{first.number}" if is_input else first.anchor
    return Row(number, anchor, name, detail, environment, ordered, shown, passed.total() - own)


def _rank(row: Row) -> tuple[object, ...]:
    return *(-row.counts.get(verdict, 0) for verdict in FINDINGS), row.name, row.environment
