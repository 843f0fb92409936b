"""The report as the page shows it: groups of tables, with the findings, the passed rules and the drawing of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from operator import is_
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.dynamodb.drawing import PartKind, TableDrawing
from dyncheck.dynamodb.types import ALARM, TABLE
from dyncheck.findings import Input, Report, Result, Status
from dyncheck.model.sensitive import Sensitive
from dyncheck.rule import Severity

Item = TypeVar("Item")

# From the worst to what needs no look. A verdict has the name of its status, a failure that of its severity.
VERDICTS = ("error", "warning", "note", "unknown", "waived", "pass")
WORDS = {"error": "error", "warning": "warning", "note": "note", "unknown": "unknown", "waived": "waived", "pass": "passed"}

_SLUG = re.compile(r"[a-z0-9-]{1,80}")


class Shown(Struct, frozen=True):
    """A finding with its place on the page; `same` leads to the one that says it of the same block in full, with what that one is on.

    `also` are those that say the same of the same block."""

    anchor: str
    result: Result
    is_new: bool = False
    same: tuple[str, str] | None = None
    also: tuple[tuple[str, str], ...] = ()

    @property
    def verdict(self) -> str:
        """One of `VERDICTS`."""
        return verdict_of(self.result)

    @property
    def headline(self) -> str:
        """The finding in a few words."""
        result = self.result
        said = result.message if result.status is Status.UNKNOWN else result.summary or result.message or result.rule
        return said if result.status is Status.UNKNOWN else capital(said)


class Row(Struct, frozen=True):
    """A table, or whatever else results are about, with all that is said of it.

    `name` is a table's own name where that is known, else what its block is called; `within` is the module that it is in.
    """

    anchor: str
    address: str
    name: str
    within: str
    findings: tuple[Shown, ...]
    passed: tuple[Shown, ...]
    drawing: TableDrawing | None = None

    @property
    def everything(self) -> tuple[Shown, ...]:
        """The findings, the worst first, then what passed."""
        return (*self.findings, *self.passed)

    @property
    def counts(self) -> dict[str, int]:
        """How many results have each verdict, without those that nobody has."""
        counted = dict.fromkeys(VERDICTS, 0)
        for shown in self.everything:
            counted[shown.verdict] += 1
        return {verdict: number for verdict, number in counted.items() if number}


class Group(Struct, frozen=True):
    """The rows of one input, or those on the tables that the run requires."""

    anchor: str
    title: str
    rows: tuple[Row, ...]


class View(Struct, frozen=True):
    """All groups of a report, and its rules in the order of their columns, each with its severity."""

    report: Report
    groups: tuple[Group, ...]
    rules: tuple[tuple[str, Severity], ...]

    @property
    def rows(self) -> Iterator[Row]:
        """Every row of every group."""
        return (row for group in self.groups for row in group.rows)

    @property
    def findings(self) -> Iterator[Shown]:
        """Every finding on the page, those that are said of one block more than once included."""
        return (shown for row in self.rows for shown in row.findings)


def view_of(report: Report) -> View:
    """What the page shows of a report."""
    report = _concealed(report)
    maker = _Maker(report)
    groups = [maker.group(checked.path, checked.results, _drawings(checked)) for checked in report.inputs]
    if report.required:
        groups.append(maker.group("Required tables", report.required, {}))
    return View(report, maker.linked(tuple(group for group in groups if group.rows)), _columns(group.rows for group in groups))


def verdict_of(result: Result) -> str:
    """What a result counts as: `error`, `warning` or `note` when it failed, else its status."""
    return result.severity.value if result.status is Status.FAIL else result.status.value


def called(address: str) -> tuple[str, str]:
    """What a table or an alarm is called, and what it is in; the whole address of anything else."""
    for kind, noun in ((TABLE, ""), (ALARM, "alarm")):
        module, found, name = address.rpartition(f"{kind}.")
        if found and (not module or module.endswith(".")):
            return name, " in ".join(filter(None, (noun, module.removesuffix("."))))
    return address, ""


def anchor(prefix: str, name: str) -> str:
    """An id that is always the same for the same name."""
    return f"{prefix}-{name}" if _SLUG.fullmatch(name) else f"{prefix}-{_digest(name)}"


def plural(number: int, noun: str) -> str:
    """The number with its noun: `1 table`, `2 tables`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def capital(sentence: str) -> str:
    """The sentence with a capital letter at its start."""
    return sentence[:1].upper() + sentence[1:]


