resource "aws_dynamodb_table" "new_index" {
  name         = "it-new-index"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "k"

  local_secondary_index {
    name            = "ByL"
    range_key       = "l"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "k"
    type = "S"
  }
  attribute {
    name = "l"
    type = "S"
  }
}
