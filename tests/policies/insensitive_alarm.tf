# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "fine" {
  name         = "fine-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_cloudwatch_metric_alarm" "fine_read" {

  alarm_name          = "fine_read"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.fine.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "fine_write" {

  alarm_name          = "fine_write"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.fine.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_dynamodb_table" "weak" {
  name         = "weak-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_cloudwatch_metric_alarm" "weak_read" {

  alarm_name          = "weak_read"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10        # expect: fail Threshold is higher than the contract allows: threshold is 10; expected 0 or lower
  period              = 600       # expect: fail Period is longer than the contract allows: period is 600; expected 300 seconds or fewer
  evaluation_periods  = 3         # expect: fail More periods must breach than the contract allows: evaluation_periods is 3; expected 2 or fewer
  treat_missing_data  = "missing" # expect: fail Missing data is treated differently than in the contract: treat_missing_data is "missing"; expected "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.weak.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

# Two of three is as good as two of two, and upper case as good as camel case.
resource "aws_cloudwatch_metric_alarm" "weak_write" {

  alarm_name          = "weak_write"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  treat_missing_data  = "NOTBREACHING"
  dimensions          = { TableName = aws_dynamodb_table.weak.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_dynamodb_table" "doubled" {
  name         = "doubled-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

# The more sensitive of two alarms counts.
resource "aws_cloudwatch_metric_alarm" "doubled_read" {

  alarm_name          = "doubled_read"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.doubled.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "doubled_read_again" {

  alarm_name          = "doubled_read_again"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 100
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.doubled.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_dynamodb_table" "later" { # expect: unknown threshold waits for terraform_data.later.id
  name         = "later-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_cloudwatch_metric_alarm" "later_read" {

  alarm_name          = "later_read"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = length(terraform_data.later.id)
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.later.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}
