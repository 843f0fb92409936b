# The tables of a shop, in one environment. docs/contracts.md checks them by the contracts of a company.

variable "environment" {
  type = string
}

locals {
  tags = {
    CostCenter = "4711"
    Owner      = "shop@example.com"
  }
  tables = {
    orders = aws_dynamodb_table.orders.name
    carts  = aws_dynamodb_table.carts.name
  }
  metrics    = ["ReadThrottleEvents", "WriteThrottleEvents"]
  operations = ["GetItem", "PutItem", "Query"]
}

resource "aws_kms_key" "shop" {
  description = "The tables of the shop"
}

resource "aws_sns_topic" "on_call" {
  name = "${var.environment}-shop-on-call"
}

resource "aws_sns_topic_subscription" "on_call" {
  topic_arn = aws_sns_topic.on_call.arn
  protocol  = "email"
  endpoint  = "on-call@example.com"
}

resource "aws_dynamodb_table" "orders" {
  name                        = "${var.environment}-shop-orders"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "customer"
  range_key                   = "placed_at"
  deletion_protection_enabled = var.environment == "prod"
  tags                        = local.tags

  attribute {
    name = "customer"
    type = "S"
  }
  attribute {
    name = "placed_at"
    type = "S"
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.shop.arn
  }
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 35
  }
}

resource "aws_dynamodb_table" "carts" {
  name         = "${var.environment}-shop-carts"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "customer"
  tags         = merge(local.tags, { Owner = "the shop team" })

  attribute {
    name = "customer"
    type = "S"
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.shop.arn
  }
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 7
  }
}

resource "aws_cloudwatch_metric_alarm" "throttling" {
  for_each = { for pair in setproduct(keys(local.tables), local.metrics) : join("-", pair) => pair }

  alarm_name          = "${local.tables[each.value[0]]}-${each.value[1]}"
  namespace           = "AWS/DynamoDB"
  metric_name         = each.value[1]
  dimensions          = { TableName = local.tables[each.value[0]] }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.on_call.arn]
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each = { for pair in setproduct(keys(local.tables), local.operations) : join("-", pair) => pair }

  alarm_name          = "${local.tables[each.value[0]]}-SystemErrors-${each.value[1]}"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SystemErrors"
  dimensions          = { TableName = local.tables[each.value[0]], Operation = each.value[1] }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.on_call.arn]
}
