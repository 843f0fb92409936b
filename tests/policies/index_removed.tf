resource "aws_dynamodb_table" "dropped" { # expect: fail Index "ByColour" is dropped: queries of it fail. Building it again takes time and write capacity
  name         = "ir-dropped"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "renamed" { # expect: fail Index "ByColour" is dropped and rebuilt as "ByHue": queries of "ByColour" fail, and queries of "ByHue" fail until it is built. Building it takes time and write capacity
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

resource "aws_dynamodb_table" "rekeyed" { # expect: fail Index "ByColour" is dropped and rebuilt because its keys change from colour to hue: queries of it fail until it is built. Building it takes time and write capacity
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

resource "aws_dynamodb_table" "sorted" { # expect: fail Index "ByColour" is dropped and rebuilt because its keys change from colour to colour and size: queries of it fail until it is built. Building it takes time and write capacity
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

resource "aws_dynamodb_table" "projected" { # expect: fail Index "ByColour" is dropped and rebuilt because its projection changes from ALL to KEYS_ONLY: queries of it fail until it is built. Building it takes time and write capacity
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

resource "aws_dynamodb_table" "included" { # expect: fail Index "ByColour" is dropped and rebuilt because its projection changes from size, weight to size: queries of it fail until it is built. Building it takes time and write capacity
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

resource "aws_dynamodb_table" "local" { # expect: fail Local index "Local" is dropped with its table: queries of it fail
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

resource "aws_dynamodb_table" "later" { # expect: unknown global_secondary_index["ByColour"].hash_key waits for terraform_data.later.output
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

# The other local index is built anew with the table.
resource "aws_dynamodb_table" "one_of_two_locals" { # expect: fail Local index "ByColour" is dropped with its table: queries of it fail
  name         = "ir-one-of-two"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "at"

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
    name = "size"
    type = "S"
  }
}

# The new index is no other name of the old one.
resource "aws_dynamodb_table" "unlike" { # expect: fail Index "ByColour" is dropped: queries of it fail. Building it again takes time and write capacity
  name         = "ir-unlike"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

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
    name = "size"
    type = "S"
  }
}

# An index with the same keys was there all the time.
resource "aws_dynamodb_table" "twins" { # expect: fail Index "ByColour" is dropped: queries of it fail. Building it again takes time and write capacity
  name         = "ir-twins"
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

# DynamoDB will refuse it, but Terraform plans it.
resource "aws_dynamodb_table" "included_needlessly" { # expect: fail Index "ByColour" is dropped and rebuilt because its projection changes from none to size: queries of it fail until it is built. Building it takes time and write capacity
  name         = "ir-needless"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  global_secondary_index {
    name               = "ByColour"
    hash_key           = "colour"
    projection_type    = "ALL"
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
