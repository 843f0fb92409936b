"""The throttling of an index is watched by no alarm.

Why: a table's metrics leave its global secondary indexes out. An index that throttles also holds up writes to the table.
Fix: an alarm with both dimensions.
    dimensions = {
      TableName                = aws_dynamodb_table.products.name
      GlobalSecondaryIndexName = "CategoryIndex"
    }
"""

from collections.abc import Iterator

from dyncheck.dynamodb import AlarmContract, Contract, Index, Table
from dyncheck.rule import Problem, Problems, each, note, quoted, rule


@rule(Table, Contract, severity=note, applies=lambda _, contract: bool(contract.alarms))
def check(table: Table, contract: Contract) -> Problems:
    yield from each(table.indexes, lambda index: each(contract.alarms, lambda wanted: _unwatched(table, index, wanted)))


def _unwatched(table: Table, index: Index, wanted: AlarmContract) -> Iterator[Problem]:
    metrics = (wanted.metric, *wanted.accepts)
    if table.inventory.is_watched(table, metrics, index.name):
        return
    yield table.problem(
        f"no alarm is raised by {wanted.metric} of the index {quoted(index.name)}",
        at=f"alarm[{quoted(wanted.metric)}][{quoted(index.name)}]",
        fix="dimensions = {\n"
        f"  TableName                = aws_dynamodb_table.{table.resource.name}.name\n"
        f"  GlobalSecondaryIndexName = {quoted(index.name)}\n}}",
    )
