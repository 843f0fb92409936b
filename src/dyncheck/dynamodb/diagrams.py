"""Draws the tables of an input: tells which alarms are wired to which table or index, and what breaks the wires."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TypeVar

from msgspec import Struct

from dyncheck.dynamodb import CAUSES, DIMENSIONS, NAMESPACE, Alarm, Index, Inventory, Signal, Table, has_actions, nearest_metric
from dyncheck.dynamodb.alarm import Shortfall
from dyncheck.dynamodb.drawing import AlarmDrawing, Gap, KeyDrawing, Part, PartKind, State, TableDrawing, Wire
from dyncheck.dynamodb.place import same_place
from dyncheck.logic import some
from dyncheck.model import Block, Known, Unknown, quoted
from dyncheck.model.sensitive import Sensitive

Item = TypeVar("Item")

# How many alarms are drawn at one table; an alarm of which the table is unknown may be on any of thousands.
MOST_ALARMS = 24

_THROTTLES = frozenset({*CAUSES, *(cause for causes in CAUSES.values() for cause in causes)})
_OPERATORS = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": "≥",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "≤",
}


def diagrams(inventory: Inventory) -> tuple[TableDrawing, ...]:
    """The drawing of every table of an input, then of every alarm that is on none of them."""
    tells = {alarm.address: _tells(alarm) for alarm in inventory.alarms}
    vague = frozenset(alarm.address for alarm in inventory.alarms if alarm.hints is None)
    tables = (_table(table, tells, vague) for table in inventory.tables)
    return (*tables, *(_stray(alarm, tells) for alarm in inventory.stray_alarms))


class _Wired(Struct, frozen=True):
    """The alarms drawn at a table, by the index that they look at (None for the table itself), and how many are not drawn."""

    at: dict[str | None, list[AlarmDrawing]]
    undrawn: int


def _table(table: Table, tells: dict[str, Wire], vague: frozenset[str]) -> TableDrawing:
    notes: list[str] = []
    indexes = list(_ending(table.indexes, notes, "There may be more indexes"))
    wired = _wired(table, indexes, tells, vague)
    if wired.undrawn:
        notes.append(f"{wired.undrawn} more alarms are or may be on this table.")
    types = _told(lambda: table.attributes)
    keys = _table_keys(table, types)
    parts = [_part(table, PartKind.TABLE, _name(table), keys, "", wired)]
    parts += (_index(table, index, types, wired) for index in indexes)
    parts += (_local_index(block, keys, types) for block in _ending(_local_indexes(table), notes, "There may be local indexes"))
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
    """The items; when they end in `Unknown` the notes get the reason."""
    try:
        yield from items
    except Unknown as reason:
        notes.append(f"{warning}: {reason}.")


def _local_indexes(table: Table) -> Iterator[Block]:
    yield from table.local_indexes


def _index(table: Table, index: Index, types: dict[str, str] | None, wired: _Wired) -> Part:
    keys = _told(lambda: index.keys)
    known = None if types is None else types | (_told(lambda: index.own_types) or {})
    drawn = [_key("partition" if role == "HASH" else "sort", attribute, known) for role, attribute in keys or ()]
    projection = _told(lambda: str(index.projection))
    return _part(table, PartKind.INDEX, _name(index), drawn if keys is not None else [_UNKNOWN_KEY], projection, wired)


def _local_index(block: Block, table_keys: tuple[KeyDrawing, ...], types: dict[str, str] | None) -> Part:
    sort = _key("sort", _told(lambda: block.text("range_key")), types)
    name, projection = _told(lambda: str(block.string("name"))), _told(lambda: str(block.string("projection_type")))
    return Part(PartKind.LOCAL_INDEX, name, (*table_keys[:1], sort), projection)


def _part(table: Table, kind: PartKind, name: str | None, keys: Iterable[KeyDrawing], projection: str | None, wired: _Wired) -> Part:
    index = name if kind is PartKind.INDEX else None
    if kind is PartKind.INDEX and name is None:
        later = Wire(State.UNKNOWN, "the index's name is known only after apply")
        return Part(kind, None, tuple(keys), projection, gaps=tuple(Gap(metric, "", later) for metric in CAUSES))
    alarms = tuple(wired.at.get(index, ()))
    return Part(
        kind, None if name is None else str(name), tuple(keys), projection, alarms, tuple(_gaps(table, index, alarms, wired.undrawn))
    )


def _gaps(table: Table, index: str | None, alarms: tuple[AlarmDrawing, ...], undrawn: int) -> Iterator[Gap]:
    """The throttle metrics for which no alarm is drawn, not even one that fails to watch them."""
    meant = {_meant(alarm.metric) for alarm in alarms if alarm.metric}
    for metric, causes in CAUSES.items():
        if metric in meant:
            continue
        wire = Wire(State.UNKNOWN, "one of the alarms that are not drawn may watch it")
        if not undrawn:
            wire = _wire([partial(_unwatched, table, metric, causes, index)])
        if wire.state is not State.WHOLE:
            path = f"alarm[{quoted(metric)}]"
            yield Gap(metric, path if index is None else f"{path}[{quoted(index)}]", wire)


def _unwatched(table: Table, metric: str, causes: tuple[str, ...], index: str | None) -> str:
    watched = partial(Inventory.of(table).is_watched, table)
    if watched((metric,), index) or all(watched((cause,), index) for cause in causes):
        return ""
    return "no alarm is raised by it"


def _meant(metric: str) -> str | None:
    """The metric that an alarm's author had in mind."""
    return metric if metric in DIMENSIONS else nearest_metric(metric)


