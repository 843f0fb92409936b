"""The arguments of the resources that dyncheck reads: their types, their defaults, and which of them the AWS provider computes.

Source: `terraform providers schema -json` of hashicorp/aws 5.100 and 6.66. What only one of the two computes counts as computed, and
what only one of them requires as optional.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec import Struct

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
    REPLICA,
    SCALING_POLICY,
    SCALING_TARGET,
    SUBSCRIPTION,
    TABLE,
    TAG,
    TOPIC,
    TOPIC_POLICY,
)
from dyncheck.readers import shapes
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.types import BOOL, NUMBER, STRING, Type
from dyncheck.readers.hcl.language.values import EvaluationError, Value, boolean, string

_TYPES: Mapping[Any, Type] = {
    shapes.text: STRING,
    shapes.number: NUMBER,
    shapes.truth: BOOL,
    shapes.texts: types.Set(STRING),
    shapes.text_map: types.Map(STRING),
}

# Arguments that the provider computes where they are null, so that a plan does not know them then.
COMPUTED: frozenset[str] = frozenset(
    {
        "hash_key",
        "kms_key_arn",
        "max_read_request_units",
        "max_write_request_units",
        "read_capacity",
        "read_capacity_units",
        "read_units_per_second",
        "recovery_period_in_days",
        "region",
        "stream_view_type",
        "tags_all",
        "write_capacity",
        "write_capacity_units",
        "write_units_per_second",
    }
)

# Arguments that the provider computes only here.
_COMPUTED_IN_REPLICAS = frozenset({"deletion_protection_enabled"})
_COMPUTED_BY_TYPE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(CHATS, ("sns_topic_arns",)),
    **dict.fromkeys(KEYS, ("policy",)),
    EVENT_RULE: ("name",),
    KEY_ALIAS: ("name",),
    TOPIC: ("name", "policy"),
}

# Blocks that may occur once at most.
SINGLE: frozenset[str] = frozenset(
    {
        "actions_suppressor",
        "global_table_witness",
        "import_table",
        "metric",
        "on_demand_throughput",
        "point_in_time_recovery",
        "projection",
        "provisioned_throughput",
        "server_side_encryption",
        "ttl",
        "warm_throughput",
    }
)

# The value of a null argument in a plan, when another resource refers to it.
DEFAULTS: Mapping[tuple[str, str], Value] = {
    (TABLE, "billing_mode"): string("PROVISIONED"),
    (ALARM, "actions_enabled"): boolean(True),
    (ALARM, "treat_missing_data"): string("missing"),
    (SCALING_POLICY, "policy_type"): string("StepScaling"),
    (EVENT_RULE, "event_bus_name"): string("default"),
    (EVENT_TARGET, "event_bus_name"): string("default"),
}


# Arguments that must not be null, by resource type and the blocks around them.
REQUIRED: Mapping[tuple[str, str], tuple[str, ...]] = {
    (TABLE, ""): ("name",),
    (TABLE, "attribute"): ("name", "type"),
    (TABLE, "global_secondary_index"): ("name", "projection_type"),
    (TABLE, "global_secondary_index.key_schema"): ("attribute_name", "key_type"),
    (TABLE, "import_table"): ("input_format",),
    (TABLE, "local_secondary_index"): ("name", "projection_type", "range_key"),
    (TABLE, "point_in_time_recovery"): ("enabled",),
    (TABLE, "replica"): ("region_name",),
    (TABLE, "server_side_encryption"): ("enabled",),
    (REPLICA, ""): ("global_table_arn",),
    (INDEX, ""): ("index_name", "table_name"),
    (INDEX, "key_schema"): ("attribute_name", "attribute_type", "key_type"),
    (INDEX, "projection"): ("projection_type",),
    (ALARM, ""): ("alarm_name",),
    (ALARM, "metric_query"): ("id",),
    (ALARM, "metric_query.metric"): ("metric_name", "period", "stat"),
    (COMPOSITE_ALARM, ""): ("alarm_name", "alarm_rule"),
    (COMPOSITE_ALARM, "actions_suppressor"): ("alarm",),
    (SCALING_TARGET, ""): ("resource_id", "scalable_dimension", "service_namespace"),
    (SCALING_POLICY, ""): ("resource_id", "scalable_dimension", "service_namespace"),
    (KINESIS_DESTINATION, ""): ("stream_arn", "table_name"),
    (TAG, ""): ("key", "resource_arn", "value"),
    (ITEM, ""): ("hash_key", "item", "table_name"),
    (KEY_ALIAS, ""): ("target_key_id",),
    (KEY_POLICY, ""): ("key_id", "policy"),
    (TOPIC_POLICY, ""): ("arn", "policy"),
    (SUBSCRIPTION, ""): ("topic_arn",),
    (EVENT_TARGET, ""): ("arn", "rule"),
}

# Arguments and blocks that no rule reads, of the resource types of which all are known.
_UNREAD: Mapping[tuple[str, str], str] = {
    (TABLE, ""): "id",
    (REPLICA, ""): "id",
    (INDEX, ""): "warm_throughput",
    (ALARM, ""): (
        "alarm_description evaluate_low_sample_count_percentiles evaluation_interval id insufficient_data_actions ok_actions tags tags_all"
    ),
    (ALARM, "metric_query"): "label period",
    (COMPOSITE_ALARM, ""): "alarm_description id insufficient_data_actions ok_actions tags tags_all",
    (COMPOSITE_ALARM, "actions_suppressor"): "extension_period wait_period",
    (SCALING_TARGET, ""): "id max_capacity min_capacity role_arn tags tags_all",
    (KINESIS_DESTINATION, ""): "approximate_creation_date_time_precision id",
    (TAG, ""): "id",
}
_UNREAD_BLOCKS: Mapping[tuple[str, str], str] = {
    (TABLE, ""): "timeouts warm_throughput",
    (TABLE, "import_table"): "input_format_options s3_bucket_source",
    (REPLICA, ""): "timeouts",
    (INDEX, ""): "timeouts",
    (ALARM, ""): "evaluation_criteria warm_up_configuration",
    (SCALING_TARGET, ""): "suspended_state",
}

# Attributes that no configuration may set.
_READ_ONLY: Mapping[tuple[str, str], str] = {
    **dict.fromkeys(((kind, "") for kind in (REPLICA, INDEX, ALARM, COMPOSITE_ALARM, SCALING_TARGET)), "arn"),
    (TABLE, ""): "arn stream_arn stream_label",
    (TABLE, "replica"): "arn stream_arn stream_label",
}

# What version 5 of the provider does not have.
_SINCE_6: Mapping[tuple[str, str], str] = {
    **dict.fromkeys(((kind, "") for kind in (REPLICA, COMPOSITE_ALARM, SCALING_TARGET, KINESIS_DESTINATION, TAG, ITEM)), "region"),
    (TABLE, ""): "global_table_witness region restore_backup_arn warm_throughput",
    (TABLE, "global_secondary_index"): "key_schema warm_throughput",
    (TABLE, "replica"): "consistency_mode deletion_protection_enabled",
    (ALARM, ""): "evaluation_criteria evaluation_interval region warm_up_configuration",
}


class Names(Struct, frozen=True):
    """The names of the arguments and blocks in a body, and of the attributes that only the provider sets."""

    arguments: frozenset[str]
    blocks: frozenset[str]
    read_only: frozenset[str] = frozenset()


@cache
def names_of(kind: str, path: str, majors: frozenset[int]) -> Names | None:
    """What the body at a path of a resource type may have in one of the major versions of the provider; None where that is not known."""
    shape: Any = shapes.SHAPES.get(kind, {}) if (kind, "") in _UNREAD else None
    for step in path.split(".") if path else ():
        shape = shape.get(step) if isinstance(shape, Mapping) else None
    if not isinstance(shape, Mapping) or not majors:
        return None

    def listed(table: Mapping[tuple[str, str], str]) -> frozenset[str]:
        return frozenset(table.get((kind, path), "").split())

    later = listed(_SINCE_6) if majors == {5} else frozenset()
    blocks = frozenset(name for name, inner in shape.items() if isinstance(inner, Mapping))
    arguments = frozenset(shape) - blocks - listed(_READ_ONLY)
    return Names((arguments | listed(_UNREAD)) - later, (blocks | listed(_UNREAD_BLOCKS)) - later, listed(_READ_ONLY))


# The only number that may have a fraction.
FRACTIONAL = "threshold"


def shape_of(kind: str) -> Mapping[str, Any]:
    """The arguments and blocks of a resource type, empty for a type that dyncheck does not read."""
    return shapes.SHAPES.get(kind, {})


def is_computed(kind: str, path: str, name: str) -> bool:
    """Whether the provider computes an argument where it is null, at that path in a resource of that type."""
    if path.startswith("global_table_witness"):
        return name == "region_name"
    if name in _COMPUTED_BY_TYPE.get(kind, ()):
        return True
    if (kind, name) == (ITEM, "hash_key"):
        return False
    return name in COMPUTED or (name in _COMPUTED_IN_REPLICAS and (kind == REPLICA or path.startswith("replica")))


def type_of(shape: Mapping[str, Any], name: str) -> Type | None:
    """The type of an argument, None when the shape does not have it or has a block of that name."""
    kind = shape.get(name)
    return _TYPES.get(kind) if callable(kind) else None


def planned(value: Value, kind: Type) -> Value:
    """A value as the provider plans an argument of that type. Raises `EvaluationError` when it does not fit.

    The provider drops null items of maps, and refuses them in sets.
    """
    converted = convert(value, kind)
    if not converted.is_known or not isinstance(kind, types.Map | types.Set):
        return converted
    if isinstance(kind, types.Map):
        kept = {name: item for name, item in converted.content.items() if not item.is_null}
        return Value(converted.type, kept, converted.sensitive)
    if any(item.is_null for item in converted.content):
        raise EvaluationError("the set contains null")
    return converted
