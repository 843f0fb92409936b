"""No alarm on index throttling.

Why: the metrics of a table do not include its global secondary indexes. A throttled index also throttles writes to the table.
Fix: add an alarm with both dimensions.
    dimensions = {
      TableName                = aws_dynamodb_table.products.name
      GlobalSecondaryIndexName = "CategoryIndex"
    }
"""

from dyncheck.dynamodb import AlarmContract, Contract, Index, Inventory, Table, hcl_block
from dyncheck.rule import Problems, each, note, quoted, rule


@rule(Table, Contract, severity=note, applies=lambda _, contract: contract.alarms)
def check(table: Table, contract: Contract) -> Problems:
    yield from each(table.indexes, lambda index: each(contract.alarms, lambda expected: _unwatched(table, index, expected)))


def _unwatched(table: Table, index: Index, expected: AlarmContract) -> Problems:
    if not Inventory.of(table).is_watched(table, expected.metrics, index.name):
        name = quoted(index.name)
        yield table.problem(
            f"No alarm fires on {expected.metric} of index {name}",
            at=f"alarm[{quoted(expected.metric)}][{name}]",
            fix=hcl_block("dimensions =", TableName=f"aws_dynamodb_table.{table.resource.name}.name", GlobalSecondaryIndexName=name),
        )
