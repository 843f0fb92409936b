# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "a" {
  name                        = "orders-a"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "b" { # expect: fail Deletion protection is off: deletion_protection_enabled is not set; expected true
  name         = "orders-b"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "c" { # expect: fail Deletion protection is off: deletion_protection_enabled is not set; expected true
  name         = "other"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "d" {
  name                        = "orders-d"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = terraform_data.later.id == "x" # expect: unknown deletion_protection_enabled waits for terraform_data.later.id

  attribute {
    name = "id"
    type = "S"
  }
}
