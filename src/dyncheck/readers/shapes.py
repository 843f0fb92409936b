"""The types that the provider gives the arguments dyncheck reads; a document with others was not written by Terraform.

Source: `terraform providers schema -json` of hashicorp/aws 5.100, and the provider's source for 6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from dyncheck.dynamodb.types import ALARM, COMPOSITE_ALARM, INDEX, TABLE

Kind: TypeAlias = "Callable[[Any], bool] | Mapping[str, Kind]"


def text(value: Any) -> bool:
    return isinstance(value, str)


def number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def truth(value: Any) -> bool:
    return isinstance(value, bool)


def texts(value: Any) -> bool:
    return isinstance(value, list) and all(item is None or isinstance(item, str) for item in value)


def text_map(value: Any) -> bool:
    return isinstance(value, dict) and all(item is None or isinstance(item, str) for item in value.values())


_WORDS: dict[Any, str] = {
    text: "is not a string",
    number: "is not a number",
    truth: "is neither true nor false",
    texts: "is not a list of strings",
    text_map: "is not a map of strings",
}

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


def misfit(values: Mapping[str, Any], shape: Mapping[str, Kind], path: str = "") -> tuple[str, str] | None:
    """The first argument that has another type than the provider's, and what is wrong with it; None when all fit."""
    for name, kind in shape.items():
        value = values.get(name)
        if value is None:
            continue
        where = f"{path}{name}"
        if callable(kind):
            if not kind(value):
                return where, _WORDS[kind]
            continue
        blocks = [value] if isinstance(value, dict) else value
        if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
            return where, "is not a list of blocks"
        for block in blocks:
            found = misfit(block, kind, f"{where}.")
            if found:
                return found
    return None
