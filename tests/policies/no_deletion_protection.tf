# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "on" {
  name                        = "on"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true
  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "off" {
  name                        = "off"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = false # expect: fail Deletion protection is off: deletion_protection_enabled is false; expected true
  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "omitted" { # expect: fail Deletion protection is off: deletion_protection_enabled is not set; expected true
  name         = "omitted"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "later" {
  name                        = "later"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = terraform_data.later.id == "x" # expect: unknown deletion_protection_enabled waits for terraform_data.later.id
  attribute {
    name = "id"
    type = "N"
  }
}

# A block of version 5 of the provider has no argument for it.
resource "aws_dynamodb_table" "replicas" { # expect: fail Deletion protection of the replica in "us-west-2" is off: replica["us-west-2"].deletion_protection_enabled is not set; expected true
  name                        = "replicas"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true

  attribute {
    name = "id"
    type = "N"
  }

  replica {
    region_name = "us-west-2"
  }
}

resource "aws_dynamodb_table" "separate" {
  name                        = "separate"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table_replica" "separate" {
  provider                    = aws.west
  global_table_arn            = aws_dynamodb_table.separate.arn
  deletion_protection_enabled = true
}
