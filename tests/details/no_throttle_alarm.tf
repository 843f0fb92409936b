# Cases of no-throttle-alarm that a slip in the rule would get wrong, read as Terraform files.

resource "terraform_data" "later" {}

# Its contract demands no alarm: there is nothing to say of it.
resource "aws_dynamodb_table" "sessions" {
  name     = "dev-sessions"
  hash_key = "session_id"
}

# Of the alarms on reads, one lacks two things, one is on writes as well, one cannot be told; those after it come close.
resource "aws_dynamodb_table" "products" { # expect: fail (see the golden file)
  name     = "dev-products"
  hash_key = "id"
}

resource "aws_cloudwatch_metric_alarm" "twice" {
  alarm_name          = "twice"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Average"
  comparison_operator = "LessThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "writes_as_well" {
  alarm_name          = "writes-as-well"
  comparison_operator = "LessThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  metric_query {
    id          = "whole"
    return_data = true
    expression  = "reads + writes"
  }
  metric_query {
    id = "reads"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "writes"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "WriteThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "average" {
  alarm_name          = "average"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "below" {
  alarm_name          = "below"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "LessThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "other_unit" {
  alarm_name          = "other_unit"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  unit                = "Bytes"
}

resource "aws_cloudwatch_metric_alarm" "one_more" {
  alarm_name          = "one_more"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Minimum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

# Whether its alarm is on reads can only be told after apply.
resource "aws_dynamodb_table" "later" { # expect: unknown (see the golden file)
  name     = "test-products"
  hash_key = "id"
}

resource "aws_cloudwatch_metric_alarm" "of_later" {
  alarm_name          = "of_later"
  namespace           = "AWS/DynamoDB"
  metric_name         = terraform_data.later.id
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.later.name }
}

# What comes after an alarm that cannot be told is named all the same.
resource "aws_dynamodb_table" "one_wrong" { # expect: fail (see the golden file)
  name     = "stage-products"
  hash_key = "id"
}

resource "aws_cloudwatch_metric_alarm" "unknown_alarm" {
  alarm_name          = "unknown_alarm"
  namespace           = "AWS/DynamoDB"
  metric_name         = terraform_data.later.id
  statistic           = "Sum"
  comparison_operator = "LessThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.one_wrong.name }
}

resource "aws_cloudwatch_metric_alarm" "wrong_after_it" {
  alarm_name          = "wrong_after_it"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.one_wrong.name }
}
