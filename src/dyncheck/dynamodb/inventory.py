"""The DynamoDB resources of one input: tables, their indexes, and the alarms on DynamoDB metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import islice

from dyncheck.dynamodb.alarm import Alarm
from dyncheck.dynamodb.arns import hints_of_arn
from dyncheck.dynamodb.autoscaling import Scaling
from dyncheck.dynamodb.composite_alarm import CompositeAlarm
from dyncheck.dynamodb.entity import Entity
from dyncheck.dynamodb.keys import Keys
from dyncheck.dynamodb.metrics import CAUSES
from dyncheck.dynamodb.notification import notifies
from dyncheck.dynamodb.replica import Original, Replica, copies_table
from dyncheck.dynamodb.signals import Signal
from dyncheck.dynamodb.table import Copy, Table
from dyncheck.dynamodb.types import ALARM, COMPOSITE_ALARM, INDEX, KEYS, REPLICA, SCALING_POLICY, SCALING_TARGET, TABLE, TAG
from dyncheck.dynamodb.wiring import Hints, Lookup, hints_of_dimensions
from dyncheck.logic import some
from dyncheck.model import Resource, Unknown

# Every table without an alarm tests these again, and a finding names three of them.
_MOST_UNRELATED = 12


class Inventory:
    """The resources of one input, as the entities rules talk about."""

    def __init__(
        self,
        resources: Iterable[Resource],
        *,
        incomplete: frozenset[str] = frozenset(),
        why_incomplete: str = "",
        data: Callable[[], tuple[Resource, ...]] = tuple,
        former_keys: tuple[Resource, ...] = (),
        destroyed_indexes: Iterable[Resource] = (),
    ) -> None:
        self.resources = tuple(resources)
        # The separate indexes that the plan destroys, also where it creates them again.
        self.destroyed_indexes = tuple(destroyed_indexes)
        # The resource types that may be incomplete in the input (a plan with -target), and the reason.
        self.incomplete = incomplete
        self.why_incomplete = why_incomplete
        # The data sources of KMS keys, and the keys as they are before a plan.
        self._data = data
        self._former_keys = former_keys
        self._unrelated_for: dict[tuple[tuple[str, ...], frozenset[str]], tuple[Alarm, ...]] = {}

    @classmethod
    def of(cls, entity: Entity) -> Inventory:
        """The inventory that a table, an index or an alarm belongs to."""
        assert isinstance(entity.surroundings, cls)
        return entity.surroundings

    @property
    def unseen(self) -> str:
        """Why a resource that the input does not show may still exist."""
        return f"{self.why_incomplete}, so the resource may exist although the input does not show it"

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """Every table instance, in the order of the input."""
        return tuple(Table(resource, self) for resource in self._of_type(TABLE))

    @cached_property
    def alarms(self) -> tuple[Alarm, ...]:
        """The alarms that are, or may be, on DynamoDB metrics or on one of the tables."""
        alarms = (Alarm(resource, self) for resource in self._of_type(ALARM))
        return tuple(alarm for alarm in alarms if self._may_concern_dynamodb(alarm))

    @property
    def is_empty(self) -> bool:
        """Whether no table, no replica and no alarm is certainly one of DynamoDB."""
        return not (self.tables or self.lone_replicas or any(map(_is_certain, self.alarms)))

    def _may_concern_dynamodb(self, alarm: Alarm) -> bool:
        try:
            return some(alarm.all_signals, lambda signal: self._is_on_dynamodb(alarm, signal)) or any(
                "DynamoDB" in expression for expression in alarm.expressions
            )
        except Unknown:
            return True

    def _is_on_dynamodb(self, alarm: Alarm, signal: Signal) -> bool:
        if signal.is_dynamodb or not signal.is_aws:
            return signal.is_dynamodb
        return some(self.tables_near(alarm), lambda table: alarm.names(signal, table))

    def alarms_near(self, table: Original) -> tuple[Alarm, ...]:
        """The alarms that name the table, or may."""
        return self._alarms.near(table.hints)

    def tables_near(self, alarm: Alarm) -> tuple[Table, ...]:
        """The tables that an alarm names, or may name."""
        return self._tables.near(alarm.hints)

    def tables_named_by(self, signal: Signal) -> tuple[Table, ...]:
        """The tables that a metric of an alarm names, or may name."""
        return self._tables.near(None if signal.free else hints_of_dimensions(signal.block.value("dimensions")))

    @cached_property
    def unrelated_alarms(self) -> tuple[Alarm, ...]:
        """The alarms on DynamoDB metrics that certainly name no table of the input."""
        return tuple(alarm for alarm in self.alarms if not self.tables_near(alarm))

    def unrelated_alarms_for(self, metrics: tuple[str, ...], others: frozenset[str]) -> tuple[Alarm, ...]:
        """The first unrelated alarms that these metrics would raise if they named the table, and that do not watch the others."""
        unrelated = self.unrelated_alarms
        key = (metrics, others)
        if key not in self._unrelated_for:
            self._unrelated_for[key] = tuple(
                islice((alarm for alarm in unrelated if alarm.lacks_only_table(metrics, others)), _MOST_UNRELATED)
            )
        return self._unrelated_for[key]

    def has_alarm(self, test: Callable[[Alarm], bool], table: Original | None = None) -> bool:
        """Whether the test holds for some alarm, or for some alarm near the given table.

        Raises `Unknown` when that cannot be determined, or when the input does not show all alarms.
        """
        if some(self.alarms_near(table) if table else self.alarms, test):
            return True
        self._end(ALARM)
        return False

    def is_watched(self, copy: Copy, metrics: tuple[str, ...], index: str | None = None) -> bool:
        """Whether any of the metrics of that table, replica or index raises some alarm.

        Raises `Unknown` when that cannot be determined, or when the input does not show all alarms.
        """
        return self.has_alarm(lambda alarm: alarm.watches(copy, metrics, index), copy.table)

    def watched_causes(self, copy: Copy, metric: str, index: str | None = None) -> tuple[str, ...]:
        """The causes that a throttle metric adds up, when each has its own alarm; else empty. May raise `Unknown`."""
        causes = CAUSES.get(metric, ())
        return causes if all(self.is_watched(copy, (cause,), index) for cause in causes) else ()

    def is_notified(self, alarm: Alarm) -> bool:
        """Whether an alarm or a composite alarm on it notifies. May raise `Unknown`."""
        composites = self.every_composite_alarm()
        return notifies(alarm) or some(composites, lambda composite: composite.is_raised_by(alarm) and notifies(composite))

    def every_composite_alarm(self) -> Iterator[CompositeAlarm]:
        """The composite alarms; ends in `Unknown` when the input does not show all of them."""
        yield from self._composite_alarms
        self._end(COMPOSITE_ALARM)

    @cached_property
    def separate_indexes(self) -> tuple[Resource, ...]:
        """The indexes that are separate resources."""
        return self._of_type(INDEX)

    @cached_property
    def separate_replicas(self) -> tuple[Resource, ...]:
        """The replicas that are separate resources."""
        return self._of_type(REPLICA)

    def separate_tags_near(self, hints: Hints) -> tuple[Resource, ...]:
        """The tags that are separate resources and may be on the table with these hints."""
        return self._tags.near(hints)

    def has_scaling_target(self, table: Table, units: str, index: str | None = None) -> bool:
        """Whether autoscaling may change the capacity for `Read` or `Write` of a table or of its index.

        Raises `Unknown` when that cannot be determined, or when the input does not show all targets.
        """
        return self._has_scaling(SCALING_TARGET, table, lambda target: target.scales(table, units, index))

    def has_scaling_policy(self, table: Table, units: str, index: str | None = None) -> bool:
        """Whether a policy says when autoscaling changes that capacity. Raises `Unknown` as `has_scaling_target` does."""
        return self._has_scaling(SCALING_POLICY, table, lambda policy: policy.scales(table, units, index) and policy.tracks_a_target)

    def scaling_targets_at(self, block_address: str) -> tuple[Resource, ...]:
        """The autoscaling targets of a resource block."""
        return self._scaling_targets.get(block_address, ())

    def _has_scaling(self, kind: str, table: Table, test: Callable[[Scaling], bool]) -> bool:
        if some(self._scalings[kind].near(table.hints), test):
            return True
        self._end(kind)
        return False

    @cached_property
    def _scaling_targets(self) -> dict[str, tuple[Resource, ...]]:
        found: dict[str, tuple[Resource, ...]] = {}
        for resource in self._of_type(SCALING_TARGET):
            found[resource.block_address] = (*found.get(resource.block_address, ()), resource)
        return found

    @cached_property
    def _scalings(self) -> dict[str, Lookup[Scaling]]:
        kinds = (SCALING_TARGET, SCALING_POLICY)
        return {kind: Lookup((Scaling(each, self) for each in self._of_type(kind)), lambda scaling: scaling.hints) for kind in kinds}

    @cached_property
    def keys(self) -> Keys:
        """The KMS keys that the input shows."""
        return Keys((resource for resource in self.resources if resource.type in KEYS), self._former_keys, self._data())

    @cached_property
    def lone_replicas(self) -> tuple[Replica, ...]:
        """The separate replicas whose table the input certainly does not show."""
        return tuple(
            Replica(None, resource, self)
            for resource in self.separate_replicas
            if not any(_may_copy(resource, table) for table in self.tables)
        )

    @cached_property
    def _composite_alarms(self) -> tuple[CompositeAlarm, ...]:
        return tuple(CompositeAlarm(resource, self) for resource in self._of_type(COMPOSITE_ALARM))

    @cached_property
    def _tags(self) -> Lookup[Resource]:
        return Lookup(self._of_type(TAG), lambda tag: hints_of_arn(tag, "resource_arn"))

    @cached_property
    def _alarms(self) -> Lookup[Alarm]:
        return Lookup(self.alarms, lambda alarm: alarm.hints)

    @cached_property
    def _tables(self) -> Lookup[Table]:
        return Lookup(self.tables, lambda table: table.hints)

    def _end(self, kind: str) -> None:
        if kind in self.incomplete:
            raise Unknown("", self.unseen)

    def _of_type(self, kind: str) -> tuple[Resource, ...]:
        return tuple(resource for resource in self.resources if resource.type == kind)


def _is_certain(alarm: Alarm) -> bool:
    try:
        return any(signal.is_dynamodb for signal in alarm.all_signals)
    except Unknown:
        return False


def _may_copy(replica: Resource, table: Table) -> bool:
    try:
        return copies_table(replica, table.resource)
    except Unknown:
        return True
