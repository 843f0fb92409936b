"""Alarm of the contract is missing.

Why: the contract demands an alarm on a metric, and none of the alarms fires on it. An alarm gets data only with exactly the
dimensions that DynamoDB sends with the metric: SystemErrors, for example, has one series for each operation.
Fix: add an alarm with these dimensions.
    resource "aws_cloudwatch_metric_alarm" "orders_system_errors_get_item" {
      alarm_name          = "${aws_dynamodb_table.orders.name}-system-errors-GetItem"
      namespace           = "AWS/DynamoDB"
      metric_name         = "SystemErrors"
      statistic           = "Sum"
      comparison_operator = "GreaterThanThreshold"
      threshold           = 0
      period              = 300
      evaluation_periods  = 2
      treat_missing_data  = "notBreaching"
      dimensions          = { TableName = aws_dynamodb_table.orders.name, Operation = "GetItem" }
      alarm_actions       = var.alarm_actions
    }
"""

from itertools import filterfalse

from dyncheck.dynamodb import AlarmContract, Contract, Table, Watchable, is_on_throttling, missing_alarms
from dyncheck.rule import Problems, error, rule


def _alarms(subject: Watchable, contract: Contract) -> tuple[AlarmContract, ...]:
    return tuple(filterfalse(is_on_throttling, contract.alarms)) if isinstance(subject, Table) else contract.account_alarms


@rule(Watchable, Contract, severity=error, applies=_alarms)
def check(subject: Watchable, contract: Contract) -> Problems:
    yield from missing_alarms(subject, contract, _alarms(subject, contract))
