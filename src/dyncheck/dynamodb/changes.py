"""The changes of a plan to existing tables and alarms: each before and after.

Terraform's reasons: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.dynamodb.alarm import Alarm
from dyncheck.dynamodb.contracts import Demand
from dyncheck.dynamodb.entity import hcl_block
from dyncheck.dynamodb.inventory import Inventory
from dyncheck.dynamodb.keys import is_enabled
from dyncheck.dynamodb.metrics import CAUSES, METRICS, nearest_metric
from dyncheck.dynamodb.place import may_be_same_place, same_place
from dyncheck.dynamodb.protections import Loss, losses
from dyncheck.dynamodb.replica import Replica
from dyncheck.dynamodb.signals import Signal
from dyncheck.dynamodb.table import Copy, Index, Table
from dyncheck.dynamodb.types import ALARM, KEYS, REPLICA, TABLE
from dyncheck.logic import each, first, some
from dyncheck.model import UNSET, Change, Deferred, Known, Problem, Resource, Severity, Unknown, show

_REASONS = {
    "delete_because_count_index": "count no longer includes its index",
    "delete_because_each_key": "its key is no longer in for_each",
    "delete_because_no_module": "the configuration no longer calls its module",
    "delete_because_no_move_target": "a moved block points to a block that does not exist",
    "delete_because_no_resource_config": "the configuration no longer has its block",
    "delete_because_wrong_repetition": "its block changed between count, for_each and neither",
    "replace_because_tainted": "it is tainted, by terraform taint or because its creation failed",
    "replace_by_request": "the plan was made with -replace",
    "replace_by_triggers": "a reference in its replace_triggered_by changes",
}


class Changed:
    """An existing resource, and its change in the plan."""

    def __init__(self, change: Change, changes: Changes) -> None:
        self.change = change
        self.changes = changes

    @property
    def address(self) -> str:
        """The address of the resource instance after the change."""
        return self.change.address

    @property
    def resource(self) -> Resource | None:
        """The resource that the report points at: after the change, or else before it."""
        after = None if self.change.deposed else self.changes.after_at(self.address)
        return after or self.change.before

    @property
    def destroys(self) -> bool:
        """Whether the plan destroys it, with or without a replacement."""
        return "delete" in self.change.actions

    @property
    def forgets(self) -> bool:
        """Whether Terraform stops managing it without destroying it."""
        return "forget" in self.change.actions

    @property
    def doubt(self) -> str:
        """Why the change may not be made at all; empty when it certainly is."""
        return "the plan postpones the change to a later plan" if self.change.is_postponed else ""

    @property
    def because(self) -> str:
        """Why it is destroyed, as the rest of a sentence after "because"; empty where the plan gives no reason."""
        change = self.change
        if change.deposed:
            return "an earlier replacement left it behind"
        if change.forced_by:
            return f"{' and '.join(map(self._forced, change.forced_by))} cannot be changed in place"
        if change.is_of_destroy_plan:
            return "the plan was made with -destroy"
        if change.reason == "replace_because_cannot_update":
            return "one of its arguments cannot be changed in place"
        return _REASONS.get(change.reason) or (f"Terraform gives the reason {change.reason}" if change.reason else "")

    def _forced(self, argument: str) -> str:
        """An argument that cannot be changed in place, with its values before and after where both are simple."""
        before, after = self.change.before, self.changes.after_at(self.address)
        values = [resource.body.value(argument) for resource in (before, after) if resource]
        if len(values) < 2 or not all(isinstance(value, Known) and isinstance(value.value, str | bool) for value in values):
            return argument
        return f"{argument} (from {show(values[0])} to {show(values[1])})"

    @property
    def is_outside(self) -> bool:
        """Whether the change was made outside Terraform, and the plan only records it."""
        return self.change.is_outside

    def _was(self) -> Resource:
        if self.change.before is None:
            raise Unknown("", "the plan does not show the resource before the change")
        return self.change.before

    def _with_lost_key(self, before: Copy, now: Copy | None) -> Iterator[tuple[Copy, LostKey]]:
        """A table or replica that stays, if the plan destroys or disables the KMS key that it has before or after. May raise `Unknown`."""
        if now is None:
            return
        old, new = (self.changes.lost_keys.get(copy.kms_key.value) if isinstance(copy.kms_key, Known) else None for copy in (before, now))
        if not (old or new):
            return
        is_off, later = _is_off(now), now.kms_key
        lost = new if new and not is_off else old
        if lost is None:
            return
        if lost.doubt:
            raise lost.doubt
        moves = is_off or isinstance(later, Deferred) or (isinstance(later, Known) and later.value != lost.arn)
        yield now, replace(lost, is_still_used=not moves)

    def problem(self, summary: str, at: str = "", *, fix: str = "", severity: Severity | None = None) -> Problem:
        """A problem at the argument `at` of the resource that the report points at."""
        if self.resource is None:
            return Problem(self.address, at, summary, fix=fix, severity=severity)
        return self.resource.body.problem(self.address, summary, at, fix=fix, severity=severity)


class TableChange(Changed):
    """An existing table, and its change in the plan."""

    @property
    def before(self) -> Table:
        """The table before the change. Raises `Unknown` when the plan does not show it."""
        return Table(self._was(), self.changes.before)

    @property
    def _recorded(self) -> Table | None:
        """The table as the state had it, if it was changed outside Terraform since."""
        recorded = self.change.recorded
        return Table(recorded, Inventory((recorded,))) if recorded else None

    def lost_outside(self, after: Table) -> Iterator[Loss]:
        """The protections that were removed outside Terraform, and that the plan does not restore. May end in `Unknown`."""
        if recorded := self._recorded:
            lost = losses(recorded, self.before)
            yield from each(lost, lambda loss: _left(loss, losses(recorded, after)))

    def dropped_outside(self, after: Table) -> Iterator[Index]:
        """The indexes that were dropped outside Terraform, and that the plan does not build again. May end in `Unknown`."""
        for index in self._recorded.indexes if self._recorded else ():
            if self.before.index(index.name) is None and after.index(index.name) is None:
                yield index

    @property
    def after(self) -> Table | None:
        """The table at the address after the change, also when it is a replacement; None without a managed table there."""
        if self.change.deposed:
            return None
        resource = self.changes.after_at(self.address)
        return Table(resource, self.changes.after) if resource else None

    @property
    def lost_replicas(self) -> Iterator[LostReplica]:
        """The replicas that the plan deletes or creates again while the table stays. Ends in `Unknown` when there may be more."""
        after = self.after
        if after is None or self.destroys or self.forgets:
            return
        kept = (replica for replica in self.before.replicas if not self.changes.forgets_at(replica.resource.address))
        yield from each(kept, lambda replica: _lost(replica, after))

    @property
    def key_is_own(self) -> bool:
        """Whether a resource of the plan is the KMS key that the table has before the change. May raise `Unknown`."""
        key = self.before.kms_key
        return isinstance(key, Known) and self.changes.after.keys.is_own(key.value)

    @property
    def copies_with_lost_keys(self) -> Iterator[tuple[Copy, LostKey]]:
        """The table and its replicas whose KMS key the plan destroys or disables while they stay. Ends in `Unknown`."""
        after = self.after
        if after is None or self.destroys or self.forgets:
            return

        def counterpart(before: Copy) -> Copy | None:
            return after if isinstance(before, Table) else first(after.replicas, before.is_same_as)

        yield from each(self.before.copies, lambda before: self._with_lost_key(before, counterpart(before)))

    @property
    def has_replicas(self) -> bool:
        """Whether the table certainly has replicas before the change, which are deleted with it."""
        try:
            return next(self.before.replicas, None) is not None
        except Unknown:
            return False

    @property
    def successor(self) -> Table | None:
        """The table that is there after the plan: at the same address, or created at another one under the same name."""
        return self.after or self.created_elsewhere

    @property
    def created_elsewhere(self) -> Table | None:
        """The only table that the plan creates at another address under the same name, as after a rename in the code."""
        if not self.destroys or self.after or self.change.before is None or self.change.deposed:
            return None
        before = self.change.before
        created = (table for table in self.changes.created_tables if _has_same_name(before, table.resource))
        found = [table for table in created if may_be_same_place(before, table.resource)]
        return found[0] if len(found) == 1 else None

    @property
    def shown(self) -> str:
        """The table at the start of a message."""
        return f"Table {self.change.before.body.show('name')}" if self.change.before else "The table"

    @property
    def moved_block(self) -> str:
        """The `moved` block that makes Terraform keep the table under its new address; empty without a new address."""
        target = self.created_elsewhere
        return hcl_block("moved", **{"from": self.address, "to": target.address}) if target else ""


def _left(lost: Loss, later: Iterator[Loss]) -> Iterator[Loss]:
    """The loss, if it is also among the later ones."""
    if some(later, lambda loss: loss.at == lost.at):
        yield lost


def _has_same_name(one: Resource, other: Resource) -> bool:
    names = one.body.value("name"), other.body.value("name")
    return isinstance(names[0], Known) and isinstance(names[1], Known) and bool(names[0].value == names[1].value)


def _is_off(copy: Copy) -> bool:
    return isinstance(copy, Table) and not copy.encrypted


class LostKey(Struct, frozen=True):
    """A KMS key that a plan destroys or disables (`happens`). `is_still_used` says that a table has it after the plan.

    `doubt` says why it is unknown whether the key is disabled, None when it certainly is.
    """

    arn: str
    address: str
    happens: str
    is_still_used: bool = True
    doubt: Unknown | None = None


class ReplicaChange(Changed):
    """An existing replica that is a separate resource and whose table the plan does not show, and its change."""

    @property
    def lost_replicas(self) -> Iterator[LostReplica]:
        """The replica itself, if the plan deletes it. Raises `Unknown` when the plan does not show it."""
        if self.destroys:
            after = self.changes.after_at(self.address)
            now = Replica(None, after, self.changes.after) if after else None
            yield LostReplica(Replica(None, self._was(), self.changes.before), now, self.because)

    @property
    def copies_with_lost_keys(self) -> Iterator[tuple[Copy, LostKey]]:
        """The replica itself, if it stays and the plan destroys or disables its KMS key. May raise `Unknown`."""
        after = self.changes.after_at(self.address)
        if after and not self.destroys and not self.forgets:
            yield from self._with_lost_key(Replica(None, self._was(), self.changes.before), Replica(None, after, self.changes.after))


class LostReplica(Struct, frozen=True):
    """A replica that a plan deletes. `now` is the one that it creates in the same region, `because` why, without a full stop."""

    before: Replica
    now: Replica | None
    because: str = ""


def _lost(before: Replica, after: Table) -> Iterator[LostReplica]:
    now = first(after.replicas, before.is_same_as)
    if now is None or (before.is_separate and not now.is_separate and _is_echo(before)):
        yield LostReplica(before, None)
    elif now.is_separate and not now.resource.exists:
        yield LostReplica(before, now, "its resource is replaced" if before.is_separate else "it becomes a separate resource")
    elif before.is_separate and not now.is_separate:
        yield LostReplica(before, now, "it becomes a block of its table")
    elif not now.is_separate:
        because = _recreated_because(before, now)
        if because:
            yield LostReplica(before, now, because)


def _is_echo(separate: Replica) -> bool:
    """Whether the table shows its separate replica as a block before the change too: the block is then no new replica."""
    return separate.table is not None and any(
        block.text("region_name") == separate.region for block in separate.table.block.blocks("replica")
    )


def _recreated_because(before: Replica, now: Replica) -> str:
    """Why the provider deletes the replica of a block and creates it again; empty when it does not. May raise `Unknown`.

    Source: `updateReplica` in the provider's internal/service/dynamodb/table.go. The plan shows an update in place.
    """
    if before.consistency_mode != now.consistency_mode:
        return f"its consistency mode changes from {before.consistency_mode} to {now.consistency_mode}"
    old = before.block.text("kms_key_arn")
    if isinstance(now.kms_key, Deferred):
        raise now.kms_key.unknown(
            now.block.at("kms_key_arn"), more="; another key makes the provider delete the replica and create it again"
        )
    if old != now.block.text("kms_key_arn"):
        return f"its KMS key changes from {before.block.show('kms_key_arn') if old else 'the AWS managed key'} to {_shown_key(now)}"
    return ""


def _shown_key(replica: Replica) -> str:
    return replica.block.show("kms_key_arn") if replica.block.text("kms_key_arn") else "the AWS managed key"


class AlarmChange(Changed):
    """An existing alarm, and its change in the plan."""

    @property
    def before(self) -> Alarm:
        """The alarm before the change. Raises `Unknown` when the plan does not show it."""
        return Alarm(self._was(), self.changes.before)

    @property
    def removes_its_successor(self) -> bool:
        """Whether the plan creates the alarm again before it destroys the old one of the same name, which then removes the new one."""
        after = self.changes.after_at(self.address)
        if self.change.actions != ("create", "delete") or after is None:
            return False
        before = self.before
        return before.name == Alarm(after, self.changes.after).name and same_place(before.resource, after)

    @property
    def unwatched(self) -> Iterator[Signal]:
        """The DynamoDB metrics that the alarm watches, that no alarm watches after the plan, and whose table still exists then.

        Ends in `Unknown` when that cannot be determined.
        """
        yield from self._unwatched(self.before)

    @property
    def unwatched_outside(self) -> Iterator[Signal]:
        """The same of the metrics that the alarm does not watch any more since it was changed outside Terraform."""
        recorded = self.change.recorded
        if recorded and not self.before.searches:
            kept = [(signal.metric, signal.dimensions) for signal in self.before.all_signals]
            unwatched = self._unwatched(Alarm(recorded, self.changes.before))
            yield from (signal for signal in unwatched if (signal.metric, signal.dimensions) not in kept)

    def _unwatched(self, before: Alarm) -> Iterator[Signal]:
        unknown = self._unknown_search(before)
        for signal in before.all_signals:
            try:
                if signal.is_dynamodb and not self._is_still_watched(signal, before):
                    yield signal
            except Unknown as reason:
                unknown = unknown or reason
        if unknown:
            raise unknown

    def _unknown_search(self, before: Alarm) -> Unknown | None:
        """The unknown metrics of an alarm that searches for them, unless another alarm has the same expressions."""
        if not before.searches or self.changes.after.has_alarm(lambda alarm: alarm.expressions == before.expressions):
            return None
        return Unknown("metric_query", "searches for its metrics, so the metrics that lose their alarm cannot be determined")

    def _is_still_watched(self, signal: Signal, before: Alarm) -> bool:
        after = self.changes.after

        def takes_over(alarm: Alarm, copy: Copy | None = None) -> bool:
            return not (self.removes_its_successor and alarm.address == self.address) and _takes_over(signal, alarm, copy)

        change = self.changes.of_table(before)
        if change is None or change.forgets:
            return after.has_alarm(lambda alarm: takes_over(alarm) and same_place(before.resource, alarm.resource))
        copy = _copy_after(change, before)
        if copy is None or copy.table is None or self._loses_index(signal, change):
            # What it watches is destroyed too.
            return True
        if after.has_alarm(lambda alarm: takes_over(alarm, copy), copy.table):
            return True
        return set(signal.dimensions) == {"TableName"} and bool(after.watched_causes(copy, Demand((_real(signal.metric),))))

    @staticmethod
    def _loses_index(signal: Signal, change: TableChange) -> bool:
        """Whether the signal is of an index that the plan drops. May raise `Unknown`."""
        index, table = signal.dimensions.get("GlobalSecondaryIndexName"), change.successor
        return bool(index and table and change.before.index(index) and not table.index(index))


def _copy_after(change: TableChange, alarm: Alarm) -> Copy | None:
    """The table or the replica that an alarm is on, as it is after the plan. May raise `Unknown`."""
    table = change.successor
    if table is None or alarm.is_on(change.before):
        return table
    return first(table.replicas, lambda replica: replica.is_home_of(alarm.resource))


def _lost_key(change: Change, after: Resource | None) -> LostKey | None:
    arn = change.before.body.value("arn") if change.before else UNSET
    if not isinstance(arn, Known):
        return None
    if "delete" in change.actions:
        return LostKey(arn.value, change.address, "destroyed")
    try:
        if change.before and after and is_enabled(change.before) and not is_enabled(after):
            return LostKey(arn.value, change.address, "disabled")
    except Unknown as reason:
        return LostKey(arn.value, change.address, "disabled", doubt=reason.within(change.address))
    return None


def _takes_over(signal: Signal, alarm: Alarm, copy: Copy | None = None) -> bool:
    """Whether an alarm watches the same metric of that table or replica, None for the same one outside the plan. May raise `Unknown`."""
    try:
        if copy is None or copy.table is None:
            return some(alarm.all_signals, lambda other: _is_same(signal, other, signal.dimensions))
        dimensions = signal.dimensions | {"TableName": copy.table.block.read("name")}
        named = some(alarm.all_signals, lambda other: alarm.names(other, copy) and _is_same(signal, other, dimensions))
        return named and alarm.is_on(copy)
    except Unknown as reason:
        raise Unknown(f"{alarm.address}: {reason.path}", reason.why, reason.location) from None


def _is_same(signal: Signal, other: Signal, dimensions: dict[str, str]) -> bool:
    """Whether the other signal has these dimensions, and the metric or the sum it is part of. May raise `Unknown`."""
    expected = _real(signal.metric)
    return other.is_dynamodb and expected in (_real(other.metric), *CAUSES.get(_real(other.metric), ())) and other.dimensions == dimensions


def _real(metric: str | None) -> str:
    """The intended metric: the nearest one for a name that does not exist."""
    return metric if metric in METRICS else nearest_metric(metric or "") or metric or ""


class Changes:
    """All changes of a plan to existing resources. Any other input has no changes."""

    def __init__(self, changes: Iterable[Change], after: Inventory) -> None:
        self._changes = tuple(changes)
        self.after = after
        self.before = Inventory(
            (change.before for change in self._changes if change.before and not change.deposed),
            incomplete=after.incomplete,
            why_incomplete=after.why_incomplete,
            unseen_on=after.unseen_on,
        )

    @cached_property
    def tables(self) -> tuple[TableChange, ...]:
        """Every existing table."""
        return tuple(TableChange(change, self) for change in self._changes if change.type == TABLE)

    @cached_property
    def alarms(self) -> tuple[AlarmChange, ...]:
        """Every existing alarm that is, or may be, on DynamoDB metrics or on one of the tables."""
        concerned = {alarm.address for alarm in self.before.alarms}
        changes = (change for change in self._changes if change.type == ALARM and not change.deposed)
        return tuple(AlarmChange(change, self) for change in changes if change.before is None or change.before.address in concerned)

    @cached_property
    def created_tables(self) -> tuple[Table, ...]:
        """The tables that the plan creates at a new address."""
        there = {change.address for change in self._changes if not change.deposed}
        return tuple(table for table in self.after.tables if table.resource.address not in there)

    def after_at(self, address: str) -> Resource | None:
        """The resource at an address after the change."""
        return self._after.get(address)

    def of_table(self, alarm: Alarm) -> TableChange | None:
        """The change of the table whose metrics, or those of whose replica, an alarm watches before the plan; None without one in it."""
        found = first(self.before.tables_near(alarm), lambda table: some(table.copies, alarm.is_on))
        return self._by_address_before.get(found.address) if found else None

    def forgets_at(self, address: str) -> bool:
        """Whether the plan removes the resource at an address from the state without destroying it."""
        return any("forget" in change.actions for change in self._changes if change.address == address)

    @cached_property
    def lost_keys(self) -> dict[str, LostKey]:
        """The KMS keys that the plan destroys or disables, by their ARN."""
        found = (_lost_key(change, self.after_at(change.address)) for change in self._changes if change.type in KEYS)
        return {lost.arn: lost for lost in found if lost}

    @cached_property
    def lone_replicas(self) -> tuple[ReplicaChange, ...]:
        """Every existing replica that is a separate resource and whose table the plan does not show."""
        lone = {replica.address for replica in self.before.lone_replicas}
        changes = (change for change in self._changes if change.type == REPLICA and not change.deposed)
        return tuple(ReplicaChange(change, self) for change in changes if change.before is None or change.before.address in lone)

    @cached_property
    def _by_address_before(self) -> dict[str, TableChange]:
        return {change.change.before.address: change for change in self.tables if change.change.before and not change.change.deposed}

    @cached_property
    def _after(self) -> dict[str, Resource]:
        return {resource.address: resource for resource in self.after.resources}


# The changes that may delete a replica.
CopyChange = TableChange | ReplicaChange
