"""The demands of a table contract, as data; `dyncheck.catalog.contracts` loads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from dyncheck.dynamodb.metrics import COUNTING_STATISTICS, METRICS, STREAM_OPERATION, USUAL_OPERATIONS, operations_of
from dyncheck.item_schema import ItemAttribute, ItemDemand
from dyncheck.model import Opaque, Severity, Unknown, has_form, quoted

if TYPE_CHECKING:
    from dyncheck.regular.syntax import Pattern

# Characters of regular expressions that the value of a tag cannot contain.
# Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html
_ONLY_REGULAR = frozenset("[](){}|^$\\")

AttributeType: TypeAlias = Literal["S", "N", "B"]
Name: TypeAlias = Annotated[str, Meta(min_length=1)]
# Texts, which are evaluated when a contract is read from a file: compiling the patterns takes long.
TableName: TypeAlias = (
    'Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]*$", description="a small letter, then small letters, digits, - and _")]'
)
Positive: TypeAlias = Annotated[int, Meta(ge=1)]
# The whole tuple is in the text: Python 3.10 does not evaluate a text inside of it.
Regions: TypeAlias = 'tuple[Annotated[str, Meta(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]+$", description="a region such as eu-west-1")], ...]'


class Key(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A key attribute: its name and its type (S, N or B)."""

    name: Name
    type: AttributeType


