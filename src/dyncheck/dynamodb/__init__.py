"""What the rules talk about: tables, their indexes and alarms, the contracts they are under, and the facts about them."""

from dyncheck.dynamodb.alarm import Alarm, Signal, has_actions
from dyncheck.dynamodb.contracts import AlarmContract, Contract, IndexContract, Key, PrimaryKey, matches
from dyncheck.dynamodb.inventory import Inventory
from dyncheck.dynamodb.metrics import CAUSES, COUNTING_STATISTICS, DIMENSIONS, NAMESPACE, nearest_metric
from dyncheck.dynamodb.table import BILLING_MODES, TABLE_CLASSES, Index, Table
from dyncheck.dynamodb.types import TABLE

__all__ = [
    "BILLING_MODES",
    "CAUSES",
    "COUNTING_STATISTICS",
    "DIMENSIONS",
    "NAMESPACE",
    "TABLE",
    "TABLE_CLASSES",
    "Alarm",
    "AlarmContract",
    "Contract",
    "Index",
    "IndexContract",
    "Inventory",
    "Key",
    "PrimaryKey",
    "Signal",
    "Table",
    "has_actions",
    "matches",
    "nearest_metric",
]
