# Cases of wrong-primary-key that a slip in the rule would get wrong, read as Terraform files.

# What is declared nowhere has no type that could be wrong.
resource "aws_dynamodb_table" "products" {
  name     = "dev-products"
  hash_key = "id"
}

# Another key is one defect, whatever the type of the right one.
resource "aws_dynamodb_table" "other_key" { # expect: fail (see the golden file)
  name      = "test-sessions"
  hash_key  = "user_id"
  range_key = "session_id"
  attribute {
    name = "user_id"
    type = "S"
  }
  attribute {
    name = "session_id"
    type = "N"
  }
}

# An attribute that is declared without its type. Terraform refuses it, a check of files comes first.
resource "aws_dynamodb_table" "sessions" { # expect: fail (see the golden file)
  name         = "dev-sessions"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "session_id"

  attribute {
    name = "session_id"
  }
}
