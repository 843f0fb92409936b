"""The file of a baseline: the fingerprint of each accepted result, one a line, without messages and values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Annotated, Literal

from msgspec import UNSET, Meta, MsgspecError, Struct, UnsetType, ValidationError
from msgspec.json import decode, encode

from dyncheck.errors import UsageError
from dyncheck.files import contents, from_repository, largest
from dyncheck.findings import Earlier, Result, Status
from dyncheck.rule import Severity

NAME = ".dyncheck-baseline.json"

_FORMAT: Literal["dyncheck-baseline"] = "dyncheck-baseline"
_MAKE = "Write one with `dyncheck baseline`."


class Entry(Struct, frozen=True, omit_defaults=True):
    """One result that is accepted: a finding (`fail`), or one that cannot be determined (`unknown`).

    `fingerprint` identifies it; the other keys say what it is. `input` is the path of its input from the root of the repository, absent
    for a required table. `environment` is the one of the configuration that it was checked in, absent without.
    """

    fingerprint: Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]
    status: Literal["fail", "unknown"]
    severity: Severity
    rule: str
    address: str
    input: str = ""
    environment: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What it is in a baseline: a finding and an unknown result may have the same fingerprint."""
        return self.fingerprint, self.status

    @property
    def known(self) -> Known:
        """The entry as what is known of an earlier result."""
        earlier = Earlier(self.rule, self.severity, self.address, input=self.input, environment=self.environment)
        return Known(self.fingerprint, Status(self.status), earlier)

    @property
    def order(self) -> tuple[str, ...]:
        """The place in the file: the results of one input are together, and those of one resource in it."""
        return self.input, self.environment, self.address, self.rule, self.fingerprint, self.status


class BaselineFile(Struct, frozen=True):
    """A baseline, as `dyncheck baseline` writes it: what is accepted, in the order of inputs, environments, addresses and rules."""

    format: Literal["dyncheck-baseline"]
    version: Literal[1]
    findings: tuple[Entry, ...]


class Known(Struct, frozen=True):
    """What is known of an earlier result."""

    fingerprint: str
    status: Status
    earlier: Earlier


class _Reported(Struct, frozen=True):
    status: Status
    severity: Severity
    rule: str
    address: str
    fingerprint: str
    message: str
    input: str = ""
    environment: str = ""


class _Tool(Struct, frozen=True):
    name: Literal["dyncheck"]


class _Either(Struct, frozen=True):
    """A baseline or a report."""

    version: Literal[1]
    format: Literal["dyncheck-baseline"] | UnsetType = UNSET
    findings: tuple[Entry, ...] | UnsetType = UNSET
    tool: _Tool | UnsetType = UNSET
    results: tuple[_Reported, ...] | UnsetType = UNSET


def read(path: str) -> tuple[Known, ...]:
    """The accepted results of a baseline, or the findings and unknown results of an earlier JSON report.

    Raises `UsageError` when the file is neither.
    """
    name = f"--baseline {path}"
    try:
        found = decode(_bytes(path, name), type=_Either)
    except ValidationError:
        found = _Either(1)
    except (MsgspecError, RecursionError, UnicodeDecodeError):
        raise UsageError(f"{name} is not JSON. {_MAKE}") from None
    if found.format and found.findings is not UNSET:
        return tuple(each.known for each in found.findings)
    if not found.tool or found.results is UNSET:
        raise UsageError(f"{name} is neither a baseline nor a JSON report of dyncheck, version 1. {_MAKE}")
    return tuple(_of_report(found.results))


def entries(path: str) -> tuple[Entry, ...]:
    """The entries of a baseline that is to be updated. Raises `UsageError` when the file is anything else."""
    try:
        return decode(_bytes(path, path), type=BaselineFile).findings
    except (MsgspecError, RecursionError, UnicodeDecodeError):
        advice = "dyncheck does not overwrite it. Name another file with --output, or remove it to start again."
        raise UsageError(f"{path} is not a baseline of dyncheck, version 1, so {advice}") from None


def entry(result: Result) -> Entry:
    """A finding or an unknown result as an entry."""
    is_fail = result.status is Status.FAIL
    return Entry(
        result.fingerprint,
        "fail" if is_fail else "unknown",
        result.severity,
        _written(result.rule),
        _written(result.address),
        _written(result.origin),
        _written(result.environment),
    )


def text(several: Iterable[Entry]) -> Iterator[str]:
    """The text of a baseline: the same for the same entries, each on a line of its own."""
    yield f'{{"format":"{_FORMAT}","version":1,"findings":['
    before = "\n"
    for each in sorted(several, key=lambda each: each.order):
        yield before + encode(each).decode()
        before = ",\n"
    yield "\n]}\n"


def _of_report(results: Iterable[_Reported]) -> Iterator[Known]:
    origin = cache(from_repository)
    for each in results:
        if each.status in (Status.FAIL, Status.UNKNOWN):
            home = origin(each.input) if each.input else ""
            earlier = Earlier(each.rule, each.severity, each.address, each.message, home, each.environment)
            yield Known(each.fingerprint, each.status, earlier)


def _bytes(path: str, name: str) -> bytes:
    try:
        return contents(path, largest())
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}. {_MAKE}") from None


def _written(value: str) -> str:
    """A text as the file has it: sensitive text is concealed, and surrogates, as in a file name that is not UTF-8, are escaped."""
    return str(value).encode("utf-8", "backslashreplace").decode()
