"""Permission to destroy one table: by its address, with a reason and a last day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.findings import Result, Status, Waiver
from dyncheck.suggestions import did_you_mean

# The only rule that permission covers. It does not cover the removal of an index, a protection or an alarm.
RULE = "table-replacement"


class AllowDestroy(Struct, frozen=True):
    """Permission to destroy the table at one address, instance keys included.

    `until` is its last day, as `2026-12-31`, empty where it does not expire. `source` is an option or a line of the configuration.
    """

    address: str
    reason: str = "allowed on the command line"
    until: str = ""
    source: str = "--allow-destroy"

    def has_expired(self, today: str) -> bool:
        """Whether its last day is over. `today` is the date as `2026-12-31`."""
        return bool(self.until) and self.until < today


def allow(results: Iterable[Result], allowed: Collection[AllowDestroy], today: str) -> tuple[Result, ...]:
    """Mark as waived what is allowed today."""
    permissions = {each.address: each for each in reversed([*allowed]) if not each.has_expired(today)}

    def marked(result: Result) -> Result:
        if result.rule != RULE or result.status is not Status.FAIL or result.address not in permissions:
            return result
        permission = permissions[result.address]
        return replace(result, status=Status.WAIVED, waiver=Waiver(permission.reason, permission.source, until=permission.until))

    return tuple(map(marked, results))


def notices(results: Iterable[Result], allowed: Collection[AllowDestroy], today: str) -> Iterator[str]:
    """A notice for each permission that covers nothing or has expired. `results` are those of the whole run."""
    destroyed = {result.address for result in results if result.rule == RULE and result.status in (Status.FAIL, Status.WAIVED)}
    for permission in allowed:
        address, source = permission.address, permission.source
        if address not in destroyed:
            hint = did_you_mean(address, destroyed)
            yield f"{source}: the permission to destroy {address} is not used, because no plan destroys it.{hint} Remove it."
        elif permission.has_expired(today):
            yield f"{source}: the permission to destroy {address} expired on {permission.until}. Renew it or keep the table."
