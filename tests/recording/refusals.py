"""Tables that the provider refuses, and when: what `invalid-table` finds earlier."""

from __future__ import annotations

from typing import Any, NamedTuple


class Refusal(NamedTuple):
    """A table of the provider that is refused in one of its `steps`: `validate`, `plan` or `apply`.

    `body` is its configuration without its name, `error` the start of the provider's message, `found` the start of ours.
    """

    name: str
    step: str
    body: str
    error: str
    found: str

    @property
    def configuration(self) -> str:
        """The whole resource."""
        lines = f'name = "{self.name}"\nbilling_mode = "PAY_PER_REQUEST"\n{self.body}'
        return f'resource "aws_dynamodb_table" "{self.name}" {{\n{lines}\n}}\n'


def _keyed(more: str) -> str:
    return f'hash_key = "id"\nattribute {{\nname = "id"\ntype = "S"\n}}\n{more}'


def _index(more: str) -> str:
    return _keyed(f'global_secondary_index {{\nname = "ById"\nhash_key = "id"\n{more}\n}}')


REFUSALS = (
    Refusal(
        "lower_case_type",
        "validate",
        'hash_key = "id"\nattribute {\nname = "id"\ntype = "s"\n}',
        'expected type to be one of ["S" "N" "B"], got s',
        "Key attribute has an invalid type",
    ),
    Refusal(
        "lower_case_projection",
        "validate",
        _index('projection_type = "all"'),
        'expected projection_type to be one of ["ALL" "KEYS_ONLY" "INCLUDE"], got all',
        'Index "ById" has an invalid projection',
    ),
    Refusal(
        "invalid_view_type",
        "validate",
        _keyed('stream_enabled = true\nstream_view_type = "KEYS"'),
        "expected stream_view_type to be one of",
        "Stream has an invalid view type",
    ),
    Refusal(
        "too_long_a_window",
        "validate",
        _keyed("point_in_time_recovery {\nenabled = true\nrecovery_period_in_days = 36\n}"),
        "expected point_in_time_recovery.0.recovery_period_in_days to be in the range (1 - 35), got 36",
        "Recovery window is invalid",
    ),
    Refusal(
        "two_sources",
        "validate",
        'restore_source_name = "a"\nrestore_source_table_arn = "arn:aws:dynamodb:us-east-1:1:table/b"\nrestore_to_latest_time = true',
        "Conflicting configuration arguments",
        "Table is restored from two sources",
    ),
    Refusal(
        "nameless_time_to_live",
        "plan",
        _keyed("ttl {\nenabled = true\n}"),
        "Invalid Attribute Combination",
        "Time to live is on without an attribute",
    ),
    Refusal(
        "stream_without_view_type",
        "plan",
        _keyed("stream_enabled = true"),
        "stream_view_type is required when stream_enabled = true",
        "Stream is on without a view type",
    ),
    Refusal(
        "without_key",
        "apply",
        "",
        "creating AWS DynamoDB Table (without_key): operation error DynamoDB: CreateTable, 1 validation error(s) found.",
        "Table has no hash key",
    ),
)


class Refused(NamedTuple):
    """A table that the service refuses: dynalite, which simulates DynamoDB, answers with its messages.

    `body` is the configuration without billing mode, `request` the CreateTable request that it leads to, `error` the start of the answer,
    `found` the start of our message.
    """

    table: str
    body: str
    request: dict[str, Any]
    error: str
    found: str

    @property
    def configuration(self) -> str:
        """The whole resource."""
        return f'resource "aws_dynamodb_table" "t" {{\nname = "{self.table}"\nbilling_mode = "PAY_PER_REQUEST"\n{self.body}\n}}\n'

    @property
    def whole_request(self) -> dict[str, Any]:
        """The request with what all of them have."""
        return {"TableName": self.table, "BillingMode": "PAY_PER_REQUEST", **self.request}


