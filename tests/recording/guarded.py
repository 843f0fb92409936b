"""Changes to the protections of tables: the applied configuration, changes outside Terraform, and the planned configuration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import boto3

TOGGLE = """
variable "autoscaled" {
  type    = bool
  default = false
}

resource "aws_dynamodb_table" "this" {
  count        = var.autoscaled ? 0 : 1
  name         = "guarded-toggled"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "autoscaled" {
  count        = var.autoscaled ? 1 : 0
  name         = "guarded-toggled"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
"""

ORDERS = """
resource "aws_dynamodb_table" "orders" {
  name                        = "guarded-orders"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true

  attribute {
    name = "id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}
"""

ALARM = """
resource "aws_cloudwatch_metric_alarm" "orders" {
  alarm_name          = "guarded-orders"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.orders.name }
}
"""

REST = """
variable "secret_name" {
  type      = string
  sensitive = true
  default   = "guarded-hidden"
}

resource "aws_dynamodb_table" "secret" {
  name         = var.secret_name
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  ttl {
    enabled        = true
    attribute_name = "expires_at"
  }
}

resource "aws_dynamodb_table" "cache" {
  name         = "guarded-cache"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

module "toggled" {
  source = "./toggled"
}
"""

BASE = ORDERS + ALARM + REST


@dataclass(frozen=True)
class Guarded:
    """A configuration to plan after an apply of BASE, some Terraform commands, and calls to the cloud at an address.

    `needs_the_cloud` is set where the plan shows what the cloud has and the state does not.
    """

    name: str
    configuration: str = BASE
    options: tuple[str, ...] = ()
    commands: tuple[tuple[str, ...], ...] = ()
    outside: Callable[[str], None] | None = None
    needs_the_cloud: bool = False


def _switch_off(address: str) -> None:
    """Changes in the console: deletion protection and recovery disabled, an alarm and a table deleted."""
    reach = {"endpoint_url": address, "region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    dynamodb, cloudwatch = boto3.client("dynamodb", **reach), boto3.client("cloudwatch", **reach)
    dynamodb.update_table(TableName="guarded-orders", DeletionProtectionEnabled=False)
    dynamodb.update_continuous_backups(TableName="guarded-orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False})
    dynamodb.update_time_to_live(TableName="guarded-hidden", TimeToLiveSpecification={"Enabled": False, "AttributeName": "expires_at"})
    dynamodb.delete_table(TableName="guarded-cache")
    cloudwatch.delete_alarms(AlarmNames=["guarded-orders"])


_AUTOSCALED = BASE.replace('"./toggled"\n', '"./toggled"\n  autoscaled = true\n')
_MOVED = """
moved {
  from = module.toggled.aws_dynamodb_table.this[0]
  to   = module.toggled.aws_dynamodb_table.autoscaled[0]
}
"""

# Changes outside Terraform stay, so this change comes last.
CHANGES = (
    Guarded("none"),
    Guarded("tainted", commands=(("taint", "aws_dynamodb_table.cache"),)),
    Guarded(
        "create_before_destroy",
        BASE.replace('"guarded-cache"', '"guarded-cache-2"\n\n  lifecycle {\n    create_before_destroy = true\n  }\n'),
    ),
    Guarded(
        "imported",
        BASE + '\nimport {\n  to = aws_dynamodb_table.orders\n  id = "guarded-orders"\n}\n',
        commands=(("state", "rm", "aws_dynamodb_table.orders"),),
        needs_the_cloud=True,
    ),
    Guarded("toggled", _AUTOSCALED),
    Guarded("toggled_moved", _AUTOSCALED + _MOVED),
    Guarded("targeted", options=("-destroy", "-target=aws_cloudwatch_metric_alarm.orders")),
    Guarded("sensitive", options=("-var=secret_name=guarded-concealed",)),
    Guarded("drifted", outside=_switch_off, needs_the_cloud=True),
    Guarded(
        "drifted_and_left",
        BASE.replace("  deletion_protection_enabled = true\n", "").replace("  point_in_time_recovery {\n    enabled = true\n  }\n", ""),
        needs_the_cloud=True,
    ),
)
