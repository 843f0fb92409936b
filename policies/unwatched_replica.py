"""No alarm on replica throttling.

Why: CloudWatch keeps the metrics of a replica in the replica's own region. An alarm in the region of the table does not see them.
Fix: add an alarm in the region of the replica, through a provider for that region.
    resource "aws_cloudwatch_metric_alarm" "products_read_throttle_west" {
      provider   = aws.west
      dimensions = { TableName = aws_dynamodb_table.products.name }
    }
"""

from dyncheck.dynamodb import AlarmContract, Contract, Inventory, Replica, Table
from dyncheck.rule import Problems, each, note, quoted, rule


@rule(Table, Contract, severity=note, applies=lambda _, contract: contract.alarms)
def check(table: Table, contract: Contract) -> Problems:
    yield from each(table.replicas, lambda replica: each(contract.alarms, lambda expected: _unwatched(replica, expected)))


def _unwatched(replica: Replica, expected: AlarmContract) -> Problems:
    inventory = Inventory.of(replica)
    if not inventory.is_watched(replica, expected.metrics) and not inventory.watched_causes(replica, expected.metric):
        yield replica.problem(
            f"No alarm fires on {expected.metric} of {replica.shown}",
            at=f"alarm[{quoted(expected.metric)}]",
            fix=f"# repeat the alarm on {expected.metric} with a provider for {replica.shown_region}",
        )
