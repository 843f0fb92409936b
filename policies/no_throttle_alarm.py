"""No alarm on throttling.

Why: throttled requests fail in the application, but nothing in the account shows a problem.
Fix: add one alarm on the reads and one on the writes of exactly this table.
    resource "aws_cloudwatch_metric_alarm" "products_read_throttle" {
      alarm_name          = "products-read-throttle"
      namespace           = "AWS/DynamoDB"
      metric_name         = "ReadThrottleEvents"
      statistic           = "Sum"
      comparison_operator = "GreaterThanThreshold"
      threshold           = 0
      period              = 300
      evaluation_periods  = 2
      treat_missing_data  = "notBreaching"
      dimensions          = { TableName = aws_dynamodb_table.products.name }
      alarm_actions       = var.alarm_actions
    }
"""

from dyncheck.dynamodb import AlarmContract, Contract, Inventory, Table, hcl_block
from dyncheck.rule import Problems, Unknown, each, error, quoted, rule

# A finding names at most this many alarms that are nearly right.
MOST_NEAR = 3


@rule(Table, Contract, severity=error, applies=lambda _, contract: contract.alarms)
def check(table: Table, contract: Contract) -> Problems:
    yield from each(contract.alarms, lambda expected: _unwatched(table, contract, expected))


def _unwatched(table: Table, contract: Contract, expected: AlarmContract) -> Problems:
    inventory = Inventory.of(table)
    if not inventory.is_watched(table, expected.metrics) and not inventory.watched_causes(table, expected.metric):
        yield table.problem(
            f"No alarm fires on {expected.metric} of this table{_nearest(table, contract, expected.metrics)}",
            at=f"alarm[{quoted(expected.metric)}]",
            fix=_alarm(table, expected),
        )


def _nearest(table: Table, contract: Contract, metrics: tuple[str, ...]) -> str:
    """The alarms with exactly one fault, and that fault; without those that are meant for another table or metric."""
    near: list[str] = []
    elsewhere = frozenset(name for alarm in contract.alarms for name in alarm.metrics) - {*metrics}
    inventory = Inventory.of(table)
    for alarm in (*inventory.alarms_near(table), *inventory.unrelated_alarms_for(metrics, elsewhere)):
        try:
            mismatches = alarm.mismatches(table, metrics)
            if len(mismatches) == 1 and not any(signal.metric in elsewhere for signal in alarm.all_signals):
                near.append(f"{Inventory.of(alarm).short_address(alarm.resource)}: {mismatches[0]()}")
        except Unknown:
            continue
        if len(near) == MOST_NEAR:
            break
    return f" (closest: {'; '.join(near)})" if near else ""


def _alarm(table: Table, expected: AlarmContract) -> str:
    name = table.resource.name
    kind = "read" if expected.metric.startswith("Read") else "write"
    # CloudWatch keeps the metrics of a table in the table's own region.
    region = {"region": f"aws_dynamodb_table.{name}.region"} if table.block.configures("region") else {}
    return hcl_block(
        f'resource "aws_cloudwatch_metric_alarm" "{name}_{kind}_throttle"',
        **region,
        alarm_name=quoted(f"{name}-{kind}-throttle"),
        namespace='"AWS/DynamoDB"',
        metric_name=quoted(expected.metric),
        statistic=quoted(expected.statistic),
        comparison_operator=quoted(expected.comparison),
        threshold=f"{expected.threshold:g}",
        period=str(expected.period),
        evaluation_periods=str(expected.evaluation_periods),
        treat_missing_data=quoted(expected.treat_missing_data),
        dimensions=f"{{ TableName = aws_dynamodb_table.{name}.name }}",
        alarm_actions="var.alarm_actions",
    )
