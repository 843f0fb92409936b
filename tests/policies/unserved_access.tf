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
    name            = "ByCustomer"
    hash_key        = "customer"
    range_key       = "placed_at"
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
    name               = "ByCustomer"
    hash_key           = "customer"
    range_key          = "placed_at"
    projection_type    = "INCLUDE"
    non_key_attributes = ["total"]
  }
}

resource "aws_dynamodb_table" "without_index" { # expect: fail Index "ByCustomer" of the access pattern "orders of a customer" is missing (the table has no index)
  name         = "orders-without-index"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "other_name" { # expect: fail Index "ByCustomer" of the access pattern "orders of a customer" is missing (the table has "byCustomer")
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
    name            = "byCustomer"
    hash_key        = "customer"
    range_key       = "placed_at"
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
    name            = "ByCustomer"
    hash_key        = "customer"
    range_key       = "placed_at"
    projection_type = "KEYS_ONLY" # expect: fail Index "ByCustomer" does not serve the access pattern "orders of a customer": it does not project "total": global_secondary_index["ByCustomer"].projection_type is "KEYS_ONLY"; expected a projection with "total"
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
    name               = "ByCustomer"
    hash_key           = "customer"
    range_key          = "placed_at"
    projection_type    = "INCLUDE"
    non_key_attributes = ["paid"] # expect: fail Index "ByCustomer" does not serve the access pattern "orders of a customer": it does not project "total": global_secondary_index["ByCustomer"].non_key_attributes is ["paid"]; expected a projection with "total"
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
    type = "N" # expect: fail Index "ByCustomer" does not serve the access pattern "orders of a customer": it has the key attribute "customer" of type N, and the application sends type S: attribute["customer"].type is "N"; expected "S"
  }

  attribute {
    name = "placed_at"
    type = "S"
  }

  global_secondary_index {
    name            = "ByCustomer"
    hash_key        = "customer"
    range_key       = "placed_at"
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
    type = "N" # expect: fail Index "ByCustomer" does not serve the access pattern "orders of a customer": it has the key attribute "placed_at" of type N, and the application sends type S: attribute["placed_at"].type is "N"; expected "S"
  }

  global_secondary_index {
    name            = "ByCustomer"
    hash_key        = "customer"
    range_key       = "placed_at"
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
    name            = "ByCustomer"
    hash_key        = "shop" # expect: fail Index "ByCustomer" does not serve the access pattern "orders of a customer": it needs its partition key "shop" by equality: global_secondary_index["ByCustomer"].hash_key is "shop"; expected "customer"
    range_key       = "placed_at"
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
    name            = "ByCustomer"
    hash_key        = "customer"
    range_key       = "paid_at" # expect: fail Index "ByCustomer" does not serve the access pattern "orders of a customer": it has the key "customer" and "paid_at", so "placed_at" is only a filter, which does not limit what is read: global_secondary_index["ByCustomer"].range_key is "paid_at"; expected "placed_at"
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

  global_secondary_index { # expect: fail Index "ByCustomer" does not serve the access pattern "orders of a customer": it has the key "customer", so "placed_at" is only a filter, which does not limit what is read: global_secondary_index["ByCustomer"].range_key is not set; expected "placed_at"
    name            = "ByCustomer"
    hash_key        = "customer"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "sort_key_of_table" {
  name         = "orders-sort-key-of-table"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "line" # expect: fail The table does not serve the access pattern "an order": it has the key "id" and "line", and the request gives "id": range_key is "line"; expected no sort key

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
    name            = "ByCustomer"
    hash_key        = "customer"
    range_key       = "placed_at"
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
    name            = "ByCustomer"
    hash_key        = "customer"
    range_key       = "placed_at"
    projection_type = terraform_data.later.id == "x" ? "ALL" : "KEYS_ONLY" # expect: unknown global_secondary_index["ByCustomer"].projection_type waits for terraform_data.later.id
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
    name            = terraform_data.later.id # expect: unknown global_secondary_index.name waits for terraform_data.later.id
    hash_key        = "customer"
    range_key       = "placed_at"
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
    name            = "ByCustomer"
    hash_key        = "shop" # expect: fail Index "ByCustomer" does not serve the access pattern "orders of a customer": it needs its partition key "shop" by equality: global_secondary_index["ByCustomer"].hash_key is "shop"; expected "customer"
    range_key       = "placed_at"
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

  dynamic "global_secondary_index" { # expect: unknown global_secondary_index comes from a dynamic block whose for_each is known only after apply
    for_each = terraform_data.later.id == "x" ? [1] : []
    content {
      name            = "ByCustomer"
      hash_key        = "id"
      projection_type = "ALL"
    }
  }
}
