"""The report as JSON, version 1: the same bytes for the same input.

The schema is published as `dyncheck/schemas/report.schema.json`, made from the types below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from dyncheck.findings import Directory, Input, Report, Result, Status
from dyncheck.model import Location, NotChecked, Related
from dyncheck.reporters.document import compact, compact_lines
from dyncheck.reporters.safe import safe_json
from dyncheck.rule import Severity
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
    """A directory with Terraform files, and what the run did with it.

    `checked` is a root module, `checked through` a module that the root modules `through` call. `reason` says why the directory was
    excluded or not checked. The keys `through` and `reason` exist only when they have a value.
    """

    path: str
    state: Literal["checked", "checked through", "excluded", "not checked"]
    through: tuple[str, ...] | UnsetType = UNSET
    reason: str | UnsetType = UNSET


class InputEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One input: its path as given, its kind, and the SHA-256 of its bytes in hexadecimal.

    For Terraform files the hash is that of the sorted lines "<hash> <path>" of all files, with paths relative to the root module.
    `contracts` has each table with the names of the contracts that it is under, null where they cannot be determined. `files` and
    `variable_files` are the Terraform files that were read. `not_applicable` are the rules that apply to nothing in the input.
    `environment` is the one of the configuration that it was checked in, `not_run` are the rules that `overrides` leave out.
    The keys from `notices` on exist only when they have a value.
    """

    path: str
    kind: Literal["plan", "state", "hcl", "capture"]
    sha256: str
    notices: tuple[str, ...] | UnsetType = UNSET
    not_checked: tuple[NotCheckedEntry, ...] | UnsetType = UNSET
    contracts: dict[str, tuple[str, ...] | None] | UnsetType = UNSET
    files: tuple[str, ...] | UnsetType = UNSET
    variable_files: tuple[str, ...] | UnsetType = UNSET
    not_applicable: tuple[str, ...] | UnsetType = UNSET
    environment: str | UnsetType = UNSET
    not_run: tuple[str, ...] | UnsetType = UNSET


class ConfigurationEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """The configuration file of the run, the SHA-256 of its bytes, and the settings that come from it."""

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


class ResultEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """The result of one rule on one resource. `location` is null without Terraform files.

    `attribute` is where in the resource, `found` and `expected` are parts of the message, `fix` is the HCL that corrects it, and
    `contract` names the contracts that demand it, separated by commas. `environment` is
    the one of the configuration that it was checked in. These keys exist only when they have a value.
    """

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


class ReportEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole report. The keys from `errors` on exist only when they have a value.

    `errors` lists what could not be checked; the exit code is then 3. `configuration` is the configuration file of the run. `notices`
    are about the run as a whole. `directories` are all directories with Terraform files below the paths of the run; `not_checked` are
    those of them that were not checked, and why. What was not checked inside an input is there. `not_applicable` are the rules that apply
    to nothing in the run, `not_run` those that `select` and `ignore` leave out.
    """

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


def to_json(report: Report) -> str:
    """The report, one line for each result."""
    return "".join(parts(report))


def parts(report: Report) -> Iterator[str]:
    """The report in pieces, so that a large one is never in memory as a whole."""
    used = report.configuration
    head = ReportEntry(
        version=1,
        tool=Tool("dyncheck", VERSION),
        inputs=tuple(map(input_entry, report.inputs)),
        summary=_summary(report),
        results=(),
        errors=report.errors or UNSET,
        configuration=ConfigurationEntry(used.path, used.sha256, used.holds) if used else UNSET,
        notices=report.notices or UNSET,
        directories=tuple(map(directory_entry, report.directories)) or UNSET,
        not_checked=_not_checked(report.not_checked),
        not_applicable=report.not_applicable or UNSET,
        not_run=report.not_run or UNSET,
    )
    before, after = safe_json(compact(head).decode()).split('"results":[]')
    yield f'{before}"results":['
    results = iter(report.results)
    separator = "\n"
    while some := tuple(islice(results, _RESULTS_PER_PIECE)):
        yield separator + safe_json(compact_lines([_entry(result) for result in some]).decode())
        separator = ",\n"
    yield f"]{after}\n"


_RESULTS_PER_PIECE = 1_000


def input_entry(checked: Input) -> InputEntry:
    """An input as JSON has it."""
    return InputEntry(
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
    )


def _not_checked(several: Iterable[NotChecked]) -> tuple[NotCheckedEntry, ...] | UnsetType:
    return tuple(NotCheckedEntry(each.path, each.reason) for each in several) or UNSET


def directory_entry(directory: Directory) -> DirectoryEntry:
    """A directory as JSON has it."""
    return DirectoryEntry(directory.path, directory.state, directory.through or UNSET, directory.reason or UNSET)  # type: ignore[arg-type]


def _summary(report: Report) -> Summary:
    return Summary(
        fail=Failures(*(report.failures[severity] for severity in (Severity.ERROR, Severity.WARNING, Severity.NOTE))),
        unknown=report.count(Status.UNKNOWN),
        waived=report.count(Status.WAIVED),
        passed=report.count(Status.PASS),
    )


def _entry(result: Result) -> ResultEntry:
    return ResultEntry(
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
    )
