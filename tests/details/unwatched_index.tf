# Cases of unwatched-index that a slip in the rule would get wrong, read as Terraform files.

# Its contract demands no alarm: there is nothing to say of its index.
resource "aws_dynamodb_table" "sessions" {
  name     = "dev-sessions"
  hash_key = "session_id"
  global_secondary_index {
    name            = "ByUser"
    hash_key        = "user_id"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "products" { # expect: fail (see the golden file)
  name     = "dev-products"
  hash_key = "id"
  global_secondary_index {
    name            = "CategoryIndex"
    hash_key        = "category"
    projection_type = "ALL"
  }
}
