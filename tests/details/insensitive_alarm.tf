# Cases of insensitive-alarm that a slip in the rule would get wrong, read as Terraform files.

resource "aws_dynamodb_table" "products" {
  name     = "dev-products"
  hash_key = "id"
}

# On reads, the alarm with fewer weaknesses counts, wherever it stands.
resource "aws_cloudwatch_metric_alarm" "read_weak_twice" {
  alarm_name          = "a"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 100
  period              = 3600
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "read_weak_once" { # expect: fail (see the golden file)
  alarm_name          = "b"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

# On writes, a band, of two metrics with a period each.
resource "aws_cloudwatch_metric_alarm" "write_band" { # expect: fail (see the golden file)
  alarm_name          = "c"
  comparison_operator = "GreaterThanUpperThreshold"
  evaluation_periods  = 2
  threshold_metric_id = "band"
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "writes"
    return_data = true
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "WriteThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id          = "band"
    return_data = true
    expression  = "ANOMALY_DETECTION_BAND(writes)"
  }
}

# Its contract demands no alarm: there is nothing to say of it.
resource "aws_dynamodb_table" "sessions" {
  name     = "dev-sessions"
  hash_key = "session_id"
}

# Of two metrics in one alarm, the longer period counts.
resource "aws_dynamodb_table" "more" {
  name     = "test-products"
  hash_key = "id"
}

resource "aws_cloudwatch_metric_alarm" "both_of_more" { # expect: fail (see the golden file)
  alarm_name          = "d"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "whole"
    return_data = true
    expression  = "FILL(reads, 0) + FILL(writes, 0)"
  }
  metric_query {
    id = "reads"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.more.name }
    }
  }
  metric_query {
    id = "writes"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "WriteThrottleEvents"
      period      = 3600
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.more.name }
    }
  }
}

# Alarms on each cause stand for one on the sum.
resource "aws_dynamodb_table" "by_cause" {
  name     = "stage-products"
  hash_key = "id"
}

resource "aws_cloudwatch_metric_alarm" "cause" { # expect: fail (see the golden file)
  for_each            = toset(["AccountLimit", "KeyRangeThroughput", "MaxOnDemandThroughput", "ProvisionedThroughput"])
  alarm_name          = each.key
  namespace           = "AWS/DynamoDB"
  metric_name         = "Read${each.key}ThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.by_cause.name }
}

# One alarm is as sensitive as it has to be, whatever will come of the other one.
resource "aws_dynamodb_table" "certain" {
  name     = "one-products"
  hash_key = "id"
}

resource "terraform_data" "later" {}

resource "aws_cloudwatch_metric_alarm" "perhaps" {
  alarm_name          = "perhaps"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = terraform_data.later.output
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.certain.name }
}

resource "aws_cloudwatch_metric_alarm" "surely" {
  alarm_name          = "surely"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.certain.name }
}

resource "aws_cloudwatch_metric_alarm" "surely_on_writes" {
  alarm_name          = "surely_on_writes"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.certain.name }
}

# A period that no one wrote is no longer than any.
resource "aws_dynamodb_table" "no_period" {
  name     = "two-products"
  hash_key = "id"
}

resource "aws_cloudwatch_metric_alarm" "reads_without_period" {
  alarm_name          = "reads_without_period"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.no_period.name }
}

resource "aws_cloudwatch_metric_alarm" "writes_without_period" {
  alarm_name          = "writes-without-period"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "whole"
    return_data = true
    expression  = "FILL(one, 0) + FILL(other, 0)"
  }
  metric_query {
    id = "one"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "WriteThrottleEvents"
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.no_period.name }
    }
  }
  metric_query {
    id = "other"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "WriteThrottleEvents"
      period      = 60
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.no_period.name }
    }
  }
}
