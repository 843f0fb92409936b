"""What a plan does to existing tables, with or without a finding, and what was changed outside Terraform."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from dyncheck.dynamodb import Changes, Index, Inventory, Table, TableChange, losses
from dyncheck.dynamodb.types import ALARM, TABLE
from dyncheck.findings import Effect
from dyncheck.logic import first
from dyncheck.model import Deferred, Drift, Known, Resource, Unknown
from dyncheck.model.sensitive import SENSITIVE

# Blocks that a table has once at most, with the arguments that are shown.
_BLOCKS = {
    "point_in_time_recovery": ("enabled", "recovery_period_in_days"),
    "server_side_encryption": ("enabled", "kms_key_arn"),
    "ttl": ("enabled", "attribute_name"),
}

_OF_REPLICAS = ("point_in_time_recovery", "deletion_protection_enabled", "propagate_tags")


def effects(changes: Changes) -> tuple[Effect, ...]:
    """What happens to each existing table, in the order of the addresses."""
    return tuple(sorted(map(_effect, changes.tables), key=lambda effect: effect.address))


def _effect(change: TableChange) -> Effect:
    before = change.change.before
    elsewhere = change.created_elsewhere
    name = before.body.show("name") if before else ""
    return Effect(
        address=change.address,
        happens=_happens(change),
        name="" if name == SENSITIVE else name,
        because=change.because if change.destroys else "",
        elsewhere=elsewhere.address if elsewhere else "",
        details=(*_lost(change), *_details(change)) if not change.destroys else (),
        loses_items=any(_lost(change)),
    )


def _happens(change: TableChange) -> str:
    if change.doubt:
        return "kept"
    if change.forgets:
        return "forgotten"
    if change.destroys:
        return "replaced" if change.after else "destroyed"
    return "changed" if "update" in change.change.actions or any(_lost(change)) else "kept"


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
    for name in change.change.changed:
        if name == "global_secondary_index":
            with suppress(Unknown):
                yield from _of_indexes(tuple(before.indexes), tuple(after.indexes))
        elif name == "replica":
            with suppress(Unknown):
                yield from _of_replicas(change.before, after)
        elif name in _BLOCKS:
            yield from _of_block(before, after, name)
        else:
            values = before.block.value(name), after.block.value(name)
            is_simple = not any(isinstance(value, Known) and isinstance(value.value, list | dict) for value in values)
            yield f"{name} from {before.block.show(name)} to {after.block.show(name)}" if is_simple else name


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


def _of_indexes(before: tuple[Index, ...], after: tuple[Index, ...]) -> Iterator[str]:
    old, new = ({index.name: index for index in indexes} for indexes in (before, after))
    for name in sorted({*old, *new}):
        if name not in new:
            yield f"the index {old[name].shown_name} is dropped"
        elif name not in old:
            yield f"the index {new[name].shown_name} is built"
        elif old[name].has_definition_of(new[name]):
            yield f"the index {new[name].shown_name} changes in place"
        else:
            yield f"the index {new[name].shown_name} is dropped and built again"


def drift_notices(drifts: Iterable[Drift], changes: Changes) -> Iterator[str]:
    """What was removed outside Terraform since the last apply, and whether the plan restores it."""
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
                outcome = f" The plan {'does not restore' if name in planned else 'restores'} it." if after else ""
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
        for index in before.indexes:
            if index.name not in kept:
                yield f"index {index.name}", f"the index {index.shown_name} was dropped on"
