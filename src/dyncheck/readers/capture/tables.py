"""The tables of an account, in the shape in which the provider keeps them in a state.

Sources: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html and the provider's read functions. A
field that is absent has a meaning of its own there: without BillingModeSummary a table is PROVISIONED, without SSEDescription its key
belongs to AWS, and without TableClassSummary its class is STANDARD.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dyncheck.dynamodb.types import TABLE
from dyncheck.model import Deferred, Provider, Resource
from dyncheck.readers.capture.answers import answer, is_missing
from dyncheck.readers.capture.calls import (
    DESCRIBE_BACKUPS,
    DESCRIBE_KEY,
    DESCRIBE_TABLE,
    DESCRIBE_TIME_TO_LIVE,
    LIST_TABLES,
    LIST_TAGS,
)
from dyncheck.readers.capture.captured_block import CapturedBlock
from dyncheck.readers.capture.document import Capture

# Tags of AWS itself, which nobody can set.
_OF_AWS = "aws:"

# What is not, or will not be, a replica.
_ON_THE_WAY_OUT = ("DELETING", "CREATION_FAILED")


def tables(capture: Capture) -> Iterator[Resource]:
    """The tables of all regions. A replica is part of its table, which is that in the first of the captured regions."""
    replicas: set[tuple[str, str]] = set()
    for region in capture.regions:
        for name in _names(capture, region):
            if (region, name) in replicas or is_missing(capture.call(DESCRIBE_TABLE, region, name)):
                continue
            described = answer(capture, DESCRIBE_TABLE, region, name)
            if not isinstance(described, Deferred):
                replicas.update((replica["RegionName"], name) for replica in _replicas(described["Table"]))
            yield table_in(capture, region, name)


def table_in(capture: Capture, region: str, name: str) -> Resource:
    """A table, as its region describes it: with its replicas in other regions."""
    described = answer(capture, DESCRIBE_TABLE, region, name)
    if isinstance(described, Deferred):
        return _undescribed(capture, region, name, described)
    table = described["Table"]
    body = CapturedBlock("", {"region": region, **_values(capture, region, table)})
    return Resource(table["TableArn"], TABLE, name, "", body, provider_of(capture, region), exists=True)


def deleted_tables(capture: Capture) -> Iterator[str]:
    """The tables that were deleted while the account was captured."""
    for region in capture.regions:
        yield from (f"{name} in {region}" for name in _names(capture, region) if is_missing(capture.call(DESCRIBE_TABLE, region, name)))


def provider_of(capture: Capture, region: str) -> Provider:
    """What stands for the provider configuration of a resource in that region."""
    return Provider(key=f"{capture.account}/{region}", region=region, account=capture.account)


def arn_of(capture: Capture, region: str, name: str) -> str:
    """The ARN of a table that could not be described."""
    partition = "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
    return f"arn:{partition}:dynamodb:{region}:{capture.account}:table/{name}"


def _names(capture: Capture, region: str) -> Iterable[str]:
    """The names of the tables that are listed or described."""
    listed = capture.call(LIST_TABLES, region)
    named = (name for name in ((listed.answer or {}).get("TableNames", ()) if listed else ()) if capture.asks_for(name))
    return dict.fromkeys((*named, *(call.subject for call in capture.all_of(DESCRIBE_TABLE, region))))


def _undescribed(capture: Capture, region: str, name: str, why: Deferred) -> Resource:
    address = arn_of(capture, region, name)
    body = CapturedBlock("", {"region": region, "name": name, "arn": address}, otherwise=why)
    return Resource(address, TABLE, name, "", body, provider_of(capture, region), exists=True)


def _values(capture: Capture, region: str, table: dict[str, Any]) -> dict[str, Any]:
    name, arn = table["TableName"], table["TableArn"]
    stream = table.get("StreamSpecification") or {}
    throughput = table.get("ProvisionedThroughput") or {}
    tags = answer(capture, LIST_TAGS, region, arn)
    tag_values = tags if isinstance(tags, Deferred) else _tags(tags)
    return {
        "arn": arn,
        "name": name,
        **_keys(table.get("KeySchema", ())),
        "attribute": [{"name": each["AttributeName"], "type": each["AttributeType"]} for each in table.get("AttributeDefinitions", ())],
        "billing_mode": (table.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED"),
        "read_capacity": throughput.get("ReadCapacityUnits", 0),
        "write_capacity": throughput.get("WriteCapacityUnits", 0),
        "on_demand_throughput": _on_demand(table),
        "global_secondary_index": [
            _global_index(each) for each in table.get("GlobalSecondaryIndexes", ()) if each.get("IndexStatus") != "DELETING"
        ],
        "local_secondary_index": [_local_index(each) for each in table.get("LocalSecondaryIndexes", ())],
        "stream_enabled": bool(stream.get("StreamEnabled")),
        "stream_view_type": stream.get("StreamViewType") or None,
        "stream_arn": table.get("LatestStreamArn"),
        "stream_label": table.get("LatestStreamLabel"),
        "table_class": (table.get("TableClassSummary") or {}).get("TableClass", "STANDARD"),
        "deletion_protection_enabled": bool(table.get("DeletionProtectionEnabled")),
        "server_side_encryption": _encryption(capture, region, table),
        "point_in_time_recovery": _recovery(capture, region, name),
        "ttl": _time_to_live(capture, region, name),
        "tags": tag_values,
        "tags_all": tag_values,
        "replica": [_replica(capture, table, each) for each in _replicas(table)],
        "global_table_witness": [{"region_name": each["RegionName"]} for each in table.get("GlobalTableWitnesses", ())],
    }


def _keys(schema: Iterable[dict[str, str]]) -> dict[str, Any]:
    """The keys, as an index with several of a kind has them where it has several."""
    by_kind: dict[str, list[str]] = {"HASH": [], "RANGE": []}
    for each in schema:
        by_kind[each["KeyType"]].append(each["AttributeName"])
    if max(map(len, by_kind.values())) > 1:
        return {"key_schema": [{"attribute_name": each["AttributeName"], "key_type": each["KeyType"]} for each in schema]}
    return {"hash_key": next(iter(by_kind["HASH"]), None), "range_key": next(iter(by_kind["RANGE"]), None)}


def _global_index(index: dict[str, Any]) -> dict[str, Any]:
    throughput = index.get("ProvisionedThroughput") or {}
    return {
        "name": index["IndexName"],
        **_keys(index["KeySchema"]),
        **_projection(index),
        "read_capacity": throughput.get("ReadCapacityUnits", 0),
        "write_capacity": throughput.get("WriteCapacityUnits", 0),
        "on_demand_throughput": _on_demand(index),
    }


def _local_index(index: dict[str, Any]) -> dict[str, Any]:
    return {"name": index["IndexName"], "range_key": _keys(index["KeySchema"]).get("range_key"), **_projection(index)}


def _projection(index: dict[str, Any]) -> dict[str, Any]:
    projection = index.get("Projection") or {}
    return {"projection_type": projection.get("ProjectionType"), "non_key_attributes": projection.get("NonKeyAttributes")}


def _on_demand(owner: dict[str, Any]) -> list[dict[str, Any]]:
    """The most request units, without those of -1, which means no maximum."""
    limits = owner.get("OnDemandThroughput") or {}
    names = (("max_read_request_units", "MaxReadRequestUnits"), ("max_write_request_units", "MaxWriteRequestUnits"))
    found = {name: limits[field] for name, field in names if limits.get(field, -1) != -1}
    return [found] if found else []


def _encryption(capture: Capture, region: str, table: dict[str, Any]) -> list[dict[str, Any]]:
    described = table.get("SSEDescription") or {}
    if described.get("Status") not in ("ENABLED", "UPDATING"):
        return []
    return [{"enabled": True, "kms_key_arn": key_value(capture, region, described.get("KMSMasterKeyArn"))}]


def key_value(capture: Capture, region: str, arn: str | None) -> str | Deferred | None:
    """The ARN of a key; deferred where KMS did not say who manages it."""
    if not arn:
        return None
    described = answer(capture, DESCRIBE_KEY, region, arn)
    if isinstance(described, Deferred):
        return Deferred(reason=f"is the key {arn}, and who manages it {described.reason}")
    return arn


def _recovery(capture: Capture, region: str, name: str) -> list[dict[str, Any]] | Deferred:
    backups = answer(capture, DESCRIBE_BACKUPS, region, name)
    if isinstance(backups, Deferred):
        return backups
    recovery = backups["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription") or {}
    is_on = recovery.get("PointInTimeRecoveryStatus") == "ENABLED"
    return [{"enabled": is_on, "recovery_period_in_days": recovery.get("RecoveryPeriodInDays") if is_on else 0}]


def _time_to_live(capture: Capture, region: str, name: str) -> list[dict[str, Any]] | Deferred:
    described = answer(capture, DESCRIBE_TIME_TO_LIVE, region, name)
    if isinstance(described, Deferred):
        return described
    found = described["TimeToLiveDescription"]
    return [{"enabled": found.get("TimeToLiveStatus") in ("ENABLED", "ENABLING"), "attribute_name": found.get("AttributeName", "")}]


def _tags(answered: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in answered.get("Tags", ()) if not tag["Key"].startswith(_OF_AWS)}


def _replicas(table: dict[str, Any]) -> list[dict[str, Any]]:
    """The replicas that are there to stay."""
    return [each for each in table.get("Replicas", ()) if each.get("ReplicaStatus") not in _ON_THE_WAY_OUT]


def _replica(capture: Capture, table: dict[str, Any], replica: dict[str, Any]) -> dict[str, Any]:
    region, name = replica["RegionName"], table["TableName"]
    recovery = _recovery(capture, region, name)
    described = answer(capture, DESCRIBE_TABLE, region, name)
    is_protected = described if isinstance(described, Deferred) else bool(described["Table"].get("DeletionProtectionEnabled"))
    # Its own region also shows a key that AWS manages.
    encryption = {} if isinstance(described, Deferred) else described["Table"].get("SSEDescription") or {}
    key = replica.get("KMSMasterKeyId") or encryption.get("KMSMasterKeyArn")
    return {
        "region_name": region,
        "arn": replica.get("ReplicaArn"),
        "kms_key_arn": described if isinstance(described, Deferred) and not key else key_value(capture, region, key),
        "point_in_time_recovery": recovery if isinstance(recovery, Deferred) else recovery[0]["enabled"],
        "deletion_protection_enabled": is_protected,
        "consistency_mode": "STRONG" if table.get("MultiRegionConsistency") == "STRONG" else "EVENTUAL",
    }
