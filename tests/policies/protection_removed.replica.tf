resource "aws_dynamodb_table" "kept" {
  name             = "pv-kept"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "N"
  }

  replica {
    region_name            = "us-west-2"
    point_in_time_recovery = true
  }
}

resource "aws_dynamodb_table" "unrecoverable" { # expect: fail Point-in-time recovery of the replica in "us-west-2" is switched off, so wrong writes and deletions there cannot be undone: replica["us-west-2"].point_in_time_recovery is false; expected true
  name             = "pv-unrecoverable"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "N"
  }

  replica {
    region_name            = "us-west-2"
    point_in_time_recovery = false
  }
}

resource "aws_dynamodb_table" "left_out" { # expect: fail Point-in-time recovery of the replica in "us-west-2" is switched off, so wrong writes and deletions there cannot be undone: replica["us-west-2"].point_in_time_recovery is false; expected true
  name             = "pv-left-out"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "N"
  }

  replica {
    region_name = "us-west-2"
  }
}

resource "aws_dynamodb_table" "without_stream" { # expect: fail Stream is switched off, but the table has replicas: DynamoDB copies items through the stream and refuses the change: stream_enabled is not set; expected true
  name         = "pv-without-stream"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  replica {
    region_name            = "us-west-2"
    point_in_time_recovery = true
  }
}

resource "aws_dynamodb_table" "other_stream" { # expect: fail Stream is replaced, but the table has replicas: DynamoDB copies items through the stream and refuses the change: stream_view_type is "KEYS_ONLY"; expected "NEW_AND_OLD_IMAGES"
  name             = "pv-other-stream"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "KEYS_ONLY"

  attribute {
    name = "id"
    type = "N"
  }

  replica {
    region_name            = "us-west-2"
    point_in_time_recovery = true
  }
}

# The replica is a separate resource.
resource "aws_dynamodb_table" "of_resource" { # expect: fail Point-in-time recovery of the replica in "us-west-2" is switched off, so wrong writes and deletions there cannot be undone: replica["us-west-2"].point_in_time_recovery is false; expected true
  name             = "pv-of-resource"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "N"
  }

  lifecycle {
    ignore_changes = [replica]
  }
}

resource "aws_dynamodb_table_replica" "unrecoverable" {
  provider               = aws.west
  global_table_arn       = aws_dynamodb_table.of_resource.arn
  point_in_time_recovery = false
}

# Streams of tables without replicas: the reader keeps the ARN of the old stream, follows the new one, or is unknown.

resource "aws_dynamodb_table" "read" { # expect: fail Stream is replaced, but aws_lambda_event_source_mapping.old still reads the old one: stream_view_type is "KEYS_ONLY"; expected "NEW_AND_OLD_IMAGES"
  name             = "pv-view-read"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "KEYS_ONLY"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "unread" { # expect: unknown stream_view_type changes, so the stream is replaced; nothing in the plan reads the old one, but something outside the plan may read it
  name             = "pv-view-unread"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "KEYS_ONLY"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_iam_role" "reader" {
  name               = "view-reader"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_lambda_function" "reader" {
  function_name = "view-reader"
  role          = aws_iam_role.reader.arn
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.us-east-1.amazonaws.com/reader:latest"
}

resource "aws_lambda_event_source_mapping" "old" {
  event_source_arn  = aws_dynamodb_table.read.stream_arn
  function_name     = aws_lambda_function.reader.arn
  starting_position = "LATEST"

  lifecycle {
    ignore_changes = [event_source_arn]
  }
}

resource "aws_lambda_event_source_mapping" "following" {
  event_source_arn  = aws_dynamodb_table.unread.stream_arn
  function_name     = aws_lambda_function.reader.arn
  starting_position = "LATEST"
}
