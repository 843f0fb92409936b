resource "aws_dynamodb_table" "renamed" {
  name         = "tr-old"
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
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "unsorted" {
  name         = "tr-unsorted"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "at"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "at"
    type = "S"
  }
}

resource "aws_dynamodb_table" "local" {
  name         = "tr-local"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "at"

  local_secondary_index {
    name            = "Local"
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

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "imported" {
  name         = "tr-imported"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

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
  count        = 2

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "keyed" {
  name         = "tr-keyed-${each.key}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  for_each     = toset(["a", "b"])

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "single" {
  name         = "tr-single"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "gone" {
  name         = "tr-gone"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  deletion_protection_enabled = true

  point_in_time_recovery {
    enabled = true
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "old_address" {
  name         = "tr-address"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "east" {
  name         = "tr-two-regions"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "unmanaged" {
  name         = "tr-unmanaged"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
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

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "from" {
  name         = "tr-moved"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "terraform_data" "version" {
  input = 1
}
