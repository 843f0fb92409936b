"""The metrics DynamoDB sends to CloudWatch: their dimension sets, units, statistics, and the values they can have.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
An alarm must use exactly one of these dimension sets. With one dimension more or fewer it gets no data.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from msgspec import Struct

NAMESPACE = "AWS/DynamoDB"

# The length of DynamoDB's data points in seconds. A shorter period of an alarm mostly has no data.
RESOLUTION = 60

DimensionSet: TypeAlias = frozenset[str]

# The statistics that show a count of events: the sum of the events, or the number of samples with one.
COUNTING_STATISTICS = ("Sum", "SampleCount")

# The statistics that are values of single samples, or between them.
LEVELS = ("Average", "Minimum", "Maximum")
_ALL = (*COUNTING_STATISTICS, *LEVELS)


class Metric(Struct, frozen=True):
    """The facts about one metric.

    `dimensions` are the sets that DynamoDB sends it with, `statistics` those with a meaning. A sparse metric has data points only while
    it is above zero. No metric is ever below zero; `highest` is the highest possible value where there is one.
    """

    dimensions: tuple[DimensionSet, ...]
    statistics: tuple[str, ...] = _ALL
    unit: str = "Count"
    is_sparse: bool = False
    highest: float | None = None


_ACCOUNT: tuple[DimensionSet, ...] = (frozenset(),)
_TABLE = (frozenset({"TableName"}),)
_INDEX = (frozenset({"TableName", "GlobalSecondaryIndexName"}),)
_TABLE_OR_INDEX = (*_TABLE, *_INDEX)
_OPERATION = (frozenset({"TableName", "Operation"}),)
_OPERATION_OR_STREAM = (*_OPERATION, frozenset({"TableName", "Operation", "StreamLabel"}))
_REPLICA = (frozenset({"TableName", "ReceivingRegion"}),)
_KINESIS = (frozenset({"TableName", "DelegatedOperation"}),)

# DynamoDB counts each throttled event also under its cause, so alarms on all causes together watch the sum.
CAUSES: dict[str, tuple[str, ...]] = {
    f"{direction}ThrottleEvents": tuple(
        f"{direction}{cause}ThrottleEvents"
        for cause in ("AccountLimit", "KeyRangeThroughput", "MaxOnDemandThroughput", "ProvisionedThroughput")
    )
    for direction in ("Read", "Write")
}

THROTTLE_METRICS = (*CAUSES, *(cause for causes in CAUSES.values() for cause in causes))

# The operations that the dimension `Operation` names. The last one reads a stream, which has a label.
STREAM_OPERATION, STREAM_LABEL = "GetRecords", "StreamLabel"
OPERATIONS = (
    "BatchExecuteStatement",
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "ExecuteStatement",
    "ExecuteTransaction",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
    STREAM_OPERATION,
)

# The operations of a demand where the contract names none: those without transactions and PartiQL.
USUAL_OPERATIONS = ("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")

# The metrics that DynamoDB sends for some operations only.
_OPERATIONS_OF = {
    "ReturnedBytes": (STREAM_OPERATION,),
    "ReturnedItemCount": ("Query", "Scan"),
    "ReturnedRecordsCount": (STREAM_OPERATION,),
}

# The metrics with percentiles. For all others, CloudWatch has only the statistics of a metric.
_WITH_PERCENTILES = frozenset({"SuccessfulRequestLatency"})

_PERCENTILE = r"[pP](100|\d{1,2})(\.\d{1,10})?"

_ACCOUNT_MAXIMUM = Metric(_ACCOUNT, ("Maximum",))
_UTILIZATION = Metric(_ACCOUNT, LEVELS, "Percent", highest=100)
_CAPACITY = Metric(_TABLE_OR_INDEX, LEVELS)
_INDEX_BUILD = Metric(_INDEX)
_ERRORS = Metric(_OPERATION, COUNTING_STATISTICS, is_sparse=True)

METRICS: dict[str, Metric] = {
    "AccountMaxReads": _ACCOUNT_MAXIMUM,
    "AccountMaxTableLevelReads": _ACCOUNT_MAXIMUM,
    "AccountMaxTableLevelWrites": _ACCOUNT_MAXIMUM,
    "AccountMaxWrites": _ACCOUNT_MAXIMUM,
    "AccountProvisionedReadCapacityUtilization": _UTILIZATION,
    "AccountProvisionedWriteCapacityUtilization": _UTILIZATION,
    "AgeOfOldestUnreplicatedRecord": Metric(_KINESIS, LEVELS, "Milliseconds"),
    "ConditionalCheckFailedRequests": Metric(_TABLE, is_sparse=True),
    "ConsumedChangeDataCaptureUnits": Metric(_KINESIS, LEVELS),
    "ConsumedReadCapacityUnits": Metric(_TABLE_OR_INDEX),
    "ConsumedWriteCapacityUnits": Metric(_TABLE_OR_INDEX),
    "FailedToReplicateRecordCount": Metric(_KINESIS, ("Sum",), is_sparse=True),
    "FaultInjectionServiceInducedErrors": _ERRORS,
    "MaxProvisionedTableReadCapacityUtilization": _UTILIZATION,
    "MaxProvisionedTableWriteCapacityUtilization": _UTILIZATION,
    "OnDemandMaxReadRequestUnits": _CAPACITY,
    "OnDemandMaxWriteRequestUnits": _CAPACITY,
    "OnlineIndexConsumedWriteCapacity": _INDEX_BUILD,
    "OnlineIndexPercentageProgress": Metric(_INDEX, highest=100),
    "OnlineIndexThrottleEvents": _INDEX_BUILD,
    "PendingReplicationCount": Metric(_REPLICA, ("Average", "Sum")),
    "ProvisionedReadCapacityUnits": _CAPACITY,
    "ProvisionedWriteCapacityUnits": _CAPACITY,
    "ReplicationLatency": Metric(_REPLICA, LEVELS, "Milliseconds"),
    "ReturnedBytes": Metric(_OPERATION_OR_STREAM, unit="Bytes"),
    "ReturnedItemCount": Metric(_OPERATION),
    "ReturnedRecordsCount": Metric(_OPERATION_OR_STREAM),
    "SuccessfulRequestLatency": Metric(_OPERATION_OR_STREAM, (*LEVELS, "SampleCount"), "Milliseconds"),
    "SystemErrors": _ERRORS,
    "ThrottledPutRecordCount": Metric(_KINESIS, (*LEVELS, "SampleCount"), is_sparse=True),
    "ThrottledRequests": _ERRORS,
    "TimeToLiveDeletedItemCount": Metric(_TABLE, ("Sum",), is_sparse=True),
    "TransactionConflict": Metric(_TABLE, is_sparse=True),
    "UserErrors": Metric(_ACCOUNT, COUNTING_STATISTICS, is_sparse=True),
    # The page lists TableName only for some of these. The throttling guide pairs them with indexes as well, so both are accepted.
    **dict.fromkeys(THROTTLE_METRICS, Metric(_TABLE_OR_INDEX, COUNTING_STATISTICS, is_sparse=True)),
}


def operations_of(metric: str) -> tuple[str, ...]:
    """The operations that DynamoDB sends a metric for, when it sends it by operation."""
    return _OPERATIONS_OF.get(metric, OPERATIONS)


def usual_operation(metric: str) -> str:
    """An operation that most applications use, among those that DynamoDB sends a metric for."""
    sent = operations_of(metric)
    return "GetItem" if "GetItem" in sent else sent[0]


def has_statistic(metric: str, statistic: str) -> bool:
    """Whether a statistic, such as `Sum` or `p99.9`, has a meaning for an existing metric."""
    if statistic in METRICS[metric].statistics:
        return True
    return metric in _WITH_PERCENTILES and is_percentile(statistic) and float(statistic[1:]) <= 100


def is_percentile(statistic: str) -> bool:
    """Whether a statistic is a percentile, such as `p99`. An alarm has another argument for those."""
    # Most statistics are not, and compiling the pattern takes long.
    return statistic.startswith(("p", "P")) and bool(re.fullmatch(_PERCENTILE, statistic))


def is_whole(metric: str, statistic: str) -> bool:
    """Whether a statistic of an existing metric is a whole number: a count of events or of items. Capacity units have fractions."""
    counts = METRICS[metric].is_sparse or metric.startswith("Returned")
    return statistic == "SampleCount" or (statistic == "Sum" and counts)


def nearest_metric(name: str) -> str | None:
    """The existing metric nearest to a name that does not exist; None when there is no near one."""
    from dyncheck.suggestions import nearest

    return nearest(name, METRICS)
