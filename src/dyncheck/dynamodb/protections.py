"""The protections of a table and its items, and which of them is lost between two readings of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct

from dyncheck.dynamodb.entity import hcl_block, setting
from dyncheck.dynamodb.replica import Replica
from dyncheck.dynamodb.table import Table
from dyncheck.logic import each
from dyncheck.model import NOT_SET, Deferred, Known, Unknown, Value

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

    `key_is_own` says that the KMS key of `before` is certainly customer managed. Raises the foremost `Unknown` at the end.
    """
    yield from each(_COMPARISONS, lambda comparison: comparison(before, after, key_is_own))


def replica_losses(before: Replica, after: Replica) -> Iterator[Loss]:
    """The protections that a replica has before and lacks after. Raises the foremost `Unknown` at the end."""

    def compared(argument: str) -> Iterator[Loss]:
        if before.block.read(argument, False) and not after.block.read(argument, False):
            label, effect = _OF_REPLICAS[argument]
            summary = f"{label} of {before.shown} is switched off, {effect}"
            yield _switched_off(argument, summary, f"{label[0].lower()}{label[1:]} of {before.shown} was switched off")

    yield from each(_OF_REPLICAS, compared)


_OF_REPLICAS = {
    "deletion_protection_enabled": ("Deletion protection", "so the next plan or a click can delete it"),
    "point_in_time_recovery": ("Point-in-time recovery", "so wrong writes and deletions there cannot be undone"),
}


def _deletion_protection(before: Table, after: Table, _key_is_own: bool) -> Iterator[Loss]:
    if before.deletion_protection and not after.deletion_protection:
        removed = after.block.configures("deletion_protection_enabled") is False
        how = "Without its line, deletion protection is off" if removed else "Deletion protection is switched off"
        summary = f"{how}, so the next plan or a click can delete the table"
        yield _switched_off("deletion_protection_enabled", summary, "deletion protection was switched off")


def _recovery(before: Table, after: Table, _key_is_own: bool) -> Iterator[Loss]:
    if not before.point_in_time_recovery:
        return
    if not after.point_in_time_recovery:
        summary = "Point-in-time recovery is switched off, so wrong writes and deletions cannot be undone"
        yield _switched_off("point_in_time_recovery.enabled", summary, "point-in-time recovery was switched off")
        return
    old, new = _window(before), _window(after)
    if new < old:
        summary = f"Recovery window shrinks from {old:g} to {new:g} days, so older states cannot be restored"
        short = f"the recovery window was shortened from {old:g} to {new:g} days"
        argument = "recovery_period_in_days"
        yield Loss(f"point_in_time_recovery.{argument}", summary, short, f"at least {old:g}", f"{argument} = {old:g}")


def _window(table: Table) -> float:
    """The number of days that the table can be restored back to."""
    block = table.block.block("point_in_time_recovery")
    return (block.number("recovery_period_in_days") if block else None) or _LONGEST_WINDOW


def _encryption(before: Table, after: Table, key_is_own: bool) -> Iterator[Loss]:
    if not before.encrypted:
        return
    key, shown = before.kms_key, _shown(before, "server_side_encryption", "kms_key_arn")
    was = f"the KMS key {shown}" if isinstance(key, Known) else "a KMS key"
    short = f"encryption with {was} was switched off"
    if not after.encrypted:
        summary = f"Encryption changes from {was} to a key that AWS owns, which the account cannot control, audit or revoke"
        yield _switched_off("server_side_encryption.enabled", summary, short)
    elif not _is_aws_managed(key) and _is_aws_managed(after.kms_key):
        if not key_is_own:
            # DynamoDB reports the AWS managed key in the same way.
            raise Unknown("server_side_encryption.kms_key_arn", f"was {shown}; the plan does not show who manages that key")
        summary = f"Encryption changes from {was} to the AWS managed key, whose policy cannot be changed"
        yield Loss("server_side_encryption.kms_key_arn", summary, short, shown, f"kms_key_arn = {shown}")


def _is_aws_managed(key: Value) -> bool:
    """Whether the key is certainly the AWS managed one: no key is set, or its alias. A deferred value is a key that is set."""
    if isinstance(key, Known):
        return not key.value or str.endswith(key.value, "alias/aws/dynamodb")
    return not isinstance(key, Deferred)


def _time_to_live(before: Table, after: Table, _key_is_own: bool) -> Iterator[Loss]:
    if not before.time_to_live_enabled:
        return
    shown = _shown(before, "ttl", "attribute_name")
    if not after.time_to_live_enabled:
        summary = f"Time to live is switched off, so items no longer expire by {shown}"
        yield Loss("ttl.enabled", summary, "time to live was switched off", "true", hcl_block("ttl", enabled="true", attribute_name=shown))
    elif after.time_to_live_attribute != before.time_to_live_attribute:
        summary = f"Time to live uses another attribute, so items no longer expire by {shown}"
        short = f"time to live was moved from {shown} to another attribute"
        yield Loss("ttl.attribute_name", summary, short, shown, f"attribute_name = {shown}")


def _switched_off(at: str, summary: str, short: str) -> Loss:
    return Loss(at, summary, short, "true", setting(at, "true"))


def _shown(table: Table, block: str, argument: str) -> str:
    found = table.block.block(block)
    return found.show(argument) if found else NOT_SET


_COMPARISONS: tuple[Comparison, ...] = (_deletion_protection, _recovery, _encryption, _time_to_live)
