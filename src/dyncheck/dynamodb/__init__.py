"""The subjects of the rules: tables, indexes, alarms and contracts, and the facts about them."""

from dyncheck.dynamodb import limits, targets
from dyncheck.dynamodb.alarm import Alarm
from dyncheck.dynamodb.changes import AlarmChange, Changes, CopyChange, LostKey, LostReplica, ReplicaChange, TableChange
from dyncheck.dynamodb.contracts import (
    AccessPattern,
    AlarmContract,
    Contract,
    Coverage,
    Demand,
    IndexContract,
    Key,
    Match,
    PrimaryKey,
    fits,
    placeholders,
    regular,
)
from dyncheck.dynamodb.demanded_alarms import (
    Account,
    DemandedAlarm,
    Watchable,
    demanded_of,
    demanded_of_indexes,
    demanded_of_replica,
    is_on_indexes,
    is_on_throttling,
    missing_alarms,
    unwatched,
)
from dyncheck.dynamodb.entity import beside, hcl_block
from dyncheck.dynamodb.index_changes import IndexChange, destroyed_indexes, index_changes
from dyncheck.dynamodb.inventory import Inventory, Named, Together
from dyncheck.dynamodb.keys import is_enabled, is_symmetric
from dyncheck.dynamodb.metrics import (
    CAUSES,
    METRICS,
    NAMESPACE,
    RESOLUTION,
    THROTTLE_METRICS,
    Metric,
    has_statistic,
    is_whole,
    nearest_metric,
    operations_of,
    usual_operation,
)
from dyncheck.dynamodb.names import argument_of
from dyncheck.dynamodb.notification import Notifier, Topic
from dyncheck.dynamodb.protections import Loss, losses, replica_losses
from dyncheck.dynamodb.replica import Replica
from dyncheck.dynamodb.signals import Signal
from dyncheck.dynamodb.table import BILLING_MODES, TABLE_CLASSES, AttributeName, Copy, Index, Table, hcl_index, hcl_key_schema, name_of
from dyncheck.dynamodb.table_item import TableItem
from dyncheck.dynamodb.topics import destroyed_topics
from dyncheck.dynamodb.types import TABLE
from dyncheck.model import has_form

__all__ = [
    "BILLING_MODES",
    "CAUSES",
    "METRICS",
    "NAMESPACE",
    "RESOLUTION",
    "TABLE",
    "TABLE_CLASSES",
    "THROTTLE_METRICS",
    "AccessPattern",
    "Account",
    "Alarm",
    "AlarmChange",
    "AlarmContract",
    "AttributeName",
    "Changes",
    "Contract",
    "Copy",
    "CopyChange",
    "Coverage",
    "Demand",
    "DemandedAlarm",
    "Index",
    "IndexChange",
    "IndexContract",
    "Inventory",
    "Key",
    "Loss",
    "LostKey",
    "LostReplica",
    "Match",
    "Metric",
    "Named",
    "Notifier",
    "PrimaryKey",
    "Replica",
    "ReplicaChange",
    "Signal",
    "Table",
    "TableChange",
    "TableItem",
    "Together",
    "Topic",
    "Watchable",
    "argument_of",
    "beside",
    "demanded_of",
    "demanded_of_indexes",
    "demanded_of_replica",
    "destroyed_indexes",
    "destroyed_topics",
    "fits",
    "has_form",
    "has_statistic",
    "hcl_block",
    "hcl_index",
    "hcl_key_schema",
    "index_changes",
    "is_enabled",
    "is_on_indexes",
    "is_on_throttling",
    "is_symmetric",
    "is_whole",
    "limits",
    "losses",
    "missing_alarms",
    "name_of",
    "nearest_metric",
    "operations_of",
    "placeholders",
    "regular",
    "replica_losses",
    "targets",
    "unwatched",
    "usual_operation",
]
