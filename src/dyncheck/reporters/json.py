"""The report as JSON, version 1: the same bytes for the same input.

The schema is published as `dyncheck/schemas/report.schema.json`, made from the types below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal, TypeVar

from msgspec import UNSET, Struct, UnsetType

from dyncheck.catalog.rules import all_rules
from dyncheck.findings import Directory, Earlier, Effect, Input, Report, Result, Status, Waiver
from dyncheck.findings.edit import VerifiedEdit
from dyncheck.input_problems import InputProblem, ProblemKind
from dyncheck.model import Location, NotChecked, Related
from dyncheck.reporters.document import compact, compact_lines
from dyncheck.reporters.pages import page
from dyncheck.reporters.safe import safe_json
from dyncheck.reporters.tally import failed
from dyncheck.rule import Rule, Severity
from dyncheck.version import VERSION


class Tool(Struct, frozen=True, forbid_unknown_fields=True):
    """What wrote the report."""

    name: str
    version: str


class NotCheckedEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A resource, a file or a directory that was not checked, and why."""

    path: str
    reason: str


class DirectoryEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A directory with Terraform files, and what the run did with it."""

    path: str
    state: Literal["checked", "checked through", "excluded", "not checked"]
    through: tuple[str, ...] | UnsetType = UNSET
    reason: str | UnsetType = UNSET


class EffectEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """What a plan does to one existing table."""

    address: str
    happens: Literal["destroyed", "replaced", "forgotten", "changed", "kept"]
    name: str | UnsetType = UNSET
    because: str | UnsetType = UNSET
    elsewhere: str | UnsetType = UNSET
    details: tuple[str, ...] | UnsetType = UNSET
    loses_items: bool | UnsetType = UNSET


class InputEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One input of the run."""

    path: str
    kind: Literal["plan", "state", "hcl", "capture", "items", "data-model"]
    sha256: str
    notices: tuple[str, ...] | UnsetType = UNSET
    not_checked: tuple[NotCheckedEntry, ...] | UnsetType = UNSET
    contracts: dict[str, tuple[str, ...] | None] | UnsetType = UNSET
    files: tuple[str, ...] | UnsetType = UNSET
    variable_files: tuple[str, ...] | UnsetType = UNSET
    not_applicable: tuple[str, ...] | UnsetType = UNSET
    environment: str | UnsetType = UNSET
    not_run: tuple[str, ...] | UnsetType = UNSET
    producer: str | UnsetType = UNSET
    tables: int | UnsetType = UNSET
    alarms: int | UnsetType = UNSET
    effects: tuple[EffectEntry, ...] | UnsetType = UNSET


class ConfigurationEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """The configuration file of the run."""

    path: str
    sha256: str
    holds: tuple[str, ...]


class Failures(Struct, frozen=True, forbid_unknown_fields=True):
    """The number of findings of each severity."""

    error: int
    warning: int
    note: int


class Summary(Struct, frozen=True, forbid_unknown_fields=True, rename={"passed": "pass"}):
    """The number of results with each status."""

    fail: Failures
    unknown: int
    waived: int
    passed: int


class WaiverTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """The decision to accept a finding."""

    reason: str
    source: str
    owner: str | UnsetType = UNSET
    until: str | UnsetType = UNSET


class ReplacementEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """What an edit replaces in a file."""

    file: str
    start: int
    end: int
    text: str


class EditEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """The edit that corrects a finding."""

    replacements: tuple[ReplacementEntry, ...]
    diff: str


class ResultEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """The result of one rule on one resource."""

    rule: str
    status: Literal["fail", "unknown", "waived", "pass"]
    severity: Literal["error", "warning", "note"]
    address: str
    message: str
    location: Location | None
    related: tuple[Related, ...]
    fingerprint: str
    attribute: str | UnsetType = UNSET
    found: str | UnsetType = UNSET
    expected: str | UnsetType = UNSET
    fix: str | UnsetType = UNSET
    contract: str | UnsetType = UNSET
    environment: str | UnsetType = UNSET
    input: str | UnsetType = UNSET
    new: bool | UnsetType = UNSET
    waiver: WaiverTerms | UnsetType = UNSET
    edit: EditEntry | UnsetType = UNSET


class RuleEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A rule that has results."""

    id: str
    severity: Literal["error", "warning", "note"] | UnsetType = UNSET
    title: str | UnsetType = UNSET
    page: str | UnsetType = UNSET
    frameworks: dict[str, str] | UnsetType = UNSET


class EarlierEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A finding of the baseline that is no longer one, as the baseline has it."""

    rule: str
    severity: Literal["error", "warning", "note"]
    address: str
    message: str
    input: str | UnsetType = UNSET
    environment: str | UnsetType = UNSET


class ComparisonEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """The differences to the baseline."""

    baseline: str
    new: int
    still_open: int
    fixed: tuple[EarlierEntry, ...]
    now_unknown: tuple[EarlierEntry, ...]
    now_waived: tuple[EarlierEntry, ...]
    not_checked: tuple[EarlierEntry, ...]


class ProblemPlace(Struct, frozen=True, forbid_unknown_fields=True):
    """The place of a problem in its file."""

    line: int
    column: int | UnsetType = UNSET


class ProblemEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One reason why something could not be checked."""

    kind: ProblemKind
    message: str
    path: str | UnsetType = UNSET
    place: ProblemPlace | UnsetType = UNSET


class ReportEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A whole report."""

    version: Literal[1]
    tool: Tool
    inputs: tuple[InputEntry, ...]
    summary: Summary
    results: tuple[ResultEntry, ...]
    errors: tuple[str, ...] | UnsetType = UNSET
    configuration: ConfigurationEntry | UnsetType = UNSET
    notices: tuple[str, ...] | UnsetType = UNSET
    directories: tuple[DirectoryEntry, ...] | UnsetType = UNSET
    not_checked: tuple[NotCheckedEntry, ...] | UnsetType = UNSET
    not_applicable: tuple[str, ...] | UnsetType = UNSET
    not_run: tuple[str, ...] | UnsetType = UNSET
    rules: tuple[RuleEntry, ...] | UnsetType = UNSET
    comparison: ComparisonEntry | UnsetType = UNSET
    problems: tuple[ProblemEntry, ...] | UnsetType = UNSET


def to_json(report: Report) -> str:
    """The report, one line for each result."""
    return "".join(parts(report))


def parts(report: Report) -> Iterator[str]:
    """The report in pieces, so that a large one is never in memory as a whole."""
    start, rest = safe_json(compact(head_entry(report)).decode()).split('"inputs":[]')
    before, after = rest.split('"results":[]')
    yield f'{start}"inputs":['
    for number, each in enumerate(report.heads):
        yield ("," if number else "") + safe_json(compact(input_entry(each)).decode())
    yield f']{before}"results":['
    results = iter(report.results)
    separator = "\n"
    while some := tuple(islice(results, RESULTS_PER_PIECE)):
        # JSON has no line break inside a text, so all breaks are between results.
        lines = compact_lines([result_entry(result, report) for result in some])[:-1].replace(b"\n", b",\n")
        yield separator + safe_json(lines.decode())
        separator = ",\n"
    yield f"]{after}\n"


RESULTS_PER_PIECE = 1_000


def head_entry(report: Report) -> ReportEntry:
    """The report without its inputs and results."""
    used = report.configuration
    return ReportEntry(
        version=1,
        tool=Tool("dyncheck", VERSION),
        inputs=(),
        summary=summary_entry(report),
        results=(),
        errors=report.errors or UNSET,
        configuration=ConfigurationEntry(used.path, used.sha256, used.holds) if used else UNSET,
        notices=report.notices or UNSET,
        directories=tuple(map(directory_entry, report.directories)) or UNSET,
        not_checked=_not_checked(report.not_checked),
        not_applicable=report.not_applicable or UNSET,
        not_run=report.not_run or UNSET,
        rules=rule_entries(report) or UNSET,
        comparison=comparison_entry(report),
        problems=tuple(map(problem_entry, report.problems)) or UNSET,
    )


InputType = TypeVar("InputType", bound=InputEntry)
ProblemType = TypeVar("ProblemType", bound=ProblemEntry)
ResultType = TypeVar("ResultType", bound=ResultEntry)


def input_entry(checked: Input, kind: type[InputType] = InputEntry) -> InputType:  # type: ignore[assignment]
    """An input as JSON has it."""
    return kind(
        checked.path,
        checked.kind,  # type: ignore[arg-type]
        checked.sha256,
        checked.notices or UNSET,
        _not_checked(checked.not_checked),
        dict(checked.contracts) or UNSET,
        checked.files or UNSET,
        checked.variable_files or UNSET,
        checked.not_applicable or UNSET,
        checked.environment or UNSET,
        checked.not_run or UNSET,
        checked.producer or UNSET,
        checked.tables,
        checked.alarms,
        tuple(map(_effect, checked.effects)) or UNSET,
    )


