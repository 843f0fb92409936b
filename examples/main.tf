# A table of a shop. Terraform plans it without an error. dyncheck finds that a bad deploy cannot be undone, and that no alarm
# fires on throttled writes. plan.json is the plan of this file, made by `make plans`.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
}

resource "aws_dynamodb_table" "products" {
  name         = "dev-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  deletion_protection_enabled = true

  attribute {
    name = "id"
    type = "N"
  }

  attribute {
    name = "category"
    type = "S"
  }

  attribute {
    name = "created_at"
    type = "S"
  }

  global_secondary_index {
    name            = "CategoryIndex"
    hash_key        = "category"
    range_key       = "created_at"
    projection_type = "ALL"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.products.arn
  }

  tags = {
    Name = "dev-products-table"
    Type = "DynamoDB"
  }
}

resource "aws_kms_key" "products" {
  description = "Encrypts the products table"
}

resource "aws_sns_topic" "alarms" {
  name = "dev-dynamodb-alarms"
}

resource "aws_sns_topic_subscription" "on_call" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = "on-call@example.com"
}

resource "aws_cloudwatch_metric_alarm" "products_throttle" {
  for_each = { read = "ReadThrottleEvents", write = "WriteThrottledEvents" }

  alarm_name          = "dev-products-${each.key}-throttle"
  namespace           = "AWS/DynamoDB"
  metric_name         = each.value
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = [aws_sns_topic.alarms.arn]
}
