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

# The value of an expression: never out of its bounds.

resource "aws_cloudwatch_metric_alarm" "headroom" {
  alarm_name          = "headroom"
  comparison_operator = "LessThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "p - c / PERIOD(c)"
    return_data = true
  }
  metric_query {
    id = "p"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ProvisionedReadCapacityUnits"
      period      = 300
      stat        = "Average"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "c"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ConsumedReadCapacityUnits"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "fine" {
  alarm_name          = "fine"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "FILL(r, 0) + FILL(w, 0)"
    return_data = true
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "w"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "WriteThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "condition" {
  alarm_name          = "condition"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "IF(r > 5, 1, 0)"
    return_data = true
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "condition_above_one" {
  alarm_name          = "condition_above_one"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1 # expect: fail Alarm can never fire because the value of its expression is never above 1: threshold is 1; expected less than 1
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "IF(r > 5, 1, 0)"
    return_data = true
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "comparison_of_two" {
  alarm_name          = "comparison_of_two"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 2 # expect: fail Alarm can never fire because the value of its expression is never 2 or above: threshold is 2; expected less than 1
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "r > 5"
    return_data = true
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "sum_below_zero" {
  alarm_name          = "sum_below_zero"
  comparison_operator = "LessThanThreshold" # expect: fail Alarm can never fire because the value of its expression is never below 0: comparison_operator is "LessThanThreshold"; expected "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "SUM([r, w])"
    return_data = true
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "w"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "WriteThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "availability" {
  alarm_name          = "availability"
  comparison_operator = "LessThanThreshold"
  threshold           = 99.9
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "100 * (1 - r / c)"
    return_data = true
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "c"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ConsumedReadCapacityUnits"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "availability_above" {
  alarm_name          = "availability_above"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 100 # expect: fail Alarm can never fire because the value of its expression is never above 100: threshold is 100; expected less than 100
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "100 * (1 - r / c)"
    return_data = true
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "c"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ConsumedReadCapacityUnits"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "negative" {
  alarm_name          = "negative"
  comparison_operator = "LessThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "r - 10"
    return_data = true
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "rate" {
  alarm_name          = "rate"
  comparison_operator = "LessThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "RATE(r)"
    return_data = true
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "custom" {
  alarm_name          = "custom"
  comparison_operator = "LessThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "m"
    return_data = true
  }
  metric_query {
    id = "m"
    metric {
      namespace   = "Shop/Products"
      metric_name = "Temperature"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "missing_is_breaching" { # expect: unknown treat_missing_data is "breaching", so missing data may raise the alarm, although no value does
  alarm_name          = "missing_is_breaching"
  comparison_operator = "LessThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "breaching"
  metric_query {
    id          = "e"
    expression  = "SUM([r, w])"
    return_data = true
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "w"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "WriteThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "later" { # expect: unknown threshold waits for terraform_data.later.id
  alarm_name          = "later"
  comparison_operator = "LessThanThreshold"
  threshold           = terraform_data.later.id
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "SUM([r, w])"
    return_data = true
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "w"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "WriteThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "not_understood" {
  alarm_name          = "not_understood"
  comparison_operator = "LessThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "SORT(METRICS(), AVG, DESC)"
    return_data = true
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "w"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "WriteThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "nested" {
  alarm_name          = "nested"
  comparison_operator = "LessThanOrEqualToThreshold" # expect: fail Alarm can never fire because the value of its expression is never 1 or below: comparison_operator is "LessThanOrEqualToThreshold"; expected "GreaterThanThreshold"
  threshold           = 1
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "f * 2"
    return_data = true
  }
  metric_query {
    id         = "f"
    expression = "r + 1"
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

# What CloudWatch rejects of expressions.

resource "aws_cloudwatch_metric_alarm" "unknown_id" {
  alarm_name          = "unknown_id"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "r + x" # expect: fail CloudWatch rejects the alarm: the expression "r + x" names "x", and no query has that id
    return_data = true
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "circle" {
  alarm_name          = "circle"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "f + r" # expect: fail CloudWatch rejects the alarm: the expression "f + r" needs its own result
    return_data = true
  }
  metric_query {
    id         = "f"
    expression = "e"
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "number" {
  alarm_name          = "number"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "SUM(r)" # expect: fail CloudWatch rejects the alarm: the expression "SUM(r)" returns a number; expected a time series
    return_data = true
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "two_series" {
  alarm_name          = "two_series"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "METRICS()" # expect: fail CloudWatch rejects the alarm: the expression "METRICS()" returns 2 time series; expected one
    return_data = true
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "w"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "WriteThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "two_returned" { # expect: fail CloudWatch rejects the alarm: 2 queries return data ("e", "r"); expected one
  alarm_name          = "two_returned"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "r + 1"
    return_data = true
  }
  metric_query {
    id          = "r"
    return_data = true
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "none_returned" { # expect: fail CloudWatch rejects the alarm: no query returns data; expected return_data = true in one of them
  alarm_name          = "none_returned"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id         = "e"
    expression = "r + 1"
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "search" {
  alarm_name          = "search"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "SUM(SEARCH('{AWS/DynamoDB,TableName} ThrottleEvents', 'Sum', 60))" # expect: fail CloudWatch rejects the alarm: an alarm cannot search for metrics, as "SUM(SEARCH('{AWS/DynamoDB,TableName} ThrottleEvents', 'Sum', 60))" does; expected metrics by name or a SELECT query
    return_data = true
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "upper_case" {
  alarm_name          = "upper_case"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "M + 1"
    return_data = true
  }
  metric_query {
    id = "M" # expect: fail CloudWatch rejects the alarm: the id of a query is "M"; expected a lower-case letter, then letters, digits and underscores
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "twice" { # expect: fail CloudWatch rejects the alarm: two queries have the id "r"; expected different ids
  alarm_name          = "twice"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "r + 1"
    return_data = true
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "r"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "WriteThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "eleven" { # expect: fail CloudWatch rejects the alarm: it has 11 metrics; expected 10 at most
  alarm_name          = "eleven"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  metric_query {
    id          = "e"
    expression  = "SUM(METRICS())"
    return_data = true
  }
  metric_query {
    id = "m0"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "m1"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "m2"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "m3"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "m4"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "m5"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "m6"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "m7"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "m8"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "m9"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "m10"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "neither" {
  alarm_name          = "neither"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  metric_query {
    id          = "r"
    return_data = true
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query { # expect: fail CloudWatch rejects the alarm: a query has neither a metric nor an expression; expected one of them
    id = "e"
  }
}

# Anomaly bands.

resource "aws_cloudwatch_metric_alarm" "band" {
  alarm_name          = "band"
  comparison_operator = "GreaterThanUpperThreshold"
  evaluation_periods  = 2
  threshold_metric_id = "ad"
  metric_query {
    id          = "r"
    return_data = true
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id         = "ad"
    expression = "ANOMALY_DETECTION_BAND(r, 2)"
  }
}

resource "aws_cloudwatch_metric_alarm" "band_returned" {
  alarm_name          = "band_returned"
  comparison_operator = "GreaterThanUpperThreshold"
  evaluation_periods  = 2
  threshold_metric_id = "ad"
  metric_query {
    id          = "r"
    return_data = true
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id          = "ad"
    expression  = "ANOMALY_DETECTION_BAND(r, 2)"
    return_data = true
  }
}

resource "aws_cloudwatch_metric_alarm" "band_missing" {
  alarm_name          = "band_missing"
  comparison_operator = "GreaterThanUpperThreshold"
  evaluation_periods  = 2
  threshold_metric_id = "ad" # expect: fail CloudWatch rejects the alarm: threshold_metric_id is "ad", and no query has that id
  metric_query {
    id          = "r"
    return_data = true
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "band_is_a_metric" {
  alarm_name          = "band_is_a_metric"
  comparison_operator = "GreaterThanUpperThreshold"
  evaluation_periods  = 2
  threshold_metric_id = "r" # expect: fail CloudWatch rejects the alarm: threshold_metric_id is "r"; expected an expression with ANOMALY_DETECTION_BAND
  metric_query {
    id          = "r"
    return_data = true
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "band_without_id" { # expect: fail CloudWatch rejects the alarm: GreaterThanUpperThreshold needs the id of an anomaly band in threshold_metric_id
  alarm_name          = "band_without_id"
  comparison_operator = "GreaterThanUpperThreshold"
  evaluation_periods  = 2
  metric_query {
    id          = "r"
    return_data = true
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id         = "ad"
    expression = "ANOMALY_DETECTION_BAND(r, 2)"
  }
}

resource "aws_cloudwatch_metric_alarm" "band_and_number" {
  alarm_name          = "band_and_number"
  comparison_operator = "GreaterThanThreshold" # expect: fail CloudWatch rejects the alarm: GreaterThanThreshold compares with a number, and threshold_metric_id is "ad"
  evaluation_periods  = 2
  threshold_metric_id = "ad"
  metric_query {
    id          = "r"
    return_data = true
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 300
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id         = "ad"
    expression = "ANOMALY_DETECTION_BAND(r, 2)"
  }
}

# Metrics Insights.

resource "aws_cloudwatch_metric_alarm" "select" {
  alarm_name          = "select"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  metric_query {
    id          = "q"
    expression  = "SELECT SUM(ReadThrottleEvents) FROM SCHEMA(\"AWS/DynamoDB\", TableName) WHERE TableName = 'products'"
    period      = 60
    return_data = true
  }
}

resource "aws_cloudwatch_metric_alarm" "select_all" {
  alarm_name          = "select_all"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  metric_query {
    id          = "q"
    expression  = "SELECT SUM(ReadThrottleEvents) FROM SCHEMA(\"AWS/DynamoDB\", TableName)"
    period      = 60
    return_data = true
  }
}

resource "aws_cloudwatch_metric_alarm" "select_groups" {
  alarm_name          = "select_groups"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  metric_query {
    id          = "q"
    expression  = "SELECT SUM(ReadThrottleEvents) FROM SCHEMA(\"AWS/DynamoDB\", TableName) GROUP BY TableName ORDER BY SUM() DESC"
    period      = 60
    return_data = true
  }
}

resource "aws_cloudwatch_metric_alarm" "select_misspelt" {
  alarm_name          = "select_misspelt"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  metric_query {
    id          = "q"
    expression  = "SELECT SUM(ReadThrottledEvents) FROM SCHEMA(\"AWS/DynamoDB\", TableName)" # expect: fail Alarm watches a metric that does not exist: metric_query["q"].expression is "ReadThrottledEvents"; expected "ReadThrottleEvents"
    period      = 60
    return_data = true
  }
}

resource "aws_cloudwatch_metric_alarm" "select_dimensions" {
  alarm_name          = "select_dimensions"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  metric_query {
    id          = "q"
    expression  = "SELECT SUM(ReadThrottleEvents) FROM SCHEMA(\"AWS/DynamoDB\", Table)" # expect: fail Alarm watches dimensions that DynamoDB does not send with ReadThrottleEvents: metric_query["q"].expression is {}; expected {TableName} or {TableName, GlobalSecondaryIndexName}
    period      = 60
    return_data = true
  }
}

resource "aws_cloudwatch_metric_alarm" "select_no_period" { # expect: fail CloudWatch rejects an alarm without a period: metric_query["q"].period is not set; expected a number of seconds
  alarm_name          = "select_no_period"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  metric_query {
    id          = "q"
    expression  = "SELECT SUM(ReadThrottleEvents) FROM SCHEMA(\"AWS/DynamoDB\", TableName)"
    return_data = true
  }
}
