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

# Of three indexes it has the first, and one that no one asked for.
resource "aws_dynamodb_table" "orders" { # expect: fail (see the golden file)
  name     = "dev-orders"
  hash_key = "id"
  global_secondary_index {
    name            = "ByCustomer"
    hash_key        = "customer"
    projection_type = "ALL"
  }
  global_secondary_index {
    name            = "ByColour"
    hash_key        = "colour"
    projection_type = "ALL"
  }
}
