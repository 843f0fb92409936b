# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_sns_topic" "alarms" { # expect: fail Topic has no subscription in the same configuration, so perhaps no one hears of its alarms
  name = "alarms"
}

resource "aws_dynamodb_table" "products" {
  name         = "products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_cloudwatch_metric_alarm" "told" {

  alarm_name          = "told"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "told_later" {

  alarm_name          = "told_later"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "omitted" { # expect: fail Alarm has no notification action: alarm_actions is not set; expected a list of at least one ARN

  alarm_name          = "omitted"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "empty" {

  alarm_name          = "empty"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = [] # expect: fail Alarm has no notification action: alarm_actions is not set; expected a list of at least one ARN
}

resource "aws_cloudwatch_metric_alarm" "only_ok" { # expect: fail Alarm has no notification action: alarm_actions is not set; expected a list of at least one ARN

  alarm_name          = "only_ok"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "disabled" {

  alarm_name          = "disabled"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
  actions_enabled     = false # expect: fail Alarm actions are disabled: actions_enabled is false; expected true
}

resource "aws_cloudwatch_metric_alarm" "child" {

  alarm_name          = "child"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "elsewhere" {

  alarm_name          = "elsewhere"
  namespace           = "AWS/EC2"
  metric_name         = "CPUUtilization"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { InstanceId = "i-1" }
}

resource "aws_cloudwatch_metric_alarm" "later" {

  alarm_name          = "later"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = terraform_data.later.id == "x" ? ["arn:aws:sns:us-east-1:123456789012:alarms"] : [] # expect: unknown alarm_actions waits for terraform_data.later.id
}

resource "aws_cloudwatch_composite_alarm" "parent" {
  alarm_name    = "parent"
  alarm_rule    = "ALARM(${aws_cloudwatch_metric_alarm.child.alarm_name}) OR OK(only_ok)"
  alarm_actions = [aws_sns_topic.alarms.arn]
}
