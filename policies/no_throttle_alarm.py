"""No alarm on throttling.

Why: throttled requests fail in the application, but nothing in the account shows a problem.
Fix: add one alarm on the reads and one on the writes of exactly this table.
    resource "aws_cloudwatch_metric_alarm" "products_read_throttle" {
      alarm_name          = "${aws_dynamodb_table.products.name}-read-throttle"
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

from dyncheck.dynamodb import Contract, Table, is_on_throttling, missing_alarms
from dyncheck.rule import Problems, error, rule


@rule(Table, Contract, severity=error, applies=lambda _, contract: any(map(is_on_throttling, contract.alarms)))
def check(table: Table, contract: Contract) -> Problems:
    yield from missing_alarms(table, contract, filter(is_on_throttling, contract.alarms))
