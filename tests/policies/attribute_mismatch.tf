# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "keys" {
  name         = "keys"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  attribute {
    name = "category"
    type = "S"
  }

  global_secondary_index {
    name            = "ByCategory"
    hash_key        = "category"
    projection_type = "ALL"
    range_key       = "id"
  }
}

resource "aws_dynamodb_table" "local_index" {
  name         = "local_index"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "at"
  attribute {
    name = "id"
    type = "N"
  }

  attribute {
    name = "at"
    type = "S"
  }

  attribute {
    name = "rank"
    type = "N"
  }

  local_secondary_index {
    name            = "ByRank"
    range_key       = "rank"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "undeclared" {
  name         = "undeclared"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id" # in the plan: "key" # expect: fail Key attribute "key" is not declared

  attribute {
    name = "id" # expect: fail Attribute "id" is declared but is not a key of the table or of an index
    type = "N"
  }
}

resource "aws_dynamodb_table" "later" {
  name         = "later"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  dynamic "global_secondary_index" { # expect: unknown global_secondary_index comes from a dynamic block whose for_each is known only after apply
    for_each = terraform_data.later.id == "x" ? [1] : []
    content {
      name            = "ByCategory"
      hash_key        = "id"
      projection_type = "ALL"
    }
  }
}
