"""The subjects of the page: each table, or other subject, of each input with all its results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from operator import is_
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.dynamodb.drawing import PartKind, TableDrawing
from dyncheck.findings import Report, Result, Status
from dyncheck.model.sensitive import Sensitive
from dyncheck.reporters.html.words import FINDINGS, VERDICTS, digest, short_name, verdict_of

Item = TypeVar("Item")


class Subject(Struct, frozen=True):
    """A table, or another subject, of one input. `row` is the number of its row in the matrix, `number` that of its input.

    `name` is the name of the table where it is known, else of the block; `within` is the module.
    """

    row: int
    number: int
    title: str
    address: str
    name: str
    within: str
    findings: tuple[Result, ...]
    passed: tuple[Result, ...]
    drawing: TableDrawing | None

    @property
    def anchor(self) -> str:
        """The id of the subject on the page."""
        return f"t-{self.number}-{digest(self.address)}"

    @property
    def counts(self) -> dict[str, int]:
        """The number of results with each verdict, the worst first, without zeros."""
        return {verdict: number for verdict, number in zip(VERDICTS, (*self._findings, len(self.passed)), strict=True) if number}

    @property
    def rank(self) -> tuple[object, ...]:
        """Puts the subject with the most errors first, then that with the most warnings, and so on."""
        return *(-number for number in self._findings), self.number, self.address

    @property
    def _findings(self) -> tuple[int, ...]:
        numbers = Counter(map(verdict_of, self.findings))
        return tuple(numbers[verdict] for verdict in FINDINGS)


def subjects_of(report: Report) -> tuple[Subject, ...]:
    """The subjects of all inputs, in their order, then the required tables. With several inputs, an input is one row of the matrix."""
    several = len(report.inputs) > 1
    found: list[Subject] = []
    for number, (title, results, drawings) in enumerate(_sources(report)):
        for address, members, drawing in _by_address(results, drawings):
            findings = concealed(tuple(each for each in members if each.status is not Status.PASS))
            drawing, address = concealed(drawing), concealed(address)
            name, within = short_name(address)
            found.append(
                Subject(
                    row=number if several else len(found),
                    number=number,
                    title=concealed(title),
                    address=address,
                    name=(drawing and drawing.parts[0].kind is PartKind.TABLE and drawing.parts[0].name) or name,
                    within=within,
                    findings=findings,
                    passed=tuple(each for each in members if each.status is Status.PASS),
                    drawing=drawing,
                )
            )
    return tuple(found)


def _sources(report: Report) -> Iterator[tuple[str, Iterable[Result], tuple[TableDrawing, ...]]]:
    yield from ((each.title, each.results, each.diagrams) for each in report.inputs)
    yield "Required tables", report.required, ()


def _by_address(results: Iterable[Result], drawings: Iterable[TableDrawing]) -> Iterator[tuple[str, list[Result], TableDrawing | None]]:
    drawn: Mapping[str, TableDrawing] = {drawing.address: drawing for drawing in drawings}
    members: dict[str, list[Result]] = {address: [] for address in drawn}
    for result in results:
        members.setdefault(result.table or result.address, []).append(result)
    yield from ((address, members[address], drawn.get(address)) for address in sorted(members))


def concealed(value: Item) -> Item:
    """The same value with `(sensitive)` for each sensitive text, because a slice of the text itself would be readable."""
    shown: Any = value
    if isinstance(value, Sensitive):
        shown = str(value)
    elif isinstance(value, tuple):
        items = tuple(map(concealed, value))
        shown = value if all(map(is_, items, value)) else items
    elif isinstance(value, Struct):
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        changed = {name: item for name, old in fields.items() if (item := concealed(old)) is not old}
        shown = replace(value, **changed) if changed else value
    return shown  # type: ignore[no-any-return]
