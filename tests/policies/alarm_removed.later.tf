# The alarm "of_later" is no longer there.

resource "aws_dynamodb_table" "later" {
  name         = "ar-later"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

# Perhaps in the place of "of_later".
resource "aws_cloudwatch_metric_alarm" "perhaps" {
  alarm_name          = "ar-perhaps"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = terraform_data.later.output }
}

resource "terraform_data" "later" {
  input = "ar-later"
}

# expect: unknown aws_cloudwatch_metric_alarm.of_later aws_cloudwatch_metric_alarm.perhaps: dimensions waits for terraform_data.later.output
