# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "watched" {
  name         = "watched-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  attribute {
    name = "category"
    type = "S"
  }

  global_secondary_index {
    name            = "CategoryIndex"
    hash_key        = "category"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "unwatched" { # expect: fail No alarm fires on ReadThrottleEvents of index "CategoryIndex"
  name         = "unwatched-products"       # expect: fail No alarm fires on WriteThrottleEvents of index "CategoryIndex"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  attribute {
    name = "category"
    type = "S"
  }

  global_secondary_index {
    name            = "CategoryIndex"
    hash_key        = "category"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "later" { # expect: unknown aws_cloudwatch_metric_alarm.later_read: dimensions waits for aws_dynamodb_table.later.id; refer to the name of the table instead
  name         = "later-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  attribute {
    name = "category"
    type = "S"
  }

  global_secondary_index {
    name            = "CategoryIndex"
    hash_key        = "category"
    projection_type = "ALL"
  }
}

resource "aws_cloudwatch_metric_alarm" "watched_read" {

  alarm_name          = "watched_read"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.watched.name, GlobalSecondaryIndexName = "CategoryIndex" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "watched_write" {

  alarm_name          = "watched_write"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.watched.name, GlobalSecondaryIndexName = "CategoryIndex" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "table_only" {

  alarm_name          = "table_only"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.unwatched.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "later_read" {

  alarm_name          = "later_read"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.later.id, GlobalSecondaryIndexName = "CategoryIndex" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "later_write" {

  alarm_name          = "later_write"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.later.id, GlobalSecondaryIndexName = "CategoryIndex" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}
