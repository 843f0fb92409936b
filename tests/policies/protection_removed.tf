resource "aws_dynamodb_table" "unlocked" { # expect: fail Deletion protection is switched off, so the next plan or a click can delete the table: deletion_protection_enabled is false; expected true
  name         = "pr-unlocked"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  deletion_protection_enabled = false

  attribute {
    name = "id"
    type = "S"
  }
}

# Without the line protection is off.
resource "aws_dynamodb_table" "line_removed" { # expect: fail Without its line, deletion protection is off, so the next plan or a click can delete the table: deletion_protection_enabled is not set; expected true
  name         = "pr-line-removed"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "unrecoverable" { # expect: fail Point-in-time recovery is switched off, so wrong writes and deletions cannot be undone: point_in_time_recovery.enabled is false; expected true
  name         = "pr-unrecoverable"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  point_in_time_recovery {
    enabled = false
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "shorter" { # expect: fail Recovery window shrinks from 35 to 7 days, so older states cannot be restored: point_in_time_recovery.recovery_period_in_days is 7; expected at least 35
  name         = "pr-shorter"
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

resource "aws_dynamodb_table" "unencrypted" { # expect: fail Encryption changes from the KMS key "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000" to a key that AWS owns, which the account cannot control, audit or revoke: server_side_encryption.enabled is false; expected true
  name         = "pr-unencrypted"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  server_side_encryption {
    enabled = false
  }

  attribute {
    name = "id"
    type = "S"
  }
}

# The key was one of this configuration.
resource "aws_dynamodb_table" "service_key" { # expect: fail Encryption changes from the KMS key "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000001" to the AWS managed key, whose policy cannot be changed: server_side_encryption.kms_key_arn is "arn:aws:kms:us-east-1:123456789012:alias/aws/dynamodb"; expected "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  name         = "pr-service-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:alias/aws/dynamodb"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

# Whose key it was, no one can tell.
resource "aws_dynamodb_table" "some_key" { # expect: unknown server_side_encryption.kms_key_arn was "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"; the plan does not show who manages that key
  name         = "pr-some-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:alias/aws/dynamodb"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "immortal" { # expect: fail Time to live is switched off, so items no longer expire by "expires_at": ttl.enabled is false; expected true
  name         = "pr-immortal"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  ttl {
    enabled = false
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "other_attribute" { # expect: fail Time to live uses another attribute, so items no longer expire by "expires_at": ttl.attribute_name is "deleted_at"; expected "expires_at"
  name         = "pr-other-attribute"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  ttl {
    enabled        = true
    attribute_name = "deleted_at"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

# A function reads the stream.
resource "aws_dynamodb_table" "read" { # expect: fail Stream is switched off, but aws_lambda_event_source_mapping.reader still reads it: stream_enabled is not set; expected true
  name         = "pr-read"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

# Nothing here reads the stream.
resource "aws_dynamodb_table" "unread" { # expect: unknown stream_enabled is switched off; nothing in the plan reads the stream, but something outside the plan may read it
  name         = "pr-unread"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "later" { # expect: unknown deletion_protection_enabled waits for terraform_data.later.output
  name         = "pr-later"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  deletion_protection_enabled = terraform_data.later.output == "x"

  attribute {
    name = "id"
    type = "S"
  }
}

# The provider keeps what these blocks had set.
resource "aws_dynamodb_table" "blocks_removed" {
  name         = "pr-blocks-removed"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "stronger" {
  name         = "pr-stronger"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  deletion_protection_enabled = true

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 35
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "terraform_data" "later" {
  input = "x"
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

# The stream stays.
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

# The stream goes with the table that it belongs to.
resource "aws_dynamodb_table" "read_and_replaced" {
  name         = "pr-replaced-anew"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

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

resource "aws_dynamodb_table" "read_twice" { # expect: fail Stream is switched off, but aws_lambda_event_source_mapping.first and aws_lambda_event_source_mapping.second still read it: stream_enabled is not set; expected true
  name         = "pr-read-twice"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
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
