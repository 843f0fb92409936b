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
    hash_key        = "created_at" # expect: fail Index has the wrong partition key: global_secondary_index["CategoryIndex"].hash_key is "created_at"; expected "category"
    range_key       = "category"   # expect: fail Index has the wrong sort key: global_secondary_index["CategoryIndex"].range_key is "category"; expected "created_at"
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

  global_secondary_index { # expect: fail Index has no sort key: global_secondary_index["CategoryIndex"].range_key is not set; expected "created_at"
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
    projection_type = "KEYS_ONLY" # expect: fail Index has the wrong projection: global_secondary_index["CategoryIndex"].projection_type is "KEYS_ONLY"; expected "ALL"
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
    type = "N" # expect: fail Partition key "category" of index "CategoryIndex" has the wrong type: attribute["category"].type is "N"; expected "S"
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
