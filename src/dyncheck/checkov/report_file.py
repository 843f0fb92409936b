"""Reads checkov's JSON report: the result of each check on each resource."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from dyncheck.errors import UsageError
from dyncheck.readers.hcl.configuration.files import is_inside

_MAKE = "Write one with `checkov -f plan.json -o json > checkov.json`, or with -d and a directory."
_LISTS = {"passed_checks": "passed", "failed_checks": "failed", "skipped_checks": "skipped"}

# checkov's framework for each kind of input. No framework reads states.
_FRAMEWORKS = {"plan": "terraform_plan", "hcl": "terraform"}


class Record(Struct, frozen=True):
    """The result of one check on one resource: `passed`, `failed` or `skipped`. checkov omits unknown results."""

    check: str
    resource: str
    verdict: str
    file: str


class CheckovReport(Struct, frozen=True):
    """A report: its path, checkov's version, and its records by framework."""

    path: str
    version: str
    records: dict[str, tuple[Record, ...]]

    def about(self, path: str, kind: str) -> tuple[Record, ...]:
        """The records about one input: a plan, or the Terraform files of a directory.

        Raises `UsageError` when there are none, or the input is not one of several in the report.
        """
        framework = _FRAMEWORKS.get(kind)
        if framework is None:
            raise UsageError(f"{path} is a {kind}, and checkov does not read one. Compare a plan or a directory of Terraform files.")
        records = self.records.get(framework)
        if records is None:
            named = ", ".join(sorted(self.records)) or "none"
            raise UsageError(f"{self.path} has no results of checkov's framework {framework}, only of: {named}. {_MAKE}")
        real = os.path.realpath(path)
        found = tuple(record for record in records if is_inside(os.path.realpath(record.file), real))
        # Without a match, the report may be from another machine.
        if not found and kind == "plan" and len({record.file for record in records}) > 1:
            raise UsageError(f"{self.path} is about several plans, and {path} is not one of them. {_MAKE}")
        return found or records


def read_report(path: str) -> CheckovReport:
    """Read a report of checkov. Raises `UsageError` with what to do when it is not one, or lacks passed checks."""
    from msgspec import MsgspecError
    from msgspec.json import decode

    try:
        with open(path, "rb") as file:
            document: Any = decode(file.read())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}. {_MAKE}") from None
    except (MsgspecError, RecursionError, UnicodeDecodeError):
        raise UsageError(f"{path} is not JSON. {_MAKE}") from None
    parts = document if isinstance(document, list) else [document]
    try:
        # With nothing to check, checkov writes only its summary.
        version = next((part["summary"]["checkov_version"] for part in parts if "summary" in part), parts[0].get("checkov_version", ""))
        records = {part["check_type"]: tuple(_records(part["results"], path)) for part in parts if "check_type" in part}
    except (LookupError, TypeError, AttributeError):
        raise UsageError(f"{path} is not a report of checkov. {_MAKE}") from None
    return CheckovReport(path, str(version), records)


def _records(results: dict[str, Any], path: str) -> Iterator[Record]:
    if "passed_checks" not in results:
        raise UsageError(f"{path} lacks the checks that passed. Write it without --quiet.")
    for name, verdict in _LISTS.items():
        for entry in results.get(name, ()):
            yield Record(str(entry["check_id"]), str(entry["resource"]), verdict, str(entry.get("file_abs_path") or entry["file_path"]))
