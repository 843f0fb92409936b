resource "aws_dynamodb_table" "watched" {
  name         = "ar-watched"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "renamed" {
  name         = "ar-renamed"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "gone" {
  name         = "ar-gone"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "unmanaged" {
  name         = "ar-unmanaged"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_cloudwatch_metric_alarm" "read" {
  alarm_name          = "ar-read"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.watched.name }
}

resource "aws_cloudwatch_metric_alarm" "forgotten" {
  alarm_name          = "ar-forgotten"
  namespace           = "AWS/DynamoDB"
  metric_name         = "TransactionConflict"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.watched.name }
}

resource "aws_cloudwatch_metric_alarm" "write" {
  alarm_name          = "ar-write"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.watched.name }
}

resource "aws_cloudwatch_metric_alarm" "system" {
  alarm_name          = "ar-system"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SystemErrors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.watched.name, Operation = "Query" }
}

resource "aws_cloudwatch_metric_alarm" "misspelt" {
  alarm_name          = "ar-misspelt"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottledEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.renamed.name }
}

resource "aws_cloudwatch_metric_alarm" "turned" {
  alarm_name          = "ar-turned"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.renamed.name }
}

resource "aws_cloudwatch_metric_alarm" "of_gone" {
  alarm_name          = "ar-gone"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.gone.name }
}

resource "aws_cloudwatch_metric_alarm" "of_unmanaged" {
  alarm_name          = "ar-unmanaged"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.unmanaged.name }
}

resource "aws_cloudwatch_metric_alarm" "elsewhere" {
  alarm_name          = "ar-elsewhere"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = "made-elsewhere" }
}

resource "aws_cloudwatch_metric_alarm" "kept" {
  alarm_name          = "ar-kept"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ConsumedReadCapacityUnits"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.watched.name }
}

resource "aws_cloudwatch_metric_alarm" "other" {
  alarm_name          = "ar-other"
  namespace           = "AWS/SQS"
  metric_name         = "UserErrors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { QueueName = "q" }
}

resource "aws_dynamodb_table" "left_behind" {
  name         = "ar-left-behind"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_cloudwatch_metric_alarm" "left_behind" {
  alarm_name          = "ar-left_behind"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = "ar-left-behind" }
}
