# Cases of missing-index that a slip in the rule would get wrong, read as Terraform files.

# Its contract demands no index: there is nothing to say of it.
resource "aws_dynamodb_table" "sessions" {
  name     = "dev-sessions"
  hash_key = "session_id"
}

resource "aws_dynamodb_table" "products" { # expect: fail (see the golden file)
  name     = "dev-products"
  hash_key = "id"
}
