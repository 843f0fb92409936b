resource "aws_kms_key" "orders" {}

resource "aws_dynamodb_table" "a" {
  name         = "orders-a"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.orders.arn
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

  server_side_encryption { # expect: fail Encryption key is managed by AWS: server_side_encryption.kms_key_arn is not set; expected the ARN of a customer managed key
    enabled = true
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "c" { # expect: fail Encryption key is managed by AWS: server_side_encryption.kms_key_arn is not set; expected the ARN of a customer managed key
  name         = "orders-c"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "d" {
  name         = "other"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
