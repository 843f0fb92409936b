# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "a" {
  name         = "a-sessions"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "session_id"

  attribute {
    name = "session_id"
    type = "S"
  }

  ttl {
    enabled        = true
    attribute_name = "expires_at"
  }
}

resource "aws_dynamodb_table" "b" { # expect: fail Time to live is off: ttl.enabled is not set; expected true
  name         = "b-sessions"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "session_id"

  attribute {
    name = "session_id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "c" {
  name         = "c-sessions"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "session_id"

  attribute {
    name = "session_id"
    type = "S"
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = false # expect: fail Time to live is off: ttl.enabled is false; expected true
  }
}

resource "aws_dynamodb_table" "d" {
  name         = "d-sessions"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "session_id"

  attribute {
    name = "session_id"
    type = "S"
  }

  ttl {
    enabled        = true
    attribute_name = "ttl" # expect: fail Time to live uses the wrong attribute: ttl.attribute_name is "ttl"; expected "expires_at"
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

  ttl {
    enabled        = terraform_data.later.id == "x" # expect: unknown ttl.enabled waits for terraform_data.later.id
    attribute_name = "expires_at"
  }
}

resource "aws_dynamodb_table" "products" {
  name         = "products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}
