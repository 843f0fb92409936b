"""Draws the tables of an input: which alarms are wired to which table or index, and what breaks the wires."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.dynamodb import CAUSES, METRICS, NAMESPACE, THROTTLE_METRICS, Alarm, Index, Inventory, Signal, Table, nearest_metric
from dyncheck.dynamodb.alarm import Mismatch
from dyncheck.dynamodb.contracts import Contract, Demand
from dyncheck.dynamodb.drawing import AccessDrawing, AlarmDrawing, Gap, KeyDrawing, Part, PartKind, State, TableDrawing, Wire
from dyncheck.dynamodb.notification import DISABLED, NO_ACTION
from dyncheck.dynamodb.place import same_place
from dyncheck.dynamodb.targets import service, why_not_served
from dyncheck.logic import some
from dyncheck.model import Block, Unknown, quoted
from dyncheck.model.sensitive import Sensitive

Item = TypeVar("Item")
# Says what breaks a wire; empty when it does not break it. May raise `Unknown`.
Fault: TypeAlias = "Callable[[], str]"

# At most this many alarms are drawn at one table: an alarm whose table is unknown may be on any of thousands.
MOST_ALARMS = 24

_OPERATORS = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": "≥",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "≤",
}


def diagrams(inventory: Inventory, contracts_of: Callable[[Table], Iterable[Contract]] = lambda _: ()) -> tuple[TableDrawing, ...]:
    """The drawing of every table of an input, with the access patterns of its contracts, then of every alarm that is on none of them."""
    tells = {alarm.address: _wire([partial(_silence, alarm)]) for alarm in inventory.alarms}
    vague = frozenset(alarm.address for alarm in inventory.alarms if alarm.hints is None)
    tables = (replace(_table(table, tells, vague), access=tuple(_access(table, contracts_of(table)))) for table in inventory.tables)
    return (*tables, *(_unrelated(alarm, tells) for alarm in inventory.unrelated_alarms))


def _access(table: Table, contracts: Iterable[Contract]) -> Iterator[AccessDrawing]:
    for contract in contracts:
        for pattern in contract.access:
            try:
                served = service(pattern, table, contract.types)
                why = "" if served else why_not_served(pattern, table, contract.types)
            except Unknown as reason:
                yield AccessDrawing(pattern.name, State.UNKNOWN, f"{pattern.operation}, which may not be served: {reason}")
            else:
                state = State.WHOLE if served else State.BROKEN
                yield AccessDrawing(pattern.name, state, served or f"{pattern.operation}, which is not served: {why}")


class _Wired(Struct, frozen=True):
    """The alarms that are drawn at a table, by index (None for the table itself), and the number of those that are not drawn."""

    at: dict[str | None, list[AlarmDrawing]]
    undrawn: int


def _table(table: Table, tells: dict[str, Wire], vague: frozenset[str]) -> TableDrawing:
    notes: list[str] = []
    indexes = list(_ending(table.indexes, notes, "There may be more indexes"))
    wired = _wired(table, indexes, tells, vague)
    if wired.undrawn:
        notes.append(f"{wired.undrawn} more alarms are or may be on this table.")
    types = _known(lambda: table.attributes)
    keys = tuple(_table_keys(table, types))
    parts = [_part(table, PartKind.TABLE, _name(table), keys, "", wired)]
    parts += (_index(table, index, types, wired) for index in indexes)
    parts += (_local_index(block, keys, types) for block in _ending(table.local_indexes, notes, "There may be local indexes"))
    return TableDrawing(table.address, tuple(parts), tuple(notes))


def _wired(table: Table, indexes: list[Index], tells: dict[str, Wire], vague: frozenset[str]) -> _Wired:
    near = sorted(Inventory.of(table).alarms_near(table), key=lambda alarm: alarm.address in vague)
    at: dict[str | None, list[AlarmDrawing]] = {}
    drawn = 0
    for position, alarm in enumerate(near):
        if drawn >= MOST_ALARMS:
            return _Wired(at, len(near) - position)
        for index, metric, watches in _signals(alarm, table, indexes):
            at.setdefault(index, []).append(_alarm(alarm, metric, watches, tells))
            drawn += 1
    return _Wired(at, 0)


def _ending(items: Iterator[Item], notes: list[str], warning: str) -> Iterator[Item]:
    """The items. When they end in `Unknown`, its reason becomes a note."""
    try:
        yield from items
    except Unknown as reason:
        notes.append(f"{warning}: {reason}.")


def _table_keys(table: Table, types: dict[str, str] | None) -> Iterator[KeyDrawing]:
    for role, argument in (("partition", "hash_key"), ("sort", "range_key")):
        try:
            name = table.block.text(argument)
        except Unknown:
            yield _key(role, None, types)
            continue
        if name is not None:
            yield _key(role, name, types)


def _index(table: Table, index: Index, types: dict[str, str] | None, wired: _Wired) -> Part:
    keys = _known(lambda: index.keys)
    known = None if types is None else types | (_known(lambda: index.own_types) or {})
    drawn = [_key("partition" if role == "HASH" else "sort", name, known) for role, name in ((("HASH", None),) if keys is None else keys)]
    projection = _known(lambda: str(index.projection))
    return _part(table, PartKind.INDEX, _name(index), drawn, projection, wired)


def _local_index(block: Block, table_keys: tuple[KeyDrawing, ...], types: dict[str, str] | None) -> Part:
    sort = _key("sort", _known(lambda: block.text("range_key")), types)
    name, projection = _known(lambda: str(block.string("name"))), _known(lambda: str(block.string("projection_type")))
    return Part(PartKind.LOCAL_INDEX, name, (*table_keys[:1], sort), projection)


def _key(role: str, name: str | None, types: dict[str, str] | None) -> KeyDrawing:
    if name is None:
        return KeyDrawing(role, None, None)
    return KeyDrawing(role, str(name), None if types is None else str(types.get(name, "")))


def _part(table: Table, kind: PartKind, name: str | None, keys: Iterable[KeyDrawing], projection: str | None, wired: _Wired) -> Part:
    index = name if kind is PartKind.INDEX else None
    if kind is PartKind.INDEX and name is None:
        later = Wire(State.UNKNOWN, "the index's name is known only after apply")
        return Part(kind, None, tuple(keys), projection, gaps=tuple(Gap(metric, "", later) for metric in CAUSES))
    alarms = tuple(wired.at.get(index, ()))
    gaps = tuple(_gaps(table, index, alarms, wired.undrawn))
    return Part(kind, None if name is None else str(name), tuple(keys), projection, alarms, gaps)


def _gaps(table: Table, index: str | None, alarms: tuple[AlarmDrawing, ...], undrawn: int) -> Iterator[Gap]:
    """The throttle metrics without an alarm in the drawing, not even one that fails to watch them."""
    drawn = {alarm.metric if alarm.metric in METRICS else nearest_metric(alarm.metric) for alarm in alarms if alarm.metric}
    for metric in CAUSES:
        if metric in drawn:
            continue
        wire = Wire(State.UNKNOWN, "one of the alarms that are not drawn may watch it")
        if not undrawn:
            wire = _wire([partial(_unwatched, table, metric, index)])
        if wire.state is not State.WHOLE:
            path = f"alarm[{quoted(metric)}]"
            yield Gap(metric, path if index is None else f"{path}[{quoted(index)}]", wire)


def _unwatched(table: Table, metric: str, index: str | None) -> str:
    inventory = Inventory.of(table)
    demand = _demand(metric, index)
    watched = inventory.is_watched(table, demand) or inventory.watched_causes(table, demand)
    return "" if watched else "no alarm fires on it"


def _demand(metric: str, index: str | None) -> Demand:
    return Demand((metric,), () if index is None else (("GlobalSecondaryIndexName", index),))


def _alarm(alarm: Alarm, metric: str | None, watches: Wire, tells: dict[str, Wire]) -> AlarmDrawing:
    name, condition = _known(lambda: str(alarm.name)), _known(partial(_condition, alarm)) or ""
    return AlarmDrawing(alarm.address, name, metric, condition, watches, tells[alarm.address])


def _signals(alarm: Alarm, table: Table, indexes: list[Index]) -> Iterator[tuple[str | None, str | None, Wire]]:
    """The parts of the table that an alarm is on: the index (None for the table), the metric, and the wire."""
    names = {_name(index) for index in indexes}
    try:
        signals = alarm.all_signals
    except Unknown as reason:
        yield None, None, Wire(State.UNKNOWN, str(reason))
        return
    if not signals:
        # A search finds the metrics.
        yield None, None, _wire([lambda: _first(alarm.mismatches(table, Demand(tuple(CAUSES))))])
        return
    found: list[tuple[str | None, str | None, Wire]] = []
    for signal in signals:
        try:
            if not alarm.names(signal, table) or _is_on_namesake(alarm, table):
                continue
            index = signal.dimensions.get("GlobalSecondaryIndexName")
            wire = _wire(_faults(alarm, signal, table))
        except Unknown as reason:
            # A fault of the metric is a fault on any table.
            index, wire = None, _wire((*_metric_faults(signal), partial(_raise, reason)))
        found.append((index if index in names else None, _known(partial(_metric, signal)), wire))
    yield from dict.fromkeys(found)


def _is_on_namesake(alarm: Alarm, table: Table) -> bool:
    """Whether the alarm is on a table of the same name in another region."""
    if same_place(alarm.resource, table.resource):
        return False
    return some(Inventory.of(alarm).tables_near(alarm), alarm.is_on)


def _faults(alarm: Alarm, signal: Signal, table: Table) -> Iterator[Fault]:
    """What can keep a signal of a table from raising the alarm."""
    yield from _metric_faults(signal)
    index = signal.dimensions.get("GlobalSecondaryIndexName")
    yield lambda: f"the table has no index {quoted(index)}" if index is not None and not table.index(index) else ""
    metric = _known(lambda: signal.metric)
    if metric in THROTTLE_METRICS:
        yield lambda: _first(alarm.mismatches(table, _demand(metric, index)))
    else:
        yield lambda: "" if same_place(alarm.resource, table.resource) else "it is in another region or account than the table"
        yield from _alarm_faults(alarm, signal)
        yield lambda: "" if any(other.metric == metric for other in alarm.signals) else "the alarm's expression does not grow with it"


def _alarm_faults(alarm: Alarm, signal: Signal) -> Iterator[Fault]:
    """What keeps an alarm from being raised, whatever its table is."""
    yield lambda: alarm.refusal or ""
    yield lambda: "" if signal.period else f"period is {signal.block.show('period')}"
    yield lambda: alarm.too_short or ""
    yield lambda: _unreachable(alarm)
    yield lambda: "" if signal.fits_unit else f"unit is {signal.block.show('unit')}"


def _unreachable(alarm: Alarm) -> str:
    value = "the value of its expression" if alarm.is_on_expression else "the metric"
    return f"{value} is never {alarm.unreachable}" if alarm.unreachable else ""


def _metric_faults(signal: Signal) -> Iterator[Fault]:
    yield lambda: "" if signal.namespace == NAMESPACE else f"namespace is {signal.block.show('namespace')}"
    yield lambda: "" if signal.metric in METRICS else _unknown_metric(signal.metric)
    yield lambda: _wrong_dimensions(signal)


def _unknown_metric(metric: str | None) -> str:
    nearest = None if isinstance(metric, Sensitive) or metric is None else nearest_metric(metric)
    return "CloudWatch has no such metric" + (f" (nearest: {nearest})" if nearest else "")


def _wrong_dimensions(signal: Signal) -> str:
    metric = METRICS.get(signal.metric or "")
    if metric and frozenset(signal.dimensions) in metric.dimensions:
        return ""
    return f"DynamoDB does not send the metric with the dimensions {signal.block.show('dimensions')}"


def _unrelated(alarm: Alarm, tells: dict[str, Wire]) -> TableDrawing:
    signals = _known(lambda: alarm.all_signals) or ()
    named = next(filter(None, map(_table_name, signals)), None)
    wires = [(_known(partial(_metric, signal)), _unrelated_wire(alarm, signal, named)) for signal in signals]
    # Without a metric of its own, it searches for one.
    wires = wires or [(None, Wire(State.UNKNOWN, "its metrics cannot be determined"))]
    alarms = tuple(_alarm(alarm, metric, wire, tells) for metric, wire in dict.fromkeys(wires))
    return TableDrawing(alarm.address, (Part(PartKind.ELSEWHERE, None if named is None else str(named), alarms=alarms),))


def _table_name(signal: Signal) -> str | None:
    return _known(lambda: signal.dimensions.get("TableName"))


def _unrelated_wire(alarm: Alarm, signal: Signal, named: str | None) -> Wire:
    wire = _wire(chain(_metric_faults(signal), _alarm_faults(alarm, signal)))
    return wire if wire.state is not State.WHOLE or not named else Wire(State.UNKNOWN, "no table of this input has that name")


def _silence(alarm: Alarm) -> str:
    silences = Inventory.of(alarm).silences(alarm)
    if not silences:
        return ""
    if silences[0] == NO_ACTION:
        return f"it has no notification action: alarm_actions is {alarm.block.show('alarm_actions')}"
    return "its actions are disabled" if silences[0] == DISABLED else silences[0].summary


def _condition(alarm: Alarm) -> str:
    """When the alarm fires, in short: `Sum > 0 in 2 of 2 periods of 300 s`."""
    statistic = next((signal.statistic for signal in alarm.all_signals), None) or "its value"
    period = next((signal.period for signal in alarm.all_signals if signal.period), None)
    periods = f"in {alarm.datapoints_to_alarm:g} of {alarm.evaluation_periods:g} periods"
    if period is not None:
        periods += f" of {period:g} s"
    if alarm.threshold is None:
        return f"{statistic} leaves its band {periods}"
    return f"{statistic} {_OPERATORS.get(alarm.comparison or '', '?')} {alarm.threshold:g} {periods}"


def _known(read: Callable[[], Item]) -> Item | None:
    """The result, None when it is known only after apply."""
    try:
        return read()
    except Unknown:
        return None


def _name(subject: Table | Index) -> str | None:
    """The name to compare with: it may be sensitive."""
    return _known(lambda: subject.name)


def _metric(signal: Signal) -> str:
    return str(signal.metric or "no metric")


def _first(mismatches: tuple[Mismatch, ...]) -> str:
    return mismatches[0]() if mismatches else ""


def _wire(faults: Iterable[Fault]) -> Wire:
    """Broken by the first certain fault, even when another one is unknown."""
    unknown: Unknown | None = None
    for fault in faults:
        try:
            why = fault()
        except Unknown as reason:
            unknown = unknown or reason
            continue
        if why:
            return Wire(State.BROKEN, why)
    return Wire(State.UNKNOWN, str(unknown)) if unknown else Wire(State.WHOLE)


def _raise(reason: Unknown) -> str:
    raise reason
