resource "aws_dynamodb_table" "kept" {
  name             = "ar-kept"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "released" {
  name             = "ar-released"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "alone" {
  name             = "ar-alone"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_cloudwatch_metric_alarm" "home_read" {
  alarm_name          = "home_read"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.kept.name }
}

resource "aws_cloudwatch_metric_alarm" "west_read" {
  provider            = aws.west
  alarm_name          = "west_read"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.kept.name }
}

resource "aws_cloudwatch_metric_alarm" "of_released" {
  provider            = aws.west
  alarm_name          = "of_released"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.released.name }
}

resource "aws_cloudwatch_metric_alarm" "west_write" {
  provider            = aws.west
  alarm_name          = "west_write"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.alone.name }
}