def _alarm(alarm: Alarm, metric: str | None, watches: Wire, tells: dict[str, Wire]) -> AlarmDrawing:
    return AlarmDrawing(alarm.address, _told(lambda: str(alarm.name)), metric, _condition(alarm), watches, tells[alarm.address])


def _signals(alarm: Alarm, table: Table, indexes: list[Index]) -> Iterator[tuple[str | None, str | None, Wire]]:
    """The parts of the table that an alarm looks at: the index (None for the table), the metrics there, and the wire."""
    names = {_name(index) for index in indexes}
    try:
        signals = alarm.all_signals
    except Unknown as reason:
        yield None, None, _unknown(reason)
        return
    if not signals:
        # A search of its own finds the metrics.
        yield None, None, _wire([lambda: _first(alarm.shortfalls(table, tuple(CAUSES)))])
        return
    found: list[tuple[str | None, str | None, Wire]] = []
    for signal in signals:
        try:
            if not _names(signal, table) or _is_on_namesake(alarm, table):
                continue
            index = _dimension(signal, "GlobalSecondaryIndexName")
            wire = _wire(_signal_tests(alarm, signal, table))
        except Unknown as reason:
            # What is wrong with the metric is wrong on any table.
            index, wire = None, _wire((*_metric_tests(signal), partial(_raise, reason)))
        found.append((index if index in names else None, _told(partial(_metric, signal)), wire))
    yield from dict.fromkeys(found)


def _signal_tests(alarm: Alarm, signal: Signal, table: Table) -> Iterator[Callable[[], str]]:
    """What can keep a signal of a table from raising the alarm."""
    yield from _metric_tests(signal)
    yield lambda: _missing_index(signal, table)
    metric = _told(lambda: signal.metric)
    if metric in _THROTTLES:
        yield lambda: _first(alarm.shortfalls(table, (metric,), _dimension(signal, "GlobalSecondaryIndexName")))
    else:
        yield lambda: "" if same_place(alarm.resource, table.resource) else "it stands in another region or account than the table"
        yield lambda: alarm.refusal() or ""
        yield lambda: "" if signal.period else f"period is {signal.block.show('period')}"
        yield lambda: _never_below(alarm)
        yield lambda: "" if any(other.metric == metric for other in alarm.signals) else "the alarm's expression does not go by it"


def _never_below(alarm: Alarm) -> str:
    """No metric of DynamoDB is ever negative."""
    least = {"LessThanThreshold": 0.0, "LessThanOrEqualToThreshold": -0.5}.get(alarm.comparison or "")
    threshold = alarm.threshold
    return "" if least is None or threshold is None or threshold > least else f"the metric is never below {alarm.block.show('threshold')}"


def _metric_tests(signal: Signal) -> Iterator[Callable[[], str]]:
    yield lambda: "" if signal.namespace == NAMESPACE else f"namespace is {signal.block.show('namespace')}"
    yield lambda: _no_such_metric(signal.metric)
    yield lambda: _wrong_dimensions(signal)


def _no_such_metric(metric: str | None) -> str:
    if metric in DIMENSIONS:
        return ""
    nearest = None if isinstance(metric, Sensitive) or metric is None else nearest_metric(metric)
    return f"CloudWatch has no such metric (nearest: {nearest})" if nearest else "CloudWatch has no such metric"


def _wrong_dimensions(signal: Signal) -> str:
    if frozenset(signal.dimensions) in DIMENSIONS.get(signal.metric or "", ()):
        return ""
    return f"the metric has no such dimensions: {signal.block.show('dimensions')}"


def _missing_index(signal: Signal, table: Table) -> str:
    index = _dimension(signal, "GlobalSecondaryIndexName")
    if index is None or some(table.indexes, lambda candidate: candidate.name == index):
        return ""
    return f"the table has no index {quoted(index)}"


def _is_on_namesake(alarm: Alarm, table: Table) -> bool:
    """Whether the alarm is on a table of the same name in another region."""
    if same_place(alarm.resource, table.resource):
        return False
    return some(Inventory.of(alarm).tables_near(alarm), alarm.is_on)


