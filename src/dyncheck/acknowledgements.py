"""Destruction that somebody meant: one table by its address, with a reason and an end, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.findings import Result, Status, Waiver
from dyncheck.suggestions import did_you_mean

# The only rule that it speaks to: an index, a protection or an alarm that goes is another decision.
RULE = "table-replacement"


class AllowDestroy(Struct, frozen=True):
    """Leave to destroy the table at one address, instance keys included.

    `until` is the last day it holds, as `2026-12-31`, empty without an end. `source` says where it stands: an option, or a line of
    the configuration.
    """

    address: str
    reason: str = "allowed on the command line"
    until: str = ""
    source: str = "--allow-destroy"

    def covers(self, result: Result) -> bool:
        """Whether a result is what it is about."""
        return result.rule == RULE and result.address == self.address

    def has_ended(self, today: str) -> bool:
        """Whether its last day is over. `today` is the date as `2026-12-31`."""
        return bool(self.until) and self.until < today


def allow(results: Iterable[Result], allowed: tuple[AllowDestroy, ...], today: str) -> tuple[Result, ...]:
    """Mark as waived what is allowed today."""
    return tuple(_allowed(result, allowed, today) for result in results)


def _allowed(result: Result, allowed: tuple[AllowDestroy, ...], today: str) -> Result:
    if result.status is not Status.FAIL:
        return result
    for leave in allowed:
        if leave.covers(result) and not leave.has_ended(today):
            return replace(result, status=Status.WAIVED, waiver=Waiver(leave.reason, leave.source, until=leave.until))
    return result


def notices(results: Iterable[Result], allowed: Iterable[AllowDestroy], today: str) -> tuple[str, ...]:
    """What is to be said of leave that covers nothing, or that has ended. `results` are those of the whole run."""
    destroyed = [result for result in results if result.rule == RULE and result.status in (Status.FAIL, Status.WAIVED)]
    addresses = {result.address for result in destroyed}
    said = []
    for leave in allowed:
        if leave.address not in addresses:
            close = did_you_mean(leave.address, addresses)
            said.append(f"{leave.source}: no plan destroys {leave.address}, so the leave to do that is not used.{close} Remove it.")
        elif leave.has_ended(today):
            said.append(
                f"{leave.source}: the leave to destroy {leave.address} ended on {leave.until}, so it covers nothing. Decide anew whether "
                "the table is to go."
            )
    return tuple(said)
