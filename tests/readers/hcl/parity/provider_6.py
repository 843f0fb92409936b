"""Adds to a configuration what only provider 6 offers: regions, lists of keys, replicas with protections, indexes as resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.readers.hcl.parity.drawing import Draw
from tests.readers.hcl.parity.modules import Each
from tests.readers.hcl.parity.resources import INDEX, KEY_ARN, REPLICA, Placed, Spec, write_resource
from tests.readers.hcl.parity.values import Later, PerKey, Raw, Value

REGIONS = ("us-east-1", "us-west-2", "eu-west-1")


def extend_table(draw: Draw, spec: Spec, faults: int) -> None:
    """Add the arguments and blocks of provider 6 to a table."""
    spec["region"] = draw.weighted({None: 60, "us-west-2": 17, "us-east-1": 14, "eu-west-1": 6, "later": 3})
    if spec["region"] == "later":
        spec["region"] = Later()
    spec["replicas"] = _replicas(draw, spec["region"], faults) if draw.chance(25) else []
    spec["witness"] = []
    if len(spec["replicas"]) == 1 and spec["replicas"][0]["consistency_mode"] == "STRONG":
        spec["witness"] = [{"region_name": "us-east-2"}]
    spec["stream_enabled"] = spec["stream_view_type"] = None
    if spec["replicas"] and not draw.chance(faults // 2):
        enable_stream(spec)
    spec["warm_throughput"] = [{"read_units_per_second": 12_000, "write_units_per_second": 4_000}] if draw.chance(8) else []
    is_on_demand = spec["billing_mode"] == "PAY_PER_REQUEST"
    spec["on_demand_throughput"] = [{"max_read_request_units": 10}] if is_on_demand and draw.chance(8) else []


def enable_stream(spec: Spec) -> None:
    """Let the table have the stream that replicas need."""
    spec |= {"stream_enabled": True, "stream_view_type": "NEW_AND_OLD_IMAGES"}


def list_keys(draw: Draw, specs: Mapping[str, Spec], faults: int) -> None:
    """Write the keys of indexes as `key_schema` blocks: those of all instances of a table, or of each index by chance."""
    if not all(map(_is_simple, specs.values())):
        return
    every = draw.chance(60)
    for spec in specs.values():
        spec["indexes"] = [
            _with_listed_keys(draw, spec, index, faults) if (every if len(specs) > 1 else draw.chance(60)) else index
            for index in spec["indexes"]
        ]


def _with_listed_keys(draw: Draw, spec: Spec, index: Spec, faults: int) -> Spec:
    """The index with its keys as `key_schema` blocks, sometimes with one more key."""
    keys = _keys_of(index)
    if draw.chance(faults // 2):
        role = draw.choice(["HASH", "RANGE"])
        keys.insert(1 if role == "HASH" else len(keys), ("tenant", role))
        if not any(each["name"] == "tenant" for each in spec["attributes"]):
            spec["attributes"] = [*spec["attributes"], {"name": "tenant", "type": "S"}]
    # Not null: the provider refuses both forms of keys in one index, and while it validates it does not know an expression yet.
    rest = {name: value for name, value in index.items() if name not in ("hash_key", "range_key")}
    return {**rest, "key_schema": [{"attribute_name": name, "key_type": role} for name, role in keys]}


def _replicas(draw: Draw, region: Value, faults: int) -> list[Spec]:
    others = [each for each in ("us-west-2", "eu-west-1", "us-east-1") if each != (region or "us-east-1")]
    mode = draw.weighted({None: 75, "EVENTUAL": 10, "STRONG": 15})
    return [_replica(draw, each, mode, faults) for each in others[: draw.weighted({1: 65, 2: 35})]]


def _replica(draw: Draw, region: str, mode: str | None, faults: int) -> Spec:
    return {
        "region_name": region,
        "consistency_mode": mode,
        **_protections(draw, faults),
        "kms_key_arn": _key_in(draw, region),
        "propagate_tags": draw.choice([None, True, False]),
    }


def _protections(draw: Draw, faults: int) -> Spec:
    recovery: Value = None if draw.chance(faults) else draw.choice([True, True, False])
    protection: Value = None if draw.chance(faults) else draw.choice([True, True, False])
    return {
        "point_in_time_recovery": Later("bool") if draw.chance(faults // 5 + 1) else recovery,
        "deletion_protection_enabled": Later("bool") if draw.chance(faults // 5 + 1) else protection,
    }


def _key_in(draw: Draw, region: str) -> Value:
    return draw.choice([None, KEY_ARN.replace("us-east-1", region), Later()])


def taken_indexes(specs: Mapping[str, Spec]) -> list[dict[str, Spec]]:
    """Take the indexes out of the tables, as an index resource with its instances for each; none if they are not equally many."""
    numbers = {len(spec["indexes"]) if _is_simple(spec) else 0 for spec in specs.values()}
    if len(numbers) > 1:
        return []
    found = [{key: _as_resource(spec, spec["indexes"][position]) for key, spec in specs.items()} for position in range(numbers.pop())]
    for spec in specs.values() if found else ():
        spec["attributes"] = [each for each in spec["attributes"] if each["name"] in (spec["hash_key"], spec["range_key"])]
        spec["indexes"] = []
    return found


def _is_simple(spec: Spec) -> bool:
    """Whether the indexes, their keys and the names of the attributes are the same in all calls of the module."""
    parts = [spec["indexes"], spec["attributes"], spec["hash_key"], spec["range_key"]]
    if any(isinstance(part, PerKey) for part in (*parts, *(parts[0] if isinstance(parts[0], list) else ()))):
        return False
    names = [each["name"] for each in spec["attributes"]]
    keys = [name for index in spec["indexes"] for name, _ in _keys_of(index)]
    return all(isinstance(name, str) for name in (*names, *keys))


def _keys_of(index: Spec) -> list[tuple[str, str]]:
    if "key_schema" in index:
        return [(each["attribute_name"], each["key_type"]) for each in index["key_schema"]]
    return [(name, role) for name, role in ((index["hash_key"], "HASH"), (index["range_key"], "RANGE")) if name is not None]


def _as_resource(spec: Spec, index: Spec) -> Spec:
    types = {each["name"]: each["type"] for each in spec["attributes"]}
    units = {"read_capacity_units": index["read_capacity"], "write_capacity_units": index["write_capacity"]}
    return {
        "index_name": index["name"],
        "region": spec["region"],
        "key_schema": [{"attribute_name": name, "attribute_type": types[name], "key_type": role} for name, role in _keys_of(index)],
        "projection": [{"projection_type": index["projection_type"], "non_key_attributes": index["non_key_attributes"]}],
        "provisioned_throughput": [units] if units["read_capacity_units"] is not None else [],
    }


def write_index(placed: Placed, name: str, specs: Mapping[str, Spec], tables: Mapping[str, Spec], faults: int) -> None:
    """Write an index resource with an instance for each instance of its table."""
    draw = placed.module.config.draw
    each = _same_instances(placed)
    way = draw.weighted({"name": 50, "id": 20, "literal": 26, "other": 1 + faults // 10})
    found = {key: {"table_name": _table_name(way, placed, key, tables[key]), **spec} for key, spec in specs.items()}
    write_resource(placed.module, INDEX, name, found, each)


def write_replica(placed: Placed, tables: Mapping[str, Spec], faults: int) -> None:
    """Write a replica resource with an instance for each instance of its table."""
    draw = placed.module.config.draw
    region = draw.choice(["us-west-2", "eu-west-1"])
    spec: dict[str, Any] = {"region": region, **_protections(draw, faults), "kms_key_arn": _key_in(draw, region)}
    found = {key: {"global_table_arn": Raw(f"{placed.address(key)}.arn"), **spec} for key in tables}
    write_resource(placed.module, REPLICA, placed.name, found, _same_instances(placed))


def _same_instances(placed: Placed) -> Each | None:
    return Each(placed.each.kind, placed.each.keys) if placed.each else None


def _table_name(way: str, placed: Placed, key: str, table: Spec) -> Value:
    if way == "other":
        return "dev-orders"
    if way == "literal" and isinstance(table["name"], str):
        return table["name"]
    return Raw(f"{placed.address(key)}.{'id' if way == 'id' else 'name'}")


def region_of_alarm(draw: Draw, table: Value, reference: str) -> Value:
    """The region of an alarm on a table in that region: mostly the same."""
    way = draw.weighted({"same": 66, "reference": 18, "none": 10, "other": 6})
    if way == "reference":
        return Raw(reference)
    return {"same": table, "none": None, "other": draw.choice(REGIONS)}[way]


def extend_alarm(draw: Draw, spec: Spec, region: Value) -> None:
    """Add the arguments and blocks of provider 6 to an alarm."""
    spec["region"] = region
    spec["warm_up_configuration"] = [{"warm_up_period_duration_in_minutes": 10}] if draw.chance(6) else []


def by_promql(spec: Spec) -> Spec:
    """The alarm with a PromQL query in place of its metric."""
    kept = ("alarm_name", "region", "alarm_actions", "actions_enabled", "warm_up_configuration")
    query = "sum(ReadThrottleEvents) > 0"
    return {name: spec[name] for name in kept} | {
        "evaluation_interval": 60,
        "evaluation_criteria": [{"promql_criteria": [{"query": query}]}],
    }
