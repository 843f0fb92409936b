# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "a" {
  name         = "a-products"
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

  attribute {
    name = "created_at"
    type = "S"
  }

  global_secondary_index {
    name            = "CategoryIndex"
    hash_key        = "category"
    range_key       = "created_at"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "b" { # expect: fail Index "CategoryIndex" is missing (the table has no index)
  name         = "b-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "c" { # expect: fail Index "CategoryIndex" is missing (the table has "categoryindex")
  name         = "c-products"
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

  attribute {
    name = "created_at"
    type = "S"
  }

  global_secondary_index {
    name            = "categoryindex"
    hash_key        = "category"
    range_key       = "created_at"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "d" {
  name         = "d-products"
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

  dynamic "global_secondary_index" {
    for_each = ["CategoryIndex"]
    content {
      name            = global_secondary_index.value
      hash_key        = "category"
      projection_type = "ALL"
    }
  }
}

resource "aws_dynamodb_table" "e" {
  name         = "e-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  dynamic "global_secondary_index" { # expect: unknown global_secondary_index comes from a dynamic block whose for_each is known only after apply
    for_each = terraform_data.later.id == "x" ? [1] : []
    content {
      name            = "CategoryIndex"
      hash_key        = "id"
      projection_type = "ALL"
    }
  }
}

resource "aws_dynamodb_table" "f" {
  name         = "f-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  global_secondary_index {
    name            = terraform_data.later.id # expect: unknown global_secondary_index.name waits for terraform_data.later.id
    hash_key        = "id"
    projection_type = "ALL"
  }
}
