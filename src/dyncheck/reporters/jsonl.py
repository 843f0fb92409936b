"""The report as JSON Lines, version 1: one object a line, with the keys of the report as JSON.

The schema of a line is published as `dyncheck/schemas/line.schema.json`, made from the types below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Literal, TypeAlias

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import asdict

from dyncheck.findings import Report, Result
from dyncheck.reporters.document import compact, compact_lines
from dyncheck.reporters.json import (
    RESULTS_PER_PIECE,
    ComparisonEntry,
    ConfigurationEntry,
    DirectoryEntry,
    InputEntry,
    NotCheckedEntry,
    ProblemEntry,
    ResultEntry,
    RuleEntry,
    Summary,
    Tool,
    head_entry,
    input_entry,
    problem_entry,
    result_entry,
)
from dyncheck.reporters.safe import safe_json


class RunLine(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="run"):
    """The run as a whole: the first line."""

    version: Literal[1]
    tool: Tool
    configuration: ConfigurationEntry | UnsetType = UNSET
    notices: tuple[str, ...] | UnsetType = UNSET
    directories: tuple[DirectoryEntry, ...] | UnsetType = UNSET
    not_checked: tuple[NotCheckedEntry, ...] | UnsetType = UNSET
    not_applicable: tuple[str, ...] | UnsetType = UNSET
    not_run: tuple[str, ...] | UnsetType = UNSET
    rules: tuple[RuleEntry, ...] | UnsetType = UNSET
    comparison: ComparisonEntry | UnsetType = UNSET


class InputLine(InputEntry, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="input"):
    """An input. The lines of its results follow."""


class ResultLine(ResultEntry, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="result"):
    """A result. One on a required table has no `input`."""


class ProblemLine(ProblemEntry, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="problem"):
    """One reason why something could not be checked; the exit code is then 3."""


class SummaryLine(Summary, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="summary", rename={"passed": "pass"}):
    """The counts: the last line. Without it the text is incomplete."""


Line: TypeAlias = RunLine | InputLine | ResultLine | ProblemLine | SummaryLine


def to_jsonl(report: Report) -> str:
    """The report, one object a line."""
    return "".join(parts(report))


def parts(report: Report) -> Iterator[str]:
    """The report in pieces, so that a large one is never in memory as a whole."""
    head = head_entry(report)
    yield _line(RunLine(**{name: getattr(head, name) for name in RunLine.__struct_fields__}))
    for checked in report.inputs:
        yield _line(input_entry(checked, InputLine))
        yield from _results(checked.results, report)
    yield from _results(report.required, report)
    yield from (_line(problem_entry(problem, ProblemLine)) for problem in report.problems)
    yield _line(SummaryLine(**asdict(head.summary)))


def _results(results: Iterable[Result], report: Report) -> Iterator[str]:
    left = iter(results)
    while some := tuple(islice(left, RESULTS_PER_PIECE)):
        yield safe_json(compact_lines([result_entry(result, report, ResultLine) for result in some]).decode())


def _line(value: Any) -> str:
    return f"{safe_json(compact(value).decode())}\n"
