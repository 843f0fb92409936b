# The alarms have no actions of their own: composite alarms notify of them, or do not.

resource "aws_sns_topic" "alarms" { # expect: fail Topic has no subscription in the same configuration, so perhaps no one hears of its alarms
  name = "alarms"
}

resource "aws_dynamodb_table" "products" {
  name         = "products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_cloudwatch_metric_alarm" "counted" {

  alarm_name          = "counted"
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

resource "aws_cloudwatch_composite_alarm" "on_counted" {
  alarm_name    = "on_counted"
  alarm_rule    = "AT_LEAST(2, ALARM, (${aws_cloudwatch_metric_alarm.counted.alarm_name}, \"another one\", third))"
  alarm_actions = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "by_percentage" {

  alarm_name          = "by_percentage"
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

resource "aws_cloudwatch_composite_alarm" "on_by_percentage" {
  alarm_name    = "on_by_percentage"
  alarm_rule    = "AT_LEAST(50%, NOT OK, (by_percentage, other))"
  alarm_actions = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "in_brackets" {

  alarm_name          = "in_brackets"
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

resource "aws_cloudwatch_composite_alarm" "on_in_brackets" {
  alarm_name    = "on_in_brackets"
  alarm_rule    = "(ALARM(in_brackets) OR ALARM(other)) AND NOT (ALARM(deployment))"
  alarm_actions = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "by_arn" {

  alarm_name          = "by_arn"
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

resource "aws_cloudwatch_composite_alarm" "on_by_arn" {
  alarm_name    = "on_by_arn"
  alarm_rule    = "ALARM(\"arn:aws:cloudwatch:us-east-1:123456789012:alarm:by_arn\")"
  alarm_actions = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "of_another_region" { # expect: fail Alarm has no notification action: alarm_actions is not set; expected a list of at least one ARN

  alarm_name          = "of_another_region"
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

resource "aws_cloudwatch_composite_alarm" "on_of_another_region" {
  alarm_name    = "on_of_another_region"
  alarm_rule    = "ALARM(\"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:of_another_region\")"
  alarm_actions = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "negated" { # expect: fail Alarm has no notification action: alarm_actions is not set; expected a list of at least one ARN

  alarm_name          = "negated"
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

resource "aws_cloudwatch_composite_alarm" "on_negated" {
  alarm_name    = "on_negated"
  alarm_rule    = "ALARM(deployment) AND NOT (ALARM(negated))"
  alarm_actions = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "only_ok" { # expect: fail Alarm has no notification action: alarm_actions is not set; expected a list of at least one ARN

  alarm_name          = "only_ok"
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

resource "aws_cloudwatch_composite_alarm" "on_only_ok" {
  alarm_name    = "on_only_ok"
  alarm_rule    = "OK(only_ok)"
  alarm_actions = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "impossible" { # expect: fail Alarm has no notification action: alarm_actions is not set; expected a list of at least one ARN

  alarm_name          = "impossible"
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

resource "aws_cloudwatch_composite_alarm" "on_impossible" {
  alarm_name    = "on_impossible"
  alarm_rule    = "ALARM(impossible) AND (ALARM(other) AND OK(other))"
  alarm_actions = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "switched_off" { # expect: fail Alarm has no notification action: alarm_actions is not set; expected a list of at least one ARN

  alarm_name          = "switched_off"
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

resource "aws_cloudwatch_composite_alarm" "on_switched_off" {
  alarm_name    = "on_switched_off"
  alarm_rule    = "ALARM(switched_off) AND FALSE"
  alarm_actions = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "always_suppressed" { # expect: fail Alarm has no notification action: alarm_actions is not set; expected a list of at least one ARN

  alarm_name          = "always_suppressed"
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

resource "aws_cloudwatch_composite_alarm" "on_always_suppressed" {
  alarm_name    = "on_always_suppressed"
  alarm_rule    = "ALARM(always_suppressed)"
  alarm_actions = [aws_sns_topic.alarms.arn]

  actions_suppressor {
    alarm            = aws_cloudwatch_metric_alarm.always_suppressed.alarm_name
    extension_period = 60
    wait_period      = 60
  }
}

resource "aws_cloudwatch_metric_alarm" "sometimes_suppressed" {

  alarm_name          = "sometimes_suppressed"
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

resource "aws_cloudwatch_composite_alarm" "on_sometimes_suppressed" {
  alarm_name    = "on_sometimes_suppressed"
  alarm_rule    = "ALARM(sometimes_suppressed)"
  alarm_actions = [aws_sns_topic.alarms.arn]

  actions_suppressor {
    alarm            = "deployment"
    extension_period = 60
    wait_period      = 60
  }
}

resource "aws_cloudwatch_metric_alarm" "invalid" { # expect: fail Alarm has no notification action: alarm_actions is not set, and CloudWatch refuses the alarm_rule of aws_cloudwatch_composite_alarm.on_invalid: expected AND, OR, found "ALARM" at character 16; expected a list of at least one ARN

  alarm_name          = "invalid"
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

resource "aws_cloudwatch_composite_alarm" "on_invalid" {
  alarm_name    = "on_invalid"
  alarm_rule    = "ALARM(invalid) ALARM(other)"
  alarm_actions = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "ambiguous" { # expect: unknown aws_cloudwatch_composite_alarm.on_ambiguous: alarm_rule mixes AND and OR without brackets, and AWS does not document which of them comes first

  alarm_name          = "ambiguous"
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

resource "aws_cloudwatch_composite_alarm" "on_ambiguous" {
  alarm_name    = "on_ambiguous"
  alarm_rule    = "ALARM(ambiguous) OR ALARM(other) AND FALSE"
  alarm_actions = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "not_ambiguous" {

  alarm_name          = "not_ambiguous"
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

resource "aws_cloudwatch_composite_alarm" "on_not_ambiguous" {
  alarm_name    = "on_not_ambiguous"
  alarm_rule    = "ALARM(other) OR ALARM(third) AND ALARM(not_ambiguous)"
  alarm_actions = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "nested" {

  alarm_name          = "nested"
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

resource "aws_cloudwatch_composite_alarm" "inner" {
  alarm_name = "inner"
  alarm_rule = "ALARM(nested)"
}

resource "aws_cloudwatch_composite_alarm" "outer" {
  alarm_name    = "outer"
  alarm_rule    = "ALARM(${aws_cloudwatch_composite_alarm.inner.alarm_name}) OR ALARM(other)"
  alarm_actions = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "nested_in_a_silent_one" { # expect: fail No one hears of aws_cloudwatch_composite_alarm.silent, which the alarm raises: Alarm has no notification action

  alarm_name          = "nested_in_a_silent_one"
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
  alarm_rule = "ALARM(nested_in_a_silent_one)"
}

resource "aws_cloudwatch_composite_alarm" "above_silent" {
  alarm_name    = "above_silent"
  alarm_rule    = "OK(silent)"
  alarm_actions = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "in_a_cycle" { # expect: fail Alarm has no notification action: alarm_actions is not set; expected a list of at least one ARN

  alarm_name          = "in_a_cycle"
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

resource "aws_cloudwatch_composite_alarm" "first_of_cycle" {
  alarm_name    = "first_of_cycle"
  alarm_rule    = "ALARM(in_a_cycle) OR ALARM(second_of_cycle)"
  alarm_actions = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_composite_alarm" "second_of_cycle" {
  alarm_name    = "second_of_cycle"
  alarm_rule    = "ALARM(first_of_cycle)"
  alarm_actions = [aws_sns_topic.alarms.arn]
}
