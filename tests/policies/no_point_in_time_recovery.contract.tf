# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "a" {
  name         = "orders-a"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  point_in_time_recovery {
    enabled = true
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "b" {
  name         = "orders-b"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 14
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "c" {
  name         = "orders-c"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 13 # expect: fail Point-in-time recovery reaches back too few days: point_in_time_recovery.recovery_period_in_days is 13; expected 14 or more
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "d" { # expect: fail Point-in-time recovery is off: point_in_time_recovery.enabled is not set; expected true
  name         = "orders-d"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "e" {
  name         = "orders-e"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = length(terraform_data.later.id) # expect: unknown point_in_time_recovery.recovery_period_in_days waits for terraform_data.later.id
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "f" {
  name         = "other"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 1
  }

  attribute {
    name = "id"
    type = "S"
  }
}
