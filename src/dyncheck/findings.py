"""What a run found: results, their order and their sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import Enum
from functools import cached_property
from hashlib import sha256
from operator import attrgetter

from msgspec import Struct

from dyncheck.dynamodb.drawing import TableDrawing
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
    """Somebody's decision that a finding need not be mended.

    `source` says where it stands: `main.tf:12`, or a configuration file. `until` is the last day it holds, as `2026-12-31`;
    empty without an end.
    """

    reason: str
    source: str
    owner: str = ""
    until: str = ""


# A hash that is copied is there in half the time of a new one.
_EMPTY = sha256()


class Result(Struct, frozen=True, gc=False):
    """What one rule says of one resource; a rule that finds several defects there has a result for each.

    `attribute` is where in the resource. `found`, `wanted` and `fix` are the parts of the message for reports that have room for
    them. `table` is the address that the result is grouped under, `places` are what stands around it in the sources, and `excerpt`
    the lines of its location, for a report that quotes them. `waiver` is set when the status is waived.
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
    places: tuple[Place, ...] = ()
    waiver: Waiver | None = None
    excerpt: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Identifies the finding over time: 16 hexadecimal digits from rule, address and attribute, not from lines."""
        return fingerprint_of(encoded(self.rule), encoded(self.address), encoded(self.attribute))


def encoded(text: str) -> bytes:
    """A part of what a fingerprint is made of. A file name that is not UTF-8 can be a part of an address."""
    return text.encode("utf-8", "backslashreplace")


def fingerprint_of(rule: bytes, address: bytes, attribute: bytes) -> str:
    """The fingerprint of what has these, each encoded."""
    digest = _EMPTY.copy()
    digest.update(b"%b\0%b\0%b" % (rule, address, attribute))
    return digest.digest()[:8].hex()


class Effect(Struct, frozen=True):
    """What a plan does to one table that is there already, for a sentence on it.

    `happens` is `destroyed`, `replaced`, `forgotten`, `changed` or `kept`. `name` is the table's, as a message may print it; `because`
    is why it is destroyed, `elsewhere` the address at which one of the same name is created, `details` what changes in place.
    """

    address: str
    happens: str
    name: str = ""
    because: str = ""
    elsewhere: str = ""
    details: tuple[str, ...] = ()


class Input(Struct, frozen=True):
    """One checked input: its path as given, what it is (`plan`, `state` or `hcl`), and the SHA-256 of its bytes.

    `producer` is what made it, such as "Terraform 1.11.4"; `diagrams` are there for a report that draws its tables. `effects` are
    what a plan does to the tables that are there already, in the order of the addresses. `passed` is how many passes are not among the
    results, where nobody wants them listed.
    """

    path: str
    kind: str
    sha256: str
    tables: int = 0
    alarms: int = 0
    results: tuple[Result, ...] = ()
    notices: tuple[str, ...] = ()
    producer: str = ""
    diagrams: tuple[TableDrawing, ...] = ()
    effects: tuple[Effect, ...] = ()
    passed: int = 0


class Finding(Struct, frozen=True):
    """One result, with the addresses at which the same is said of the same block, each with what is found there if that differs."""

    result: Result
    also: tuple[str, ...] = ()


def folded(inputs: Iterable[Input]) -> tuple[tuple[Finding, ...], ...]:
    """The results of each input, with what is said of one block through several instances or root modules said once."""
    first: dict[object, tuple[int, Result]] = {}
    also: dict[object, list[str]] = {}
    kept: list[list[tuple[object, Result]]] = []
    for position, checked in enumerate(inputs):
        kept.append([])
        for result in checked.results:
            key = _block_of(result)
            if key is None or key not in first:
                kept[-1].append((key, result))
                if key is not None:
                    first[key] = (position, result)
                continue
            known_position, known = first[key]
            elsewhere = "" if known_position == position else f"{checked.path}: "
            found = "" if known.found == result.found else f" ({result.attribute} is {result.found})"
            also.setdefault(key, []).append(f"{elsewhere}{result.address}{found}")
    return tuple(tuple([Finding(result, tuple(also.get(key, ()))) for key, result in results]) for results in kept)


def _block_of(result: Result) -> object:
    """What two results have in common that say the same of one block; None for those that are not folded."""
    if result.location is None or result.status is Status.PASS:
        return None
    return (result.rule, result.status, result.location, result.attribute, result.summary or result.message, result.wanted)


class Earlier(Struct, frozen=True):
    """A finding of an earlier report that is none any more, as that report has it."""

    rule: str
    severity: Severity
    address: str
    message: str


class Comparison(Struct, frozen=True):
    """What has changed since an earlier report: the baseline.

    `open` are the fingerprints of findings that were there before, and of verdicts that were unknown before; any other one is
    new. `fixed` are those that are
    gone, `now_unknown` those of which it cannot be told any more.
    """

    baseline: str
    open: frozenset[str] = frozenset()
    fixed: tuple[Earlier, ...] = ()
    now_unknown: tuple[Earlier, ...] = ()


class Configured(Struct, frozen=True):
    """The configuration file that a run went by: its path, the SHA-256 of its bytes, and what holds because of it, in words."""

    path: str
    sha256: str
    holds: tuple[str, ...] = ()

    @property
    def in_words(self) -> str:
        """What of the file applies to the run, in a sentence."""
        return f"This configuration holds: {'; '.join(self.holds)}." if self.holds else "Nothing in this configuration applies here."


class Report(Struct, frozen=True, dict=True):
    """All inputs of a run, the results that belong to none of them, and what could not be checked.

    `comparison` is there when the run was given a baseline, `configuration` when there was a file. `notices` say what should be
    known of the run as a whole.
    """

    inputs: tuple[Input, ...]
    required: tuple[Result, ...] = ()
    errors: tuple[str, ...] = ()
    comparison: Comparison | None = None
    configuration: Configured | None = None
    notices: tuple[str, ...] = ()

    def is_new(self, result: Result) -> bool:
        """Whether a finding was not in the baseline; every one is new without a baseline."""
        return self.comparison is None or result.fingerprint not in self.comparison.open

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """The results of all inputs, in their order, then those on tables that the run requires.

        What several root modules find alike in one block that they share stands there once.
        """
        if len(self.inputs) == 1 and not self.required:
            return self.inputs[0].results
        everything = (*(result for checked in self.inputs for result in checked.results), *self.required)
        if len(self.inputs) < 2:
            return everything
        kept: dict[object, Result] = {}
        for position, result in enumerate(everything):
            is_of_block = result.location is not None and result.status in (Status.FAIL, Status.UNKNOWN)
            kept.setdefault(result if is_of_block else position, result)
        return tuple(kept.values())

    @property
    def checks(self) -> int:
        """How often a rule said anything of a resource, passes that are not listed included."""
        return len(self.results) + sum(checked.passed for checked in self.inputs)

    def count(self, status: Status) -> int:
        """How many results have that status."""
        return sum(number for (found, _), number in self._counts.items() if found is status)

    @property
    def failures(self) -> dict[Severity, int]:
        """How many findings there are of each severity."""
        return {severity: self._counts[Status.FAIL, severity] for severity in Severity}

    @cached_property
    def _counts(self) -> Counter[tuple[Status, Severity]]:
        return Counter(map(attrgetter("status", "severity"), self.results))
