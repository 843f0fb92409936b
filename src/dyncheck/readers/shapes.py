"""The types that the provider gives the arguments dyncheck reads; a document with others was not written by Terraform.

Source: `terraform providers schema -json` of hashicorp/aws 5.100, and the provider's source for 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from msgspec import Struct, defstruct

from dyncheck.dynamodb.types import ALARM, COMPOSITE_ALARM, INDEX, TABLE

# A type of msgspec, or for a block the kind of each of its arguments.
Kind: TypeAlias = "Any | Mapping[str, Kind]"

text, number, truth, texts, text_map = str, float, bool, list[str | None], dict[str, str | None]

_KEY_SCHEMA: Mapping[str, Kind] = {"attribute_name": text, "attribute_type": text, "key_type": text}
_METRIC: Mapping[str, Kind] = {
    "dimensions": text_map,
    "metric_name": text,
    "namespace": text,
    "period": number,
    "stat": text,
    "unit": text,
}
_INDEX: Mapping[str, Kind] = {
    "hash_key": text,
    "key_schema": _KEY_SCHEMA,
    "name": text,
    "non_key_attributes": texts,
    "projection_type": text,
    "range_key": text,
    "read_capacity": number,
    "write_capacity": number,
}

SHAPES: Mapping[str, Mapping[str, Kind]] = {
    TABLE: {
        "arn": text,
        "attribute": {"name": text, "type": text},
        "billing_mode": text,
        "deletion_protection_enabled": truth,
        "global_secondary_index": _INDEX,
        "hash_key": text,
        "local_secondary_index": {"name": text, "range_key": text},
        "name": text,
        "point_in_time_recovery": {"enabled": truth, "recovery_period_in_days": number},
        "range_key": text,
        "read_capacity": number,
        "region": text,
        "replica": {"region_name": text},
        "server_side_encryption": {"enabled": truth, "kms_key_arn": text},
        "stream_arn": text,
        "stream_enabled": truth,
        "stream_view_type": text,
        "table_class": text,
        "tags": text_map,
        "tags_all": text_map,
        "ttl": {"attribute_name": text, "enabled": truth},
        "write_capacity": number,
    },
    INDEX: {
        "arn": text,
        "index_name": text,
        "key_schema": _KEY_SCHEMA,
        "projection": {"non_key_attributes": texts, "projection_type": text},
        "provisioned_throughput": {"read_capacity_units": number, "write_capacity_units": number},
        "region": text,
        "table_name": text,
    },
    ALARM: {
        **_METRIC,
        "actions_enabled": truth,
        "alarm_actions": texts,
        "alarm_name": text,
        "arn": text,
        "comparison_operator": text,
        "datapoints_to_alarm": number,
        "evaluation_periods": number,
        "extended_statistic": text,
        "metric_query": {"account_id": text, "expression": text, "id": text, "metric": _METRIC, "return_data": truth},
        "region": text,
        "statistic": text,
        "threshold": number,
        "threshold_metric_id": text,
        "treat_missing_data": text,
    },
    COMPOSITE_ALARM: {
        "actions_enabled": truth,
        "alarm_actions": texts,
        "alarm_name": text,
        "alarm_rule": text,
        "arn": text,
        "region": text,
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
