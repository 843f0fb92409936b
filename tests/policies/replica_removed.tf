resource "terraform_data" "later" {
  input = ["eu-west-1", "x"]
}

resource "aws_dynamodb_table" "kept" {
  name             = "rr-kept"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  replica {
    region_name            = "eu-west-1"
    point_in_time_recovery = true
  }
}

resource "aws_dynamodb_table" "removed" { # expect: fail The replica in "eu-west-1" is deleted, with its items and backups there: applications in that region no longer find the table
  name             = "rr-removed"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "moved" { # expect: fail The replica in "eu-west-1" is deleted, with its items and backups there: applications in that region no longer find the table
  name             = "rr-moved"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  replica {
    region_name            = "eu-west-2"
    point_in_time_recovery = true
  }
}

resource "aws_dynamodb_table" "rekeyed" { # expect: fail The replica in "eu-west-1" is deleted and created again because its KMS key changes from "arn:aws:kms:eu-west-1:123456789012:key/11111111-1111-1111-1111-111111111111" to "arn:aws:kms:eu-west-1:123456789012:key/22222222-2222-2222-2222-222222222222": the region has no table until all items are copied to it again
  name             = "rr-rekeyed"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  replica {
    region_name            = "eu-west-1"
    kms_key_arn            = "arn:aws:kms:eu-west-1:123456789012:key/22222222-2222-2222-2222-222222222222"
    point_in_time_recovery = true
  }
}

resource "aws_dynamodb_table" "with_one_more" {
  name             = "rr-with-one-more"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  replica {
    region_name            = "eu-west-1"
    point_in_time_recovery = true
  }

  replica {
    region_name            = "eu-west-2"
    point_in_time_recovery = true
  }
}

resource "aws_dynamodb_table" "with_key_and_one_more" {
  name             = "rr-with-key-and-one-more"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  replica {
    region_name            = "eu-west-1"
    kms_key_arn            = "arn:aws:kms:eu-west-1:123456789012:key/11111111-1111-1111-1111-111111111111"
    point_in_time_recovery = true
  }

  replica {
    region_name            = "eu-west-2"
    point_in_time_recovery = true
  }
}

resource "aws_dynamodb_table" "later" { # expect: unknown replica comes from a dynamic block whose for_each is known only after apply
  name             = "rr-later"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  dynamic "replica" {
    for_each = terraform_data.later.output
    content {
      region_name = replica.value
    }
  }
}

resource "aws_dynamodb_table" "of_resource" { # expect: fail The replica in "us-west-2" is deleted, with its items and backups there: applications in that region no longer find the table
  name             = "rr-of-resource"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  lifecycle {
    ignore_changes = [replica]
  }
}

resource "aws_dynamodb_table" "of_kept_resource" {
  name             = "rr-of-kept-resource"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  lifecycle {
    ignore_changes = [replica]
  }
}

resource "aws_dynamodb_table_replica" "kept" {
  provider               = aws.west
  global_table_arn       = aws_dynamodb_table.of_kept_resource.arn
  point_in_time_recovery = true
}

# The table of this replica is not in the plan.
# expect: fail aws_dynamodb_table_replica.of_no_table The replica in "us-west-2" is deleted because the configuration no longer has its block, with its items and backups there: applications in that region no longer find the table
