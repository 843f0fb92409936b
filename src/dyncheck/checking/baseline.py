"""Compares a report with an earlier JSON report: new findings, fixed findings, and those that are unknown now."""

from __future__ import annotations

from typing import Literal

from msgspec import MsgspecError, Struct, ValidationError
from msgspec.json import decode

from dyncheck.catalog.rules import all_rules
from dyncheck.errors import UsageError
from dyncheck.files import contents, largest
from dyncheck.findings import Comparison, Earlier, Report, Status

_MAKE = "Write one with `dyncheck --format json`."


class _Result(Earlier, frozen=True):
    status: str
    fingerprint: str


class _Tool(Struct, frozen=True):
    name: Literal["dyncheck"]


class _Report(Struct, frozen=True):
    version: Literal[1]
    tool: _Tool
    results: tuple[_Result, ...]


def compare(report: Report, path: str) -> Comparison:
    """The differences between a report and the one in a file.

    Findings are the same when their fingerprints are: rule, address and attribute, on any line. A finding on a change is always new,
    because the earlier plan was not necessarily applied. Raises `UsageError` when the file is not a report of dyncheck.
    """
    on_changes = {rule.id for rule in (*all_rules(), *report.own_rules) if rule.is_on_change}
    before: dict[str, Earlier] = {}
    open_before: set[str] = set()
    for result in _read(path).results:
        if result.rule not in on_changes and result.status in (Status.FAIL.value, Status.UNKNOWN.value):
            open_before.add(result.fingerprint)
            if result.status == Status.FAIL.value:
                before[result.fingerprint] = Earlier(result.rule, result.severity, result.address, result.message)
    now = {status: {result.fingerprint for result in report.results if result.status is status} for status in Status}
    unknown = {(result.rule, result.address) for result in report.results if result.status is Status.UNKNOWN}
    gone = {name: earlier for name, earlier in before.items() if name not in now[Status.FAIL]}
    # Where a result is unknown as a whole, none of its earlier findings is known to be fixed.
    lost = {name: earlier for name, earlier in gone.items() if (earlier.rule, earlier.address) in unknown}
    return Comparison(
        baseline=path,
        open=frozenset(now[Status.FAIL] & before.keys() | now[Status.UNKNOWN] & (open_before - before.keys())),
        fixed=tuple(earlier for name, earlier in gone.items() if name not in lost),
        now_unknown=tuple(lost.values()),
    )


def _read(path: str) -> _Report:
    try:
        return decode(contents(path, largest()), type=_Report)
    except OSError as error:
        raise UsageError(f"--baseline {path} cannot be read: {error.strerror}. {_MAKE}") from None
    except ValidationError:
        raise UsageError(f"--baseline {path} is not a report of dyncheck, version 1. {_MAKE}") from None
    except (MsgspecError, RecursionError, UnicodeDecodeError):
        raise UsageError(f"--baseline {path} is not JSON. {_MAKE}") from None