def worded(verdict: str, number: int) -> str:
    """The word for that many results of a verdict."""
    return f"{verdict}s" if number != 1 and verdict in ("error", "warning", "note") else WORDS[verdict]


class _Maker:
    """Gives each row and each finding of a page its place, no two the same one."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._taken: dict[str, int] = {}
        self._blocks: dict[object, list[tuple[str, str]]] = {}

    def group(self, title: str, results: Iterable[Result], drawings: Mapping[str, TableDrawing]) -> Group:
        by_address: dict[str, list[Result]] = {address: [] for address in drawings}
        for result in results:
            by_address.setdefault(result.table or result.address, []).append(result)
        ordered = sorted(by_address.items(), key=lambda item: (min(map(_rank, item[1]), default=len(VERDICTS)), item[0]))
        rows = tuple(self._row(title, address, members, drawings.get(address)) for address, members in ordered)
        return Group(self._free(f"g-{_digest(title)}"), title, rows)

    def _row(self, title: str, address: str, results: list[Result], drawing: TableDrawing | None) -> Row:
        name, within = called(address)
        name = (drawing and drawing.parts[0].kind is PartKind.TABLE and drawing.parts[0].name) or name
        shown = [
            self._shown(name if result.address == address else called(result.address)[0], result) for result in sorted(results, key=_order)
        ]
        return Row(
            anchor=self._free(f"t-{_digest(f'{title} {address}')}"),
            address=address,
            name=name,
            within=within,
            findings=tuple(each for each in shown if each.verdict != "pass"),
            passed=tuple(each for each in shown if each.verdict == "pass"),
            drawing=drawing,
        )

    def _shown(self, name: str, result: Result) -> Shown:
        passed = result.status is Status.PASS
        own = self._free(f"{'p' if passed else 'f'}-{_digest(f'{result.rule} {result.address} {result.attribute}')}")
        block = _block(result)
        if block is not None:
            self._blocks.setdefault(block, []).append((own, name))
        is_new = result.status is Status.FAIL and self._report.comparison is not None and self._report.is_new(result)
        return Shown(own, result, is_new)

    def linked(self, groups: tuple[Group, ...]) -> tuple[Group, ...]:
        """The groups, with what is said of one block in several places said in full at the first of them only."""
        return tuple(
            Group(group.anchor, group.title, tuple(self._linked(row) if row.findings else row for row in group.rows)) for group in groups
        )

    def _linked(self, row: Row) -> Row:
        findings = tuple(self._with_others(shown) for shown in row.findings)
        return Row(row.anchor, row.address, row.name, row.within, findings, row.passed, row.drawing)

    def _with_others(self, shown: Shown) -> Shown:
        block = _block(shown.result)
        if block is None:
            return shown
        first, *others = self._blocks[block]
        if first[0] != shown.anchor:
            return Shown(shown.anchor, shown.result, shown.is_new, same=first)
        return Shown(shown.anchor, shown.result, shown.is_new, also=tuple(others))

    def _free(self, wanted: str) -> str:
        number = self._taken[wanted] = self._taken.get(wanted, 0) + 1
        return wanted if number == 1 else f"{wanted}-{number}"


def _concealed(value: Item) -> Item:
    """The same value, with every sensitive text in it as what it prints as: taken apart, it would show itself."""
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


def _block(result: Result) -> object:
    """What results have in common that say the same of one block, which several instances or root modules have."""
    if result.location is None or result.status is Status.PASS:
        return None
    return (result.rule, result.status, result.location, result.attribute, result.summary or result.message, result.wanted, result.waiver)


def _drawings(checked: Input) -> dict[str, TableDrawing]:
    return {drawing.address: drawing for drawing in checked.diagrams}


def _columns(groups: Iterable[tuple[Row, ...]]) -> tuple[tuple[str, Severity], ...]:
    found = {shown.result.rule: shown.result.severity for rows in groups for row in rows for shown in row.everything}
    return tuple(sorted(found.items(), key=lambda item: (item[1].rank, item[0])))


def _order(result: Result) -> tuple[int, str, str, str, str]:
    return _rank(result), result.rule, result.address, result.attribute, result.message


def _rank(result: Result) -> int:
    return VERDICTS.index(verdict_of(result))


def _digest(name: str) -> str:
    return sha256(name.encode("utf-8", "backslashreplace")).hexdigest()[:12]
