# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "products" {
  name         = "products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

# Periods: DynamoDB sends a data point each minute.

resource "aws_cloudwatch_metric_alarm" "ten_seconds" {
  alarm_name          = "ten_seconds"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 10 # expect: fail Alarm can never fire: DynamoDB sends one data point in 60 seconds, and 2 of 2 periods of 10 seconds need more
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "thirty_seconds" {
  alarm_name          = "thirty_seconds"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 30 # expect: fail Alarm can never fire: DynamoDB sends one data point in 60 seconds, and 2 of 2 periods of 30 seconds need more
  evaluation_periods  = 2
  treat_missing_data  = "ignore"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "two_of_six" {
  alarm_name          = "two_of_six"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 10 # expect: fail Alarm can never fire: DynamoDB sends one data point in 60 seconds, and 2 of 6 periods of 10 seconds need more
  evaluation_periods  = 6
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  datapoints_to_alarm = 2
}

resource "aws_cloudwatch_metric_alarm" "two_of_seven" {
  alarm_name          = "two_of_seven"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 10
  evaluation_periods  = 7
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  datapoints_to_alarm = 2
}

resource "aws_cloudwatch_metric_alarm" "one_of_one" {
  alarm_name          = "one_of_one"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 10
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "one_of_six" {
  alarm_name          = "one_of_six"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 10
  evaluation_periods  = 6
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  datapoints_to_alarm = 1
}

resource "aws_cloudwatch_metric_alarm" "ten_seconds_missing" { # expect: unknown period is 10 seconds: DynamoDB sends one data point in 60 seconds, and 2 of 2 periods of 10 seconds need more, unless CloudWatch fills them
  alarm_name          = "ten_seconds_missing"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 10
  evaluation_periods  = 2
  treat_missing_data  = "missing"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "ten_seconds_breaching" { # expect: unknown period is 10 seconds: DynamoDB sends one data point in 60 seconds, and 2 of 2 periods of 10 seconds need more, unless CloudWatch fills them
  alarm_name          = "ten_seconds_breaching"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 10
  evaluation_periods  = 2
  treat_missing_data  = "breaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "no_period" { # expect: fail CloudWatch rejects an alarm without a period: period is not set; expected a number of seconds
  alarm_name          = "no_period"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

# Windows.

resource "aws_cloudwatch_metric_alarm" "day" {
  alarm_name          = "day"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 288
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "more_than_a_day" {
  alarm_name          = "more_than_a_day"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 289 # expect: fail CloudWatch rejects the alarm: 289 periods of 300 seconds exceed the limit of 86400 seconds
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "week" {
  alarm_name          = "week"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 3600
  evaluation_periods  = 168
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

# Thresholds and comparisons.

resource "aws_cloudwatch_metric_alarm" "no_threshold" { # expect: fail CloudWatch rejects the alarm: GreaterThanThreshold needs a threshold
  alarm_name          = "no_threshold"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "events_below_one" {
  alarm_name          = "events_below_one"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "LessThanThreshold" # expect: fail Alarm can never fire because the metric is never below 1: comparison_operator is "LessThanThreshold"; expected "GreaterThanThreshold"
  threshold           = 1
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "capacity_below_one" {
  alarm_name          = "capacity_below_one"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ConsumedReadCapacityUnits"
  statistic           = "Sum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "utilization" {
  alarm_name          = "utilization"
  namespace           = "AWS/DynamoDB"
  metric_name         = "AccountProvisionedReadCapacityUtilization"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 80
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
}

resource "aws_cloudwatch_metric_alarm" "utilization_above_all" {
  alarm_name          = "utilization_above_all"
  namespace           = "AWS/DynamoDB"
  metric_name         = "AccountProvisionedReadCapacityUtilization"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 100 # expect: fail Alarm can never fire because the metric is never above 100: threshold is 100; expected less than 100
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
}

resource "aws_cloudwatch_metric_alarm" "utilization_at_all" {
  alarm_name          = "utilization_at_all"
  namespace           = "AWS/DynamoDB"
  metric_name         = "AccountProvisionedReadCapacityUtilization"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 100
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
}

resource "aws_cloudwatch_metric_alarm" "samples_of_utilization" {
  alarm_name          = "samples_of_utilization"
  namespace           = "AWS/DynamoDB"
  metric_name         = "AccountProvisionedReadCapacityUtilization"
  statistic           = "SampleCount"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 100
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
}

resource "aws_cloudwatch_metric_alarm" "percentile_of_utilization" {
  alarm_name          = "percentile_of_utilization"
  namespace           = "AWS/DynamoDB"
  metric_name         = "AccountProvisionedReadCapacityUtilization"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 100.5 # expect: fail Alarm can never fire because the metric is never above 100.5: threshold is 100.5; expected less than 100
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  extended_statistic  = "p90"
}

# Units.

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name          = "latency"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SuccessfulRequestLatency"
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name, Operation = "GetItem" }
  unit                = "Milliseconds"
}

resource "aws_cloudwatch_metric_alarm" "latency_in_seconds" {
  alarm_name          = "latency_in_seconds"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SuccessfulRequestLatency"
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name, Operation = "GetItem" }
  unit                = "Seconds" # expect: fail Alarm uses a unit that the metric does not have: unit is "Seconds"; expected "Milliseconds"
}

# Actions and dimensions.

resource "aws_cloudwatch_metric_alarm" "five_actions" {
  alarm_name          = "five_actions"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:t0", "arn:aws:sns:us-east-1:123456789012:t1", "arn:aws:sns:us-east-1:123456789012:t2", "arn:aws:sns:us-east-1:123456789012:t3", "arn:aws:sns:us-east-1:123456789012:t4"]
}
