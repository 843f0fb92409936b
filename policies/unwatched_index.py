"""No alarm on index throttling.

Why: the metrics of a table do not include its global secondary indexes. A throttled index also throttles writes to the table.
Fix: add an alarm with both dimensions.
    dimensions = {
      TableName                = aws_dynamodb_table.products.name
      GlobalSecondaryIndexName = "CategoryIndex"
    }
"""

from dyncheck.dynamodb import Contract, Table, demanded_of_indexes, is_on_indexes, unwatched
from dyncheck.rule import Problems, note, rule


@rule(Table, Contract, severity=note, applies=lambda _, contract: any(map(is_on_indexes, contract.alarms)))
def check(table: Table, contract: Contract) -> Problems:
    yield from unwatched(demanded_of_indexes(table, contract))
