"""The protections of a table and its items, and which of them is lost between two readings of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct

from dyncheck.dynamodb.table import Table
from dyncheck.model import Deferred, Known, Unknown, Value, quoted

# The default window of point-in-time recovery, in days.
# Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html
_LONGEST_WINDOW = 35


class Loss(Struct, frozen=True):
    """A protection that the table had before and does not have after.

    `summary` is a sentence without its full stop, `short` completes "Outside Terraform, ...". `at` is the argument, `expected`
    its value before, `fix` the HCL that keeps it.
    """

    at: str
    summary: str
    short: str
    expected: str
    fix: str


Comparison: TypeAlias = Callable[[Table, Table, bool], "Iterator[Loss]"]


def losses(before: Table, after: Table, *, key_is_own: bool = False) -> Iterator[Loss]:
    """The protections that `before` has and `after` lacks; one that is unknown does not hide the others.

    `key_is_own` says that the KMS key of `before` is certainly customer managed. Raises the first `Unknown` at the end.
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
        how = "Without its line, deletion protection is off" if removed else "Deletion protection is switched off"
        summary = f"{how}, so the next plan or a click can delete the table"
        yield Loss(
            "deletion_protection_enabled", summary, "deletion protection was switched off", "true", "deletion_protection_enabled = true"
        )


def _recovery(before: Table, after: Table, _key_is_own: bool) -> Iterator[Loss]:
    if not before.point_in_time_recovery:
        return
    if not after.point_in_time_recovery:
        summary = "Point-in-time recovery is switched off, so wrong writes and deletions cannot be undone"
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
        summary = f"Recovery window shrinks from {old:g} to {new:g} days, so older states cannot be restored"
        short = f"the recovery window was shortened from {old:g} to {new:g} days"
        yield Loss(
            "point_in_time_recovery.recovery_period_in_days", summary, short, f"at least {old:g}", f"recovery_period_in_days = {old:g}"
        )


def _window(table: Table) -> float:
    """The number of days that the table can be restored back to."""
    block = table.block.block("point_in_time_recovery")
    return (block.number("recovery_period_in_days") if block else None) or _LONGEST_WINDOW


def _encryption(before: Table, after: Table, key_is_own: bool) -> Iterator[Loss]:
    if not before.encrypted:
        return
    key = before.kms_key
    was = f"the KMS key {_shown_key(before)}" if isinstance(key, Known) else "a KMS key"
    if not after.encrypted:
        summary = f"Encryption changes from {was} to a key that AWS owns, which the account cannot control, audit or revoke"
        fix = _in_block("server_side_encryption", "enabled = true")
        yield Loss("server_side_encryption.enabled", summary, f"encryption with {was} was switched off", "true", fix)
    elif not _is_services(key) and _is_services(after.kms_key):
        if not key_is_own:
            # DynamoDB reports the AWS managed key in the same way.
            raise Unknown("server_side_encryption.kms_key_arn", f"was {_shown_key(before)}; the plan does not show who manages that key")
        summary = f"Encryption changes from {was} to the AWS managed key, whose policy cannot be changed"
        fix = f"kms_key_arn = {_shown_key(before)}"
        yield Loss("server_side_encryption.kms_key_arn", summary, f"encryption with {was} was switched off", _shown_key(before), fix)


def _is_services(key: Value) -> bool:
    """Whether the key is certainly the AWS managed one: no key is given, or its alias."""
    if isinstance(key, Deferred):
        # A deferred value is a key that the configuration gives.
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
        summary = f"Time to live is switched off, so items no longer expire by {shown}"
        fix = _in_block("ttl", "enabled        = true", f"attribute_name = {shown}")
        yield Loss("ttl.enabled", summary, "time to live was switched off", "true", fix)
    elif after.time_to_live_attribute != attribute:
        summary = f"Time to live uses another attribute, so items no longer expire by {shown}"
        yield Loss(
            "ttl.attribute_name",
            summary,
            f"time to live was moved from {shown} to another attribute",
            shown,
            f"attribute_name = {shown}",
        )


def _shown_attribute(table: Table) -> str:
    block = table.block.block("ttl")
    return block.show("attribute_name") if block else quoted("")


def _in_block(name: str, *lines: str) -> str:
    return "\n  ".join((f"{name} {{", *lines)) + "\n}"


_COMPARISONS: tuple[Comparison, ...] = (_deletion_protection, _recovery, _encryption, _time_to_live)
