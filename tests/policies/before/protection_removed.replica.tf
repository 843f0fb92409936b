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
}

resource "aws_dynamodb_table" "unrecoverable" {
  name             = "pv-unrecoverable"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "left_out" {
  name             = "pv-left-out"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "without_stream" {
  name             = "pv-without-stream"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "other_stream" {
  name             = "pv-other-stream"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "of_resource" {
  name             = "pv-of-resource"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "read" {
  name             = "pv-view-read"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "unread" {
  name             = "pv-view-unread"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

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
