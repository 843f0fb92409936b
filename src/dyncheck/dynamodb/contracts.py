"""The demands of a table contract, as data; `dyncheck.catalog.contracts` loads it."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

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
        keys = self.hash if role == "HASH" else self.range
        return () if keys is None else (keys,) if isinstance(keys, Key) else keys


class TimeToLive(Struct, frozen=True, forbid_unknown_fields=True):
    """The attribute, in epoch seconds, after which items expire."""

    attribute: Name


class AlarmContract(Struct, frozen=True, forbid_unknown_fields=True):
    """A throttle alarm. `accepts` lists misspellings of the metric that do not count as a missing alarm; `period` is in seconds."""

    metric: Name
    accepts: tuple[Name, ...] = ()
    statistic: Literal["Sum", "SampleCount"] = "Sum"
    comparison: Literal["GreaterThanThreshold", "GreaterThanOrEqualToThreshold"] = "GreaterThanThreshold"
    threshold: Annotated[float, Meta(ge=0)] = 0
    period: Annotated[int, Meta(ge=60, multiple_of=60)] = 300
    evaluation_periods: Positive = 2
    treat_missing_data: Literal["breaching", "notBreaching", "ignore", "missing"] = "notBreaching"

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics on which an alarm meets the contract."""
        return (self.metric, *self.accepts)


class Contract(Struct, frozen=True, forbid_unknown_fields=True):
    """All demands of a specification on one table.

    `name` is a pattern for the table's name in which `*` stands for one character or more; `tags` maps a tag's key to
    such a pattern for its value; `item` maps the attributes of the table's items to their types.
    """

    table: TableName
    match: Match
    name: Name
    primary_key: PrimaryKey
    description: str = ""
    indexes: dict[str, IndexContract] = {}
    time_to_live: TimeToLive | None = None
    alarms: tuple[AlarmContract, ...] = ()
    tags: dict[str, str] = {}
    item: dict[str, Literal["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"]] = {}
