"""Destruction that somebody meant: one table by its address, with a reason and an end, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.findings import Result, Status, Waiver
from dyncheck.suggestions import did_you_mean

# The only rule that it speaks to: an index, a protection or an alarm that goes is another decision.
RULE = "table-replacement"


class AllowDestroy(Struct, frozen=True):
    """Permission to destroy the table at one address, instance keys included.

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
    if not allowed:
        return tuple(results)
    return tuple(_allowed(result, allowed, today) for result in results)


def _allowed(result: Result, allowed: tuple[AllowDestroy, ...], today: str) -> Result:
    if result.status is not Status.FAIL:
        return result
    for permission in allowed:
        if permission.covers(result) and not permission.has_ended(today):
            return replace(result, status=Status.WAIVED, waiver=Waiver(permission.reason, permission.source, until=permission.until))
    return result


def notices(results: Iterable[Result], allowed: Collection[AllowDestroy], today: str) -> tuple[str, ...]:
    """What is to be said of permission that covers nothing, or that has ended. `results` are those of the whole run."""
    if not allowed:
        return ()
    destroyed = {result.address for result in results if result.rule == RULE and result.status in (Status.FAIL, Status.WAIVED)}
    return tuple(filter(None, (_notice(permission, destroyed, today) for permission in allowed)))


def _notice(permission: AllowDestroy, destroyed: set[str], today: str) -> str:
    address, source = permission.address, permission.source
    if address not in destroyed:
        close = did_you_mean(address, destroyed)
        return f"{source}: no plan destroys {address}, so the permission to do that is not used.{close} Remove it."
    if permission.has_ended(today):
        ended = f"{source}: the permission to destroy {address} ended on {permission.until}, so it covers nothing."
        return f"{ended} Decide anew whether the table is to go."
    return ""
