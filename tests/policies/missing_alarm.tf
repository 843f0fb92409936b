# The contract beside this file demands alarms on the errors and the latency of GetItem and Query, on the replication, and on the
# user errors of the account, whose only alarm names a table here.
# expect: fail orders No alarm fires on UserErrors of the account (closest: aws_cloudwatch_metric_alarm.user_errors: dimensions are { TableName = "watched-orders" })

# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

# Every alarm has the dimensions of its metric.
resource "aws_dynamodb_table" "watched" {
  name         = "watched-orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_cloudwatch_metric_alarm" "watched_errors_getitem" {
  alarm_name          = "watched_errors_getitem"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SystemErrors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.watched.name, Operation = "GetItem" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "watched_latency_getitem" {
  alarm_name          = "watched_latency_getitem"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SuccessfulRequestLatency"
  extended_statistic  = "p99"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 50
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.watched.name, Operation = "GetItem" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "watched_errors_query" {
  alarm_name          = "watched_errors_query"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SystemErrors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.watched.name, Operation = "Query" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "watched_latency_query" {
  alarm_name          = "watched_latency_query"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SuccessfulRequestLatency"
  extended_statistic  = "p99"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 50
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.watched.name, Operation = "Query" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "user_errors" {
  alarm_name          = "user_errors"
  namespace           = "AWS/DynamoDB"
  metric_name         = "UserErrors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.watched.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

# CloudWatch accepts an alarm on errors without an operation, and never raises it.
resource "aws_dynamodb_table" "dead" { # expect: fail No alarm fires on SystemErrors for "GetItem" of this table (closest: aws_cloudwatch_metric_alarm.dead_errors: dimensions are { TableName = "dead-orders" })
  name         = "dead-orders"         # expect: fail No alarm fires on SystemErrors for "Query" of this table (closest: aws_cloudwatch_metric_alarm.dead_errors: dimensions are { TableName = "dead-orders" })
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_cloudwatch_metric_alarm" "dead_errors" {
  alarm_name          = "dead_errors"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SystemErrors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.dead.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "dead_latency_getitem" {
  alarm_name          = "dead_latency_getitem"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SuccessfulRequestLatency"
  extended_statistic  = "p99"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 50
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.dead.name, Operation = "GetItem" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "dead_latency_query" {
  alarm_name          = "dead_latency_query"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SuccessfulRequestLatency"
  extended_statistic  = "p99"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 50
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.dead.name, Operation = "Query" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

# Its replica is watched, but not the latency of one operation: that alarm is on the average.
resource "aws_dynamodb_table" "replicated" { # expect: fail No alarm fires on the p99 of SuccessfulRequestLatency for "Query" of this table (closest: aws_cloudwatch_metric_alarm.replicated_latency_query: statistic is "Average")
  name             = "replicated-orders"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  replica {
    region_name = "us-west-2"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_cloudwatch_metric_alarm" "replicated_errors_getitem" {
  alarm_name          = "replicated_errors_getitem"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SystemErrors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.replicated.name, Operation = "GetItem" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "replicated_errors_query" {
  alarm_name          = "replicated_errors_query"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SystemErrors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.replicated.name, Operation = "Query" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "replicated_latency_getitem" {
  alarm_name          = "replicated_latency_getitem"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SuccessfulRequestLatency"
  extended_statistic  = "p99.0"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 50
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.replicated.name, Operation = "GetItem" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "replicated_latency_query" {
  alarm_name          = "replicated_latency_query"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SuccessfulRequestLatency"
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 50
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.replicated.name, Operation = "Query" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "replication" {
  alarm_name          = "replication"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReplicationLatency"
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 180000
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.replicated.name, ReceivingRegion = "us-west-2" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

# One alarm on its errors is on the wrong operation, and the replication of its replica has none.
resource "aws_dynamodb_table" "unwatched" { # expect: fail No alarm fires on SystemErrors for "GetItem" of this table (closest: aws_cloudwatch_metric_alarm.unwatched_errors: dimensions are { Operation = "Getitem", TableName = "unwatched-orders" })
  name             = "unwatched-orders"
  billing_mode     = "PAY_PER_REQUEST" # expect: fail No alarm fires on ReplicationLatency for "us-west-2" of this table
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  replica {
    region_name = "us-west-2"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_cloudwatch_metric_alarm" "unwatched_errors" {
  alarm_name          = "unwatched_errors"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SystemErrors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.unwatched.name, Operation = "Getitem" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "unwatched_errors_query" {
  alarm_name          = "unwatched_errors_query"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SystemErrors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.unwatched.name, Operation = "Query" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "unwatched_latency_getitem" {
  alarm_name          = "unwatched_latency_getitem"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SuccessfulRequestLatency"
  extended_statistic  = "p99"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 50
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.unwatched.name, Operation = "GetItem" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "unwatched_latency_query" {
  alarm_name          = "unwatched_latency_query"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SuccessfulRequestLatency"
  extended_statistic  = "p99"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 50
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.unwatched.name, Operation = "Query" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

# The metric of one of its alarms is known only after apply.
resource "aws_dynamodb_table" "later" { # expect: unknown aws_cloudwatch_metric_alarm.later_errors: metric_name waits for terraform_data.later.id
  name         = "later-orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_cloudwatch_metric_alarm" "later_errors" {
  alarm_name          = "later_errors"
  namespace           = "AWS/DynamoDB"
  metric_name         = terraform_data.later.id
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.later.name, Operation = "GetItem" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "later_errors_query" {
  alarm_name          = "later_errors_query"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SystemErrors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.later.name, Operation = "Query" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "later_latency_getitem" {
  alarm_name          = "later_latency_getitem"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SuccessfulRequestLatency"
  extended_statistic  = "p99"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 50
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.later.name, Operation = "GetItem" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "later_latency_query" {
  alarm_name          = "later_latency_query"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SuccessfulRequestLatency"
  extended_statistic  = "p99"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 50
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.later.name, Operation = "Query" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}
