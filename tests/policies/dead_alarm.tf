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

  attribute {
    name = "category"
    type = "S"
  }

  global_secondary_index {
    name            = "CategoryIndex"
    hash_key        = "category"
    projection_type = "ALL"
  }
}

resource "aws_cloudwatch_metric_alarm" "fine" {

  alarm_name          = "fine"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "index" {

  alarm_name          = "index"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name, GlobalSecondaryIndexName = "CategoryIndex" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "latency" {

  alarm_name          = "latency"
  namespace           = "AWS/DynamoDB"
  metric_name         = "SuccessfulRequestLatency"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name, Operation = "GetItem" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "elsewhere" {

  alarm_name          = "elsewhere"
  namespace           = "AWS/EC2"
  metric_name         = "CPUUtilization"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { InstanceId = "i-1" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "own_metric" {

  alarm_name          = "own_metric"
  namespace           = "Shop/Products"
  metric_name         = "Oddities"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "misspelt" {

  alarm_name          = "misspelt"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottledEvents" # expect: fail Alarm watches a metric that does not exist: metric_name is "ReadThrottledEvents"; expected "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "namespace" {

  alarm_name          = "namespace"
  namespace           = "AWS/Dynamodb" # expect: fail Alarm watches a namespace without table metrics: namespace is "AWS/Dynamodb"; expected "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "extra_dimension" {

  alarm_name          = "extra_dimension"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name, Operation = "GetItem" } # expect: fail Alarm watches dimensions that DynamoDB does not send with ReadThrottleEvents: dimensions is { Operation = "GetItem", TableName = "products" }; expected {TableName} or {TableName, GlobalSecondaryIndexName}
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "no_operation" {

  alarm_name          = "no_operation"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ThrottledRequests"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name } # expect: fail Alarm watches dimensions that DynamoDB does not send with ThrottledRequests: dimensions is { TableName = "products" }; expected {TableName, Operation}
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "user_errors" {

  alarm_name          = "user_errors"
  namespace           = "AWS/DynamoDB"
  metric_name         = "UserErrors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name } # expect: fail Alarm watches dimensions that DynamoDB does not send with UserErrors: dimensions is { TableName = "products" }; expected no dimensions
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "no_index" {

  alarm_name          = "no_index"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name, GlobalSecondaryIndexName = "Nope" } # expect: fail Alarm watches an index that the table does not have: dimensions is { GlobalSecondaryIndexName = "Nope", TableName = "products" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "below_zero" {

  alarm_name          = "below_zero"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "LessThanThreshold" # expect: fail Alarm can never fire because the metric is never below 0: comparison_operator is "LessThanThreshold"; expected "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "unit" {
  alarm_name          = "unit"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  unit                = "Bytes" # expect: fail Alarm uses a unit that the metric does not have: unit is "Bytes"; expected "Count"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "too_long" {

  alarm_name          = "too_long"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 3600
  evaluation_periods  = 200 # expect: fail CloudWatch rejects the alarm: 200 periods of 3600 seconds exceed the limit of 604800 seconds
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "too_many" {

  alarm_name          = "too_many"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
  datapoints_to_alarm = 3 # expect: fail CloudWatch rejects the alarm: datapoints_to_alarm (3) is more than evaluation_periods (2)
}

resource "aws_cloudwatch_metric_alarm" "in_a_sum" {
  alarm_name          = "in_a_sum"
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
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }

  metric_query {
    id          = "writes"
    return_data = false
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "WriteThrottledEvents" # expect: fail Alarm watches a metric that does not exist: metric_query["writes"].metric.metric_name is "WriteThrottledEvents"; expected "WriteThrottleEvents"
      stat        = "Sum"
      period      = 300
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }

  metric_query {
    id          = "both"
    return_data = true
    expression  = "reads + writes"
  }
}

resource "aws_cloudwatch_metric_alarm" "later" {

  alarm_name          = "later"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.id } # expect: unknown dimensions waits for aws_dynamodb_table.products.id
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}
