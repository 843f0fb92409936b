# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "by_index" {
  name         = "orders-by-index"
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
    name = "paid_at"
    type = "S"
  }

  global_secondary_index {
    name            = "ByShop"
    hash_key        = "shop"
    range_key       = "paid_at"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "by_any_of_them" {
  name         = "orders-by-any-of-them"
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
    name = "paid_at"
    type = "S"
  }

  global_secondary_index {
    name            = "ByDay"
    hash_key        = "paid_at"
    projection_type = "ALL"
  }

  global_secondary_index {
    name            = "ByShop"
    hash_key        = "shop"
    range_key       = "paid_at"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "without_index" { # expect: fail No key or index serves the access pattern "paid orders of a shop": none has a partition key of "shop"
  name         = "orders-without-index"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "filter" {
  name         = "orders-filter"
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

  global_secondary_index { # expect: fail No key or index serves the access pattern "paid orders of a shop": index "ByShop" has the key "shop", so "paid_at" is only a filter, which does not limit what is read: global_secondary_index["ByShop"].range_key is not set; expected "paid_at"
    name            = "ByShop"
    hash_key        = "shop"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "order" {
  name         = "orders-order"
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
    name            = "ByShop"
    hash_key        = "shop"
    range_key       = "placed_at" # expect: fail No key or index serves the access pattern "paid orders of a shop": index "ByShop" has the key "shop" and "placed_at", so "paid_at" is only a filter, which does not limit what is read: global_secondary_index["ByShop"].range_key is "placed_at"; expected "paid_at"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "projection" {
  name         = "orders-projection"
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
    name = "paid_at"
    type = "S"
  }

  global_secondary_index {
    name            = "ByShop"
    hash_key        = "shop"
    range_key       = "paid_at"
    projection_type = "KEYS_ONLY" # expect: fail No key or index serves the access pattern "paid orders of a shop": index "ByShop" cannot filter by what it does not project: "total": global_secondary_index["ByShop"].projection_type is "KEYS_ONLY"; expected a projection with "total"
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

  dynamic "global_secondary_index" { # expect: unknown global_secondary_index comes from a dynamic block whose for_each is known only after apply
    for_each = terraform_data.later.id == "x" ? [1] : []
    content {
      name            = "ByShop"
      hash_key        = "id"
      projection_type = "ALL"
    }
  }
}
