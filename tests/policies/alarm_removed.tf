# These alarms are no longer there: read, write, system, misspelt, of_gone, of_unmanaged, elsewhere, other.

resource "aws_dynamodb_table" "watched" {
  name         = "ar-watched"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

# The table has another name, and an alarm on that.
resource "aws_dynamodb_table" "renamed" {
  name         = "ar-renamed-anew"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

removed {
  from = aws_dynamodb_table.unmanaged

  lifecycle {
    destroy = false
  }
}

# CloudWatch keeps this alarm.
removed {
  from = aws_cloudwatch_metric_alarm.forgotten

  lifecycle {
    destroy = false
  }
}

# In the place of "write".
resource "aws_cloudwatch_metric_alarm" "writes" {
  alarm_name          = "ar-writes"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.watched.name }
}

# In the place of "misspelt", with the right metric.
resource "aws_cloudwatch_metric_alarm" "spelt" {
  alarm_name          = "ar-spelt"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.renamed.name }
}

resource "aws_cloudwatch_metric_alarm" "turned" { # expect: fail Alarm "ar-turned" is changed; after the plan, no alarm watches "WriteThrottleEvents" with the dimensions { TableName = "ar-renamed" }
  alarm_name          = "ar-turned"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.renamed.name }
}

resource "aws_cloudwatch_metric_alarm" "kept" {
  alarm_name          = "ar-kept"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ConsumedReadCapacityUnits"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.watched.name }
}

# expect: fail aws_cloudwatch_metric_alarm.elsewhere Alarm "ar-elsewhere" is destroyed; after the plan, no alarm watches "ReadThrottleEvents" with the dimensions { TableName = "made-elsewhere" }
# expect: fail aws_cloudwatch_metric_alarm.of_unmanaged Alarm "ar-unmanaged" is destroyed; after the plan, no alarm watches "ReadThrottleEvents" with the dimensions { TableName = "ar-unmanaged" }
# expect: fail aws_cloudwatch_metric_alarm.read Alarm "ar-read" is destroyed; after the plan, no alarm watches "ReadThrottleEvents" with the dimensions { TableName = "ar-watched" }
# expect: fail aws_cloudwatch_metric_alarm.system Alarm "ar-system" is destroyed; after the plan, no alarm watches "SystemErrors" with the dimensions { Operation = "Query", TableName = "ar-watched" }

# The alarm stays as it is; that its table moves on is another rule's.
resource "aws_dynamodb_table" "left_behind" {
  name         = "ar-moved-on"
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
