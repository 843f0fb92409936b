"""The types that the provider gives the arguments dyncheck reads; a document with others was not written by Terraform.

Source: `terraform providers schema -json` of hashicorp/aws 5.100 and 6.66. The shapes have the arguments of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from msgspec import Struct, defstruct

from dyncheck.dynamodb.types import (
    ALARM,
    CHATS,
    COMPOSITE_ALARM,
    EVENT_RULE,
    EVENT_TARGET,
    INDEX,
    ITEM,
    KEY_ALIAS,
    KEY_POLICY,
    KEYS,
    KINESIS_DESTINATION,
    MUTE_RULE,
    REPLICA,
    RESTORES,
    SCALING_POLICY,
    SCALING_TARGET,
    SUBSCRIPTION,
    TABLE,
    TAG,
    TOPIC,
    TOPIC_POLICY,
)

# A type of msgspec, or for a block the kind of each of its arguments.
Kind: TypeAlias = "Any | Mapping[str, Kind]"

text, number, truth, texts, text_map = str, float, bool, list[str | None], dict[str, str | None]


def _each(kind: Any, *names: str) -> Mapping[str, Kind]:
    return dict.fromkeys(names, kind)


_KEY_SCHEMA = _each(text, "attribute_name", "key_type")
_ON_DEMAND = _each(number, "max_read_request_units", "max_write_request_units")
_WARM = _each(number, "read_units_per_second", "write_units_per_second")
_METRIC = {**_each(text, "metric_name", "namespace", "unit"), "dimensions": text_map, "period": number}

SHAPES: Mapping[str, Mapping[str, Kind]] = {
    TABLE: {
        **_each(text, "arn", "billing_mode", "hash_key", "name", "range_key", "region", "stream_arn", "stream_view_type", "table_class"),
        **_each(text, "restore_date_time", *RESTORES),
        **_each(number, "read_capacity", "write_capacity"),
        **_each(truth, "deletion_protection_enabled", "restore_to_latest_time", "stream_enabled"),
        **_each(text_map, "tags", "tags_all"),
        "attribute": _each(text, "name", "type"),
        "global_secondary_index": {
            **_each(text, "hash_key", "name", "projection_type", "range_key"),
            **_each(number, "read_capacity", "write_capacity"),
            "key_schema": _KEY_SCHEMA,
            "non_key_attributes": texts,
            "on_demand_throughput": _ON_DEMAND,
            "warm_throughput": _WARM,
        },
        "import_table": _each(text, "input_compression_type", "input_format"),
        "local_secondary_index": {**_each(text, "name", "projection_type", "range_key"), "non_key_attributes": texts},
        "on_demand_throughput": _ON_DEMAND,
        "point_in_time_recovery": {"enabled": truth, "recovery_period_in_days": number},
        "global_table_witness": {"region_name": text},
        "replica": {
            **_each(text, "arn", "consistency_mode", "kms_key_arn", "region_name"),
            **_each(truth, "deletion_protection_enabled", "point_in_time_recovery", "propagate_tags"),
        },
        "server_side_encryption": {"enabled": truth, "kms_key_arn": text},
        "ttl": {"attribute_name": text, "enabled": truth},
    },
    INDEX: {
        **_each(text, "arn", "index_name", "region", "table_name"),
        "key_schema": {**_KEY_SCHEMA, "attribute_type": text},
        "on_demand_throughput": _ON_DEMAND,
        "projection": {"non_key_attributes": texts, "projection_type": text},
        "provisioned_throughput": _each(number, "read_capacity_units", "write_capacity_units"),
    },
    REPLICA: {
        **_each(text, "arn", "global_table_arn", "kms_key_arn", "region", "table_class_override"),
        **_each(truth, "deletion_protection_enabled", "point_in_time_recovery"),
        **_each(text_map, "tags", "tags_all"),
    },
    **dict.fromkeys(KEYS, _each(text, "arn", "policy")),
    ALARM: {
        **_METRIC,
        **_each(text, "alarm_name", "arn", "comparison_operator", "extended_statistic", "region", "statistic"),
        **_each(text, "threshold_metric_id", "treat_missing_data"),
        **_each(number, "datapoints_to_alarm", "evaluation_periods", "threshold"),
        "actions_enabled": truth,
        "alarm_actions": texts,
        "metric_query": {**_each(text, "account_id", "expression", "id"), "metric": {**_METRIC, "stat": text}, "return_data": truth},
    },
    COMPOSITE_ALARM: {
        **_each(text, "alarm_name", "alarm_rule", "arn", "region"),
        "actions_suppressor": {"alarm": text},
        "actions_enabled": truth,
        "alarm_actions": texts,
    },
    SCALING_TARGET: _each(text, "arn", "region", "resource_id", "scalable_dimension", "service_namespace"),
    SCALING_POLICY: _each(text, "arn", "policy_type", "region", "resource_id", "scalable_dimension", "service_namespace"),
    KINESIS_DESTINATION: _each(text, "region", "stream_arn", "table_name"),
    ITEM: _each(text, "hash_key", "item", "range_key", "region", "table_name"),
    TAG: _each(text, "key", "region", "resource_arn", "value"),
    KEY_ALIAS: _each(text, "arn", "name", "target_key_id"),
    KEY_POLICY: _each(text, "key_id", "policy"),
    TOPIC: _each(text, "arn", "kms_master_key_id", "name", "policy"),
    TOPIC_POLICY: _each(text, "arn", "policy"),
    SUBSCRIPTION: _each(text, "topic_arn"),
    **dict.fromkeys(CHATS, _each(texts, "sns_topic_arns")),
    EVENT_RULE: {**_each(text, "arn", "event_bus_name", "event_pattern", "name", "state"), "is_enabled": truth},
    EVENT_TARGET: _each(text, "arn", "event_bus_name", "rule"),
    MUTE_RULE: {
        **_each(text, "arn", "expire_date", "name", "start_date"),
        "mute_targets": {"alarm_names": texts},
        "rule": {"schedule": _each(text, "duration", "expression", "timezone")},
    },
}


@cache
def type_of(kind: str) -> type[Struct]:
    """The type that the values of a resource of that type fit, for `msgspec.convert`."""
    return _struct(SHAPES[kind])


def _struct(shape: Mapping[str, Kind]) -> type[Struct]:
    return defstruct("Shape", [(name, _optional(kind), None) for name, kind in shape.items()])


def _optional(kind: Kind) -> Any:
    """Every argument may be null or missing, and a block may be in a list or alone."""
    if not isinstance(kind, Mapping):
        return kind | None
    block = _struct(kind)
    return list[block] | block | None  # type: ignore[valid-type]
