"""The DynamoDB resources of one input: tables, their indexes, and the alarms on DynamoDB metrics."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dyncheck.dynamodb.alarm import Alarm
from dyncheck.dynamodb.arns import hints_of_arn
from dyncheck.dynamodb.composite_alarm import CompositeAlarm
from dyncheck.dynamodb.contracts import Demand
from dyncheck.dynamodb.entity import Entity
from dyncheck.dynamodb.keys import Keys
from dyncheck.dynamodb.metrics import CAUSES, METRICS
from dyncheck.dynamodb.names import Names
from dyncheck.dynamodb.notification import Notification, Silence, Topic
from dyncheck.dynamodb.replica import Original, Replica, copies_table
from dyncheck.dynamodb.signals import Signal
from dyncheck.dynamodb.table import Copy, Table
from dyncheck.dynamodb.table_item import TableItem
from dyncheck.dynamodb.types import (
    ALARM,
    COMPOSITE_ALARM,
    INDEX,
    ITEM,
    KEYS,
    KINESIS_DESTINATION,
    METRIC_FILTER,
    REPLICA,
    SCALING_POLICY,
    SCALING_TARGET,
    TABLE,
    TAG,
)
from dyncheck.dynamodb.wiring import Hints, Lookup, hints_of_dimensions, names_in
from dyncheck.logic import some
from dyncheck.model import Deferred, Known, Resource, Unknown, Value

if TYPE_CHECKING:
    from dyncheck.dynamodb.autoscaling import Scaling

# The names and ARNs in the rule of a composite alarm, among its other words.
_NAMES_IN_RULE = r'"((?:[^"\\]|\\.)*)"|([^\s(),"]+)'

# What a name that is meant for a metric of DynamoDB starts with, also where it is misspelled.
_STARTS_OF_METRICS = ("ConsumedRead", "ConsumedWrite", "ProvisionedRead", "ProvisionedWrite", "ReadThrottle", "WriteThrottle")

# Every table without an alarm tests these again, and a finding names three of them.
_MOST_UNRELATED = 12


# What has a name that may occur once in an account and region.
Named = Alarm | CompositeAlarm | Table


class Inventory:
    """The resources of one input, as the entities rules talk about."""

    def __init__(
        self,
        resources: Iterable[Resource],
        *,
        incomplete: frozenset[str] = frozenset(),
        why_incomplete: str = "",
        unseen_on: Callable[[str, Resource], str] | None = None,
        variables_of: Callable[[Resource], Collection[str]] | None = None,
        data: Callable[[], tuple[Resource, ...]] = tuple,
        former_keys: tuple[Resource, ...] = (),
        destroyed_indexes: Iterable[Resource] = (),
        together: Together | None = None,
        former_tables: Mapping[str, Resource] = {},
        destroyed_topics: Mapping[str, str] = {},
        missing_topics: frozenset[str] = frozenset(),
    ) -> None:
        self.resources = tuple(resources)
        # The separate indexes that the plan destroys, also where it creates them again.
        self.destroyed_indexes = tuple(destroyed_indexes)
        # The tables as they are before a plan, by their address after it.
        self.former_tables = former_tables
        # The resource types that may be incomplete in the input (a plan with -target), and the reason.
        self.incomplete = incomplete
        self.why_incomplete = why_incomplete
        # Why resources of a type that concern a given one may be missing, empty when none may; None where that is so for every resource.
        self.unseen_on = unseen_on
        # The names of the variables of a resource's module.
        self._variables_of = variables_of
        # The data sources of KMS keys, and the keys as they are before a plan.
        self._data = data
        self._former_keys = former_keys
        self._together = together
        # The addresses of the topics that the plan destroys, by their ARN.
        self._destroyed_topics = destroyed_topics
        # The ARNs for which there certainly is no topic.
        self._missing_topics = missing_topics
        self._unrelated_for: dict[tuple[Demand, frozenset[str]], tuple[Alarm, ...]] = {}

    @classmethod
    def of(cls, entity: Entity) -> Inventory:
        """The inventory that a table, an index or an alarm belongs to."""
        assert isinstance(entity.surroundings, cls)
        return entity.surroundings

    def unseen(self, kind: str, on: Resource | None) -> str:
        """Why a resource of that type that concerns the given one may exist although the input does not show it; empty when none may."""
        if kind not in self.incomplete:
            return ""
        why = self.unseen_on(kind, on) if self.unseen_on and on else self.why_incomplete
        return f"{why}, so the resource may exist although the input does not show it" if why else ""

    def has_variable(self, resource: Resource, name: str) -> bool:
        """Whether the module of the resource certainly has a variable of that name."""
        return self._variables_of is not None and name in self._variables_of(resource)

    def short_address(self, resource: Resource) -> str:
        """The address within the module where no other resource of the input has the same one, else the whole address."""
        local = resource.local_address
        return local if self._local_addresses[local] == 1 else resource.address

    @cached_property
    def _local_addresses(self) -> Counter[str]:
        return Counter(resource.local_address for resource in self.resources)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """Every table instance, in the order of the input."""
        return tuple(Table(resource, self) for resource in self._of_type(TABLE))

    @cached_property
    def items(self) -> tuple[TableItem, ...]:
        """The items that Terraform writes into tables."""
        return tuple(TableItem(resource, self) for resource in self._of_type(ITEM))

    @cached_property
    def alarms(self) -> tuple[Alarm, ...]:
        """The alarms that are, or may be, on DynamoDB metrics or on one of the tables."""
        return tuple(alarm for alarm, _ in self._alarms_with_doubt)

    @cached_property
    def judged_alarms(self) -> tuple[Alarm, ...]:
        """The alarms that certainly are on DynamoDB metrics or on one of the tables."""
        return tuple(alarm for alarm, is_in_doubt in self._alarms_with_doubt if not is_in_doubt)

    @property
    def doubtful_alarms(self) -> tuple[Alarm, ...]:
        """The alarms that may be on DynamoDB metrics: the input does not show whether they are."""
        return tuple(alarm for alarm, is_in_doubt in self._alarms_with_doubt if is_in_doubt)

    @property
    def is_empty(self) -> bool:
        """Whether no table, no replica, no item and no alarm is certainly one of DynamoDB."""
        return not (self.tables or self.lone_replicas or self.items or self.judged_alarms)

    @cached_property
    def _alarms_with_doubt(self) -> tuple[tuple[Alarm, bool], ...]:
        """The alarms that are, or may be, on DynamoDB metrics, with whether that is in doubt."""
        found = []
        for resource in self._of_type(ALARM):
            # Whether the alarm exists is another question.
            written = Alarm(replace(resource, body=resource.body.as_written()), self)
            is_on_dynamodb = self._is_on_dynamodb(written)
            if is_on_dynamodb is not False:
                found.append((Alarm(resource, self), is_on_dynamodb is None))
        return tuple(found)

    def _is_on_dynamodb(self, alarm: Alarm) -> bool | None:
        """Whether an alarm is on DynamoDB metrics or on one of the tables; None where the input does not show that.

        In a proof, it is judged where the inputs decide that.
        """
        try:
            if any("DynamoDB" in expression for expression in alarm.expressions):
                return True
            answers = [self._is_of_dynamodb(alarm, signal) for signal in alarm.all_signals]
        except Unknown as reason:
            return True if reason.question else None
        return True if True in answers else None if None in answers else False

    def _is_of_dynamodb(self, alarm: Alarm, signal: Signal) -> bool | None:
        """Whether a metric is one of DynamoDB's, or one of another service with the name of a table."""
        namespace = signal.block.value("namespace")
        if isinstance(namespace, Deferred):
            if namespace.question:
                raise namespace.unknown("namespace")
            return None if _may_be_of_dynamodb(signal) else False
        return signal.is_dynamodb or (signal.is_aws and self._names_a_table(alarm, signal))

    def _names_a_table(self, alarm: Alarm, signal: Signal) -> bool | None:
        try:
            return some(self.tables_near(alarm), lambda table: alarm.names(signal, table))
        except Unknown:
            return None if _may_be_of_dynamodb(signal) else False

    def tables_of(self, hints: Hints) -> tuple[Table, ...]:
        """The tables of this input with one of these hints, or possibly."""
        return self._tables.near(hints)

    def alarms_near(self, table: Original) -> tuple[Alarm, ...]:
        """The alarms that name the table, or may."""
        own = self._alarms.near(table.hints)
        return (*own, *self._together.alarms_near(table, self)) if self._together else own

    def tables_near(self, alarm: Alarm) -> tuple[Table, ...]:
        """The tables that an alarm names, or may name."""
        own = self._tables.near(alarm.hints)
        return (*own, *self._together.tables_near(alarm.hints, self)) if self._together else own

    @cached_property
    def alarm_labels(self) -> frozenset[tuple[str, str]]:
        """The modules and labels of the metric alarms of any service."""
        return frozenset((resource.module, resource.name) for resource in self._of_type(ALARM))

    @cached_property
    def alarm_names(self) -> frozenset[str]:
        """The names of the alarms of any service, as far as they are known."""
        names = (resource.body.value("alarm_name") for resource in (*self._of_type(ALARM), *self._of_type(COMPOSITE_ALARM)))
        return frozenset(name.value for name in names if isinstance(name, Known) and isinstance(name.value, str))

    def tables_named_by(self, signal: Signal) -> tuple[Table, ...]:
        """The tables that a metric of an alarm names, or may name."""
        hints = None if signal.free else hints_of_dimensions(signal.block.value("dimensions"))
        return (*self._tables.near(hints), *(self._together.tables_near(hints, self) if self._together else ()))

    @cached_property
    def unrelated_alarms(self) -> tuple[Alarm, ...]:
        """The alarms on DynamoDB metrics that certainly name no table of the input."""
        return tuple(alarm for alarm in self.alarms if not self.tables_near(alarm))

    def unrelated_alarms_for(self, demand: Demand, others: frozenset[str]) -> tuple[Alarm, ...]:
        """The first unrelated alarms that would meet the demand if they named the table, and that do not watch the others."""
        unrelated = self.unrelated_alarms
        key = (demand, others)
        if key not in self._unrelated_for:
            self._unrelated_for[key] = tuple(
                islice((alarm for alarm in unrelated if alarm.lacks_only_table(demand, others)), _MOST_UNRELATED)
            )
        return self._unrelated_for[key]

    @cached_property
    def _alarms_on_account(self) -> tuple[Alarm, ...]:
        """The alarms that have a metric without the name of a table, or may have."""
        everything = self._together.inventories if self._together else (self,)
        return tuple(alarm for inventory in everything for alarm in inventory.alarms if not alarm.hints)

    def has_alarm(self, test: Callable[[Alarm], bool], table: Original | None = None) -> bool:
        """Whether the test holds for some alarm, or for some alarm near the given table.

        Raises `Unknown` when that cannot be determined, or when the input does not show all alarms.
        """
        if some(self.alarms_near(table) if table else self.alarms, test):
            return True
        self._end(ALARM, table.resource if table else None)
        return False

    def is_watched(self, copy: Copy, demand: Demand) -> bool:
        """Whether an alarm meets a demand on that table or replica.

        Raises `Unknown` when that cannot be determined, or when the input does not show all alarms.
        """
        if some(self.alarms_for(copy, demand), lambda alarm: alarm.watches(copy, demand)):
            return True
        self._end(ALARM, None if demand.part is None else (copy.table or copy).resource)
        return False

    def alarms_for(self, copy: Copy, demand: Demand) -> tuple[Alarm, ...]:
        """The alarms that may meet a demand on that table or replica."""
        if demand.part is None:
            return self._alarms_on_account
        return self.alarms_near(copy.table) if copy.table else self.alarms

    def watched_causes(self, copy: Copy, demand: Demand) -> tuple[Demand, ...]:
        """The demands on each cause that the throttle metric of a demand adds up, when all are met; else empty. May raise `Unknown`."""
        causes = tuple(replace(demand, metrics=(cause,)) for cause in CAUSES.get(demand.metrics[0], ()))
        return causes if all(self.is_watched(copy, cause) for cause in causes) else ()

    def silences(self, alarm: Alarm) -> tuple[Silence, ...]:
        """Why no one hears of an alarm, by itself or by a composite alarm on it; empty when someone does. May raise `Unknown`."""
        return self._notification.silences(alarm)

    def is_notified(self, alarm: Alarm) -> bool:
        """Whether someone hears of an alarm, by itself or by a composite alarm on it. May raise `Unknown`."""
        return not self.silences(alarm)

    @cached_property
    def unheard_topics(self) -> tuple[Topic, ...]:
        """The topics without a subscription in the input that alarms on DynamoDB metrics notify."""
        composites = (each for each in self.composite_alarms if each.resource.address in self._judged_composites)
        return tuple(Topic(topic, self) for topic in self._notification.unheard_topics((*self.judged_alarms, *composites)))

    def namesake(self, named: Named) -> Resource | None:
        """The first table before this one, or alarm before this alarm, that has the same name in the same account and region.

        An alarm that no rule judges comes before all others. Raises `Unknown` when that cannot be determined.
        """
        return (self._table_names if isinstance(named, Table) else self._alarm_names).holder_before(named.resource)

    @cached_property
    def named(self) -> tuple[Named, ...]:
        """The tables, the alarms on DynamoDB metrics, and the composite alarms on these."""
        return (
            *self.tables,
            *self.judged_alarms,
            *(each for each in self.composite_alarms if each.resource.address in self._judged_composites),
        )

    @cached_property
    def _table_names(self) -> Names:
        return Names(self._of_type(TABLE), frozenset(table.address for table in self.tables))

    @cached_property
    def _alarm_names(self) -> Names:
        judged = {alarm.address for alarm in self.judged_alarms} | self._judged_composites
        return Names((*self._of_type(ALARM), *self._of_type(COMPOSITE_ALARM)), judged)

    @cached_property
    def _judged_composites(self) -> frozenset[str]:
        """The addresses of the composite alarms whose rules name an alarm on DynamoDB metrics."""
        found = (alarm.block.value("alarm_name") for alarm in self.judged_alarms)
        names = {value.value for value in found if isinstance(value, Known) and isinstance(value.value, str)}
        blocks = {alarm.resource.block_address for alarm in self.judged_alarms}
        return frozenset(each.address for each in self.composite_alarms if _names_any(each, names, blocks))

    @cached_property
    def separate_indexes(self) -> tuple[Resource, ...]:
        """The indexes that are separate resources."""
        return self._of_type(INDEX)

    @cached_property
    def kinesis_destinations(self) -> tuple[Resource, ...]:
        """The Kinesis streams that get the changes of tables."""
        return self._of_type(KINESIS_DESTINATION)

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

    def has_scaling_range(self, table: Table, units: str, index: str | None = None) -> bool:
        """Whether such a target can change that capacity at all. Raises `Unknown` as `has_scaling_target` does."""
        return self._has_scaling(SCALING_TARGET, table, lambda target: target.scales(table, units, index) and target.has_range)

    def has_scaling_policy(self, table: Table, units: str, index: str | None = None) -> bool:
        """Whether a policy says when autoscaling changes that capacity. Raises `Unknown` as `has_scaling_target` does."""
        return self._has_scaling(SCALING_POLICY, table, lambda policy: policy.scales(table, units, index) and policy.tracks_a_target)

    def scaling_targets_at(self, block_address: str) -> tuple[Resource, ...]:
        """The autoscaling targets of a resource block."""
        return self._scaling_targets.get(block_address, ())

    def _has_scaling(self, kind: str, table: Table, test: Callable[[Scaling], bool]) -> bool:
        if some(self._scalings[kind].near(table.hints), test):
            return True
        self._end(kind, table.resource)
        return False

    @cached_property
    def _scaling_targets(self) -> dict[str, tuple[Resource, ...]]:
        found: dict[str, tuple[Resource, ...]] = {}
        for resource in self._of_type(SCALING_TARGET):
            found[resource.block_address] = (*found.get(resource.block_address, ()), resource)
        return found

    @cached_property
    def _scalings(self) -> dict[str, Lookup[Scaling]]:
        from dyncheck.dynamodb.autoscaling import Scaling

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
    def _notification(self) -> Notification:
        every = self._together.inventories if self._together else (self,)
        return Notification(
            self.resources,
            self._data,
            self.unseen,
            self._destroyed_topics,
            self._missing_topics,
            self._end,
            tuple(composite for inventory in every for composite in inventory.composite_alarms),
            tuple(Alarm(resource, inventory) for inventory in every for resource in inventory._of_type(ALARM)),
        )

    @cached_property
    def composite_alarms(self) -> tuple[CompositeAlarm, ...]:
        """The composite alarms of this input."""
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

    def _end(self, kind: str, on: Resource | None) -> None:
        """Raises `Unknown` when a resource of that type that concerns the given one may be missing in an input."""
        for inventory in self._together.inventories if self._together else (self,):
            if why := inventory.unseen(kind, on):
                raise Unknown("", why)

    def _of_type(self, kind: str) -> tuple[Resource, ...]:
        return tuple(resource for resource in self.resources if resource.type == kind)


