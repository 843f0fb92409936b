# An index that is added to an existing table.
resource "aws_dynamodb_table" "new_index" { # expect: fail Index has an invalid name: global_secondary_index["g"].name is "g"; expected 3 to 255 characters from a-z, A-Z, 0-9, underscore, hyphen and dot
  name         = "it-new-index"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "k"

  local_secondary_index {
    name            = "ByL"
    range_key       = "l"
    projection_type = "ALL"
  }
  global_secondary_index {
    name            = "g"
    hash_key        = "k"
    projection_type = "ALL"
  }
  global_secondary_index {
    name            = "ByK"
    hash_key        = "k"
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
