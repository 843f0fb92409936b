# Cases of unwatched-replica that a slip in the rule would get wrong, read as Terraform files.

provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

# Each cause of throttling has an alarm of its own.
resource "aws_dynamodb_table" "of_causes" {
  name             = "causes-products"
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

resource "aws_cloudwatch_metric_alarm" "of_causes" {
  provider = aws.west
  for_each = toset([
    "ReadAccountLimitThrottleEvents",
    "ReadKeyRangeThroughputThrottleEvents",
    "ReadMaxOnDemandThroughputThrottleEvents",
    "ReadProvisionedThroughputThrottleEvents",
    "WriteAccountLimitThrottleEvents",
    "WriteKeyRangeThroughputThrottleEvents",
    "WriteMaxOnDemandThroughputThrottleEvents",
    "WriteProvisionedThroughputThrottleEvents",
  ])
  alarm_name          = each.key
  namespace           = "AWS/DynamoDB"
  metric_name         = each.key
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  dimensions          = { TableName = aws_dynamodb_table.of_causes.name }
}

# Its contract demands no alarm.
resource "aws_dynamodb_table" "sessions" {
  name             = "dev-sessions"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "session_id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "session_id"
    type = "S"
  }

  replica {
    region_name = "us-west-2"
  }
}
