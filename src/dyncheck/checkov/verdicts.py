"""What dyncheck decided of the resources of one input, for a program that asks for it rule by rule and resource by resource."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from dyncheck.dynamodb.types import ALARM, INDEX, TABLE
from dyncheck.errors import one_line
from dyncheck.findings import Report, Result, Status
from dyncheck.reporters.safe import safe_text
from dyncheck.rule import Severity

# The resources at which rules have something to say.
TYPES = (TABLE, INDEX, ALARM)

_KEYS = re.compile(r"\[[^\]]*\]")

# The worst first: one failure decides.
ORDER = (Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.PASS)


class ResourceVerdict(Struct, frozen=True):
    """What one rule says of one resource in all: `details` are its findings, `reason` is that of the waiver."""

    status: Status
    severity: Severity
    details: tuple[str, ...] = ()
    reason: str = ""


class Verdicts:
    """The results of one input by rule and address, and what kept dyncheck from checking it (`errors`).

    `shows` are the addresses that the asking program has of the input, None when it cannot tell. Results other than passes that stand
    at none of them (a table that is destroyed or missing, a variable) are given with those of the first table that it shows, or of
    whatever is the first address where there is no table.
    """

    def __init__(self, report: Report, path: str, shows: Iterable[str] | None) -> None:
        results = [result for found in report.inputs if _is(found.path, path) for result in found.results]
        self.errors = report.errors
        self._by_address = _grouped(results, comparable)
        self._by_block = _grouped(results, of_block)
        resources = {result.address for result in results if any(f"{kind}." in result.address for kind in TYPES)}
        shown = sorted(resources if shows is None else shows, key=_rank)
        self._host = comparable(shown[0]) if shown else ""
        given = {id(result) for address in shown for result in self._at(address)}
        self._elsewhere = tuple(
            result
            for result in (*results, *report.required)
            if result.status is not Status.PASS and id(result) not in given and not _is_in_json(result)
        )

    def knows(self, address: str) -> bool:
        """Whether any rule said anything of the resource."""
        return bool(self._at(address))

    def is_host(self, address: str) -> bool:
        """Whether the resource is the one at which results are given that stand at no other."""
        return comparable(address) == self._host

    def of(self, rule: str, address: str) -> ResourceVerdict | None:
        """What the rule says of the resource; None when it has nothing to demand there."""
        results = [result for result in self._at(address) if result.rule == rule]
        if self.is_host(address):
            results += (result for result in self._elsewhere if result.rule == rule)
        return _together(results, address) if results else None

    def _at(self, address: str) -> tuple[Result, ...]:
        return self._by_address.get(comparable(address)) or self._by_block.get(of_block(address), ())


def _is(path: str, wanted: str) -> bool:
    return os.path.realpath(path) == os.path.realpath(wanted)


def _rank(address: str) -> tuple[int, str]:
    """Tables first, then what else rules speak about."""
    return next((rank for rank, kind in enumerate(TYPES) if f"{kind}." in address), len(TYPES)), address


def _is_in_json(result: Result) -> bool:
    """Whether checkov has a framework of its own for the file."""
    return result.location is not None and result.location.file.endswith(".tf.json")


def comparable(address: str) -> str:
    """An address without what checkov writes otherwise: it does not escape quotes in a key."""
    return address.replace("\\", "").replace('"', "")


def of_block(address: str) -> str:
    """A comparable address without keys: either program may know the instances where the other knows only the block."""
    return _KEYS.sub("", comparable(address))


def _grouped(results: Iterable[Result], key: Callable[[str], str]) -> Mapping[str, tuple[Result, ...]]:
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(key(result.address), []).append(result)
    return {name: tuple(group) for name, group in groups.items()}


def _together(results: list[Result], address: str) -> ResourceVerdict:
    status = min((result.status for result in results), key=ORDER.index)
    deciding = [result for result in results if result.status is status]
    reasons = dict.fromkeys(result.waiver.reason for result in deciding if result.waiver)
    return ResourceVerdict(
        status,
        deciding[0].severity,
        tuple(dict.fromkeys(_detail(result, address) for result in deciding if result.message)),
        "; ".join(reasons),
    )


def _detail(result: Result, address: str) -> str:
    """The message with where it is, in one line that a terminal or a CI log can be given: checkov prints it as it is."""
    elsewhere = "" if comparable(result.address) == comparable(address) else f"{result.address}: "
    where = f" ({result.location.file}:{result.location.line})" if result.location else ""
    return safe_text(one_line(f"{elsewhere}{result.message}{where}"))
