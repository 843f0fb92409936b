# Cases of dead-alarm that a slip in the rule would get wrong, read as Terraform files.

resource "aws_dynamodb_table" "products" {
  name     = "dev-products"
  hash_key = "id"
  attribute {
    name = "id"
    type = "N"
  }
}

# A second metric of another service is no one's business.
resource "aws_cloudwatch_metric_alarm" "with_a_function" { # expect: fail (see the golden file)
  alarm_name          = "with-a-function"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  threshold           = 0
  metric_query {
    id          = "own"
    return_data = true
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "Nonsense"
      period      = 60
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
  metric_query {
    id = "function"
    metric {
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      period      = 60
      stat        = "Sum"
      dimensions  = { FunctionName = "orders" }
    }
  }
  metric_query {
    id = "shop"
    metric {
      namespace   = "Shop"
      metric_name = "Errors"
      period      = 60
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "misspelt_namespace_of_another_table" { # expect: fail (see the golden file)
  alarm_name          = "misspelt"
  namespace           = "AWS/DynamoDb"
  metric_name         = "ReadThrottleEvents"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  threshold           = 0
  period              = 60
  statistic           = "Sum"
  dimensions          = { TableName = "elsewhere" }
}

resource "aws_cloudwatch_metric_alarm" "other_service_on_the_table" { # expect: fail (see the golden file)
  alarm_name          = "other-service"
  namespace           = "AWS/Lambda"
  metric_name         = "ReadThrottleEvents"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  threshold           = 0
  period              = 60
  statistic           = "Sum"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "no_metric" { # expect: fail (see the golden file)
  alarm_name          = "no-metric"
  namespace           = "AWS/DynamoDB"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  threshold           = 0
}

resource "aws_cloudwatch_metric_alarm" "stream_without_an_operation" { # expect: fail (see the golden file)
  alarm_name          = "stream"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReturnedBytes"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  threshold           = 0
  dimensions          = { TableName = aws_dynamodb_table.products.name, StreamLabel = "2024" }
}

resource "aws_cloudwatch_metric_alarm" "no_table" { # expect: fail (see the golden file)
  alarm_name          = "no-table"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  threshold           = 0
}

resource "aws_cloudwatch_metric_alarm" "unit_of_a_cause" { # expect: fail (see the golden file)
  alarm_name          = "unit"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadAccountLimitThrottleEvents"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  threshold           = 0
  unit                = "Percent"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

# Of other metrics the unit is not certain.
resource "aws_cloudwatch_metric_alarm" "unit_of_a_capacity" { # expect: fail (see the golden file)
  alarm_name          = "capacity"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ConsumedReadCapacityUnits"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  period              = 60
  threshold           = 0
  unit                = "Bytes"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

# Which indexes a table has that stands elsewhere no one knows.
resource "aws_cloudwatch_metric_alarm" "index_of_another_table" {
  alarm_name          = "elsewhere"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  period              = 60
  threshold           = 0
  dimensions          = { TableName = "elsewhere", GlobalSecondaryIndexName = "ByDate" }
}

resource "aws_cloudwatch_metric_alarm" "below_or_equal_to_less_than_nothing" { # expect: fail (see the golden file)
  alarm_name          = "below"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  comparison_operator = "LessThanOrEqualToThreshold"
  evaluation_periods  = 2
  period              = 60
  threshold           = -1
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "below_or_equal_to_nothing" {
  alarm_name          = "equal"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  comparison_operator = "LessThanOrEqualToThreshold"
  evaluation_periods  = 2
  period              = 60
  threshold           = 0
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "below_one" {
  alarm_name          = "one"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  comparison_operator = "LessThanThreshold"
  evaluation_periods  = 2
  period              = 60
  threshold           = 1
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "above_less_than_nothing" {
  alarm_name          = "above"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  period              = 60
  threshold           = -1
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "no_threshold" { # expect: fail (see the golden file)
  alarm_name          = "band"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  comparison_operator = "LessThanThreshold"
  evaluation_periods  = 2
  period              = 60
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

# CloudWatch refuses it when it is applied: Terraform plans it.
resource "aws_cloudwatch_metric_alarm" "no_period" { # expect: fail (see the golden file)
  alarm_name          = "no-period"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  threshold           = 0
  statistic           = "Sum"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

# What is wrong in a query is shown from there.
resource "aws_cloudwatch_metric_alarm" "in_a_query" { # expect: fail (see the golden file)
  alarm_name          = "in-a-query"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  metric_query {
    id          = "more"
    return_data = true
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 60
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name, Operation = "Query" }
    }
  }
  metric_query {
    id = "index"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "WriteThrottleEvents"
      period      = 60
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name, GlobalSecondaryIndexName = "Gone" }
    }
  }
}

# There it is another table of that name.
provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "elsewhere"
  region = "us-east-1"
}

resource "aws_cloudwatch_metric_alarm" "other_service_in_another_region" {
  provider            = aws.elsewhere
  alarm_name          = "other-service"
  namespace           = "AWS/Lambda"
  metric_name         = "ReadThrottleEvents"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  threshold           = 0
  period              = 60
  statistic           = "Sum"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "no_period_in_a_query" { # expect: fail (see the golden file)
  alarm_name          = "no-period-in-a-query"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  metric_query {
    id          = "reads"
    return_data = true
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      period      = 0
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.products.name }
    }
  }
}
