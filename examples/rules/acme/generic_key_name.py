"""Partition key has a generic name.

Why: in Acme's tables the partition key names what it identifies, so that a query says what it reads. `id` and `key` say nothing.
Fix: give a new table a key such as `order_id`. A table that exists keeps its key: DynamoDB cannot rename one, so waive the finding.
    hash_key = "order_id"
"""

from dyncheck.dynamodb import Table
from dyncheck.rule import Problems, rule, warning

from ._names import GENERIC


@rule(Table, severity=warning)
def check(table: Table) -> Problems:
    name = table.block.read("hash_key")
    if name in GENERIC:
        yield table.problem("Partition key has a generic name", at="hash_key", expected="a name such as order_id")