class Together:
    """Several inputs that are judged together. Only names of alarms and tables lead from one to another, addresses do not."""

    def __init__(self) -> None:
        # Set once all inputs are read, and before any is checked.
        self.inventories: tuple[Inventory, ...] = ()

    def alarms_near(self, table: Original, own: Inventory) -> Iterator[Alarm]:
        """The alarms of the other inputs that name the table, or may."""
        return (alarm for alarm in self._alarms.near(names_in(table.hints)) if alarm.surroundings is not own)

    def tables_near(self, hints: Hints, own: Inventory) -> Iterator[Table]:
        """The tables of the other inputs with one of the names in these hints, or possibly."""
        return (table for table in self._tables.near(names_in(hints)) if table.surroundings is not own)

    @cached_property
    def _alarms(self) -> Lookup[Alarm]:
        every = (alarm for inventory in self.inventories for alarm in inventory.alarms)
        return Lookup(every, lambda alarm: names_in(alarm.hints))

    @cached_property
    def _tables(self) -> Lookup[Table]:
        every = (table for inventory in self.inventories for table in inventory.tables)
        return Lookup(every, lambda table: names_in(table.hints))


def _may_be_of_dynamodb(signal: Signal) -> bool:
    """Whether a metric in an unknown namespace may be one of DynamoDB's, by its name and its dimensions."""
    metric, dimensions = signal.block.value("metric_name"), signal.block.value("dimensions")
    if _is_of_logs(signal.block.value("namespace")):
        return False
    if isinstance(metric, Known) and metric.value not in METRICS and not str(metric.value).startswith(_STARTS_OF_METRICS):
        return False
    # Every metric of DynamoDB with dimensions has the name of a table.
    return not isinstance(dimensions, Known) or not dimensions.value or "TableName" in dimensions.value


def _is_of_logs(namespace: Value) -> bool:
    """Whether a namespace is that of a metric filter, which cannot be one of AWS's own.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/publishingMetrics.html
    """
    references = namespace.references if isinstance(namespace, Deferred) else ()
    return bool(references) and all(reference.type == METRIC_FILTER for reference in references)


def _names_any(composite: CompositeAlarm, names: Collection[str], blocks: Collection[str]) -> bool:
    """Whether the rule of a composite alarm names an alarm of these names, or waits for one of these resource blocks."""
    rule = composite.block.value("alarm_rule")
    if isinstance(rule, Deferred):
        return any(reference.resource in blocks for reference in rule.references)
    if not isinstance(rule, Known) or not isinstance(rule.value, str):
        return False
    words = (quoted or bare for quoted, bare in re.findall(_NAMES_IN_RULE, rule.value))
    return any(word in names or word.rpartition(":alarm:")[2] in names for word in words)


def _may_copy(replica: Resource, table: Table) -> bool:
    try:
        return copies_table(replica, table.resource)
    except Unknown:
        return True
