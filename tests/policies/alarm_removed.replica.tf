# The alarms on the table itself stay: they do not see the metrics of a replica.
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

  replica {
    region_name = "us-west-2"
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

  replica {
    region_name = "us-west-2"
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

# expect: fail aws_cloudwatch_metric_alarm.west_read Alarm "west_read" is destroyed; after the plan, no alarm watches "ReadThrottleEvents" with the dimensions { TableName = "ar-kept" }

# The replica of "released" goes with its alarm. The alarm on "alone" gets a successor in the same region.
resource "aws_cloudwatch_metric_alarm" "west_writes" {
  provider            = aws.west
  alarm_name          = "west_writes"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.alone.name }
}
