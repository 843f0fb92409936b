"""The types that the provider gives the arguments dyncheck reads; a document with others was not written by Terraform.

Source: `terraform providers schema -json` of hashicorp/aws 5.100, and the provider's source for 6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from dyncheck.dynamodb.types import ALARM, COMPOSITE_ALARM, INDEX, TABLE

Kind: TypeAlias = "Callable[[Any], bool] | Mapping[str, Kind]"


def _string(value: Any) -> bool:
    return isinstance(value, str)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _truth(value: Any) -> bool:
    return isinstance(value, bool)


def _strings(value: Any) -> bool:
    return isinstance(value, list) and all(item is None or isinstance(item, str) for item in value)


def _string_map(value: Any) -> bool:
    return isinstance(value, dict) and all(item is None or isinstance(item, str) for item in value.values())


_WORDS: dict[Any, str] = {
    _string: "is not a string",
    _number: "is not a number",
    _truth: "is neither true nor false",
    _strings: "is not a list of strings",
    _string_map: "is not a map of strings",
}

_KEY_SCHEMA: Mapping[str, Kind] = {"attribute_name": _string, "attribute_type": _string, "key_type": _string}
_METRIC: Mapping[str, Kind] = {
    "dimensions": _string_map,
    "metric_name": _string,
    "namespace": _string,
    "period": _number,
    "stat": _string,
    "unit": _string,
}
_INDEX: Mapping[str, Kind] = {
    "hash_key": _string,
    "key_schema": _KEY_SCHEMA,
    "name": _string,
    "projection_type": _string,
    "range_key": _string,
    "read_capacity": _number,
    "write_capacity": _number,
}

SHAPES: Mapping[str, Mapping[str, Kind]] = {
    TABLE: {
        "arn": _string,
        "attribute": {"name": _string, "type": _string},
        "billing_mode": _string,
        "deletion_protection_enabled": _truth,
        "global_secondary_index": _INDEX,
        "hash_key": _string,
        "local_secondary_index": {"name": _string, "range_key": _string},
        "name": _string,
        "point_in_time_recovery": {"enabled": _truth},
        "range_key": _string,
        "read_capacity": _number,
        "region": _string,
        "server_side_encryption": {"enabled": _truth, "kms_key_arn": _string},
        "table_class": _string,
        "tags": _string_map,
        "tags_all": _string_map,
        "ttl": {"attribute_name": _string, "enabled": _truth},
        "write_capacity": _number,
    },
    INDEX: {
        "arn": _string,
        "index_name": _string,
        "key_schema": _KEY_SCHEMA,
        "projection": {"projection_type": _string},
        "provisioned_throughput": {"read_capacity_units": _number, "write_capacity_units": _number},
        "region": _string,
        "table_name": _string,
    },
    ALARM: {
        **_METRIC,
        "actions_enabled": _truth,
        "alarm_actions": _strings,
        "alarm_name": _string,
        "arn": _string,
        "comparison_operator": _string,
        "datapoints_to_alarm": _number,
        "evaluation_periods": _number,
        "extended_statistic": _string,
        "metric_query": {"account_id": _string, "expression": _string, "id": _string, "metric": _METRIC, "return_data": _truth},
        "region": _string,
        "statistic": _string,
        "threshold": _number,
        "threshold_metric_id": _string,
        "treat_missing_data": _string,
    },
    COMPOSITE_ALARM: {
        "actions_enabled": _truth,
        "alarm_actions": _strings,
        "alarm_name": _string,
        "alarm_rule": _string,
        "arn": _string,
        "region": _string,
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