def _effect(effect: Effect) -> EffectEntry:
    return EffectEntry(
        effect.address,
        effect.happens,  # type: ignore[arg-type]
        effect.name or UNSET,
        effect.because or UNSET,
        effect.elsewhere or UNSET,
        effect.details or UNSET,
        effect.loses_items or UNSET,
    )


def _not_checked(several: Iterable[NotChecked]) -> tuple[NotCheckedEntry, ...] | UnsetType:
    return tuple(NotCheckedEntry(each.path, each.reason) for each in several) or UNSET


def directory_entry(directory: Directory) -> DirectoryEntry:
    """A directory as JSON has it."""
    return DirectoryEntry(directory.path, directory.state, directory.through or UNSET, directory.reason or UNSET)  # type: ignore[arg-type]


def rule_entries(report: Report) -> tuple[RuleEntry, ...]:
    """The rules that have results in the report."""
    known = {rule.id: rule for rule in (*all_rules(), *report.own_rules)}
    return tuple(_rule(name, known.get(name)) for name in sorted(report.rules))


def _rule(name: str, rule: Rule | None) -> RuleEntry:
    if rule is None:
        return RuleEntry(name)
    return RuleEntry(name, rule.severity.value, rule.title, page(name) or UNSET, dict(rule.frameworks) or UNSET)


def comparison_entry(report: Report) -> ComparisonEntry | UnsetType:
    """The differences to the baseline, if there is one."""
    found = report.comparison
    if found is None:
        return UNSET
    new, known = (failed(report, is_new=is_new) for is_new in (True, False))
    gone = (tuple(map(_earlier, several)) for several in (found.fixed, found.now_unknown, found.now_waived, found.not_checked))
    return ComparisonEntry(found.baseline, new, known, *gone)


def _earlier(earlier: Earlier) -> EarlierEntry:
    place = earlier.input or UNSET, earlier.environment or UNSET
    return EarlierEntry(earlier.rule, earlier.severity.value, earlier.address, earlier.message, *place)


def problem_entry(problem: InputProblem, kind: type[ProblemType] = ProblemEntry) -> ProblemType:  # type: ignore[assignment]
    """A problem as JSON has it."""
    place = ProblemPlace(problem.line, problem.column or UNSET) if problem.line else UNSET
    return kind(problem.kind, problem.message, problem.path or UNSET, place)


def summary_entry(report: Report) -> Summary:
    """The counts of the results."""
    return Summary(
        fail=Failures(*(report.failures[severity] for severity in (Severity.ERROR, Severity.WARNING, Severity.NOTE))),
        unknown=report.count(Status.UNKNOWN),
        waived=report.count(Status.WAIVED),
        passed=report.count(Status.PASS),
    )


def result_entry(result: Result, report: Report, kind: type[ResultType] = ResultEntry) -> ResultType:  # type: ignore[assignment]
    """A result as JSON has it."""
    is_compared = report.comparison is not None and result.status in (Status.FAIL, Status.UNKNOWN)
    return kind(
        result.rule,
        result.status.value,
        result.severity.value,
        result.address,
        result.message,
        result.location,
        result.related,
        result.fingerprint,
        result.attribute or UNSET,
        result.found or UNSET,
        result.expected or UNSET,
        result.fix or UNSET,
        result.contract or UNSET,
        result.environment or UNSET,
        result.input or UNSET,
        report.is_new(result) if is_compared else UNSET,
        _waiver(result.waiver) if result.waiver else UNSET,
        _edit(report.edit_of(result)) if report.edits else UNSET,
    )


def _edit(edit: VerifiedEdit | None) -> EditEntry | UnsetType:
    if edit is None:
        return UNSET
    replacements = (ReplacementEntry(each.file, each.start.offset, each.end.offset, each.text) for each in edit.replacements)
    return EditEntry(tuple(replacements), edit.diff)


def _waiver(waiver: Waiver) -> WaiverTerms:
    return WaiverTerms(waiver.reason, waiver.source, waiver.owner or UNSET, waiver.until or UNSET)
