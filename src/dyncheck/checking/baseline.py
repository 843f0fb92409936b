"""What has changed since an earlier JSON report: which findings are new, which are gone, which cannot be told any more."""

from __future__ import annotations

from typing import Any

from dyncheck.catalog.rules import all_rules
from dyncheck.errors import UsageError
from dyncheck.files import contents, largest
from dyncheck.findings import Comparison, Earlier, Report, Status
from dyncheck.rule import Severity

_MAKE = "Write one with `dyncheck --format json`."


def compare(report: Report, path: str) -> Comparison:
    """The report held against the one in a file.

    Findings are the same when their fingerprints are: rule, address and attribute, whatever the line. What a plan takes away is
    always new: that an earlier plan did the same says nothing. Raises `UsageError` when the file is no report of dyncheck.
    """
    on_changes = {rule.id for rule in all_rules() if rule.is_on_change}
    entries = {name: entry for name, entry in _entries(path).items() if entry[1].rule not in on_changes}
    before = {name: earlier for name, (status, earlier) in entries.items() if status == Status.FAIL.value}
    undecided = frozenset(name for name, (status, _) in entries.items() if status == Status.UNKNOWN.value)
    now: dict[str, set[Status]] = {}
    unknown: set[tuple[str, str]] = set()
    for result in report.results:
        now.setdefault(result.fingerprint, set()).add(result.status)
        if result.status is Status.UNKNOWN:
            unknown.add((result.rule, result.address))
    still = frozenset(name for name in before if Status.FAIL in now.get(name, ()))
    gone = {name: earlier for name, earlier in before.items() if name not in still}
    # Where a verdict is unknown as a whole, none of its findings can be called mended.
    lost = {name: earlier for name, earlier in gone.items() if (earlier.rule, earlier.address) in unknown}
    return Comparison(
        baseline=path,
        open=still | frozenset(name for name in undecided if Status.UNKNOWN in now.get(name, ())),
        fixed=tuple(earlier for name, earlier in gone.items() if name not in lost),
        now_unknown=tuple(lost.values()),
    )


def _entries(path: str) -> dict[str, tuple[str, Earlier]]:
    """The results of an earlier report, by fingerprint, each with its status; a finding goes before what else has its fingerprint."""
    from msgspec import MsgspecError
    from msgspec.json import decode

    try:
        document: Any = decode(contents(path, largest()))
    except OSError as error:
        raise UsageError(f"--baseline {path} cannot be read: {error.strerror}. {_MAKE}") from None
    except (MsgspecError, RecursionError, UnicodeDecodeError):
        raise UsageError(f"--baseline {path} is not JSON. {_MAKE}") from None
    try:
        if document["version"] != 1 or document["tool"]["name"] != "dyncheck":
            raise UsageError(f"--baseline {path} is not a report of dyncheck, version 1. {_MAKE}")
        found: dict[str, tuple[str, Earlier]] = {}
        for entry in document["results"]:
            earlier = Earlier(str(entry["rule"]), Severity(entry["severity"]), str(entry["address"]), str(entry["message"]))
            if entry["status"] == Status.FAIL.value or entry["fingerprint"] not in found:
                found[str(entry["fingerprint"])] = (str(entry["status"]), earlier)
        return found
    except (LookupError, TypeError, ValueError):
        raise UsageError(f"--baseline {path} is not a report of dyncheck. {_MAKE}") from None
