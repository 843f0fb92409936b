# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "a" {
  name         = "a-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "b" {
  name         = "b-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S" # expect: fail Partition key "id" has the wrong type: attribute["id"].type is "S"; expected "N"
  }
}

resource "aws_dynamodb_table" "c" {
  name         = "c-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "product" # expect: fail Wrong partition key: hash_key is "product"; expected "id"

  attribute {
    name = "product"
    type = "N"
  }
}

resource "aws_dynamodb_table" "d" {
  name         = "d-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "at" # expect: fail Unexpected sort key: range_key is "at"; expected no sort key
  attribute {
    name = "id"
    type = "N"
  }

  attribute {
    name = "at"
    type = "S"
  }
}

resource "aws_dynamodb_table" "e" {
  name         = "e-sessions"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "session_id"

  attribute {
    name = "session_id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "f" {
  name         = "f-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = terraform_data.later.id == "x" ? "N" : "S" # expect: unknown attribute["id"].type waits for terraform_data.later.id
  }
}

resource "aws_dynamodb_table" "other" {
  name         = "other"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "anything"

  attribute {
    name = "anything"
    type = "N"
  }
}
