"""No alarm on replica throttling.

Why: CloudWatch keeps the metrics of a replica in the replica's own region. An alarm in the region of the table does not see them.
Fix: add an alarm in the region of the replica, through a provider for that region.
    resource "aws_cloudwatch_metric_alarm" "products_read_throttle_west" {
      provider   = aws.west
      dimensions = { TableName = aws_dynamodb_table.products.name }
    }
"""

from dyncheck.dynamodb import Contract, Table, demanded_of_replica, unwatched
from dyncheck.rule import Problems, each, note, rule


@rule(Table, Contract, severity=note, applies=lambda _, contract: contract.alarms)
def check(table: Table, contract: Contract) -> Problems:
    yield from each(table.replicas, lambda replica: unwatched(demanded_of_replica(replica, contract)))
