# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "omitted" { # expect: fail Point-in-time recovery is off: point_in_time_recovery.enabled is not set; expected true
  name         = "omitted"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "off" {
  name         = "off"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  point_in_time_recovery {
    enabled = false # expect: fail Point-in-time recovery is off: point_in_time_recovery.enabled is false; expected true
  }
}

resource "aws_dynamodb_table" "on" {
  name         = "on"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_dynamodb_table" "long" {
  name         = "long"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 7
  }
}

resource "aws_dynamodb_table" "later" {
  name         = "later"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  point_in_time_recovery {
    enabled = terraform_data.later.id == "x" # expect: unknown point_in_time_recovery.enabled waits for terraform_data.later.id
  }
}

# A replica does not take the setting from its table.
resource "aws_dynamodb_table" "replicas" {
  name         = "replicas"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  point_in_time_recovery {
    enabled = true
  }

  replica {
    region_name            = "eu-west-1"
    point_in_time_recovery = true
  }

  replica { # expect: fail Point-in-time recovery of the replica in "us-west-2" is off: replica["us-west-2"].point_in_time_recovery is false; expected true
    region_name = "us-west-2"
  }
}

resource "aws_dynamodb_table" "separate" { # expect: fail Point-in-time recovery of the replica in "us-west-2" is off: replica["us-west-2"].point_in_time_recovery is false; expected true
  name         = "separate"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_dynamodb_table_replica" "separate" {
  provider         = aws.west
  global_table_arn = aws_dynamodb_table.separate.arn
}

# Its table is not in the plan.
resource "aws_dynamodb_table_replica" "lone" { # expect: fail Point-in-time recovery of the replica in "us-west-2" is off: point_in_time_recovery is false; expected true
  provider         = aws.west
  global_table_arn = "arn:aws:dynamodb:us-east-1:123456789012:table/elsewhere"
}
