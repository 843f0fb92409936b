resource "aws_dynamodb_table" "a" {
  name         = "orders-a"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  table_class  = "STANDARD_INFREQUENT_ACCESS"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "b" { # expect: fail Table class is not one of the contract: table_class is not set; expected "STANDARD_INFREQUENT_ACCESS"
  name         = "orders-b"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "c" {
  name         = "other"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
