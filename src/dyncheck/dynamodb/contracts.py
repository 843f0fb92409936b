"""The demands of a table contract, as data; `dyncheck.catalog.contracts` loads it."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from dyncheck.dynamodb.metrics import COUNTING_STATISTICS, METRICS, STREAM_OPERATION, USUAL_OPERATIONS, operations_of

AttributeType: TypeAlias = Literal["S", "N", "B"]
Name: TypeAlias = Annotated[str, Meta(min_length=1)]
TableName: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]*$")]
Positive: TypeAlias = Annotated[int, Meta(ge=1)]


class Key(Struct, frozen=True, forbid_unknown_fields=True):
    """A key attribute: its name and its type (S, N or B)."""

    name: Name
    type: AttributeType


class Match(Struct, frozen=True, forbid_unknown_fields=True):
    """How a contract finds its table: by the name of the resource block, or by a pattern of the table's name (`*-products`)."""

    resource: Name
    name: Name


class PrimaryKey(Struct, frozen=True, forbid_unknown_fields=True):
    """The table's key. Without `range` a range key is forbidden."""

    hash: Key
    range: Key | None = None


# DynamoDB allows four of each role: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
Keys: TypeAlias = Key | Annotated[tuple[Key, ...], Meta(min_length=1, max_length=4)]


class IndexContract(Struct, frozen=True, forbid_unknown_fields=True):
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


class TimeToLive(Struct, frozen=True, forbid_unknown_fields=True):
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


class AlarmContract(Struct, frozen=True, forbid_unknown_fields=True):
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


class Contract(Struct, frozen=True, forbid_unknown_fields=True):
    """All demands of a specification on one table.

    `name` is a pattern for the table's name in which `*` stands for one character or more; `tags` maps a tag's key to
    such a pattern for its value; `item` maps the attributes of the table's items to their types. `account_alarms` are on metrics of
    the account and region, `alarms` on those of the table.
    """

    table: TableName
    match: Match
    name: Name
    primary_key: PrimaryKey
    description: str = ""
    indexes: dict[str, IndexContract] = {}
    time_to_live: TimeToLive | None = None
    alarms: tuple[AlarmContract, ...] = ()
    account_alarms: tuple[AlarmContract, ...] = ()
    tags: dict[str, str] = {}
    item: dict[str, Literal["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"]] = {}

    def operations_of(self, alarm: AlarmContract) -> tuple[str, ...]:
        """The operations that need an alarm each: those that the alarm names, else those of the other alarms, else the usual ones.

        Without names of its own, an alarm is limited to the operations that DynamoDB sends its metric for.
        """
        if alarm.operations:
            return alarm.operations
        sent = operations_of(alarm.metric)
        named = dict.fromkeys(name for other in self.alarms for name in other.operations if name != STREAM_OPERATION)
        return tuple(name for name in named or USUAL_OPERATIONS if name in sent) or sent
