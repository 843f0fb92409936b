"""The alarms that contracts demand: which they are, whether the input has them, and the HCL of those that are missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.dynamodb.alarm import Alarm
from dyncheck.dynamodb.contracts import AlarmContract, Contract, Demand, Part
from dyncheck.dynamodb.inventory import Inventory
from dyncheck.dynamodb.metrics import METRICS, STREAM_LABEL, STREAM_OPERATION, THROTTLE_METRICS
from dyncheck.dynamodb.replica import Replica
from dyncheck.dynamodb.table import Copy, Table
from dyncheck.logic import each, foremost
from dyncheck.model import Problem, Unknown, quoted

INDEX_NAME = "GlobalSecondaryIndexName"

# A finding names at most this many alarms that are nearly right.
_MOST_NEAR = 3


class Account(Struct, frozen=True):
    """The account and region of the tables under one contract, whose metrics have no table.

    `address` is the name of the contract, `tables` has one table for each account and region. `doubt` says why there may be none of them.
    """

    address: str
    tables: tuple[Table, ...]
    doubt: str = ""


# What a contract may demand alarms on.
Watchable: TypeAlias = Table | Account


class DemandedAlarm(Struct, frozen=True):
    """One alarm that a contract demands, on a table, on a part of it, or on a replica.

    For a metric of the account, `copy` is a table in the right account and region.
    """

    expected: AlarmContract
    demand: Demand
    copy: Copy

    @property
    def path(self) -> str:
        """The demand as the path of an attribute, such as `alarm["SystemErrors"]["GetItem"]`."""
        named = [value for _, value in self.demand.part or () if value]
        falls = ["low"] if self.expected.falls else []
        return "alarm" + "".join(f"[{quoted(name)}]" for name in (self.expected.metric, *self._statistic, *falls, *named))

    @property
    def shown(self) -> str:
        """The metric and its part in a message: `SystemErrors for "GetItem" of this table`."""
        value = "".join(f"the {name} of " for name in self._statistic) + self.expected.metric
        kinds = dict(self.demand.part or ())
        index = kinds.pop(INDEX_NAME, None)
        part = "".join(f" for {quoted(value)}" for value in kinds.values() if value)
        low = "a low value of " if self.expected.falls else ""
        return f"{low}{value}{part} of {self._where(index)}"

    def _where(self, index: str | None) -> str:
        if index is not None:
            return f"index {quoted(index)}"
        if self.demand.part is None:
            return "the account"
        return self.copy.shown if isinstance(self.copy, Replica) else "this table"

    @property
    def _statistic(self) -> tuple[str, ...]:
        """The statistic, where it is not the one that is expected without saying so."""
        usual = (METRICS[self.expected.metric].statistics[0], *self.expected.statistics[1:])
        return () if self.expected.expected_statistic in usual else (self.expected.expected_statistic,)

    @property
    def met(self) -> tuple[Demand, ...]:
        """The demands that alarms meet: the demand itself, or one on each cause that its metric adds up. May raise `Unknown`."""
        inventory = Inventory.of(self.copy)
        return (self.demand,) if inventory.is_watched(self.copy, self.demand) else inventory.watched_causes(self.copy, self.demand)

    def problem(self, taken: set[str], near: Sequence[tuple[Alarm, str]] = ()) -> Problem:
        """The problem that the alarm is missing. Its fix has a label that is not `taken` by that of another finding.

        `near` are alarms with one fault, and that fault.
        """
        # Only a finding has a fix.
        from dyncheck.dynamodb.alarm_fixes import alarm_block

        fix = alarm_block(self.copy, self.expected, self.demand.part, self._statistic, taken)
        faults = "; ".join(f"{Inventory.of(alarm).short_address(alarm.resource)}: {fault}" for alarm, fault in near)
        problem = self.copy.problem(f"No alarm fires on {self.shown}{f' (closest: {faults})' if faults else ''}", at=self.path, fix=fix)
        inside = [alarm.address for alarm, _ in near if alarm.resource.module == self.copy.resource.module]
        return replace(problem, nearest=inside[0]) if inside else problem


def is_on_throttling(alarm: AlarmContract) -> bool:
    """Whether a demanded alarm is on throttled requests."""
    return alarm.metric in THROTTLE_METRICS or alarm.metric == "ThrottledRequests"


def is_on_indexes(alarm: AlarmContract) -> bool:
    """Whether a demanded alarm is on a metric that a table and its indexes both have."""
    return {"TableName"} in METRICS[alarm.metric].dimensions and _is_of_index(alarm)


def demanded_of_table(table: Table, contract: Contract, alarms: Iterable[AlarmContract]) -> Iterator[DemandedAlarm]:
    """The alarms of a table, without those on metrics that its indexes have as well. Ends in `Unknown` when there may be more."""
    return _demanded(table, alarms, lambda alarm: _parts(table, contract, alarm))


def demanded_of_indexes(table: Table, contract: Contract) -> Iterator[DemandedAlarm]:
    """The alarms on metrics that the table and its indexes both have, one for each index. Ends in `Unknown` when there may be more."""
    alarms = tuple(filter(is_on_indexes, contract.alarms))
    for index in table.indexes:
        part: Part = ((INDEX_NAME, index.name),)
        yield from (DemandedAlarm(alarm, alarm.demand(part), table) for alarm in alarms)


def demanded_of_replica(replica: Replica, contract: Contract) -> Iterator[DemandedAlarm]:
    """The alarms in the region of a replica, on the metrics that it has like its table."""
    return _demanded(replica, contract.alarms, lambda alarm: _parts_of_copy(contract, alarm))


def demanded_of(subject: Watchable, contract: Contract, alarms: Iterable[AlarmContract]) -> Iterator[DemandedAlarm]:
    """These alarms of a table, or those of the account."""
    if isinstance(subject, Table):
        yield from demanded_of_table(subject, contract, alarms)
        return
    for table in subject.tables:
        yield from _demanded(table, contract.account_alarms, lambda _: iter((None,)))


def unwatched(demanded: Iterator[DemandedAlarm]) -> Iterator[Problem]:
    """The problems of the demanded alarms that the input does not have. Raises `Unknown` at the end when there may be more."""
    taken: set[str] = set()
    yield from each(demanded, lambda alarm: iter(() if alarm.met else (alarm.problem(taken),)))


def missing_alarms(subject: Watchable, contract: Contract, alarms: Iterable[AlarmContract]) -> Iterator[Problem]:
    """The problems of the alarms of a table or account that the input does not have, with those that are nearly right.

    The account is one finding also where it has tables in several regions. Raises `Unknown` at the end when there may be more.
    """
    demanded, unknown = _collected(demanded_of(subject, contract, alarms))
    taken: set[str] = set()
    for alarm in demanded:
        try:
            if not alarm.met:
                others = [other.demand for other in demanded if other.copy is alarm.copy and other.demand != alarm.demand]
                problem = alarm.problem(taken, _nearest(alarm, contract, others))
                yield problem if isinstance(subject, Table) else Problem(subject.address, problem.path, problem.summary, fix=problem.fix)
        except Unknown as reason:
            unknown = foremost(unknown, reason)
    if unknown:
        raise unknown


def _collected(demanded: Iterator[DemandedAlarm]) -> tuple[list[DemandedAlarm], Unknown | None]:
    found: list[DemandedAlarm] = []
    try:
        for alarm in demanded:
            found.append(alarm)
    except Unknown as reason:
        return found, reason
    return found, None


def _demanded(copy: Copy, alarms: Iterable[AlarmContract], parts: Callable[[AlarmContract], Iterator[Part]]) -> Iterator[DemandedAlarm]:
    """The alarms for each part. A part that cannot be determined does not hide the next alarm."""
    unknown: Unknown | None = None
    for alarm in alarms:
        try:
            for part in parts(alarm):
                yield DemandedAlarm(alarm, alarm.demand(part), copy)
        except Unknown as reason:
            unknown = foremost(unknown, reason)
    if unknown:
        raise unknown


def _parts(table: Table, contract: Contract, alarm: AlarmContract) -> Iterator[Part]:
    """The dimensions, besides the name of the table, of each alarm that a contract demands with one entry."""
    metric = METRICS[alarm.metric]
    if {"TableName", "ReceivingRegion"} in metric.dimensions:
        yield from ((("ReceivingRegion", region),) for region in alarm.regions or _regions(table))
    elif {"TableName", "DelegatedOperation"} in metric.dimensions:
        if table.streams_to_kinesis:
            yield (("DelegatedOperation", None),)
    elif {"TableName"} not in metric.dimensions and _is_of_index(alarm):
        yield from (((INDEX_NAME, index.name),) for index in table.indexes)
    else:
        yield from _parts_of_copy(contract, alarm)
        if STREAM_OPERATION in contract.operations_of(alarm) and _is_by_operation(alarm) and table.has_stream:
            has_label = {"TableName", "Operation", STREAM_LABEL} in metric.dimensions
            yield (("Operation", STREAM_OPERATION), *(((STREAM_LABEL, None),) if has_label else ()))


def _parts_of_copy(contract: Contract, alarm: AlarmContract) -> Iterator[Part]:
    """The dimensions of the alarms that a table and each of its replicas need: those on the whole table or on requests."""
    if _is_by_operation(alarm):
        yield from ((("Operation", name),) for name in contract.operations_of(alarm) if name != STREAM_OPERATION)
    elif {"TableName"} in METRICS[alarm.metric].dimensions:
        yield ()


def _is_by_operation(alarm: AlarmContract) -> bool:
    return {"TableName", "Operation"} in METRICS[alarm.metric].dimensions


def _is_of_index(alarm: AlarmContract) -> bool:
    return {"TableName", INDEX_NAME} in METRICS[alarm.metric].dimensions


def _regions(table: Table) -> Iterator[str]:
    """The regions of the replicas. Raises `Unknown` at a region that the input does not show."""
    for replica in table.replicas:
        region = replica.region
        if region is None:
            raise Unknown(replica.path, "is in a region that its provider does not show")
        yield region


def _nearest(missing: DemandedAlarm, contract: Contract, others: list[Demand]) -> list[tuple[Alarm, str]]:
    """The alarms with exactly one fault, and that fault; without those that are meant for another table or metric, or for another part."""
    demand, copy = missing.demand, missing.copy
    elsewhere = frozenset(name for alarm in contract.alarms for name in alarm.metrics) - {*demand.metrics}
    near: list[tuple[Alarm, str]] = []
    for alarm in _candidates(missing, elsewhere):
        try:
            mismatches = alarm.mismatches(copy, demand)
            if len(mismatches) != 1 or not elsewhere.isdisjoint(alarm.metrics):
                continue
            if not any(alarm.watches(copy, other) for other in others if other.metrics == demand.metrics):
                near.append((alarm, mismatches[0]()))
        except Unknown:
            continue
        if len(near) == _MOST_NEAR:
            break
    return near


def _candidates(missing: DemandedAlarm, elsewhere: frozenset[str]) -> Iterator[Alarm]:
    inventory = Inventory.of(missing.copy)
    if missing.demand.part is None:
        yield from (alarm for alarm in inventory.alarms if alarm.lacks_only_table(missing.demand, elsewhere))
    else:
        yield from inventory.alarms_for(missing.copy, missing.demand)
        yield from inventory.unrelated_alarms_for(missing.demand, elsewhere)
