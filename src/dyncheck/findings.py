"""What a run found: results, their order and their sum."""

from __future__ import annotations

from collections import Counter
from enum import Enum
from hashlib import sha256

from msgspec import Struct

from dyncheck.model import Location
from dyncheck.rule import Severity


class Status(Enum):
    """The verdict of one rule on one resource."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    WAIVED = "waived"
    PASS = "pass"


class Related(Struct, frozen=True):
    """A place that had a part in a finding, such as the variable a value came from."""

    file: str
    line: int
    message: str


class Result(Struct, frozen=True):
    """What one rule says of one resource; a rule that finds several defects there has a result for each.

    `attribute` is where in the resource. `found`, `wanted` and `fix` are the parts of the message for reports that have
    room for them. `table` is the address that the result is grouped under.
    """

    rule: str
    status: Status
    severity: Severity
    address: str
    message: str
    attribute: str = ""
    summary: str = ""
    found: str = ""
    wanted: str = ""
    fix: str = ""
    table: str = ""
    location: Location | None = None
    related: tuple[Related, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Identifies the finding over time: 16 hexadecimal digits from rule, address and attribute, not from lines."""
        return sha256(f"{self.rule}\0{self.address}\0{self.attribute}".encode()).hexdigest()[:16]


class Input(Struct, frozen=True):
    """One checked input: its path as given, what it is (`plan`, `state` or `hcl`), and the SHA-256 of its bytes."""

    path: str
    kind: str
    sha256: str
    tables: int = 0
    alarms: int = 0
    results: tuple[Result, ...] = ()
    notices: tuple[str, ...] = ()
    # What made it, such as "Terraform 1.11.4".
    producer: str = ""


class Report(Struct, frozen=True):
    """All inputs of a run, the results that belong to none of them, and what could not be checked."""

    inputs: tuple[Input, ...]
    required: tuple[Result, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def results(self) -> tuple[Result, ...]:
        """The results of all inputs, in their order, then those on tables that the run requires."""
        return (*(result for checked in self.inputs for result in checked.results), *self.required)

    def count(self, status: Status) -> int:
        """How many results have that status."""
        return sum(result.status is status for result in self.results)

    @property
    def failures(self) -> dict[Severity, int]:
        """How many findings there are of each severity."""
        found = Counter(result.severity for result in self.results if result.status is Status.FAIL)
        return {severity: found[severity] for severity in Severity}
