resource "aws_dynamodb_table" "dropped" {
  name         = "ir-dropped"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "renamed" {
  name         = "ir-renamed"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

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

resource "aws_dynamodb_table" "rekeyed" {
  name         = "ir-rekeyed"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name            = "ByColour"
    hash_key        = "hue"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "hue"
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
    range_key       = "size"
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

resource "aws_dynamodb_table" "projected" {
  name         = "ir-projected"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name            = "ByColour"
    hash_key        = "colour"
    projection_type = "KEYS_ONLY"
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
    non_key_attributes = ["size"]
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

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "at"
    type = "S"
  }
}

resource "aws_dynamodb_table" "later" {
  name         = "ir-later"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name            = "ByColour"
    hash_key        = terraform_data.later.output
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = terraform_data.later.output
    type = "S"
  }
}

# The order of indexes and attributes has no meaning.
resource "aws_dynamodb_table" "reordered" {
  name         = "ir-reordered"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name            = "BySize"
    hash_key        = "size"
    projection_type = "ALL"
  }

  global_secondary_index {
    name               = "ByColour"
    hash_key           = "colour"
    projection_type    = "INCLUDE"
    non_key_attributes = ["weight", "size"]
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

resource "aws_dynamodb_table" "capacity" {
  name           = "ir-capacity"
  billing_mode   = "PROVISIONED"
  read_capacity  = 5
  write_capacity = 5
  hash_key       = "id"

  global_secondary_index {
    name            = "ByColour"
    hash_key        = "colour"
    projection_type = "ALL"
    read_capacity   = 5
    write_capacity  = 5
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

# The index goes with its table, which another rule reports.
resource "aws_dynamodb_table" "replaced" {
  name         = "ir-replaced-anew"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name            = "ByColour"
    hash_key        = "colour"
    projection_type = "KEYS_ONLY"
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

resource "terraform_data" "later" {
  input = "hue"
}
