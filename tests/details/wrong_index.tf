# Cases of wrong-index that a slip in the rule would get wrong, read as Terraform files.

# Its contract demands no index: there is nothing to say of it.
resource "aws_dynamodb_table" "sessions" {
  name     = "dev-sessions"
  hash_key = "session_id"
  global_secondary_index {
    name            = "ByUser"
    hash_key        = "user_id"
    projection_type = "ALL"
  }
}

# One index has a sort key that it must not have, the other one lacks its own.
resource "aws_dynamodb_table" "orders" { # expect: fail (see the golden file)
  name     = "dev-orders"
  hash_key = "id"
  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "customer"
    type = "S"
  }
  attribute {
    name = "date"
    type = "S"
  }
  global_secondary_index {
    name            = "ByCustomer"
    hash_key        = "customer"
    range_key       = "id"
    projection_type = "ALL"
  }
  global_secondary_index {
    name            = "ByDate"
    hash_key        = "date"
    projection_type = "ALL"
  }
}

# What is declared nowhere has no type that could be wrong.
resource "aws_dynamodb_table" "undeclared" {
  name     = "test-orders"
  hash_key = "id"
  global_secondary_index {
    name            = "ByCustomer"
    hash_key        = "customer"
    projection_type = "ALL"
  }
  global_secondary_index {
    name            = "ByDate"
    hash_key        = "date"
    range_key       = "id"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "of_other_types" { # expect: fail (see the golden file)
  name     = "stage-orders"
  hash_key = "id"
  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "customer"
    type = "N"
  }
  attribute {
    name = "date"
    type = "B"
  }
  global_secondary_index {
    name            = "ByCustomer"
    hash_key        = "customer"
    projection_type = "ALL"
  }
  global_secondary_index {
    name            = "ByDate"
    hash_key        = "date"
    range_key       = "id"
    projection_type = "ALL"
  }
}

# An index of its own declares its keys itself, whatever the table says of them.
resource "aws_dynamodb_table" "with_separate_index" {
  name     = "prod-orders"
  hash_key = "id"
  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "customer"
    type = "N"
  }
}

resource "aws_dynamodb_global_secondary_index" "right" {
  table_name = aws_dynamodb_table.with_separate_index.name
  index_name = "ByCustomer"
  key_schema {
    attribute_name = "customer"
    attribute_type = "S"
    key_type       = "HASH"
  }
  projection {
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_global_secondary_index" "wrong" { # expect: fail (see the golden file)
  table_name = aws_dynamodb_table.with_separate_index.name
  index_name = "ByDate"
  key_schema {
    attribute_name = "date"
    attribute_type = "S"
    key_type       = "HASH"
  }
  key_schema {
    attribute_name = "id"
    attribute_type = "B"
    key_type       = "RANGE"
  }
  projection {
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "keyed_elsewhere" {
  name     = "west-orders"
  hash_key = "id"
}

resource "aws_dynamodb_global_secondary_index" "other_keys" { # expect: fail (see the golden file)
  table_name = aws_dynamodb_table.keyed_elsewhere.name
  index_name = "ByDate"
  key_schema {
    attribute_name = "id"
    attribute_type = "S"
    key_type       = "HASH"
  }
  projection {
    projection_type = "KEYS_ONLY"
  }
}

resource "aws_dynamodb_global_secondary_index" "one_key_more" { # expect: fail (see the golden file)
  table_name = aws_dynamodb_table.keyed_elsewhere.name
  index_name = "ByCustomer"
  key_schema {
    attribute_name = "customer"
    attribute_type = "S"
    key_type       = "HASH"
  }
  key_schema {
    attribute_name = "id"
    attribute_type = "S"
    key_type       = "RANGE"
  }
  projection {
    projection_type = "ALL"
  }
}

# An attribute that is declared without its type.
resource "aws_dynamodb_table" "without_type" { # expect: fail (see the golden file)
  name     = "untyped-orders"
  hash_key = "id"
  attribute {
    name = "customer"
  }
  global_secondary_index {
    name            = "ByCustomer"
    hash_key        = "customer"
    projection_type = "ALL"
  }
}
