# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "watched" {
  name             = "watched-products"
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

resource "aws_cloudwatch_metric_alarm" "watched_read" {
  provider            = aws.west
  alarm_name          = "watched_read"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.watched.name }
}

resource "aws_cloudwatch_metric_alarm" "watched_write" {
  provider            = aws.west
  alarm_name          = "watched_write"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.watched.name }
}

# Its alarms are in its own region.
resource "aws_dynamodb_table" "home" { # expect: fail No alarm fires on ReadThrottleEvents of the replica in "us-west-2"
  name             = "home-products"   # expect: fail No alarm fires on WriteThrottleEvents of the replica in "us-west-2"
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
  dimensions          = { TableName = aws_dynamodb_table.home.name }
}

resource "aws_cloudwatch_metric_alarm" "home_write" {
  alarm_name          = "home_write"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.home.name }
}

# The replica is a separate resource.
resource "aws_dynamodb_table" "separate" { # expect: fail No alarm fires on WriteThrottleEvents of the replica in "us-west-2"
  name             = "separate-products"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table_replica" "separate" {
  provider         = aws.west
  global_table_arn = aws_dynamodb_table.separate.arn
}

resource "aws_cloudwatch_metric_alarm" "separate_read" {
  provider            = aws.west
  alarm_name          = "separate_read"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.separate.name }
}

resource "aws_dynamodb_table" "later" { # expect: unknown replica.region_name is unknown, and is in a dynamic block, which plans do not describe
  name             = "later-products"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "N"
  }

  dynamic "replica" {
    for_each = toset([terraform_data.later.id])
    content {
      region_name = replica.value
    }
  }
}