def _request(keys: str, **more: Any) -> dict[str, Any]:
    """A request with keys such as `id k`."""
    return {"AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "k")], **_keys(keys), **more}


def _keys(names: str) -> dict[str, Any]:
    return {"KeySchema": [{"AttributeName": name, "KeyType": role} for name, role in zip(names.split(), ("HASH", "RANGE"), strict=False)]}


def _entry(name: str, keys: str, **projection: Any) -> dict[str, Any]:
    return {"IndexName": name, "Projection": projection or {"ProjectionType": "ALL"}, **_keys(keys)}


_BOTH = 'attribute {\nname = "id"\ntype = "S"\n}\nattribute {\nname = "k"\ntype = "S"\n}\nhash_key = "id"\n'
_BY_K = _entry("ByK", "k")


def _global(name: str, more: str = 'hash_key = "k"\nprojection_type = "ALL"') -> str:
    return f'global_secondary_index {{\nname = "{name}"\n{more}\n}}\n'


def _local(name: str) -> str:
    return f'local_secondary_index {{\nname = "{name}"\nrange_key = "k"\nprojection_type = "ALL"\n}}\n'


_SIX = [f"By{number}x" for number in range(6)]

REFUSED = (
    Refused(
        "ab",
        _BOTH + 'range_key = "k"',
        _request("id k"),
        "TableName must be at least 3 characters long and at most 255 characters long",
        "Table has an invalid name",
    ),
    Refused(
        "a b",
        _BOTH + 'range_key = "k"',
        _request("id k"),
        "1 validation error detected: Value 'a b' at 'tableName' failed to satisfy constraint",
        "Table has an invalid name",
    ),
    Refused(
        "short-index-name",
        _BOTH + _global("g"),
        _request("id", GlobalSecondaryIndexes=[_entry("g", "k")]),
        "1 validation error detected: Value 'g' at 'globalSecondaryIndexes.1.member.indexName' failed to satisfy constraint",
        "Index has an invalid name",
    ),
    Refused(
        "two-indexes-of-one-name",
        _BOTH + _global("ByK") + _global("ByK", 'hash_key = "id"\nprojection_type = "ALL"'),
        _request("id", GlobalSecondaryIndexes=[_BY_K, _entry("ByK", "id")]),
        "One or more parameter values were invalid: Duplicate index name: ByK",
        'Two indexes of the table have the name "ByK"',
    ),
    Refused(
        "local-and-global-of-one-name",
        _BOTH + 'range_key = "k"\n' + _global("ByK") + _local("ByK"),
        _request("id k", GlobalSecondaryIndexes=[_BY_K], LocalSecondaryIndexes=[_entry("ByK", "id k")]),
        "One or more parameter values were invalid: Duplicate index name: ByK",
        'Two indexes of the table have the name "ByK"',
    ),
    Refused(
        "all-with-attributes",
        _BOTH + _global("ByK", 'hash_key = "k"\nprojection_type = "ALL"\nnon_key_attributes = ["a"]'),
        _request("id", GlobalSecondaryIndexes=[_entry("ByK", "k", ProjectionType="ALL", NonKeyAttributes=["a"])]),
        "One or more parameter values were invalid: ProjectionType is ALL, but NonKeyAttributes is specified",
        'Index "ByK" names attributes, which only the projection INCLUDE takes',
    ),
    Refused(
        "local-without-range-key",
        _BOTH + _local("ByK"),
        _request("id", LocalSecondaryIndexes=[_entry("ByK", "id k")]),
        "One or more parameter values were invalid: Table KeySchema does not have a range key",
        'Local index "ByK" needs a range key on the table',
    ),
    Refused(
        "six-local-indexes",
        _BOTH + 'range_key = "k"\n' + "".join(map(_local, _SIX)),
        _request("id k", LocalSecondaryIndexes=[_entry(name, "id k") for name in _SIX]),
        "One or more parameter values were invalid: Number of LocalSecondaryIndexes exceeds per-table limit of 5",
        "Table has 6 local indexes",
    ),
    Refused(
        "one-index-key-twice",
        _BOTH + 'range_key = "k"\n' + _global("ByK", 'hash_key = "k"\nrange_key = "k"\nprojection_type = "ALL"'),
        _request("id k", GlobalSecondaryIndexes=[_entry("ByK", "k k")]),
        "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        'Index "ByK" has one key attribute twice',
    ),
)

# The request of the provider for a removed on_demand_throughput block, which `refused-change` finds, and the start of the answer.
EMPTY_UPDATE = ({"TableName": "good"}, "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled")
