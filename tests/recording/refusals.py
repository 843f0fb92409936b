"""Tables that the provider refuses, and when: what `invalid-table` finds earlier."""

from __future__ import annotations

from typing import NamedTuple


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
