"""The report as JSON, version 1: the same bytes for the same input.

The schema is published as `dyncheck/schemas/report.schema.json`, made from the types below.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Literal, TypeAlias

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from dyncheck.findings import Input, Report, Result, Status, encoded, fingerprint_of
from dyncheck.model import Location, Related
from dyncheck.reporters.document import compact
from dyncheck.reporters.safe import safe_json
from dyncheck.rule import Severity
from dyncheck.version import VERSION


class Tool(Struct, frozen=True, forbid_unknown_fields=True):
    """What wrote the report."""

    name: str
    version: str


class InputEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One input: its path as given, its kind, and the SHA-256 of its bytes in hexadecimal.

    For Terraform files the hash is that of the sorted lines "<hash> <path>" of all files, with paths relative
    to the root module. `notices` say what was left out
    or should be known; the key is there only when there are some.
    """

    path: str
    kind: Literal["plan", "state", "hcl"]
    sha256: str
    notices: tuple[str, ...] | UnsetType = UNSET


class ConfigurationEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """The configuration file that the run went by, the SHA-256 of its bytes, and what holds because of it."""

    path: str
    sha256: str
    holds: tuple[str, ...]


class Failures(Struct, frozen=True, forbid_unknown_fields=True):
    """How many findings there are of each severity."""

    error: int
    warning: int
    note: int


class Summary(Struct, frozen=True, forbid_unknown_fields=True, rename={"passed": "pass"}):
    """How many results have each status."""

    fail: Failures
    unknown: int
    waived: int
    passed: int


class ResultEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One rule on one resource. `location` is null when no sources were at hand."""

    rule: str
    status: Literal["fail", "unknown", "waived", "pass"]
    severity: Literal["error", "warning", "note"]
    address: str
    message: str
    location: Location | None
    related: tuple[Related, ...]
    fingerprint: str


class ReportEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole report. `errors` is there only when something could not be checked; the exit code is 3 then.

    `configuration` is there only when the run went by a file, `notices` when something should be known of the run as a whole.
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
    """The report piece by piece: one of a hundred thousand results is never there as a whole."""
    head = ReportEntry(
        version=1,
        tool=Tool("dyncheck", VERSION),
        inputs=tuple(map(_input, report.inputs)),
        summary=_summary(report),
        results=(),
        errors=report.errors or UNSET,
        configuration=_configuration(report),
        notices=report.notices or UNSET,
    )
    before, after = safe_json(compact(head).decode()).split('"results":[]')
    yield f'{before}"results":['
    lines = _Lines()
    results = iter(report.results)
    between = "\n"
    while some := tuple(islice(results, _PIECE)):
        yield between + ",\n".join(map(lines.line, some))
        between = ",\n"
    yield f"]{after}\n"


# Results to a piece, so that there are few pieces and none of them is large.
_PIECE = 1_000

# How many lines are remembered that differ from others in their address only.
_REMEMBERED = 10_000


# What results have in common that differ in their address: the text before it and after it, and the same of what their
# fingerprint is made of.
_Around: TypeAlias = tuple[str, str, bytes, bytes]


class _Lines:
    """Writes the line of a result; what many have in common is written once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Status, Severity, str, str], _Around] = {}
        self._address, self._written_address, self._encoded_address = "", _written(""), b""

    def line(self, result: Result) -> str:
        """The result as JSON."""
        if result.location is not None or result.related:
            return _written(_entry(result))
        key = (result.rule, result.status, result.severity, result.message, result.attribute)
        before, after, rule, attribute = self._known.get(key) or self._remember(key, result)
        address = result.address
        if address != self._address:
            self._address, self._written_address, self._encoded_address = address, _written(address), encoded(address)
        return f'{before}{self._written_address}{after}{fingerprint_of(rule, self._encoded_address, attribute)}"}}'

    def _remember(self, key: tuple[str, Status, Severity, str, str], result: Result) -> _Around:
        if len(self._known) == _REMEMBERED:
            self._known.clear()
        before, after = _written(_entry(replace(result, address=""))).split('"address":""', 1)
        around = f'{before}"address":', f'{after.rpartition(":")[0]}:"', encoded(result.rule), encoded(result.attribute)
        self._known[key] = around
        return around


def _written(value: object) -> str:
    return safe_json(compact(value).decode())


def _configuration(report: Report) -> ConfigurationEntry | UnsetType:
    used = report.configuration
    return ConfigurationEntry(used.path, used.sha256, used.holds) if used else UNSET


def _input(checked: Input) -> InputEntry:
    return InputEntry(checked.path, checked.kind, checked.sha256, checked.notices or UNSET)  # type: ignore[arg-type]


def _summary(report: Report) -> Summary:
    failures = report.failures
    return Summary(
        fail=Failures(failures[Severity.ERROR], failures[Severity.WARNING], failures[Severity.NOTE]),
        unknown=report.count(Status.UNKNOWN),
        waived=report.count(Status.WAIVED),
        passed=report.count(Status.PASS),
    )


def _entry(result: Result) -> ResultEntry:
    return ResultEntry(
        rule=result.rule,
        status=result.status.value,
        severity=result.severity.value,
        address=result.address,
        message=result.message,
        location=result.location,
        related=result.related,
        fingerprint=result.fingerprint,
    )
