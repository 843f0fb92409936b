"""What protects a table and its items, and what of it is lost between two readings of the same table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct

from dyncheck.dynamodb.table import Table
from dyncheck.model import Deferred, Known, Unknown, Value, quoted

# The window of point-in-time recovery where nobody sets it, in days.
# Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html
_LONGEST_WINDOW = 35


class Loss(Struct, frozen=True):
    """A protection that was there and is not any more.

    `summary` says what is lost, as a sentence without its full stop, `short` that it was lost. `at` is the argument, `wanted`
    what it was, `fix` the HCL that keeps it.
    """

    at: str
    summary: str
    short: str
    wanted: str
    fix: str


Comparison: TypeAlias = Callable[[Table, Table, bool], "Iterator[Loss]"]


def losses(before: Table, after: Table, *, key_is_own: bool = False) -> Iterator[Loss]:
    """What `after` lacks in protection that `before` has; one that cannot be judged does not hide the others.

    `key_is_own` says that the KMS key of `before` is certainly none of the service's. Raises the first `Unknown` at the end.
    """
    unknown: Unknown | None = None
    for comparison in _COMPARISONS:
        try:
            yield from comparison(before, after, key_is_own)
        except Unknown as reason:
            unknown = unknown or reason
    if unknown:
        raise unknown


def _deletion_protection(before: Table, after: Table, _key_is_own: bool) -> Iterator[Loss]:
    if before.deletion_protection and not after.deletion_protection:
        removed = after.block.configures("deletion_protection_enabled") is False
        how = "deletion protection is switched off, for without its line it is off" if removed else "deletion protection is switched off"
        summary = f"{how}: the next plan, or one click, can delete the table"
        yield Loss(
            "deletion_protection_enabled", summary, "deletion protection was switched off", "true", "deletion_protection_enabled = true"
        )


def _recovery(before: Table, after: Table, _key_is_own: bool) -> Iterator[Loss]:
    if not before.point_in_time_recovery:
        return
    if not after.point_in_time_recovery:
        summary = "point-in-time recovery is switched off: what was written or deleted by mistake cannot be undone any more"
        yield Loss(
            "point_in_time_recovery.enabled",
            summary,
            "point-in-time recovery was switched off",
            "true",
            _in_block("point_in_time_recovery", "enabled = true"),
        )
        return
    old, new = _window(before), _window(after)
    if new < old:
        summary = f"the recovery window shrinks from {old:g} to {new:g} days: what is older cannot be restored any more"
        short = f"the recovery window was cut from {old:g} to {new:g} days"
        yield Loss(
            "point_in_time_recovery.recovery_period_in_days", summary, short, f"at least {old:g}", f"recovery_period_in_days = {old:g}"
        )


def _window(table: Table) -> float:
    """How many days back the table can be restored to."""
    block = table.block.block("point_in_time_recovery")
    return (block.number("recovery_period_in_days") if block else None) or _LONGEST_WINDOW


def _encryption(before: Table, after: Table, key_is_own: bool) -> Iterator[Loss]:
    if not before.encrypted:
        return
    key = before.kms_key
    was = f"the KMS key {_shown_key(before)}" if isinstance(key, Known) else "a KMS key"
    if not after.encrypted:
        summary = f"encryption falls back from {was} to a key that AWS owns, which nobody else can control, audit or revoke"
        fix = _in_block("server_side_encryption", "enabled = true")
        yield Loss("server_side_encryption.enabled", summary, f"encryption was taken off {was}", "true", fix)
    elif not _is_services(key) and _is_services(after.kms_key):
        if not key_is_own:
            # The service reports the key that it manages itself in the same way.
            raise Unknown("server_side_encryption.kms_key_arn", f"was {_shown_key(before)}; the plan does not tell whose key that is")
        summary = f"encryption falls back from {was} to the service's own key, whose policy cannot be changed"
        fix = f"kms_key_arn = {_shown_key(before)}"
        yield Loss("server_side_encryption.kms_key_arn", summary, f"encryption was taken off {was}", _shown_key(before), fix)


def _is_services(key: Value) -> bool:
    """Whether it is certainly left to the service: none is given, or its alias."""
    if isinstance(key, Deferred):
        # What only the apply will tell is a key that somebody gives.
        return False
    return not isinstance(key, Known) or not key.value or str.endswith(key.value, "alias/aws/dynamodb")


def _shown_key(table: Table) -> str:
    block = table.block.block("server_side_encryption")
    return block.show("kms_key_arn") if block else ""


def _time_to_live(before: Table, after: Table, _key_is_own: bool) -> Iterator[Loss]:
    if not before.time_to_live_enabled:
        return
    attribute, shown = before.time_to_live_attribute, _shown_attribute(before)
    if not after.time_to_live_enabled:
        summary = f"time to live is switched off: items do not expire by {shown} any more"
        fix = _in_block("ttl", "enabled        = true", f"attribute_name = {shown}")
        yield Loss("ttl.enabled", summary, "time to live was switched off", "true", fix)
    elif after.time_to_live_attribute != attribute:
        summary = f"time to live goes by another attribute: items do not expire by {shown} any more"
        yield Loss(
            "ttl.attribute_name",
            summary,
            f"time to live was made to go by another attribute than {shown}",
            shown,
            f"attribute_name = {shown}",
        )


def _shown_attribute(table: Table) -> str:
    block = table.block.block("ttl")
    return block.show("attribute_name") if block else quoted("")


def _in_block(name: str, *lines: str) -> str:
    return "\n  ".join((f"{name} {{", *lines)) + "\n}"


_COMPARISONS: tuple[Comparison, ...] = (_deletion_protection, _recovery, _encryption, _time_to_live)
