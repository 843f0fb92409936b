resource "aws_dynamodb_table" "dropped" { # expect: fail the index "ByColour" is dropped: queries of it fail for good, and building it writes each item that belongs in it, which takes time and write capacity, should it be needed again
  name         = "ir-dropped"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "renamed" { # expect: fail the index "ByColour" is dropped and built anew as "ByHue": queries of the old name fail for good, those of the new one until it is built; building it writes each item that belongs in it, which takes time and write capacity
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

resource "aws_dynamodb_table" "rekeyed" { # expect: fail the index "ByColour" is dropped and built anew, because its keys change from colour to hue: queries of it fail until that is done; building it writes each item that belongs in it, which takes time and write capacity
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

resource "aws_dynamodb_table" "sorted" { # expect: fail the index "ByColour" is dropped and built anew, because its keys change from colour to colour and size: queries of it fail until that is done; building it writes each item that belongs in it, which takes time and write capacity
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

resource "aws_dynamodb_table" "projected" { # expect: fail the index "ByColour" is dropped and built anew, because its projection changes from ALL to KEYS_ONLY: queries of it fail until that is done; building it writes each item that belongs in it, which takes time and write capacity
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

resource "aws_dynamodb_table" "included" { # expect: fail the index "ByColour" is dropped and built anew, because its projection changes from size, weight to size: queries of it fail until that is done; building it writes each item that belongs in it, which takes time and write capacity
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

resource "aws_dynamodb_table" "local" { # expect: fail the local index "Local" is dropped with the table that it belongs to: queries of it fail for good
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
resource "aws_dynamodb_table" "one_of_two_locals" { # expect: fail the local index "ByColour" is dropped with the table that it belongs to: queries of it fail for good
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
resource "aws_dynamodb_table" "unlike" { # expect: fail the index "ByColour" is dropped: queries of it fail for good, and building it writes each item that belongs in it, which takes time and write capacity, should it be needed again
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
resource "aws_dynamodb_table" "twins" { # expect: fail the index "ByColour" is dropped: queries of it fail for good, and building it writes each item that belongs in it, which takes time and write capacity, should it be needed again
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
resource "aws_dynamodb_table" "included_needlessly" { # expect: fail the index "ByColour" is dropped and built anew, because its projection changes from none to size: queries of it fail until that is done; building it writes each item that belongs in it, which takes time and write capacity
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
