resource "aws_dynamodb_table" "products" {
  name         = "products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_sns_topic" "kept" {
  name = "kept"
}

resource "aws_sns_topic_subscription" "kept" {
  topic_arn = aws_sns_topic.kept.arn
  protocol  = "sqs"
  endpoint  = "arn:aws:sqs:us-east-1:123456789012:alarms"
}

resource "aws_sns_topic" "destroyed" {
  name = "destroyed"
}

resource "aws_sns_topic" "renamed" {
  name = "renamed"
}

resource "aws_cloudwatch_metric_alarm" "kept" {
  alarm_name          = "kept"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:kept"]
}

resource "aws_cloudwatch_metric_alarm" "destroyed" {
  alarm_name          = "destroyed"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:destroyed"]
}

resource "aws_cloudwatch_metric_alarm" "renamed" {
  alarm_name          = "renamed"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:renamed"]
}

resource "aws_cloudwatch_metric_alarm" "elsewhere" {
  alarm_name          = "elsewhere"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:999999999999:elsewhere"]
}

resource "aws_cloudwatch_metric_alarm" "west" {
  alarm_name          = "west"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-west-2:123456789012:kept"]
}
