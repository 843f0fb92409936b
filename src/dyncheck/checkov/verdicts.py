"""dyncheck's results on the resources of one input, for a program that asks for each rule and resource."""

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

# The types of resources that rules judge.
TYPES = (TABLE, INDEX, ALARM)
_KEYS = re.compile(r"\[[^\]]*\]")
# The worst first: one failure decides.
ORDER = (Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.PASS)


class ResourceVerdict(Struct, frozen=True):
    """The worst result of one rule on one resource: `details` are its findings, `reason` is that of the waiver."""

    status: Status
    severity: Severity
    details: tuple[str, ...] = ()
    reason: str = ""


class Verdicts:
    """The results of one input by rule and address, and the reasons why dyncheck could not check it (`errors`).

    `shows` are the addresses that the asking program has of the input, None if they are not known. Results other than passes that are
    at none of them (a destroyed or missing table, a variable) are added to the first table that it shows, or to the first
    address if there is no table.
    """

    def __init__(self, report: Report, path: str, shows: Iterable[str] | None) -> None:
        real = os.path.realpath(path)
        results = [result for found in report.inputs if os.path.realpath(found.path) == real for result in found.results]
        self.errors = report.errors
        self._by_address = _grouped(results, comparable)
        self._by_block = _grouped(results, of_block)
        resources = {result.address for result in results if any(f"{kind}." in result.address for kind in TYPES)}
        shown = sorted(resources if shows is None else shows, key=_rank)
        self._host = comparable(shown[0]) if shown else ""
        placed = {id(result) for address in shown for result in self._at(address)}
        self._elsewhere = tuple(
            result
            for result in (*results, *report.required)
            # checkov has a framework of its own for Terraform in JSON.
            if result.status is not Status.PASS
            and id(result) not in placed
            and not (result.location and result.location.file.endswith(".tf.json"))
        )

    def knows(self, address: str) -> bool:
        """Whether the resource has a result of any rule."""
        return bool(self._at(address))

    def is_host(self, address: str) -> bool:
        """Whether the results that are at no other resource are reported at this one."""
        return comparable(address) == self._host

    def of(self, rule: str, address: str) -> ResourceVerdict | None:
        """The verdict of the rule on the resource; None if it demands nothing there."""
        found = (*self._at(address), *(self._elsewhere if self.is_host(address) else ()))
        results = [result for result in found if result.rule == rule]
        if not results:
            return None
        status = min((result.status for result in results), key=ORDER.index)
        deciding = [result for result in results if result.status is status]
        details = dict.fromkeys(_detail(result, address) for result in deciding if result.message)
        reasons = dict.fromkeys(result.waiver.reason for result in deciding if result.waiver)
        return ResourceVerdict(status, deciding[0].severity, tuple(details), "; ".join(reasons))

    def _at(self, address: str) -> tuple[Result, ...]:
        return self._by_address.get(comparable(address)) or self._by_block.get(of_block(address), ())


def _rank(address: str) -> tuple[int, str]:
    """Tables first."""
    return next((rank for rank, kind in enumerate(TYPES) if f"{kind}." in address), len(TYPES)), address


def comparable(address: str) -> str:
    """An address without quotes, which checkov does not escape in a key."""
    return address.replace("\\", "").replace('"', "")


def of_block(address: str) -> str:
    """A comparable address without keys, because one of the two programs may know only the block."""
    return _KEYS.sub("", comparable(address))


def _grouped(results: Iterable[Result], key: Callable[[str], str]) -> Mapping[str, tuple[Result, ...]]:
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(key(result.address), []).append(result)
    return {name: tuple(group) for name, group in groups.items()}


def _detail(result: Result, address: str) -> str:
    """The message and its location on one line without commands to a terminal or a CI log, because checkov prints it unchanged."""
    elsewhere = "" if comparable(result.address) == comparable(address) else f"{result.address}: "
    where = f" ({result.location.file}:{result.location.line})" if result.location else ""
    return safe_text(one_line(f"{elsewhere}{result.message}{where}"))
