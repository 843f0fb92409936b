"""What a plan does to existing tables, with or without a finding, and what was changed outside Terraform."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from dyncheck.dynamodb import Changes, Index, Inventory, Table, TableChange, index_changes, losses
from dyncheck.dynamodb.types import ALARM, TABLE
from dyncheck.findings import Effect
from dyncheck.logic import first
from dyncheck.model import Deferred, Drift, Known, Resource, Unknown, Value
from dyncheck.model.sensitive import SENSITIVE

# Blocks that a table has once at most, with the arguments that are shown.
_BLOCKS = {
    "point_in_time_recovery": ("enabled", "recovery_period_in_days"),
    "server_side_encryption": ("enabled", "kms_key_arn"),
    "ttl": ("enabled", "attribute_name"),
}

_OF_REPLICAS = ("point_in_time_recovery", "deletion_protection_enabled", "propagate_tags")
# Blocks of an index whose numbers can change in place.
_THROUGHPUTS = {
    "on_demand_throughput": ("max_read_request_units", "max_write_request_units"),
    "warm_throughput": ("read_units_per_second", "write_units_per_second"),
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
    name = before.body.show("name") if before else ""
    details = (*_lost(change), *_details(change)) if not change.destroys else ()
    return Effect(
        address=change.address,
        happens=_happens(change, details),
        name="" if name == SENSITIVE else name,
        because=change.because if change.destroys else "",
        elsewhere=elsewhere.address if elsewhere else "",
        details=details,
        loses_items=any(_lost(change)),
    )


def _happens(change: TableChange, details: tuple[str, ...]) -> str:
    if change.doubt:
        return "kept"
    if change.forgets:
        return "forgotten"
    if change.destroys:
        return "replaced" if change.after else "destroyed"
    # A resource of an index or a replica can change a table that has no change of its own.
    return "changed" if details or "update" in change.change.actions else "kept"


def _lost(change: TableChange) -> Iterator[str]:
    """The replicas that are deleted, as far as that can be determined."""
    with suppress(Unknown):
        for lost in change.lost_replicas:
            yield f"{lost.before.shown} is deleted with its items{' and created again' if lost.now else ''}"


def _details(change: TableChange) -> Iterator[str]:
    after = change.after
    if after is None or change.change.before is None:
        return
    before = change.before
    # Separate indexes change without a change of the table.
    for name in sorted({*change.change.changed, "global_secondary_index"}):
        if name == "global_secondary_index":
            with suppress(Unknown):
                yield from _of_indexes(change, after)
        elif name == "replica":
            with suppress(Unknown):
                yield from _of_replicas(change.before, after)
        elif name in _BLOCKS:
            yield from _of_block(before, after, name)
        else:
            values = before.block.value(name), after.block.value(name)
            is_simple = not any(isinstance(value, Known) and isinstance(value.value, list | dict) for value in values)
            undoes = _UNDOES.format(name) if name in _CAPACITY and _has_target(before, _CAPACITY[name]) else ""
            yield f"{name} from {before.block.show(name)} to {after.block.show(name)}{undoes}" if is_simple else name
    yield from _stopped_scaling(before, after)


def _of_replicas(before: Table, after: Table) -> Iterator[str]:
    """What changes of the replicas that stay, and which are new."""
    for replica in after.replicas:
        old = first(before.replicas, replica.is_same_as)
        if old is None:
            yield f"{replica.shown} is created"
            continue
        for argument in _OF_REPLICAS:
            if not isinstance(replica.block.value(argument), Deferred) and old.block.read(argument) != replica.block.read(argument):
                yield f"{argument} of {replica.shown} from {old.block.show(argument)} to {replica.block.show(argument)}"


def _of_block(before: Table, after: Table, name: str) -> Iterator[str]:
    with suppress(Unknown):
        old, new = before.block.block(name), after.block.block(name)
        if old is None or new is None:
            yield f"{name} is {'removed' if old else 'added'}"
            return
        for argument in _BLOCKS[name]:
            if old.value(argument) != new.value(argument):
                yield f"{name}.{argument} from {old.show(argument)} to {new.show(argument)}"


def _of_indexes(change: TableChange, after: Table) -> Iterator[str]:
    indexes = {index.before.name: index for index in index_changes(change, after)}
    new = {index.name: index for index in after.indexes}
    for name in sorted({*indexes, *new}):
        if name not in indexes:
            yield f"the index {new[name].shown_name} is built"
        elif indexes[name].rebuilt:
            yield f"the index {new[name].shown_name} is dropped and built again"
        elif indexes[name].is_dropped:
            yield f"the index {indexes[name].before.shown_name} is dropped"
        elif _changes_in_place(indexes[name].before, new[name]):
            yield f"the index {new[name].shown_name} changes in place{_of_capacity(change.before, indexes[name].before, new[name])}"


def _changes_in_place(before: Index, after: Index) -> bool:
    """Whether a throughput of an index changes. Its other arguments only change when the index is built again."""
    if before.is_separate != after.is_separate:
        return False
    (old, *names), (new, *_) = before.capacity_block, after.capacity_block
    pairs: list[tuple[Value | None, Value]] = [(old.value(name), new.value(name)) for name in names]
    for throughput, limits in _THROUGHPUTS.items():
        old_block, new_block = before.block.block(throughput), after.block.block(throughput)
        if new_block:
            pairs += [(old_block.value(limit) if old_block else None, new_block.value(limit)) for limit in limits]
    return any(isinstance(value, Known) and was != value for was, value in pairs)


def index_notices(changes: Changes) -> Iterator[str]:
    """The separate indexes that the plan destroys without a finding: of a table outside the plan, or one that has a block for the index."""
    judged = {index.address for table in changes.before.tables for index in Table(table.resource, changes.after).destroyed_indexes}
    for resource in changes.after.destroyed_indexes:
        if resource.address not in judged:
            name, table = resource.body.show("index_name"), resource.body.show("table_name")
            what = f"the index {name} ({resource.address}) of the table {table}"
            yield f"The plan drops {what}, which is not in the plan: queries of it fail."
    for change in changes.tables:
        with suppress(Unknown):
            for index in index_changes(change, change.after) if change.after else ():
                if index.is_destroyed and not index.is_dropped:
                    yield (
                        f"The plan destroys {index.before.address}, and the table {change.address} has a block for its index. To keep the "
                        "index, let Terraform forget the resource: write a removed block with destroy = false."
                    )


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
            lost_of = _lost_of_table if kind == "table" else _lost_of_alarm
            planned = {name for name, _ in lost_of(recorded, after)} if after else set()
            for name, lost in lost_of(recorded, found):
                if name not in planned or name in _WITHOUT_A_RULE:
                    outcome = " The plan restores it." if after and name not in planned else ""
                    yield f"Outside Terraform, {lost} {recorded.address} since the last apply.{outcome}"


def _lost_of_alarm(recorded: Resource, later: Resource) -> Iterator[tuple[str, str]]:
    off = Known(False)
    if later.body.value("actions_enabled") == off != recorded.body.value("actions_enabled"):
        yield "actions_enabled", "the actions were disabled on the alarm"


def _lost_of_table(recorded: Resource, later: Resource) -> Iterator[tuple[str, str]]:
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
        # What a table without blocks of its own shows is an echo of separate indexes, which Terraform itself may have dropped.
        for index in before.indexes if before.block.configures("global_secondary_index") is not False else ():
            if index.name not in kept:
                yield f"index {index.name}", f"the index {index.shown_name} was dropped on"
