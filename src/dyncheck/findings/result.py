"""The result of one rule on one resource."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

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
    `environment` is the one that it was checked in, empty without. `input` is the path of its input as the report shows it, `origin` that
    path from the root of the repository; both are empty for a required table, which is missing from all inputs. `occurrence` numbers the
    results of one rule on one attribute of one resource, see `numbered`. `nearest` is that of `Problem`.
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
    input: str = ""
    origin: str = ""
    occurrence: int = 1
    excerpt: tuple[str, ...] = ()
    nearest: str = ""

    @property
    def fingerprint(self) -> str:
        """Identifies the finding over time: 16 hexadecimal digits from input, environment, rule, address and attribute, not from lines."""
        from hashlib import sha256

        parts = (self.origin, self.environment, self.rule, self.address, self.attribute, *([str(self.occurrence)] * (self.occurrence > 1)))
        # An address may contain a file name that is not UTF-8.
        return sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def numbered(results: Sequence[Result]) -> Sequence[Result]:
    """The results of one input, or those on required tables, each with its occurrence.

    Findings come before what is unknown, waived or passed, so a waiver does not change the fingerprints of the findings beside it.
    """
    groups: dict[tuple[str, ...], list[int]] = {}
    for position, result in enumerate(results):
        groups.setdefault((result.environment, result.rule, result.address, result.attribute), []).append(position)
    if len(groups) == len(results):
        return results
    found = list(results)
    ranks = {status: rank for rank, status in enumerate(Status)}
    for group in groups.values():
        for occurrence, position in enumerate(sorted(group, key=lambda each: ranks[found[each].status]), 1):
            if found[position].occurrence != occurrence:
                found[position] = replace(found[position], occurrence=occurrence)
    return tuple(found)
