# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "a" {
  name         = "orders-a"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "customer"
    type = "S"
  }

  attribute {
    name = "placed_at"
    type = "S"
  }

  global_secondary_index {
    name = "ByCustomer"
    hash_key = "customer"
    range_key = "placed_at"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "included" {
  name         = "orders-included"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "customer"
    type = "S"
  }

  attribute {
    name = "placed_at"
    type = "S"
  }

  global_secondary_index {
    name = "ByCustomer"
    hash_key = "customer"
    range_key = "placed_at"
    projection_type = "INCLUDE"
    non_key_attributes = ["total"]
  }
}

resource "aws_dynamodb_table" "without_index" {
  name         = "orders-without-index"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "other_name" {
  name         = "orders-other-name"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "customer"
    type = "S"
  }

  attribute {
    name = "placed_at"
    type = "S"
  }

  global_secondary_index {
    name = "byCustomer"
    hash_key = "customer"
    range_key = "placed_at"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "keys_only" {
  name         = "orders-keys-only"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "customer"
    type = "S"
  }

  attribute {
    name = "placed_at"
    type = "S"
  }

  global_secondary_index {
    name = "ByCustomer"
    hash_key = "customer"
    range_key = "placed_at"
    projection_type = "KEYS_ONLY"
  }
}

resource "aws_dynamodb_table" "other_included" {
  name         = "orders-other-included"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "customer"
    type = "S"
  }

  attribute {
    name = "placed_at"
    type = "S"
  }

  global_secondary_index {
    name = "ByCustomer"
    hash_key = "customer"
    range_key = "placed_at"
    projection_type = "INCLUDE"
    non_key_attributes = ["paid"]
  }
}

resource "aws_dynamodb_table" "type_of_partition_key" {
  name         = "orders-type-of-partition-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "customer"
    type = "N"
  }

  attribute {
    name = "placed_at"
    type = "S"
  }

  global_secondary_index {
    name = "ByCustomer"
    hash_key = "customer"
    range_key = "placed_at"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "type_of_sort_key" {
  name         = "orders-type-of-sort-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "customer"
    type = "S"
  }

  attribute {
    name = "placed_at"
    type = "N"
  }

  global_secondary_index {
    name = "ByCustomer"
    hash_key = "customer"
    range_key = "placed_at"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "other_partition_key" {
  name         = "orders-other-partition-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "shop"
    type = "S"
  }

  attribute {
    name = "placed_at"
    type = "S"
  }

  global_secondary_index {
    name = "ByCustomer"
    hash_key = "shop"
    range_key = "placed_at"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "other_sort_key" {
  name         = "orders-other-sort-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "customer"
    type = "S"
  }

  attribute {
    name = "paid_at"
    type = "S"
  }

  global_secondary_index {
    name = "ByCustomer"
    hash_key = "customer"
    range_key = "paid_at"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "no_sort_key" {
  name         = "orders-no-sort-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "customer"
    type = "S"
  }

  global_secondary_index {
    name = "ByCustomer"
    hash_key = "customer"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "sort_key_of_table" {
  name         = "orders-sort-key-of-table"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "line"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "line"
    type = "N"
  }

  attribute {
    name = "customer"
    type = "S"
  }

  attribute {
    name = "placed_at"
    type = "S"
  }

  global_secondary_index {
    name = "ByCustomer"
    hash_key = "customer"
    range_key = "placed_at"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "later_projection" {
  name         = "orders-later-projection"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "customer"
    type = "S"
  }

  attribute {
    name = "placed_at"
    type = "S"
  }

  global_secondary_index {
    name = "ByCustomer"
    hash_key = "customer"
    range_key = "placed_at"
    projection_type = terraform_data.later.id == "x" ? "ALL" : "KEYS_ONLY"
  }
}

resource "aws_dynamodb_table" "later_name" {
  name         = "orders-later-name"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "customer"
    type = "S"
  }

  attribute {
    name = "placed_at"
    type = "S"
  }

  global_secondary_index {
    name = terraform_data.later.id
    hash_key = "customer"
    range_key = "placed_at"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "wrong_all_the_same" {
  name         = "orders-wrong-all-the-same"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "shop"
    type = "S"
  }

  attribute {
    name = "placed_at"
    type = "S"
  }

  global_secondary_index {
    name = "ByCustomer"
    hash_key = "shop"
    range_key = "placed_at"
    projection_type = terraform_data.later.id == "x" ? "ALL" : "KEYS_ONLY"
  }
}

resource "aws_dynamodb_table" "later_indexes" {
  name         = "orders-later-indexes"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "customer"
    type = "S"
  }

  attribute {
    name = "placed_at"
    type = "S"
  }

  dynamic "global_secondary_index" {
    for_each = terraform_data.later.id == "x" ? [1] : []
    content {
      name            = "ByCustomer"
      hash_key        = "customer"
      range_key       = "placed_at"
      projection_type = "ALL"
    }
  }
}
