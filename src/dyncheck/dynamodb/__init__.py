"""The subjects of the rules: tables, indexes, alarms and contracts, and the facts about them."""

from dyncheck.dynamodb import limits
from dyncheck.dynamodb.alarm import Alarm
from dyncheck.dynamodb.changes import AlarmChange, Changes, CopyChange, LostKey, LostReplica, ReplicaChange, TableChange
from dyncheck.dynamodb.contracts import AlarmContract, Contract, IndexContract, Key, PrimaryKey
from dyncheck.dynamodb.entity import beside, hcl_block
from dyncheck.dynamodb.index_changes import IndexChange, destroyed_indexes, index_changes
from dyncheck.dynamodb.inventory import Inventory, Named, Together
from dyncheck.dynamodb.keys import is_enabled, is_symmetric
from dyncheck.dynamodb.metrics import CAUSES, METRICS, NAMESPACE, RESOLUTION, THROTTLE_METRICS, nearest_metric
from dyncheck.dynamodb.names import argument_of
from dyncheck.dynamodb.protections import Loss, losses, replica_losses
from dyncheck.dynamodb.replica import Replica
from dyncheck.dynamodb.signals import Signal
from dyncheck.dynamodb.table import BILLING_MODES, TABLE_CLASSES, Copy, Index, Table, hcl_key_schema
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
    "Named",
    "PrimaryKey",
    "Replica",
    "ReplicaChange",
    "Signal",
    "Table",
    "TableChange",
    "Together",
    "argument_of",
    "beside",
    "destroyed_indexes",
    "has_form",
    "hcl_block",
    "hcl_key_schema",
    "index_changes",
    "is_enabled",
    "is_symmetric",
    "limits",
    "losses",
    "nearest_metric",
    "replica_losses",
]