class Match(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The tables that a contract holds for: all conditions that are given must hold. In each, `*` stands for one or more characters.

    `resource` is the name of the resource block, `name` the name of the table, `module` the address of the module that has the table
    or contains it, `tags` maps the key of a tag to its value.
    """

    resource: Name | None = None
    name: Name | None = None
    module: Name | None = None
    tags: dict[str, Name] = {}

    @property
    def conditions(self) -> tuple[str, ...]:
        """The conditions in words, such as `the resource name "orders"`."""
        return (
            *([f"the resource name {quoted(self.resource)}"] if self.resource else ()),
            *([f"a name like {quoted(self.name)}"] if self.name else ()),
            *([f"the module {quoted(self.module)}"] if self.module else ()),
            *(f"the tag {quoted(key)} with the value {quoted(value)}" for key, value in self.tags.items()),
        )


class PrimaryKey(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The table's key. Without `range` a range key is forbidden."""

    hash: Key
    range: Key | None = None


# DynamoDB allows four of each role: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
Keys: TypeAlias = Key | Annotated[tuple[Key, ...], Meta(min_length=1, max_length=4)]


class IndexContract(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A global secondary index: its keys and its projection (ALL, KEYS_ONLY or INCLUDE).

    `hash` and `range` are one key or a list of up to four. Without `range` a range key is forbidden.
    """

    hash: Keys
    range: Keys | None = None
    projection: Literal["ALL", "KEYS_ONLY", "INCLUDE"] = "ALL"

    def keys_of(self, role: str) -> tuple[Key, ...]:
        """The keys of that role, HASH or RANGE, in their order."""
        keys = {"HASH": self.hash, "RANGE": self.range}[role]
        return () if keys is None else (keys,) if isinstance(keys, Key) else keys


class TimeToLive(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The attribute, in epoch seconds, after which items expire."""

    attribute: Name


# The dimensions besides the name of the table, where None stands for any value. Without a part (None) there is no dimension at all.
Part: TypeAlias = tuple[tuple[str, str | None], ...] | None


class Demand(Struct, frozen=True):
    """What an alarm must watch: one of the `metrics` in one of the `statistics`.

    Without a `part`, the metric is one of the account. `falls` says that the alarm must fire on low values instead of high ones.
    """

    metrics: tuple[str, ...]
    part: Part = ()
    statistics: tuple[str, ...] = COUNTING_STATISTICS
    falls: bool = False


class AlarmContract(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An alarm on a DynamoDB metric. The dimensions of the alarm follow from the metric.

    `accepts` lists misspellings of the metric that do not count as a missing alarm; `period` is in seconds. `operations` are those that
    need an alarm each, for metrics by operation. `regions` are the regions of replicas, by default those of the table. `statistic` is
    by default the first that the metric has; `treat_missing_data` is by default notBreaching for a metric of rare events, else any.
    """

    metric: Name
    accepts: tuple[Name, ...] = ()
    operations: tuple[Name, ...] = ()
    regions: tuple[Name, ...] = ()
    statistic: Name | None = None
    comparison: Literal["GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"] = (
        "GreaterThanThreshold"
    )
    threshold: Annotated[float, Meta(ge=0)] = 0
    period: Annotated[int, Meta(ge=60, multiple_of=60)] = 300
    evaluation_periods: Positive = 2
    treat_missing_data: Literal["breaching", "notBreaching", "ignore", "missing"] | None = None

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics on which an alarm meets the contract."""
        return (self.metric, *self.accepts)

    @property
    def falls(self) -> bool:
        """Whether the alarm fires on low values."""
        return self.comparison.startswith("Less")

    @property
    def expected_statistic(self) -> str:
        """The statistic that the contract names, else the first of the metric."""
        return self.statistic or METRICS[self.metric].statistics[0]

    @property
    def statistics(self) -> tuple[str, ...]:
        """The statistics with which an alarm meets the contract. The sum of rare events and the number of samples are the same."""
        counts_events = METRICS[self.metric].statistics == COUNTING_STATISTICS
        return COUNTING_STATISTICS if counts_events else (self.expected_statistic,)

    @property
    def expected_missing_data(self) -> str | None:
        """How missing data must count; None where the contract does not demand anything.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
        """
        return self.treat_missing_data or ("notBreaching" if METRICS[self.metric].is_sparse else None)

    def demand(self, part: Part) -> Demand:
        """The demand for an alarm on that part of a table."""
        return Demand(self.metrics, part, self.statistics, self.falls)


class Recovery(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Point-in-time recovery: the window reaches back at least `minimum_days` days, by default one."""

    minimum_days: Annotated[int, Meta(ge=1, le=35)] = 1


class RangeCondition(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The condition on the attribute that a request limits to a range."""

    attribute: Name
    condition: Literal["=", "<", "<=", ">", ">=", "between", "begins_with"]


class Order(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The attribute that the answer is sorted by, and the direction."""

    attribute: Name
    direction: Literal["ascending", "descending"] = "ascending"


class AccessPattern(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A request that an application sends to the table or to one of its indexes.

    `equal` are the attributes that it gives by equality, `range` is the one that it limits to a range, and `filter` are those of its
    filter, which reduces the answer but not what is read. `attributes` are those that the answer must have, `ALL` for all of the item.
    Without `index` any index may serve it, unless it reads the `table` itself.
    """

    name: Name
    operation: Literal[
        "GetItem",
        "BatchGetItem",
        "TransactGetItems",
        "Query",
        "Scan",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "BatchWriteItem",
        "TransactWriteItems",
    ] = "Query"
    index: Name | None = None
    table: bool = False
    equal: tuple[Name, ...] = ()
    range: Name | RangeCondition | None = None
    filter: tuple[Name, ...] = ()
    order: Name | Order | None = None
    attributes: Literal["ALL"] | Annotated[tuple[Name, ...], Meta(min_length=1)] = ()
    consistent: bool = False
    page_size: Positive | None = None

    @property
    def condition(self) -> RangeCondition | None:
        """The condition on the attribute of `range`, where any one on a range stands for an attribute alone."""
        return RangeCondition(self.range, ">=") if isinstance(self.range, str) else self.range

    @property
    def given(self) -> tuple[str, ...]:
        """The attributes that it gives by equality, also as a condition."""
        condition = self.condition
        return (*self.equal, condition.attribute) if condition and condition.condition == "=" else self.equal

    @property
    def sorted_by(self) -> str | None:
        """The attribute that the answer is sorted by."""
        return self.order.attribute if isinstance(self.order, Order) else self.order


class Contract(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The demands on all tables that the contract matches: every table, where it has no `match`.

    `table` is the name of the contract, by default that of its file. `name` is a pattern of the table's name, in which `*` and each
    placeholder such as `{environment}` stand for one or more characters; `values` has the texts that a placeholder may stand for. `tags`
    maps the key of a tag to a pattern of its value, or to a regular expression between slashes. `item` maps the attributes of the items to
    their types, or to all that is demanded of each. `account_alarms` are on metrics of the account and region, `alarms` on those of the
    table. `severities` are those of the rules for this contract.
    """

    table: TableName = ""
    description: str = ""
    match: Match | None = None
    name: Name | None = None
    values: dict[str, Annotated[tuple[Name, ...], Meta(min_length=1)]] = {}
    primary_key: PrimaryKey | None = None
    indexes: dict[str, IndexContract] = {}
    encryption: Literal["customer-managed"] | None = None
    point_in_time_recovery: bool | Recovery = False
    deletion_protection: bool = False
    billing_modes: tuple[Literal["PAY_PER_REQUEST", "PROVISIONED"], ...] = ()
    table_classes: tuple[Literal["STANDARD", "STANDARD_INFREQUENT_ACCESS"], ...] = ()
    capacity: Literal["autoscaled"] | None = None
    time_to_live: TimeToLive | None = None
    stream: Literal["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"] | None = None
    replicas: Regions = ()
    tags: dict[str, Name] = {}
    alarms: tuple[AlarmContract, ...] = ()
    account_alarms: tuple[AlarmContract, ...] = ()
    item: dict[Name, ItemDemand] = {}
    access: tuple[AccessPattern, ...] = ()
    severities: dict[str, Severity] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The patterns of the table's name, one for each combination of the values of placeholders; empty without a demand."""
        return tuple(_filled(self.name, self.values)) if self.name else ()

    @property
    def minimum_days(self) -> int | None:
        """The days that point-in-time recovery must reach back at least; None where it is not demanded."""
        demanded = self.point_in_time_recovery
        return demanded.minimum_days if isinstance(demanded, Recovery) else 1 if demanded else None

    @property
    def types(self) -> dict[str, str]:
        """The types of the attributes that applications send, as far as the contract has one for each."""
        types = {name: kind for name, demand in self.item.items() if (kind := _only_type(demand))}
        keys = [self.primary_key.hash, self.primary_key.range] if self.primary_key else []
        for index in self.indexes.values():
            keys += (*index.keys_of("HASH"), *index.keys_of("RANGE"))
        return types | {key.name: str(key.type) for key in keys if key}

    @property
    def is_found_by_either(self) -> bool:
        """Whether a table is the contract's by the name of its resource block or, failing that, by its own name.

        So it is where `match` has these two, and the name that it has is the one that the contract demands: such a demand could not fail
        if both had to hold.
        """
        match = self.match
        if match is None or match.resource is None or match.name is None or match.module is not None or match.tags:
            return False
        return match.name == self.name

    @property
    def matches(self) -> str:
        """What its tables have, in words: `the resource name "orders" and a name like "*-orders"`."""
        conditions = self.match.conditions if self.match else ()
        return (" or " if self.is_found_by_either else " and ").join(conditions) or "any name"

    def operations_of(self, alarm: AlarmContract) -> tuple[str, ...]:
        """The operations that need an alarm each: those that the alarm names, else those of the other alarms, else the usual ones.

        Without names of its own, an alarm is limited to the operations that DynamoDB sends its metric for.
        """
        if alarm.operations:
            return alarm.operations
        sent = operations_of(alarm.metric)
        named = dict.fromkeys(name for other in self.alarms for name in other.operations if name != STREAM_OPERATION)
        return tuple(name for name in named or USUAL_OPERATIONS if name in sent) or sent


def _only_type(demand: ItemDemand) -> str | None:
    """The type of an attribute that has one, None for one of several types."""
    kind = demand.type if isinstance(demand, ItemAttribute) else demand
    return kind if isinstance(kind, str) else kind[0] if len(kind) == 1 else None


class Coverage(Struct, frozen=True):
    """The names of the contracts that certainly hold for a table, and why it is unknown whether there are more."""

    contracts: tuple[str, ...]
    undecided: Unknown | None = None


def placeholders(pattern: str) -> tuple[str, ...]:
    """The placeholders of a pattern, each once: `environment` of `{environment}-orders`."""
    return tuple(dict.fromkeys(part.partition("}")[0] for part in pattern.split("{")[1:]))


def _filled(pattern: str, values: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The patterns with every combination of the values; a placeholder without values is as `*`."""
    names = placeholders(pattern)
    for chosen in product(*(values.get(name, ("*",)) for name in names)):
        filled = pattern
        for name, value in zip(names, chosen, strict=True):
            filled = filled.replace(f"{{{name}}}", value)
        yield filled


def regular(pattern: str) -> str | None:
    """The regular expression that a pattern of a tag is, None where `*` is all that is special in it.

    One between slashes is regular, and one with a character that no value of a tag has.

    >>> regular("/[0-9]{4}/"), regular("[0-9]{4}"), regular("team-*")
    ('[0-9]{4}', '[0-9]{4}', None)
    """
    if len(pattern) > 1 and pattern.startswith("/") and pattern.endswith("/"):
        return pattern[1:-1]
    return None if _ONLY_REGULAR.isdisjoint(pattern) else pattern


def fits(value: str | Opaque, pattern: str) -> bool:
    """Whether the whole value of a tag matches a pattern. May raise `Unknown`."""
    expression = regular(pattern)
    if expression is None:
        return has_form(value, pattern)
    if isinstance(value, Opaque):
        return bool(value.refuse())
    # Few contracts have one, and every run imports this module.
    from dyncheck.regular.machine import Machine
    from dyncheck.regular.problems import UnsurePattern

    try:
        return Machine(_whole(expression), lambda _: None).match(value, 0) is not None
    except UnsurePattern as reason:
        raise Unknown("", f"matches or does not match a regular expression that {reason}") from None


@cache
def _whole(expression: str) -> Pattern:
    from dyncheck.regular.syntax import parse

    return parse(rf"\A(?:{expression})\z")
