terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
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

  attribute {
    name = "id"
    type = "N"
  }
}

# The other root has alarms on a table at this address, which is another table.
resource "aws_dynamodb_table" "others" {
  name         = "dev-others"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

# The alarms of the other root notify by this one only.
resource "aws_cloudwatch_composite_alarm" "products" {
  alarm_name    = "dev-products"
  alarm_rule    = "ALARM(dev-products-ReadThrottleEvents) OR ALARM(dev-products-WriteThrottleEvents)"
  alarm_actions = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}
