"""What a plan does to existing tables, with or without a finding, and what was changed outside Terraform."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from dyncheck.dynamodb import Changes, Index, Inventory, Table, TableChange, losses
from dyncheck.dynamodb.types import ALARM, TABLE
from dyncheck.findings import Effect
from dyncheck.model import Drift, Known, Resource, Unknown
from dyncheck.model.sensitive import SENSITIVE

# Blocks that a table has once at most, with the arguments that are shown.
_BLOCKS = {
    "point_in_time_recovery": ("enabled", "recovery_period_in_days"),
    "server_side_encryption": ("enabled", "kms_key_arn"),
    "ttl": ("enabled", "attribute_name"),
}


# The arguments with the capacity of a table, and what autoscaling calls it.
_CAPACITY = {"read_capacity": "Read", "write_capacity": "Write"}
_UNDOES = ", which undoes what autoscaling has set (to keep that, write lifecycle {{ ignore_changes = [{}] }})"

# What can be switched off without a rule that reports the change.
_WITHOUT_A_RULE = frozenset({"actions_enabled", "stream_enabled"})


def effects(changes: Changes) -> tuple[Effect, ...]:
    """What happens to each existing table, in the order of the addresses."""
    made = (change for change in changes.tables if not change.is_outside)
    return tuple(sorted(map(_effect, made), key=lambda effect: effect.address))


def _effect(change: TableChange) -> Effect:
    before = change.change.before
    elsewhere = change.created_elsewhere
    details = () if change.destroys else tuple(_details(change))
    name = before.body.show("name") if before else ""
    return Effect(
        address=change.address,
        happens=_happens(change, details),
        name="" if name == SENSITIVE else name,
        because=change.because if change.destroys else "",
        elsewhere=elsewhere.address if elsewhere else "",
        details=details,
    )


def _happens(change: TableChange, details: tuple[str, ...]) -> str:
    if change.doubt:
        return "kept"
    if change.forgets:
        return "forgotten"
    if change.destroys:
        return "replaced" if change.after else "destroyed"
    return "changed" if details or "update" in change.change.actions else "kept"


def _details(change: TableChange) -> Iterator[str]:
    after = change.after
    if after is None or change.change.before is None:
        return
    before = change.before
    for name in change.change.changed:
        if name == "global_secondary_index":
            with suppress(Unknown):
                yield from _of_indexes(before, after)
        elif name in _BLOCKS:
            yield from _of_block(before, after, name)
        else:
            values = before.block.value(name), after.block.value(name)
            is_simple = not any(isinstance(value, Known) and isinstance(value.value, list | dict) for value in values)
            undoes = _UNDOES.format(name) if name in _CAPACITY and _has_target(before, _CAPACITY[name]) else ""
            yield f"{name} from {before.block.show(name)} to {after.block.show(name)}{undoes}" if is_simple else name
    yield from _stopped_scaling(before, after)


def _of_block(before: Table, after: Table, name: str) -> Iterator[str]:
    with suppress(Unknown):
        old, new = before.block.block(name), after.block.block(name)
        if old is None or new is None:
            yield f"{name} is {'removed' if old else 'added'}"
            return
        for argument in _BLOCKS[name]:
            if old.value(argument) != new.value(argument):
                yield f"{name}.{argument} from {old.show(argument)} to {new.show(argument)}"


def _of_indexes(table: Table, after: Table) -> Iterator[str]:
    old, new = ({index.name: index for index in indexes} for indexes in (tuple(table.indexes), tuple(after.indexes)))
    for name in sorted({*old, *new}):
        if name not in new:
            yield f"the index {old[name].shown_name} is dropped"
        elif name not in old:
            yield f"the index {new[name].shown_name} is built"
        elif old[name].has_definition_of(new[name]):
            yield f"the index {new[name].shown_name} changes in place{_of_capacity(table, old[name], new[name])}"
        else:
            yield f"the index {new[name].shown_name} is dropped and built again"


def _of_capacity(table: Table, before: Index, after: Index) -> str:
    """The capacity of an index that autoscaling owns and the plan sets, as the rest of a sentence."""
    changed = []
    (old, *arguments), (new, *_) = before.capacity_block, after.capacity_block
    for argument, units in zip(arguments, _CAPACITY.values(), strict=True):
        if old.value(argument) != new.value(argument) and _has_target(table, units, before.name):
            changed.append(f"{argument} from {old.show(argument)} to {new.show(argument)}")
    return f": {', '.join(changed)}{_UNDOES.format('global_secondary_index')}" if changed else ""


def _has_target(table: Table, units: str, index: str | None = None) -> bool:
    with suppress(Unknown):
        return Inventory.of(table).has_scaling_target(table, units, index)
    return False


def _stopped_scaling(before: Table, after: Table) -> Iterator[str]:
    """What autoscaling does no longer scale after the plan."""
    with suppress(Unknown):
        if after.billing_mode != "PROVISIONED":
            return
        yield from _stopped(before, after, None, "the table")
        for index in before.indexes:
            if after.index(index.name):
                yield from _stopped(before, after, index.name, f"the index {index.shown_name}")


def _stopped(before: Table, after: Table, index: str | None, shown: str) -> Iterator[str]:
    scaled = [units for units in _CAPACITY.values() if _is_scaled(before, units, index) and not _is_scaled(after, units, index)]
    if scaled:
        yield f"autoscaling of {' and '.join(f'{units.lower()}s' for units in scaled)} of {shown} stops"


def _is_scaled(table: Table, units: str, index: str | None) -> bool:
    inventory = Inventory.of(table)
    return inventory.has_scaling_target(table, units, index) and inventory.has_scaling_policy(table, units, index)


def drift_notices(drifts: Iterable[Drift], changes: Changes) -> Iterator[str]:
    """What was removed outside Terraform since the last apply, unless a rule reports that the plan does not restore it."""
    for drift in drifts:
        recorded, found = drift.recorded, drift.found
        after = changes.after_at(recorded.address)
        kind = {TABLE: "table", ALARM: "alarm"}.get(recorded.type)
        if kind and found is None:
            items = ", without its items" if kind == "table" else ""
            outcome = f" The plan creates it again{items}." if after else ""
            yield f"Outside Terraform, the {kind} {recorded.address} was deleted since the last apply.{outcome}"
        elif found and kind:
            lost_of = _lost if kind == "table" else _lost_of_alarm
            planned = {name for name, _ in lost_of(recorded, after)} if after else set()
            for name, lost in lost_of(recorded, found):
                if name not in planned or name in _WITHOUT_A_RULE:
                    outcome = " The plan restores it." if after and name not in planned else ""
                    yield f"Outside Terraform, {lost} {recorded.address} since the last apply.{outcome}"


def _lost_of_alarm(recorded: Resource, later: Resource) -> Iterator[tuple[str, str]]:
    off = Known(False)
    if later.body.value("actions_enabled") == off != recorded.body.value("actions_enabled"):
        yield "actions_enabled", "the actions were disabled on the alarm"


def _lost(recorded: Resource, later: Resource) -> Iterator[tuple[str, str]]:
    """What a table lost between two readings: its path, and a sentence."""
    before, after = (Table(resource, Inventory((resource,))) for resource in (recorded, later))
    with suppress(Unknown):
        for loss in losses(before, after):
            yield loss.at, f"{loss.short} on"
    with suppress(Unknown):
        if before.has_stream and not after.has_stream:
            yield "stream_enabled", "the stream was disabled on"
    with suppress(Unknown):
        kept = {index.name for index in after.indexes}
        for index in before.indexes:
            if index.name not in kept:
                yield f"index {index.name}", f"the index {index.shown_name} was dropped on"
