"""checkov's JSON report, as far as it is compared with: which check said what of which resource."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from dyncheck.errors import UsageError

_MAKE = "Write one with `checkov -f plan.json -o json > checkov.json`, or with -d and a directory."
_LISTS = {"passed_checks": "passed", "failed_checks": "failed", "skipped_checks": "skipped"}

# Which of checkov's frameworks reads what dyncheck calls by these names; no framework reads states.
_FRAMEWORKS = {"plan": "terraform_plan", "hcl": "terraform"}


class Record(Struct, frozen=True):
    """What one check said of one resource: `verdict` is `passed`, `failed` or `skipped`; what checkov cannot tell, it leaves out."""

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
        """The records about one input of dyncheck's: a plan, or the Terraform files of a directory.

        Raises `UsageError` when there are none, or it cannot be told which they are.
        """
        framework = _FRAMEWORKS.get(kind)
        if framework is None:
            raise UsageError(f"{path} is a {kind}, and checkov reads none. Compare a plan or a directory of Terraform files.")
        records = self.records.get(framework)
        if records is None:
            named = ", ".join(sorted(self.records)) or "none"
            raise UsageError(f"{self.path} has no results of checkov's framework {framework}, only of: {named}. {_MAKE}")
        found = tuple(record for record in records if _is_in(record.file, path))
        if found or not records:
            return found
        # The report may have been written on another machine.
        if kind == "plan" and len({record.file for record in records}) > 1:
            raise UsageError(f"{self.path} is about several plans, and none of them is {path}. {_MAKE}")
        return records


def read_report(path: str) -> CheckovReport:
    """Read a report of checkov's. Raises `UsageError` with what to do when it is none, or lacks what passed."""
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
        # With nothing to check, checkov writes its summary alone.
        return CheckovReport(
            path,
            next(
                (str(part["summary"]["checkov_version"]) for part in parts if "summary" in part), str(parts[0].get("checkov_version", ""))
            ),
            {part["check_type"]: tuple(_records(part["results"], path)) for part in parts if "check_type" in part},
        )
    except (LookupError, TypeError, AttributeError):
        raise UsageError(f"{path} is not a report of checkov's. {_MAKE}") from None


def _records(results: dict[str, Any], path: str) -> Iterator[Record]:
    if "passed_checks" not in results:
        raise UsageError(f"{path} lacks the checks that passed. Write it without --quiet.")
    for name, verdict in _LISTS.items():
        entries: Iterable[dict[str, Any]] = results.get(name, ())
        for entry in entries:
            yield Record(str(entry["check_id"]), str(entry["resource"]), verdict, str(entry.get("file_abs_path") or entry["file_path"]))


def _is_in(file: str, path: str) -> bool:
    real, around = os.path.realpath(file), os.path.realpath(path)
    return real == around or real.startswith(around.rstrip(os.sep) + os.sep)
