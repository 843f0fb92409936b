"""The subjects of the rules: tables, indexes, alarms and contracts, and the facts about them."""

from dyncheck.dynamodb import limits
from dyncheck.dynamodb.alarm import Alarm
from dyncheck.dynamodb.changes import AlarmChange, Changes, CopyChange, LostKey, LostReplica, ReplicaChange, TableChange
from dyncheck.dynamodb.contracts import AlarmContract, Contract, IndexContract, Key, PrimaryKey
from dyncheck.dynamodb.entity import hcl_block
from dyncheck.dynamodb.index_changes import IndexChange, destroyed_indexes, index_changes
from dyncheck.dynamodb.inventory import Inventory
from dyncheck.dynamodb.metrics import CAUSES, METRICS, NAMESPACE, THROTTLE_METRICS, nearest_metric
from dyncheck.dynamodb.protections import Loss, losses, replica_losses
from dyncheck.dynamodb.replica import Replica
from dyncheck.dynamodb.signals import Signal
from dyncheck.dynamodb.table import BILLING_MODES, TABLE_CLASSES, Copy, Index, Table
from dyncheck.dynamodb.topics import destroyed_topics
from dyncheck.dynamodb.types import TABLE
from dyncheck.model import has_form

__all__ = [
    "BILLING_MODES",
    "CAUSES",
    "METRICS",
    "NAMESPACE",
    "TABLE",
    "TABLE_CLASSES",
    "THROTTLE_METRICS",
    "Alarm",
    "AlarmChange",
    "AlarmContract",
    "Changes",
    "Contract",
    "Copy",
    "CopyChange",
    "Index",
    "IndexChange",
    "IndexContract",
    "Inventory",
    "Key",
    "Loss",
    "LostKey",
    "LostReplica",
    "PrimaryKey",
    "Replica",
    "ReplicaChange",
    "Signal",
    "Table",
    "TableChange",
    "destroyed_indexes",
    "destroyed_topics",
    "has_form",
    "hcl_block",
    "index_changes",
    "limits",
    "losses",
    "nearest_metric",
    "replica_losses",
]
