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

resource "aws_dynamodb_table" "b" {
  name         = "b-products"
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
    hash_key        = "created_at" # expect: fail the index has another partition key: global_secondary_index["CategoryIndex"].hash_key is "created_at", must be "category"
    range_key       = "category"   # expect: fail the index has another sort key: global_secondary_index["CategoryIndex"].range_key is "category", must be "created_at"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "c" {
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

  global_secondary_index { # expect: fail the index has no sort key: global_secondary_index["CategoryIndex"].range_key is not set, must be "created_at"
    name     = "CategoryIndex"
    hash_key = "category"

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

  attribute {
    name = "created_at"
    type = "S"
  }

  global_secondary_index {
    name            = "CategoryIndex"
    hash_key        = "category"
    range_key       = "created_at"
    projection_type = "KEYS_ONLY" # expect: fail the index has another projection: global_secondary_index["CategoryIndex"].projection_type is "KEYS_ONLY", must be "ALL"
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

  attribute {
    name = "category"
    type = "N" # expect: fail the partition key "category" of the index "CategoryIndex" has another type: attribute["category"].type is "N", must be "S"
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

resource "aws_dynamodb_table" "f" {
  name         = "f-products"
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
    projection_type = terraform_data.later.id == "x" ? "ALL" : "KEYS_ONLY" # expect: unknown global_secondary_index["CategoryIndex"].projection_type waits for terraform_data.later.id
  }
}