def _stray(alarm: Alarm, tells: dict[str, Wire]) -> TableDrawing:
    signals = _told(lambda: alarm.all_signals) or ()
    named = next((name for name in (_told(partial(_dimension, signal, "TableName")) for signal in signals) if name), None)
    wires = [(_told(partial(_metric, signal)), _stray_wire(signal, named)) for signal in signals]
    # Without a metric of its own, it searches for one.
    wires = wires or [(None, Wire(State.UNKNOWN, "it cannot be told what it looks at"))]
    alarms = tuple(_alarm(alarm, metric, wire, tells) for metric, wire in dict.fromkeys(wires))
    return TableDrawing(alarm.address, (Part(PartKind.ELSEWHERE, None if named is None else str(named), alarms=alarms),))


def _stray_wire(signal: Signal, named: str | None) -> Wire:
    wire = _wire(_metric_tests(signal))
    return wire if wire.state is not State.WHOLE or not named else Wire(State.UNKNOWN, "no table of this input has that name")


def _tells(alarm: Alarm) -> Wire:
    return _wire([lambda: _silence(alarm)])


def _silence(alarm: Alarm) -> str:
    enabled = alarm.block.read("actions_enabled", True)
    if enabled and has_actions(alarm.block):
        return ""
    composites = Inventory.of(alarm).every_composite_alarm()
    if some(composites, lambda composite: composite.is_raised_by(alarm) and composite.notifies):
        return ""
    return "it tells nobody: alarm_actions is " + alarm.block.show("alarm_actions") if enabled else "its actions are disabled"


def _condition(alarm: Alarm) -> str:
    """When the alarm is raised, in short: `Sum > 0 in 2 of 2 periods of 300 s`; empty when that is known only after apply."""

    def told() -> str:
        statistic = next((signal.statistic for signal in alarm.all_signals), None) or "its value"
        period = next((signal.period for signal in alarm.all_signals if signal.period), None)
        periods = f"in {alarm.datapoints_to_alarm:g} of {alarm.evaluation_periods:g} periods"
        if period is not None:
            periods += f" of {period:g} s"
        if alarm.threshold is None:
            return f"{statistic} leaves its band {periods}"
        return f"{statistic} {_OPERATORS.get(alarm.comparison or '', '?')} {alarm.threshold:g} {periods}"

    return _told(told) or ""


def _table_keys(table: Table, types: dict[str, str] | None) -> tuple[KeyDrawing, ...]:
    reads: tuple[tuple[str, Callable[[], str | None]], ...] = (("partition", lambda: table.hash_key), ("sort", lambda: table.range_key))
    keys: list[KeyDrawing] = []
    for role, read in reads:
        try:
            name = read()
        except Unknown:
            keys.append(_key(role, None, types))
            continue
        if name is not None:
            keys.append(_key(role, name, types))
    return tuple(keys)


def _key(role: str, name: str | None, types: dict[str, str] | None) -> KeyDrawing:
    if name is None:
        return KeyDrawing(role, None, None)
    return KeyDrawing(role, str(name), None if types is None else str(types.get(name, "")))


_UNKNOWN_KEY = KeyDrawing("partition", None, None)


def _told(read: Callable[[], Item]) -> Item | None:
    """What is read, None when that is known only after apply."""
    try:
        return read()
    except Unknown:
        return None


def _name(subject: Table | Index) -> str | None:
    """The name for comparing: one that is sensitive is not shown by itself."""
    return _told(lambda: subject.name)


def _metric(signal: Signal) -> str:
    return str(signal.metric or "no metric")


def _dimension(signal: Signal, name: str) -> str | None:
    return signal.dimensions.get(name)


def _names(signal: Signal, table: Table) -> bool:
    """Whether the signal's TableName is the table's. May raise `Unknown`."""
    dimensions = signal.block.value("dimensions")
    if not isinstance(dimensions, Known):
        return table.is_named_by(dimensions)
    named = dimensions.value.get("TableName")
    return named is not None and table.is_named_by(Known(named))


def _first(shortfalls: tuple[Shortfall, ...]) -> str:
    return shortfalls[0]() if shortfalls else ""


def _wire(tests: Iterable[Callable[[], str]]) -> Wire:
    """Broken by the first certain doubt, whatever is unknown beside it."""
    unknown: Unknown | None = None
    for test in tests:
        try:
            doubt = test()
        except Unknown as reason:
            unknown = unknown or reason
            continue
        if doubt:
            return Wire(State.BROKEN, doubt)
    return _unknown(unknown) if unknown else Wire(State.WHOLE)


def _raise(reason: Unknown) -> str:
    raise reason


def _unknown(reason: Unknown) -> Wire:
    return Wire(State.UNKNOWN, str(reason))
