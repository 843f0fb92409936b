# Terraform knows its value only after apply.
resource "terraform_data" "runbook" {
  input = timestamp()
}

resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "order_id"

  attribute {
    name = "order_id"
    type = "S"
  }
}

resource "aws_cloudwatch_metric_alarm" "described" {
  alarm_name          = "described"
  alarm_description   = "Reads are throttled. https://runbooks.acme.example/dynamodb-throttling"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  dimensions          = { TableName = aws_dynamodb_table.orders.name }
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  period              = 60
  statistic           = "Sum"
  threshold           = 0
}

resource "aws_cloudwatch_metric_alarm" "undescribed" { # expect: fail Alarm names no runbook: alarm_description is not set; expected a text with the address of a page below https://runbooks.acme.example/
  alarm_name          = "undescribed"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  dimensions          = { TableName = aws_dynamodb_table.orders.name }
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  period              = 60
  statistic           = "Sum"
  threshold           = 0
}

resource "aws_cloudwatch_metric_alarm" "later" {
  alarm_name          = "later"
  alarm_description   = terraform_data.runbook.output # expect: unknown alarm_description waits for terraform_data.runbook.output
  namespace           = "AWS/DynamoDB"
  metric_name         = "SystemErrors"
  dimensions          = { TableName = aws_dynamodb_table.orders.name, Operation = "GetItem" }
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  period              = 60
  statistic           = "Sum"
  threshold           = 0
}
