# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "a" {
  name         = "orders-a"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "products" {
  name         = "dev-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "b" { # expect: fail Table is under no contract
  name         = "invoices"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "c" {
  name         = terraform_data.later.id # expect: unknown name waits for terraform_data.later.id, so the table's contracts cannot be determined
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
