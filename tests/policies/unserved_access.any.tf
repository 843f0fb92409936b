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
    name = "ByShop"
    hash_key = "shop"
    range_key = "paid_at"
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
    name = "ByDay"
    hash_key = "paid_at"
    projection_type = "ALL"
  }

  global_secondary_index {
    name = "ByShop"
    hash_key = "shop"
    range_key = "paid_at"
    projection_type = "ALL"
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

  global_secondary_index {
    name = "ByShop"
    hash_key = "shop"
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
    name = "ByShop"
    hash_key = "shop"
    range_key = "placed_at"
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
    name = "ByShop"
    hash_key = "shop"
    range_key = "paid_at"
    projection_type = "KEYS_ONLY"
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
    name = "shop"
    type = "S"
  }

  attribute {
    name = "paid_at"
    type = "S"
  }

  dynamic "global_secondary_index" {
    for_each = terraform_data.later.id == "x" ? [1] : []
    content {
      name            = "ByShop"
      hash_key        = "shop"
      range_key       = "paid_at"
      projection_type = "ALL"
    }
  }
}
