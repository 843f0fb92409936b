# Names of alarms.
resource "aws_cloudwatch_metric_alarm" "first" {
  alarm_name          = "orders-reads"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = "orders" }
}

resource "aws_cloudwatch_metric_alarm" "second" { # expect: fail Alarm has the same name as aws_cloudwatch_metric_alarm.first, and the one that is applied last overwrites the other: alarm_name is "orders-reads"; expected a name that no other alarm has in its account and region
  alarm_name          = "orders-reads"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = "orders" }
}

resource "aws_cloudwatch_metric_alarm" "third" {
  alarm_name          = "orders-writes"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = "orders" }
}

# Another region has names of its own.
resource "aws_cloudwatch_metric_alarm" "west" {
  provider            = aws.west
  alarm_name          = "orders-reads"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = "orders" }
}

# The instances of a block.
resource "aws_cloudwatch_metric_alarm" "counted" { # expect: fail Alarm has the same name as aws_cloudwatch_metric_alarm.counted[0], and the one that is applied last overwrites the other: alarm_name is "orders-counted"; expected a name that no other alarm has in its account and region
  count               = 2
  alarm_name          = "orders-counted"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = "orders" }
}

resource "aws_cloudwatch_metric_alarm" "numbered" {
  count               = 2
  alarm_name          = "orders-numbered-${count.index}"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = "orders" }
}

# The name depends on what exists only after apply.
resource "aws_cloudwatch_metric_alarm" "later" { # expect: unknown alarm_name waits for terraform_data.later.id, so aws_cloudwatch_composite_alarm.errors may have the same name
  alarm_name          = terraform_data.later.id
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = "orders" }
}

resource "terraform_data" "later" {}

# An alarm on another service overwrites one on DynamoDB.
resource "aws_cloudwatch_metric_alarm" "function" {
  alarm_name          = "orders"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { FunctionName = "orders" }
}

resource "aws_cloudwatch_metric_alarm" "of_function" { # expect: fail Alarm has the same name as aws_cloudwatch_metric_alarm.function, and the one that is applied last overwrites the other: alarm_name is "orders"; expected a name that no other alarm has in its account and region
  alarm_name          = "orders"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = "orders" }
}

# Neither is on DynamoDB.
resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "errors"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { FunctionName = "orders" }
}

resource "aws_cloudwatch_metric_alarm" "more_errors" {
  alarm_name          = "errors"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { FunctionName = "orders" }
}

# Composite and metric alarms share their names.
resource "aws_cloudwatch_composite_alarm" "page" {
  alarm_name = "orders-page"
  alarm_rule = "ALARM(orders-reads)"
}

resource "aws_cloudwatch_metric_alarm" "page" { # expect: fail Alarm has the same name as aws_cloudwatch_composite_alarm.page, and the one that is applied last overwrites the other: alarm_name is "orders-page"; expected a name that no other alarm has in its account and region
  alarm_name          = "orders-page"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = "orders" }
}

resource "aws_cloudwatch_composite_alarm" "twice" {
  alarm_name = "orders-twice"
  alarm_rule = "ALARM(${aws_cloudwatch_metric_alarm.first.arn})"
}

resource "aws_cloudwatch_composite_alarm" "two" { # expect: fail Alarm has the same name as aws_cloudwatch_composite_alarm.twice, and the one that is applied last overwrites the other: alarm_name is "orders-twice"; expected a name that no other alarm has in its account and region
  alarm_name = "orders-twice"
  alarm_rule = "ALARM(\"orders-writes\")"
}

# A composite alarm on no alarm of DynamoDB, and an alarm on the metrics of a table with the name of a table.
resource "aws_cloudwatch_composite_alarm" "errors" {
  alarm_name = "errors"
  alarm_rule = "ALARM(function-errors) OR ALARM(other)"
}

resource "aws_cloudwatch_metric_alarm" "named_as_a_table" {
  alarm_name          = "first-orders"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = "orders" }
}

# Names of tables.
resource "aws_dynamodb_table" "first" {
  name         = "first-orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "second" { # expect: fail Table has the same name as aws_dynamodb_table.first, and only one table can exist: name is "first-orders"; expected a name that no other table has in its account and region
  name         = "first-orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "third" {
  name         = "third-orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "west" {
  provider     = aws.west
  name         = "first-orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "later" { # expect: unknown name waits for terraform_data.later.id, so aws_dynamodb_table.first may have the same name
  name         = terraform_data.later.id
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
