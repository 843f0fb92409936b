# Alarms that no one hears, that fire too late, or never.

resource "aws_dynamodb_table" "products" {
  name                        = "dev-products"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true

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

  global_secondary_index {
    name            = "CategoryIndex"
    hash_key        = "category"
    range_key       = "created_at"
    projection_type = "ALL"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = true
  }

  tags = { Name = "dev-products-table", Type = "DynamoDB" }
}

resource "aws_sns_topic" "unheard" {
  name = "unheard"
}

resource "aws_cloudwatch_metric_alarm" "reads" {
  alarm_name          = "reads"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 100
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.unheard.arn]
}

resource "aws_cloudwatch_metric_alarm" "writes" {
  alarm_name          = "writes"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:gone"]
}

resource "aws_cloudwatch_metric_alarm" "misspelt" {
  alarm_name          = "misspelt"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottledEvents"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  alarm_actions       = [aws_sns_topic.unheard.arn]
}
