# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "local" {
  name         = "orders-local"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "at"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "at"
    type = "N"
  }

  attribute {
    name = "line"
    type = "N"
  }

  local_secondary_index {
    name            = "ByLine"
    range_key       = "line"
    projection_type = "KEYS_ONLY"
  }
}

resource "aws_dynamodb_table" "global" {
  name         = "orders-global"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "at"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "at"
    type = "N"
  }

  attribute {
    name = "line"
    type = "N"
  }

  global_secondary_index {
    name            = "ByLine" # expect: fail Index "ByLine" does not serve the access pattern "lines of an order": it has no consistent reads, because it is a global index
    hash_key        = "id"
    range_key       = "line"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "sort_key" {
  name         = "orders-sort-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "at"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "at"
    type = "N"
  }

  attribute {
    name = "size"
    type = "N"
  }

  local_secondary_index {
    name            = "ByLine"
    range_key       = "size" # expect: fail Local index "ByLine" does not serve the access pattern "lines of an order": it sorts by "size", not by "line": local_secondary_index["ByLine"].range_key is "size"; expected "line"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "no_sort_key" { # expect: fail Index "ByLine" of the access pattern "lines of an order" is missing (the table has no index)
  # expect: fail The table does not serve the access pattern "one line": it has the key "id", and the request gives "id" and "at": range_key is not set; expected "at"
  name         = "orders-no-sort-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
