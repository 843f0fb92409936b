resource "aws_dynamodb_table" "unlocked" {
  name         = "pr-unlocked"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  deletion_protection_enabled = true

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "line_removed" {
  name         = "pr-line-removed"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  deletion_protection_enabled = true

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "unrecoverable" {
  name         = "pr-unrecoverable"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  point_in_time_recovery {
    enabled = true
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "shorter" {
  name         = "pr-shorter"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 35
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "unencrypted" {
  name         = "pr-unencrypted"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "service_key" {
  name         = "pr-service-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.own.arn
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "some_key" {
  name         = "pr-some-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "immortal" {
  name         = "pr-immortal"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  ttl {
    enabled        = true
    attribute_name = "expires_at"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "other_attribute" {
  name         = "pr-other-attribute"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  ttl {
    enabled        = true
    attribute_name = "expires_at"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "read" {
  name         = "pr-read"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  stream_enabled   = true
  stream_view_type = "KEYS_ONLY"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "unread" {
  name         = "pr-unread"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  stream_enabled   = true
  stream_view_type = "KEYS_ONLY"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "later" {
  name         = "pr-later"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  deletion_protection_enabled = true

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "blocks_removed" {
  name         = "pr-blocks-removed"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
  }

  ttl {
    enabled        = true
    attribute_name = "expires_at"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "stronger" {
  name         = "pr-stronger"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 7
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "gone" {
  name         = "pr-gone"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  point_in_time_recovery {
    enabled = true
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_kms_key" "own" {
  description = "tables"
}

resource "aws_iam_role" "reader" {
  name               = "reader"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_lambda_function" "reader" {
  function_name = "reader"
  role          = aws_iam_role.reader.arn
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.us-east-1.amazonaws.com/reader:latest"
}

resource "aws_lambda_event_source_mapping" "reader" {
  event_source_arn  = aws_dynamodb_table.read.stream_arn
  function_name     = aws_lambda_function.reader.arn
  starting_position = "LATEST"
}

resource "aws_dynamodb_table" "read_on" {
  name             = "pr-read-on"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_IMAGE"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "read_and_replaced" {
  name             = "pr-read-and-replaced"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_IMAGE"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_lambda_event_source_mapping" "reader_on" {
  event_source_arn  = aws_dynamodb_table.read_on.stream_arn
  function_name     = aws_lambda_function.reader.arn
  starting_position = "LATEST"
}

resource "aws_dynamodb_table" "read_twice" {
  name             = "pr-read-twice"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_IMAGE"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_lambda_event_source_mapping" "first" {
  event_source_arn  = aws_dynamodb_table.read_twice.stream_arn
  function_name     = aws_lambda_function.reader.arn
  starting_position = "LATEST"
}

resource "aws_lambda_event_source_mapping" "second" {
  event_source_arn  = aws_dynamodb_table.read_twice.stream_arn
  function_name     = aws_lambda_function.reader.arn
  starting_position = "TRIM_HORIZON"
}
