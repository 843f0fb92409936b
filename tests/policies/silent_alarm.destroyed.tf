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

resource "aws_sns_topic" "another" {
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
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:destroyed"] # expect: fail The topic of the alarm is destroyed by this plan (aws_sns_topic.destroyed): alarm_actions is "arn:aws:sns:us-east-1:123456789012:destroyed"; expected a topic that stays
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
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:renamed"] # expect: unknown alarm_actions is "arn:aws:sns:us-east-1:123456789012:renamed", a topic that this plan destroys (aws_sns_topic.renamed) and may create again (aws_sns_topic.another). Write a moved block, so that it stays
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
  alarm_actions       = ["arn:aws:sns:us-east-1:999999999999:elsewhere"] # expect: unknown alarm_actions is a topic of the account 999999999999, and whether its policy lets alarms of the account 123456789012 publish is not in the input
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
  alarm_actions       = ["arn:aws:sns:us-west-2:123456789012:kept"] # expect: fail CloudWatch refuses the alarm: its topic is in us-west-2, and the alarm is in us-east-1: alarm_actions is "arn:aws:sns:us-west-2:123456789012:kept"; expected a topic in us-east-1
}
