# These keys are no longer there: unlinked, moved, switched_off, of_gone, west, retired.

resource "terraform_data" "later" {
  input = ["us-west-2", "x"]
}

resource "aws_kms_key" "kept" {
  description = "kept"
}

resource "aws_kms_key" "next" {
  description = "next"
}

resource "aws_kms_key" "disabled" {
  description = "disabled"
  is_enabled  = false
}

removed {
  from = aws_kms_key.forgotten

  lifecycle {
    destroy = false
  }
}

# The argument is no longer there, and the table keeps the key.
resource "aws_dynamodb_table" "unlinked" {
  name         = "kd-unlinked"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption { # expect: fail Key is destroyed by this plan (aws_kms_key.unlinked): reads and writes fail within minutes, and DynamoDB archives the table after seven days. Keep the key, or give the table another key in an earlier apply
    enabled = true
  }
}

resource "aws_dynamodb_table" "moved" {
  name         = "kd-moved"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption { # expect: fail Key is destroyed by this plan (aws_kms_key.moved): the table moves to another key, but its older backups can no longer be restored. Destroy the old key in a later change, when no backup needs it any more
    enabled     = true
    kms_key_arn = aws_kms_key.next.arn
  }
}

resource "aws_dynamodb_table" "switched_off" {
  name         = "kd-switched-off"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption { # expect: fail Key is destroyed by this plan (aws_kms_key.switched_off): the table moves to another key, but its older backups can no longer be restored. Destroy the old key in a later change, when no backup needs it any more
    enabled = false
  }
}

resource "aws_dynamodb_table" "disabled" {
  name         = "kd-disabled"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption { # expect: fail Key is disabled by this plan (aws_kms_key.disabled): reads and writes fail within minutes, and DynamoDB archives the table after seven days. Keep the key, or give the table another key in an earlier apply
    enabled     = true
    kms_key_arn = aws_kms_key.disabled.arn
  }
}

resource "aws_dynamodb_table" "kept" {
  name         = "kd-kept"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.kept.arn
  }
}

# The key stays, outside Terraform.
resource "aws_dynamodb_table" "forgotten" {
  name         = "kd-forgotten"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled = true
  }
}

resource "aws_dynamodb_table" "replicated" {
  name         = "kd-replicated"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption { # expect: fail Key of the replica in "us-west-2" is destroyed by this plan (aws_kms_key.west): reads and writes fail within minutes, and DynamoDB archives the table after seven days. Keep the key, or give the table another key in an earlier apply
    enabled     = true
    kms_key_arn = aws_kms_key.kept.arn
  }

  replica {
    region_name = "us-west-2"
  }
}

resource "aws_dynamodb_table" "later" {
  name         = "kd-later"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption { # expect: unknown replica comes from a dynamic block whose for_each is known only after apply
    enabled     = true
    kms_key_arn = aws_kms_key.kept.arn
  }

  dynamic "replica" {
    for_each = terraform_data.later.output
    content {
      region_name = replica.value
    }
  }
}

# Has the ARN of a key that is no longer there.
resource "terraform_data" "retired" {
  lifecycle {
    ignore_changes = [input]
  }
}

resource "aws_dynamodb_table" "returning" {
  name         = "kd-returning"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption { # expect: fail Key is destroyed by this plan (aws_kms_key.retired): reads and writes fail within minutes, and DynamoDB archives the table after seven days. Keep the key, or give the table another key in an earlier apply
    enabled     = true
    kms_key_arn = terraform_data.retired.output
  }
}

resource "aws_kms_key" "perhaps" {
  description = "perhaps"
  is_enabled  = terraform_data.later.output[1] == "x"
}

resource "aws_dynamodb_table" "perhaps" {
  name         = "kd-perhaps"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption { # expect: unknown aws_kms_key.perhaps is_enabled waits for terraform_data.later.output[1]
    enabled     = true
    kms_key_arn = aws_kms_key.perhaps.arn
  }
}

# The table of this replica is not in the plan.
resource "aws_dynamodb_table_replica" "elsewhere" { # expect: fail Key of the replica in "us-west-2" is destroyed by this plan (aws_kms_key.west): reads and writes fail within minutes, and DynamoDB archives the table after seven days. Keep the key, or give the table another key in an earlier apply
  provider         = aws.west
  global_table_arn = "arn:aws:dynamodb:us-east-1:123456789012:table/kd-elsewhere"
}
