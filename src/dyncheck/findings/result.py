"""The result of one rule on one resource."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from dyncheck.model import Location, Place, Related
from dyncheck.rule import Severity


class Status(Enum):
    """The verdict of one rule on one resource."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    WAIVED = "waived"
    PASS = "pass"

    # The hash of `Enum` is written in Python, and counting results takes many.
    __hash__ = object.__hash__


class Waiver(Struct, frozen=True):
    """A decision to accept a finding.

    `source` is its place: `main.tf:12`, or a configuration file. `until` is its last day, as `2026-12-31`; empty if it does not expire.
    """

    reason: str
    source: str
    owner: str = ""
    until: str = ""


class Result(Struct, frozen=True, gc=False):
    """The result of one rule on one resource, or one of several if the rule finds several problems there.

    `attribute` is where in the resource. `found`, `expected` and `fix` are parts of the message. `table` is the address that the result
    is grouped under, `places` are the blocks around it in the sources, and `excerpt` has the lines of its location, for a report that
    quotes them. `waiver` is set when the status is waived. `contract` names the contracts that demand it, separated by commas.
    `environment` is the one that it was checked in, empty without.
    """

    rule: str
    status: Status
    severity: Severity
    address: str
    message: str
    attribute: str = ""
    summary: str = ""
    found: str = ""
    expected: str = ""
    fix: str = ""
    table: str = ""
    location: Location | None = None
    related: tuple[Related, ...] = ()
    places: tuple[Place, ...] = ()
    waiver: Waiver | None = None
    contract: str = ""
    environment: str = ""
    excerpt: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Identifies the finding over time: 16 hexadecimal digits from rule, address, attribute and environment, not from lines."""
        from hashlib import sha256

        identity = f"{self.rule}\0{self.address}\0{self.attribute}"
        if self.environment:
            identity += f"\0{self.environment}"
        # An address may contain a file name that is not UTF-8.
        return sha256(identity.encode("utf-8", "backslashreplace")).hexdigest()[:16]
