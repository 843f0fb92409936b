# Only the name changes.
resource "aws_dynamodb_table" "renamed" {
  name         = "tr-new"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "rekeyed" {
  name         = "tr-rekeyed"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "other"

  attribute {
    name = "other"
    type = "S"
  }
}

resource "aws_dynamodb_table" "unsorted" {
  name         = "tr-unsorted"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "local" {
  name         = "tr-local"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "at"

  local_secondary_index {
    name            = "Other"
    range_key       = "by"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "at"
    type = "S"
  }

  attribute {
    name = "by"
    type = "S"
  }
}

resource "aws_dynamodb_table" "restored" {
  name         = "tr-restored"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  restore_source_name    = "tr-kept"
  restore_to_latest_time = true

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "imported" {
  name         = "tr-imported"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  import_table {
    input_format = "DYNAMODB_JSON"

    s3_bucket_source {
      bucket = "exports"
    }
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "triggered" {
  name         = "tr-triggered"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  lifecycle {
    replace_triggered_by = [terraform_data.version]
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "counted" {
  name         = "tr-counted-${count.index}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  count        = 1

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "keyed" {
  name         = "tr-keyed-${each.key}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  for_each     = toset(["a"])

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "single" {
  name         = "tr-single"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  for_each     = toset(["a"])

  attribute {
    name = "id"
    type = "S"
  }
}

# The block "gone" is no longer there.

# The block "old_address" has another label now, and no `moved` block says so.
resource "aws_dynamodb_table" "new_address" {
  name         = "tr-address"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

# Another table of the same name, in another region.
resource "aws_dynamodb_table" "west" {
  provider     = aws.west
  name         = "tr-two-regions"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

removed {
  from = aws_dynamodb_table.unmanaged

  lifecycle {
    destroy = false
  }
}

resource "aws_dynamodb_table" "kept" {
  name         = "tr-kept"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "updated" {
  name         = "tr-updated"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  table_class  = "STANDARD_INFREQUENT_ACCESS"

  attribute {
    name = "id"
    type = "S"
  }
}

moved {
  from = aws_dynamodb_table.from
  to   = aws_dynamodb_table.to
}

resource "aws_dynamodb_table" "to" {
  name         = "tr-moved"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "terraform_data" "version" {
  input = 2
}
