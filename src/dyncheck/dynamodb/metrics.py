"""The metrics DynamoDB sends to CloudWatch, and the dimension sets it sends them with.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
An alarm must use exactly one of these dimension sets. With one dimension more or fewer it gets no data.
"""

from __future__ import annotations

from typing import TypeAlias

from dyncheck.suggestions import nearest

NAMESPACE = "AWS/DynamoDB"

DimensionSet: TypeAlias = frozenset[str]

_ACCOUNT: tuple[DimensionSet, ...] = (frozenset(),)
_TABLE = (frozenset({"TableName"}),)
_TABLE_OR_INDEX = (frozenset({"TableName"}), frozenset({"TableName", "GlobalSecondaryIndexName"}))
_INDEX = (frozenset({"TableName", "GlobalSecondaryIndexName"}),)
_OPERATION = (frozenset({"TableName", "Operation"}),)
_REPLICA = (frozenset({"TableName", "ReceivingRegion"}),)
_STREAM = (frozenset({"TableName", "DelegatedOperation"}),)

# DynamoDB counts each throttled event also under its cause, so alarms on all causes together watch the sum.
CAUSES: dict[str, tuple[str, ...]] = {
    f"{direction}ThrottleEvents": tuple(
        f"{direction}{cause}ThrottleEvents"
        for cause in ("AccountLimit", "KeyRangeThroughput", "MaxOnDemandThroughput", "ProvisionedThroughput")
    )
    for direction in ("Read", "Write")
}

THROTTLE_METRICS = (*CAUSES, *(cause for causes in CAUSES.values() for cause in causes))

DIMENSIONS: dict[str, tuple[DimensionSet, ...]] = {
    "AccountMaxReads": _ACCOUNT,
    "AccountMaxTableLevelReads": _ACCOUNT,
    "AccountMaxTableLevelWrites": _ACCOUNT,
    "AccountMaxWrites": _ACCOUNT,
    "AccountProvisionedReadCapacityUtilization": _ACCOUNT,
    "AccountProvisionedWriteCapacityUtilization": _ACCOUNT,
    "AgeOfOldestUnreplicatedRecord": _STREAM,
    "ConditionalCheckFailedRequests": _TABLE,
    "ConsumedChangeDataCaptureUnits": _STREAM,
    "ConsumedReadCapacityUnits": _TABLE_OR_INDEX,
    "ConsumedWriteCapacityUnits": _TABLE_OR_INDEX,
    "FailedToReplicateRecordCount": _STREAM,
    "FaultInjectionServiceInducedErrors": _OPERATION,
    "MaxProvisionedTableReadCapacityUtilization": _ACCOUNT,
    "MaxProvisionedTableWriteCapacityUtilization": _ACCOUNT,
    "OnDemandMaxReadRequestUnits": _TABLE_OR_INDEX,
    "OnDemandMaxWriteRequestUnits": _TABLE_OR_INDEX,
    "OnlineIndexConsumedWriteCapacity": _INDEX,
    "OnlineIndexPercentageProgress": _INDEX,
    "OnlineIndexThrottleEvents": _INDEX,
    "PendingReplicationCount": _REPLICA,
    "ProvisionedReadCapacityUnits": _TABLE_OR_INDEX,
    "ProvisionedWriteCapacityUnits": _TABLE_OR_INDEX,
    "ReplicationLatency": _REPLICA,
    "ReturnedBytes": (*_OPERATION, frozenset({"TableName", "Operation", "StreamLabel"})),
    "ReturnedItemCount": _OPERATION,
    "ReturnedRecordsCount": (*_OPERATION, frozenset({"TableName", "Operation", "StreamLabel"})),
    "SuccessfulRequestLatency": (*_OPERATION, frozenset({"TableName", "Operation", "StreamLabel"})),
    "SystemErrors": _OPERATION,
    "ThrottledPutRecordCount": _STREAM,
    "ThrottledRequests": _OPERATION,
    "TimeToLiveDeletedItemCount": _TABLE,
    "TransactionConflict": _TABLE,
    "UserErrors": _ACCOUNT,
    # The page lists TableName only for some of these. The throttling guide pairs them with indexes as well, so both are accepted.
    **dict.fromkeys(THROTTLE_METRICS, _TABLE_OR_INDEX),
}

# The statistics that show a count of events: the sum of the events, or the number of samples with one.
COUNTING_STATISTICS = ("Sum", "SampleCount")


def nearest_metric(name: str) -> str | None:
    """The existing metric nearest to a name that does not exist; None when there is no near one."""
    return nearest(name, DIMENSIONS)
