# Cases of silent-alarm that a slip in the rule would get wrong, read as Terraform files.

resource "aws_dynamodb_table" "products" {
  name     = "dev-products"
  hash_key = "id"
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

# The composite alarm on it tells no one either.
resource "aws_cloudwatch_metric_alarm" "through_a_silent_one" { # expect: fail (see the golden file)
  alarm_name          = "through_a_silent_one"
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

resource "aws_cloudwatch_composite_alarm" "silent" {
  alarm_name = "silent"
  alarm_rule = "ALARM(through_a_silent_one)"
}
