# Cases of missing-tags that a slip in the rule would get wrong, read as Terraform files.

# Its contract demands no tag: there is nothing to say of it.
resource "aws_dynamodb_table" "orders" {
  name     = "dev-orders"
  hash_key = "id"
}

resource "aws_dynamodb_table" "sessions" { # expect: fail (see the golden file)
  name     = "dev-sessions"
  hash_key = "session_id"
  tags     = { Type = "dynamodb" }
}
