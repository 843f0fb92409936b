resource "aws_dynamodb_table" "products" {
  name         = "${var.environment_name}-products"
  billing_mode = var.billing_mode
  table_class  = var.table_class
  hash_key     = "id"

  # DynamoDB refuses capacity in on-demand mode, so it must be null there and not 0.
  read_capacity  = var.billing_mode == "PROVISIONED" ? var.read_capacity : null
  write_capacity = var.billing_mode == "PROVISIONED" ? var.write_capacity : null

  # Only keys are declared. The other item attributes (title, price, ...) need no declaration, and DynamoDB refuses one.
  attribute {
    name = "id"
    type = "N"
  }

  attribute {
    name = "category"
    type = "S"
  }

  attribute {
    name = "created_at"
    type = "S"
  }

  # Products of one category, in order of creation.
  global_secondary_index {
    name            = "CategoryIndex"
    hash_key        = "category"
    range_key       = "created_at"
    projection_type = "ALL"

    # An index has capacity of its own, in addition to the table's.
    read_capacity  = var.billing_mode == "PROVISIONED" ? var.read_capacity : null
    write_capacity = var.billing_mode == "PROVISIONED" ? var.write_capacity : null
  }

  # Products do not expire.
  ttl {
    attribute_name = "ttl"
    enabled        = false
  }

  point_in_time_recovery {
    enabled = var.enable_point_in_time_recovery
  }

  # Without kms_key_arn this is the AWS managed key aws/dynamodb.
  server_side_encryption {
    enabled = true
  }

  deletion_protection_enabled = var.enable_deletion_protection

  tags = merge(var.tags, {
    Name = "${var.environment_name}-products-table"
    Type = "DynamoDB"
  })
}

resource "aws_dynamodb_table" "sessions" {
  name         = "${var.environment_name}-sessions"
  billing_mode = "PAY_PER_REQUEST"
  table_class  = "STANDARD"
  hash_key     = "session_id"

  attribute {
    name = "session_id"
    type = "S"
  }

  # DynamoDB deletes a session some time after expires_at (seconds since 1970), usually within a few days.
  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = var.enable_point_in_time_recovery
  }

  server_side_encryption {
    enabled = true
  }

  tags = merge(var.tags, {
    Name = "${var.environment_name}-sessions-table"
    Type = "DynamoDB"
  })
}

# README.md explains the metric names, treat_missing_data and alarm_actions of the alarms below.

resource "aws_cloudwatch_metric_alarm" "products_read_throttle" {
  alarm_name          = "${var.environment_name}-dynamodb-products-read-throttle"
  alarm_description   = "Reads of the products table were throttled in two successive five-minute periods."
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions

  dimensions = {
    TableName = aws_dynamodb_table.products.name
  }

  tags = var.tags
}

resource "aws_cloudwatch_metric_alarm" "products_write_throttle" {
  alarm_name          = "${var.environment_name}-dynamodb-products-write-throttle"
  alarm_description   = "Writes to the products table were throttled in two successive five-minute periods."
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions

  dimensions = {
    TableName = aws_dynamodb_table.products.name
  }

  tags = var.tags
}

resource "aws_cloudwatch_metric_alarm" "high_consumed_reads" {
  count = var.consumed_reads_threshold == null ? 0 : 1

  alarm_name          = "${var.environment_name}-dynamodb-high-consumed-reads"
  alarm_description   = "The products table consumed more read units than expected in two successive five-minute periods."
  namespace           = "AWS/DynamoDB"
  metric_name         = "ConsumedReadCapacityUnits"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.consumed_reads_threshold
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions

  dimensions = {
    TableName = aws_dynamodb_table.products.name
  }

  tags = var.tags
}
