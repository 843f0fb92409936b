resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "products" {
  name         = "dev-products"
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

resource "aws_dynamodb_table" "sessions" {
  name         = "dev-sessions"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "session_id"

  attribute {
    name = "session_id"
    type = "S"
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }
}

# The samples of the specification.
resource "aws_dynamodb_table_item" "product" {
  table_name = aws_dynamodb_table.products.name
  hash_key   = aws_dynamodb_table.products.hash_key

  item = <<-JSON
    {
      "id": {"N": "1"},
      "title": {"S": "Sample Product"},
      "path": {"S": "https://bucket.s3.region.amazonaws.com/image.jpg"},
      "description": {"S": "Product description"},
      "price": {"N": "29.99"},
      "category": {"S": "electronics"},
      "created_at": {"S": "2024-01-01T00:00:00Z"},
      "updated_at": {"S": "2024-01-01T00:00:00Z"}
    }
  JSON
}

resource "aws_dynamodb_table_item" "session" {
  table_name = aws_dynamodb_table.sessions.name
  hash_key   = aws_dynamodb_table.sessions.hash_key

  item = jsonencode({
    session_id = { S = "sess_123456789" }
    user_id    = { S = "user_123" }
    data       = { S = "{\"cart\": [], \"preferences\": {}}" }
    created_at = { S = "2024-01-01T00:00:00Z" }
    expires_at = { N = "1704153600" }
  })
}

# Keys and indexes.
resource "aws_dynamodb_table_item" "without_key" {
  table_name = aws_dynamodb_table.sessions.name
  hash_key   = "session_id"
  item = jsonencode({ # expect: fail Partition key "session_id" is missing; expected a text (S)
    user_id    = { S = "user_123" }
    data       = { S = "{}" }
    created_at = { S = "2024-01-01T00:00:00Z" }
    expires_at = { N = "1704153600" }
  })
}

resource "aws_dynamodb_table_item" "other_types" {
  table_name = aws_dynamodb_table.products.name
  hash_key   = "id"
  item = jsonencode({
    id         = { S = "1" } # expect: fail Partition key has the wrong type: item["id"] is a text (S); expected a number (N)
    title      = { S = "Sample Product" }
    path       = { S = "s3://bucket/image.jpg" }
    category   = { NULL = true } # expect: fail Partition key of index "CategoryIndex" has the wrong type: item["category"] is null (NULL); expected a text (S)
    created_at = { S = "" }      # expect: fail Sort key of index "CategoryIndex" is empty; expected at least one byte
    updated_at = { S = "2024-01-01T00:00:00Z" }
  })
}

resource "aws_dynamodb_table_item" "other_key" {
  table_name = "dev-products"
  hash_key   = "title" # expect: fail Item names another partition key than its table has: hash_key is "title"; expected "id"
  range_key  = "id"    # expect: fail Item names another sort key than its table has: range_key is "id"; expected not set
  item = jsonencode({
    id         = { N = "2" }
    title      = { S = "Sample Product" }
    path       = { S = "s3://bucket/image.jpg" }
    created_at = { S = "2024-01-01T00:00:00Z" }
    updated_at = { S = "2024-01-01T00:00:00Z" }
  })
}

# Time to live, and what the contract demands.
resource "aws_dynamodb_table_item" "never_expires" {
  table_name = aws_dynamodb_table.sessions.name
  hash_key   = "session_id"
  item = jsonencode({ # expect: fail Required attribute "user_id" is missing; expected a text (S)
    session_id = { S = "sess_1" }
    data       = { M = {} }              # expect: fail Attribute has the wrong type: item["data"] is a map (M); expected a text (S)
    created_at = { S = "yesterday" }     # expect: fail Attribute is not an ISO 8601 timestamp: item["created_at"] is "yesterday"; expected a time such as 2024-01-01T00:00:00Z
    expires_at = { N = "1704153600000" } # expect: fail Time is after the year 5000, so it is probably in milliseconds: item["expires_at"] is "1704153600000"; expected seconds since 1970, such as 1704153600
  })
}

# What no item may have.
resource "aws_dynamodb_table" "notes" {
  name         = "notes"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "day"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "day"
    type = "S"
  }

  attribute {
    name = "size"
    type = "N"
  }

  local_secondary_index {
    name            = "BySize"
    range_key       = "size"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table_item" "note" {
  table_name = aws_dynamodb_table.notes.name
  hash_key   = aws_dynamodb_table.notes.hash_key
  range_key  = aws_dynamodb_table.notes.range_key
  item = jsonencode({
    id   = { S = "1" }
    day  = { S = "monday" }
    size = { S = "large" }         # expect: fail Sort key of index "BySize" has the wrong type: item["size"] is a text (S); expected a number (N)
    tags = { SS = ["a", "a"] }     # expect: fail Set has a member twice: item["tags"][1] is "a"
    list = { L = [{ N = "one" }] } # expect: fail Value is not a number: item["list"][0] is "one"; expected a number of at most 38 significant digits, from 1E-130 to 9.99E+125
  })
}

# What is known only after the apply.
resource "aws_dynamodb_table_item" "later_item" {
  table_name = aws_dynamodb_table.notes.name
  hash_key   = "id"
  range_key  = "day"
  item       = terraform_data.later.id # expect: unknown item waits for terraform_data.later.id
}

resource "aws_dynamodb_table_item" "elsewhere" { # expect: unknown table_name is "elsewhere", and the input does not show that table with its keys
  table_name = "elsewhere"
  hash_key   = "id"
  item       = jsonencode({ id = { S = "1" } })
}
