# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

# Watched by name.
resource "aws_dynamodb_table" "plain" {
  name         = "plain-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_cloudwatch_metric_alarm" "plain_read" {

  alarm_name          = "plain_read"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.plain.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "plain_write" {

  alarm_name          = "plain_write"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.plain.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

# The spelling of the specification counts here; dead-alarm says what is wrong with it.
resource "aws_dynamodb_table" "misspelt" {
  name         = "misspelt-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_cloudwatch_metric_alarm" "misspelt_read" {

  alarm_name          = "misspelt_read"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottledEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.misspelt.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "misspelt_write" {

  alarm_name          = "misspelt_write"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottledEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = "misspelt-products" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

# One alarm on the sum of both.
resource "aws_dynamodb_table" "summed" {
  name         = "summed-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_cloudwatch_metric_alarm" "summed" {
  alarm_name          = "summed"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "reads"
    return_data = false
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      stat        = "Sum"
      period      = 300
      dimensions  = { TableName = aws_dynamodb_table.summed.name }
    }
  }

  metric_query {
    id          = "writes"
    return_data = false
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "WriteThrottleEvents"
      stat        = "Sum"
      period      = 300
      dimensions  = { TableName = aws_dynamodb_table.summed.name }
    }
  }

  metric_query {
    id          = "both"
    return_data = true
    expression  = "SUM([FILL(reads, 0), FILL(writes, 0)])"
  }
}

# One alarm for each cause of throttling.
resource "aws_dynamodb_table" "causes" {
  name         = "causes-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_cloudwatch_metric_alarm" "causes_read_0" {

  alarm_name          = "causes_read_0"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadAccountLimitThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.causes.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "causes_read_1" {

  alarm_name          = "causes_read_1"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadKeyRangeThroughputThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.causes.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "causes_read_2" {

  alarm_name          = "causes_read_2"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadMaxOnDemandThroughputThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.causes.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "causes_read_3" {

  alarm_name          = "causes_read_3"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadProvisionedThroughputThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.causes.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "causes_write_0" {

  alarm_name          = "causes_write_0"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteAccountLimitThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.causes.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "causes_write_1" {

  alarm_name          = "causes_write_1"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteKeyRangeThroughputThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.causes.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "causes_write_2" {

  alarm_name          = "causes_write_2"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteMaxOnDemandThroughputThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.causes.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "causes_write_3" {

  alarm_name          = "causes_write_3"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteProvisionedThroughputThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.causes.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

# Nothing watches this one: the alarms below each miss it by one thing.
resource "aws_dynamodb_table" "missed" { # expect: fail No alarm fires on ReadThrottleEvents of this table (closest: aws_cloudwatch_metric_alarm.missed_average: statistic is "Average"; aws_cloudwatch_metric_alarm.missed_below: comparison_operator is "LessThanThreshold"; aws_cloudwatch_metric_alarm.missed_namespace: namespace is "AWS/Dynamodb")
  name         = "missed-products"       # expect: fail No alarm fires on WriteThrottleEvents of this table (closest: aws_cloudwatch_metric_alarm.missed_typo: metric is "ReadThrotleEvents")
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_cloudwatch_metric_alarm" "missed_table" {

  alarm_name          = "missed_table"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.plain.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "missed_typo" {

  alarm_name          = "missed_typo"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrotleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.missed.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "missed_operation" {

  alarm_name          = "missed_operation"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.missed.name, Operation = "GetItem" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "missed_average" {

  alarm_name          = "missed_average"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.missed.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "missed_below" {

  alarm_name          = "missed_below"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "LessThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.missed.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "missed_namespace" {

  alarm_name          = "missed_namespace"
  namespace           = "AWS/Dynamodb"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.missed.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "missed_none" {
  count               = 0
  alarm_name          = "missed_none"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.missed.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "missed_region" {
  provider            = aws.west
  alarm_name          = "missed_region"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.missed.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

# Two alarms on reads leave the writes unwatched.
resource "aws_dynamodb_table" "reads_only" { # expect: fail No alarm fires on WriteThrottleEvents of this table
  name         = "reads_only-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_cloudwatch_metric_alarm" "reads_only_1" {

  alarm_name          = "reads_only_1"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.reads_only.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "reads_only_2" {

  alarm_name          = "reads_only_2"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.reads_only.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

# The id is the name, but known only after apply, and with it the whole map of dimensions.
resource "aws_dynamodb_table" "later" { # expect: unknown aws_cloudwatch_metric_alarm.later_read: dimensions waits for aws_dynamodb_table.later.id; refer to the name of the table instead
  name         = "later-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_cloudwatch_metric_alarm" "later_read" {

  alarm_name          = "later_read"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.later.id }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "later_write" {

  alarm_name          = "later_write"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.later.id }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

# No one can tell what raises this expression.
resource "aws_dynamodb_table" "expression" { # expect: unknown aws_cloudwatch_metric_alarm.expression: metric_query["either"].expression is "IF(reads > 5, 1, writes)", and dyncheck cannot determine which metrics raise it: it has no value where another of its metrics has none; fill the gaps, as FILL(m1, 0) does
  name         = "expression-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_cloudwatch_metric_alarm" "expression" {
  alarm_name          = "expression"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "reads"
    return_data = false
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      stat        = "Sum"
      period      = 300
      dimensions  = { TableName = aws_dynamodb_table.expression.name }
    }
  }

  metric_query {
    id          = "writes"
    return_data = false
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "WriteThrottleEvents"
      stat        = "Sum"
      period      = 300
      dimensions  = { TableName = aws_dynamodb_table.expression.name }
    }
  }

  metric_query {
    id          = "either"
    return_data = true
    expression  = "IF(reads > 5, 1, writes)"
  }
}

# The metrics of another account, which may or may not be this table's.
resource "aws_dynamodb_table" "account" { # expect: unknown aws_cloudwatch_metric_alarm.account: account_id is "999999999999", and the account of the table is known only after apply
  name         = "account-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_cloudwatch_metric_alarm" "account" {
  alarm_name          = "account"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"

  metric_query {
    id          = "both"
    return_data = true
    expression  = "reads + writes"
  }

  metric_query {
    id         = "reads"
    account_id = "999999999999"

    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      stat        = "Sum"
      period      = 300
      dimensions  = { TableName = aws_dynamodb_table.account.name }
    }
  }

  metric_query {
    id         = "writes"
    account_id = "999999999999"

    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "WriteThrottleEvents"
      stat        = "Sum"
      period      = 300
      dimensions  = { TableName = aws_dynamodb_table.account.name }
    }
  }
}

# Data points without a unit of the alarm's are not seen.
resource "aws_cloudwatch_metric_alarm" "missed_unit" {
  alarm_name          = "missed_unit"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  unit                = "Bytes"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.missed.name }
}
