resource "aws_dynamodb_table" "dropped" {
  name         = "ir-dropped"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name            = "ByColour"
    hash_key        = "colour"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "colour"
    type = "S"
  }
}

resource "aws_dynamodb_table" "renamed" {
  name         = "ir-renamed"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name            = "ByColour"
    hash_key        = "colour"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "colour"
    type = "S"
  }
}

resource "aws_dynamodb_table" "rekeyed" {
  name         = "ir-rekeyed"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name            = "ByColour"
    hash_key        = "colour"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "colour"
    type = "S"
  }
}

resource "aws_dynamodb_table" "sorted" {
  name         = "ir-sorted"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name            = "ByColour"
    hash_key        = "colour"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "colour"
    type = "S"
  }
}

resource "aws_dynamodb_table" "projected" {
  name         = "ir-projected"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name            = "ByColour"
    hash_key        = "colour"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "colour"
    type = "S"
  }
}

resource "aws_dynamodb_table" "included" {
  name         = "ir-included"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name               = "ByColour"
    hash_key           = "colour"
    projection_type    = "INCLUDE"
    non_key_attributes = ["size", "weight"]
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "colour"
    type = "S"
  }
}

resource "aws_dynamodb_table" "local" {
  name         = "ir-local"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "at"

  local_secondary_index {
    name            = "Local"
    range_key       = "by"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "at"
    type = "S"
  }

  attribute {
    name = "by"
    type = "S"
  }
}

resource "aws_dynamodb_table" "later" {
  name         = "ir-later"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name            = "ByColour"
    hash_key        = "colour"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "colour"
    type = "S"
  }
}

resource "aws_dynamodb_table" "reordered" {
  name         = "ir-reordered"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name               = "ByColour"
    hash_key           = "colour"
    projection_type    = "INCLUDE"
    non_key_attributes = ["size", "weight"]
  }

  global_secondary_index {
    name            = "BySize"
    hash_key        = "size"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "colour"
    type = "S"
  }

  attribute {
    name = "size"
    type = "S"
  }
}

resource "aws_dynamodb_table" "added" {
  name         = "ir-added"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name            = "ByColour"
    hash_key        = "colour"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "colour"
    type = "S"
  }
}

resource "aws_dynamodb_table" "capacity" {
  name           = "ir-capacity"
  billing_mode   = "PROVISIONED"
  read_capacity  = 1
  write_capacity = 1
  hash_key       = "id"

  global_secondary_index {
    name            = "ByColour"
    hash_key        = "colour"
    projection_type = "ALL"
    read_capacity   = 1
    write_capacity  = 1
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "colour"
    type = "S"
  }
}

resource "aws_dynamodb_table" "replaced" {
  name         = "ir-replaced"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name            = "ByColour"
    hash_key        = "colour"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "colour"
    type = "S"
  }
}

resource "aws_dynamodb_table" "one_of_two_locals" {
  name         = "ir-one-of-two"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "at"

  local_secondary_index {
    name            = "ByColour"
    range_key       = "colour"
    projection_type = "ALL"
  }

  local_secondary_index {
    name            = "BySize"
    range_key       = "size"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "at"
    type = "S"
  }

  attribute {
    name = "colour"
    type = "S"
  }

  attribute {
    name = "size"
    type = "S"
  }
}

resource "aws_dynamodb_table" "unlike" {
  name         = "ir-unlike"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name            = "ByColour"
    hash_key        = "colour"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "colour"
    type = "S"
  }
}

resource "aws_dynamodb_table" "twins" {
  name         = "ir-twins"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name            = "ByColour"
    hash_key        = "colour"
    projection_type = "ALL"
  }

  global_secondary_index {
    name            = "ByHue"
    hash_key        = "colour"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "colour"
    type = "S"
  }
}

resource "aws_dynamodb_table" "included_needlessly" {
  name         = "ir-needless"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name            = "ByColour"
    hash_key        = "colour"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "colour"
    type = "S"
  }
}
