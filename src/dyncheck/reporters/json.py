"""The report as JSON, version 1: the same bytes for the same input.

The schema is published as `dyncheck/schemas/report.schema.json`, made from the types below.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from dyncheck.findings import Input, Report, Result, Status
from dyncheck.model import Location, Related
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


class InputEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One input: its path as given, its kind, and the SHA-256 of its bytes in hexadecimal.

    For Terraform files the hash is that of the sorted lines "<hash> <path>" of all files, with paths relative to the root module.
    The keys `notices` and `not_checked` exist only when they have a value.
    """

    path: str
    kind: Literal["plan", "state", "hcl"]
    sha256: str
    notices: tuple[str, ...] | UnsetType = UNSET
    not_checked: tuple[NotCheckedEntry, ...] | UnsetType = UNSET


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
    """The result of one rule on one resource. `location` is null without Terraform files."""

    rule: str
    status: Literal["fail", "unknown", "waived", "pass"]
    severity: Literal["error", "warning", "note"]
    address: str
    message: str
    location: Location | None
    related: tuple[Related, ...]
    fingerprint: str


class ReportEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole report. The keys from `errors` on exist only when they have a value.

    `errors` lists what could not be checked; the exit code is then 3. `configuration` is the configuration file of the run. `notices`
    are about the run as a whole.
    """

    version: Literal[1]
    tool: Tool
    inputs: tuple[InputEntry, ...]
    summary: Summary
    results: tuple[ResultEntry, ...]
    errors: tuple[str, ...] | UnsetType = UNSET
    configuration: ConfigurationEntry | UnsetType = UNSET
    notices: tuple[str, ...] | UnsetType = UNSET


def to_json(report: Report) -> str:
    """The report, one line for each result."""
    return "".join(parts(report))


def parts(report: Report) -> Iterator[str]:
    """The report in pieces, so that a large one is never in memory as a whole."""
    used = report.configuration
    head = ReportEntry(
        version=1,
        tool=Tool("dyncheck", VERSION),
        inputs=tuple(map(_input, report.inputs)),
        summary=_summary(report),
        results=(),
        errors=report.errors or UNSET,
        configuration=ConfigurationEntry(used.path, used.sha256, used.holds) if used else UNSET,
        notices=report.notices or UNSET,
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


def _input(checked: Input) -> InputEntry:
    not_checked = tuple(NotCheckedEntry(each.path, each.reason) for each in checked.not_checked)
    return InputEntry(checked.path, checked.kind, checked.sha256, checked.notices or UNSET, not_checked or UNSET)  # type: ignore[arg-type]


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
    )
