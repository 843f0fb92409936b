# Cases of wrong-primary-key that a slip in the rule would get wrong.

# An attribute that is declared without its type. Terraform refuses it, a check of files comes first.
# expect: fail aws_dynamodb_table.sessions
resource "aws_dynamodb_table" "sessions" {
  name         = "dev-sessions"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "session_id"

  attribute {
    name = "session_id"
  }
}
