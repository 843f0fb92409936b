"""Compares what an account has with what the code says: every argument that rules read, of tables, indexes, replicas and alarms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeAlias

from msgspec import Struct

from dyncheck.checking.managed import Names, name_of
from dyncheck.dynamodb import Alarm, Index, Inventory, Replica, Table
from dyncheck.dynamodb.entity import Entity
from dyncheck.dynamodb.place import home_of
from dyncheck.dynamodb.types import ALARM, COMPOSITE_ALARM, TABLE
from dyncheck.interface import Divergence
from dyncheck.logic import foremost
from dyncheck.model import NOT_SET, Deferred, Known, Problem, Unknown, literal, quoted
from dyncheck.readers.capture.calls import DESCRIBE_ALARMS, LIST_TABLES, Operation
from dyncheck.readers.capture.document import Capture
from dyncheck.readers.capture.reader import why_incomplete
from dyncheck.readers.capture.tables import table_in

# A problem, or why an argument cannot be compared.
Found: TypeAlias = "Problem | Unknown"
Argument: TypeAlias = "tuple[str, Callable[[Any], Any]]"
# The same part of the code and of the account.
Parts: TypeAlias = "tuple[Any, Any]"

_MOST_NAMED = 3

# A value that does not matter: the days of recovery that is off.
_LEFT = object()

# The arguments of each kind, by their paths.
_OF_TABLE: tuple[Argument, ...] = (
    ("billing_mode", lambda table: table.billing_mode),
    ("table_class", lambda table: table.table_class),
    ("hash_key", lambda table: table.hash_key),
    ("range_key", lambda table: table.range_key),
    ("attribute", lambda table: dict(sorted(table.attributes.items()))),
    ("server_side_encryption.enabled", lambda table: table.encrypted),
    ("point_in_time_recovery.enabled", lambda table: table.point_in_time_recovery),
    ("point_in_time_recovery.recovery_period_in_days", lambda table: table.recovery_days if table.point_in_time_recovery else _LEFT),
    ("ttl.enabled", lambda table: table.time_to_live_enabled),
    ("ttl.attribute_name", lambda table: table.time_to_live_attribute if table.time_to_live_enabled else _LEFT),
    ("deletion_protection_enabled", lambda table: table.deletion_protection),
    ("stream_enabled", lambda table: table.has_stream),
    ("stream_view_type", lambda table: table.stream_view_type if table.has_stream else _LEFT),
)
_OF_INDEX: tuple[Argument, ...] = (
    ("key_schema", lambda index: [f"{role} {name}" for role, name in index.keys]),
    ("projection_type", lambda index: index.projection),
    ("non_key_attributes", lambda index: sorted(index.projected_attributes)),
)
_OF_LOCAL_INDEX: tuple[Argument, ...] = (
    ("range_key", lambda block: block.string("range_key")),
    ("projection_type", lambda block: block.string("projection_type")),
    ("non_key_attributes", lambda block: sorted(block.read("non_key_attributes", []))),
)
_OF_REPLICA: tuple[Argument, ...] = (
    ("point_in_time_recovery", lambda replica: replica.point_in_time_recovery),
    # Terraform leaves it as it is where the code does not set it.
    (
        "deletion_protection_enabled",
        lambda replica: _LEFT if replica.block.read("deletion_protection_enabled") is None else replica.deletion_protection,
    ),
)
_OF_ALARM: tuple[Argument, ...] = (
    *((name, lambda alarm, name=name: alarm.block.text(name)) for name in ("metric_name", "namespace", "statistic", "extended_statistic")),
    ("dimensions", lambda alarm: alarm.block.read("dimensions", {})),
    ("comparison_operator", lambda alarm: alarm.comparison),
    ("threshold", lambda alarm: alarm.threshold),
    ("period", lambda alarm: alarm.block.number("period")),
    ("evaluation_periods", lambda alarm: alarm.evaluation_periods),
    ("datapoints_to_alarm", lambda alarm: alarm.datapoints_to_alarm),
    ("treat_missing_data", lambda alarm: alarm.treat_missing_data),
    ("actions_enabled", lambda alarm: alarm.block.read("actions_enabled", True)),
    ("alarm_actions", lambda alarm: sorted(alarm.block.read("alarm_actions", []))),
)

_OF_QUERY: tuple[Argument, ...] = (
    *((name, lambda query, name=name: query.text(name)) for name in ("expression", "account_id")),
    ("return_data", lambda query: query.read("return_data", False)),
    ("period", lambda query: query.number("period")),
)
_OF_METRIC: tuple[Argument, ...] = (
    *((name, lambda metric, name=name: metric.text(name)) for name in ("metric_name", "namespace", "stat")),
    ("dimensions", lambda metric: metric.read("dimensions", {})),
    ("period", lambda metric: metric.number("period")),
)
_OF_COMPOSITE: tuple[Argument, ...] = (
    ("alarm_rule", lambda alarm: (alarm.block.text("alarm_rule") or "").strip()),
    ("actions_enabled", lambda alarm: alarm.block.read("actions_enabled", True)),
    ("alarm_actions", lambda alarm: sorted(alarm.block.read("alarm_actions", []))),
)


class Pair(Struct, frozen=True):
    """What the code and the account have of one name. `pattern` is what the code shows of the name, empty where it shows all of it."""

    code: Any
    account: Any
    pattern: str = ""


class Kind(Struct, frozen=True):
    """A kind of resources: what messages call it, its type, the argument that names it, and the call that lists it.

    `compare` gives what differs of two; `is_missed` says whether all that the account has must be in the code.
    """

    what: str
    type: str
    argument: str
    operation: Operation
    compare: Callable[[Pair], Iterator[Found]]
    is_missed: bool = True


class Comparison:
    """Compares the inventories of the code with that of an account, which may be captured in part."""

    def __init__(self, code: Sequence[Inventory], account: Inventory, capture: Capture) -> None:
        self._code = code
        self._account = account
        self._capture = capture
        self._names = Names(account.resources)

    def divergences(self) -> Iterator[Divergence]:
        """What differs, by table and by alarm."""
        yield from self._of_kind(_TABLES)
        yield from self._of_kind(_ALARMS)
        yield from self._of_kind(_COMPOSITES)

    def _of_kind(self, kind: Kind) -> Iterator[Divergence]:
        account = {each.address: each for each in _entities(kind, self._account)}
        code = [each for inventory in self._code for each in _entities(kind, inventory) if self._is_here(each)]
        named = [each for each in code if isinstance(name_of(each.resource), Known)]
        claimed = {other.address for each in named for other in self._names.fitting(each.resource)}
        matched: set[str] = set()
        for each in code:
            found = self._names.fitting(each.resource)
            if not isinstance(name_of(each.resource), Known):
                # What another resource names for certain is not this one.
                found = tuple(other for other in found if other.address not in claimed)
            matched.update(other.address for other in found)
            fitting = [account[other.address] for other in found] or self._replica_of(each, account.values(), matched)
            if any(self._is_judged(kind, one) for one in (each, *fitting)):
                yield from self._compared(each, fitting, kind)
        for other in account.values():
            if kind.is_missed and other.address not in matched and self._is_judged(kind, other):
                yield self._unmanaged(other, kind)

    def _replica_of(self, code: Entity, account: Iterable[Entity], matched: set[str]) -> list[Entity]:
        """The table that is a replica in the region of the code: a global table has no main region in an account."""
        name = name_of(code.resource)
        for other in account:
            if isinstance(other, Table) and isinstance(name, Known) and other.name == name.value:
                for region in self._regions_of(code):
                    if any(_is_in(replica, region) for replica in other.replicas):
                        matched.add(other.address)
                        return [Table(table_in(self._capture, region, other.name), self._account)]
        return []

    def _compared(self, code: Entity, fitting: Sequence[Entity], kind: Kind) -> Iterator[Divergence]:
        """What differs between something of the code and what the account has of its name."""
        name, at = name_of(code.resource), code.block.locate(kind.argument)
        if len(fitting) == 1:
            yield _divergence(Pair(code, fitting[0], "" if isinstance(name, Known) else _pattern(name)), kind.compare)
        elif fitting:
            named = ", ".join(other.block.show(kind.argument) for other in fitting[:_MOST_NAMED])
            why = f"fits {len(fitting)} {kind.what}s of the account ({named}), so it is not known which one it is"
            yield Divergence(code.address, unknown=Unknown(kind.argument, why, at))
        elif not isinstance(name, Known):
            why = f"{name.describe() if isinstance(name, Deferred) else 'is not set'}, and fits no {kind.what} of the account"
            yield Divergence(code.address, unknown=Unknown(kind.argument, why, at))
        elif code.resource.exists is not False and (kind.type != TABLE or self._capture.asks_for(name.value)):
            yield self._missing(code, kind, literal(name.value))

    def _unmanaged(self, account: Entity, kind: Kind) -> Divergence:
        """What the code does not have, as far as it shows all that it has."""
        if why := next(filter(None, (inventory.unseen(kind.type, None) for inventory in self._code)), ""):
            return Divergence(account.address, unknown=Unknown("", why))
        problem = account.block.problem(account.address, f"The code has no {kind.what} of this name", kind.argument)
        return Divergence(account.address, (problem,))

    def _is_judged(self, kind: Kind, entity: Entity) -> bool:
        return kind.type != ALARM or (id(entity.surroundings), entity.address) in self._judged_alarms

    @cached_property
    def _judged_alarms(self) -> frozenset[tuple[int, str]]:
        return frozenset((id(each), alarm.address) for each in (*self._code, self._account) for alarm in each.judged_alarms)

    def _missing(self, code: Entity, kind: Kind, name: str) -> Divergence:
        """What the account does not have, as far as that is certain."""
        at = code.block.locate(kind.argument)
        if code.resource.doubt:
            why = f"{code.resource.doubt}, and the account has no {kind.what} {name}"
            return Divergence(code.address, unknown=Unknown("", why, at, code.resource.question))
        for region in self._regions_of(code):
            if why := why_incomplete(self._capture, kind.operation, region):
                return Divergence(code.address, unknown=Unknown(kind.argument, f"is {name}, and {why}", at))
        return Divergence(code.address, (code.block.problem(code.address, f"The account has no {kind.what} {name}", kind.argument),))

    def _regions_of(self, code: Entity) -> tuple[str, ...]:
        """The captured regions in which something of the code may be."""
        try:
            region = home_of(code.resource).region
        except Unknown:
            region = ""
        return (region,) if region else self._capture.regions

    def _is_here(self, entity: Entity) -> bool:
        """Whether the code may have put something in the account and one of the captured regions."""
        try:
            home = home_of(entity.resource)
        except Unknown:
            return True
        number = self._capture.account
        is_elsewhere = (home.account and number and home.account != number) or (home.region and home.region not in self._capture.regions)
        return not is_elsewhere


def _entities(kind: Kind, inventory: Inventory) -> Sequence[Entity]:
    """All of a kind, also the alarms that no rule judges: one that was changed by hand may be on another metric now."""
    if kind.type == TABLE:
        return inventory.tables
    of_type = Alarm if kind.type == ALARM else Entity
    return [of_type(resource, inventory) for resource in inventory.resources if resource.type == kind.type]


def _is_in(replica: Replica, region: str) -> bool:
    try:
        return replica.region == region
    except Unknown:
        return False


def _divergence(pair: Pair, compare: Callable[[Pair], Iterator[Found]]) -> Divergence:
    found = list(compare(pair))
    unknown: Unknown | None = None
    for each in found:
        unknown = foremost(unknown, each) if isinstance(each, Unknown) else unknown
    return Divergence(pair.account.address, tuple(each for each in found if isinstance(each, Problem)), unknown)


def _of_table(pair: Pair) -> Iterator[Found]:
    code, account = pair.code, pair.account
    yield from _arguments(pair, _OF_TABLE)
    yield from _capacity(pair)
    yield from _limits(pair)
    yield from _tags(pair)
    yield from _parts(pair, "global_secondary_index", lambda table: {index.name: index for index in table.indexes}, _index)
    yield from _parts(
        pair, "local_secondary_index", lambda table: {block.string("name"): block for block in table.local_indexes}, _local_index
    )
    yield from _parts(pair, "replica", lambda table: {replica.region: replica for replica in table.replicas}, _replica)
    try:
        key, other = code.kms_key, account.kms_key
        if isinstance(key, Known) and isinstance(other, Known) and key.value and other.value not in (key.value, ""):
            yield _problem(pair, "server_side_encryption.kms_key_arn", _shown(other.value), _shown(key.value))
    except Unknown as reason:
        yield reason


def _of_alarm(pair: Pair) -> Iterator[Found]:
    yield from _arguments(pair, _OF_ALARM)
    yield from _parts(pair, "metric_query", _queries, _query)


def _queries(alarm: Alarm) -> dict[Any, Any]:
    return {query.string("id"): query for query in alarm.block.blocks("metric_query")}


def _query(pair: Pair, at: str, parts: Parts) -> Iterator[Found]:
    yield from _arguments(pair, _OF_QUERY, at, parts)
    try:
        code, account = (query.block("metric") for query in parts)
    except Unknown as reason:
        yield reason
        return
    if code and account:
        yield from _arguments(pair, _OF_METRIC, f"{at}.metric", (code, account))
    elif code or account:
        yield _problem(pair, f"{at}.metric", "set" if account else NOT_SET, "set" if code else NOT_SET)


def _of_composite(pair: Pair) -> Iterator[Found]:
    yield from _arguments(pair, _OF_COMPOSITE)


_TABLES = Kind("table", TABLE, "name", LIST_TABLES, _of_table)
_ALARMS = Kind("alarm", ALARM, "alarm_name", DESCRIBE_ALARMS, _of_alarm)
# Most of those of an account are no business of its tables.
_COMPOSITES = Kind("composite alarm", COMPOSITE_ALARM, "alarm_name", DESCRIBE_ALARMS, _of_composite, is_missed=False)


def _arguments(pair: Pair, arguments: Iterable[Argument], at: str = "", parts: Parts | None = None) -> Iterator[Found]:
    """The arguments that differ: those of both, or of the parts of both at a path."""
    for path, read in arguments:
        try:
            expected, found = map(read, parts or (pair.code, pair.account))
        except Unknown as reason:
            yield reason
            continue
        if _LEFT not in (expected, found) and found != expected:
            yield _problem(pair, f"{at}.{path}" if at else path, _shown(found), _shown(expected))


def _capacity(pair: Pair, at: str = "", parts: Parts | None = None) -> Iterator[Found]:
    """The capacity of a table, or of its index, that is provisioned in both, unless autoscaling sets it."""
    tables = (pair.code, pair.account)
    index = parts[0].name if parts else None
    try:
        if {table.billing_mode for table in tables} != {"PROVISIONED"}:
            return
        for units in ("Read", "Write"):
            expected, found = (_units(each, units) for each in parts or tables)
            scaled = any(Inventory.of(table).has_scaling_target(table, units, index) for table in tables)
            if expected is not None and found != expected and not scaled:
                yield _problem(
                    pair, f"{at}.{units.lower()}_capacity" if at else f"{units.lower()}_capacity", _shown(found), _shown(expected)
                )
    except Unknown as reason:
        yield reason


def _units(owner: Table | Index, units: str) -> float | None:
    if isinstance(owner, Table):
        return owner.block.number(f"{units.lower()}_capacity")
    block, *names = owner.capacity_block
    return block.number(names[units == "Write"])


def _limits(pair: Pair, at: str = "", parts: Parts | None = None) -> Iterator[Found]:
    """The most request units on demand, where the code sets them."""
    try:
        code, account = (each.block.block("on_demand_throughput") for each in parts or (pair.code, pair.account))
        for name in ("max_read_request_units", "max_write_request_units"):
            expected, found = (block.number(name) if block else None for block in (code, account))
            if expected is not None and found != expected:
                inside = f"on_demand_throughput.{name}"
                yield _problem(pair, f"{at}.{inside}" if at else inside, _shown(found), _shown(expected))
    except Unknown as reason:
        yield reason


def _tags(pair: Pair) -> Iterator[Found]:
    """The tags: those of the code are in the account, and no others where the code shows all of its own."""
    try:
        found: dict[str, str] = pair.account.block.read("tags", {})
        written: dict[str, str] = pair.code.block.read("tags", {})
        for key in sorted(written.keys() | found.keys()):
            expected = pair.code.tag(key)
            if expected != found.get(key):
                yield _problem(pair, f"tags[{quoted(key)}]", _shown(found.get(key)), _shown(expected))
    except Unknown as reason:
        yield reason


def _parts(
    pair: Pair, name: str, of: Callable[[Any], dict[Any, Any]], compare: Callable[[Pair, str, Parts], Iterator[Found]]
) -> Iterator[Found]:
    """The parts of one name, such as indexes: those that only one side has, and the arguments of those that both have."""
    try:
        code, account = of(pair.code), of(pair.account)
    except Unknown as reason:
        yield reason
        return
    for key in sorted(code.keys() | account.keys(), key=str):
        at = f"{name}[{quoted(str(key))}]"
        if key not in account:
            yield _problem(pair, at, NOT_SET, "the one in the code")
        elif key not in code:
            yield _problem(pair, at, "in the account", "none, as in the code")
        else:
            yield from compare(pair, at, (code[key], account[key]))


def _index(pair: Pair, at: str, parts: Parts) -> Iterator[Found]:
    yield from _arguments(pair, _OF_INDEX, at, parts)
    yield from _capacity(pair, at, parts)
    yield from _limits(pair, at, parts)


def _local_index(pair: Pair, at: str, parts: Parts) -> Iterator[Found]:
    yield from _arguments(pair, _OF_LOCAL_INDEX, at, parts)


def _replica(pair: Pair, at: str, parts: Parts) -> Iterator[Found]:
    yield from _arguments(pair, _OF_REPLICA, at, parts)


def _problem(pair: Pair, at: str, found: str, expected: str) -> Problem:
    code, account = pair.code, pair.account
    by_pattern = f" (found by its name {pair.pattern})" if pair.pattern else ""
    return Problem(
        address=account.resource.address,
        path=at,
        summary=f"The account differs from {code.resource.address}{by_pattern}",
        found=found,
        expected=expected,
        location=code.block.locate(at) or code.resource.body.locate(""),
        related=code.block.trace(at),
        places=code.block.surroundings(at),
    )


def _shown(value: Any) -> str:
    return NOT_SET if value is None else literal(value)


def _pattern(name: Any) -> str:
    pieces = name.pieces if isinstance(name, Deferred) else ()
    return quoted("".join(piece if isinstance(piece, str) else "*" for piece in pieces))
