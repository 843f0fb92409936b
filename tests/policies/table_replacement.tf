# Only the name changes.
resource "aws_dynamodb_table" "renamed" { # expect: fail Table "tr-old" is destroyed with all its items and recreated, because name (from "tr-old" to "tr-new") cannot be changed in place. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the items, create the new table under another name, copy the items, and remove this table last
  name         = "tr-new"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "rekeyed" { # expect: fail Table "tr-rekeyed" is destroyed with all its items and recreated, because hash_key (from "id" to "other") cannot be changed in place. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the items, create the new table under another name, copy the items, and remove this table last
  name         = "tr-rekeyed"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "other"

  attribute {
    name = "other"
    type = "S"
  }
}

resource "aws_dynamodb_table" "unsorted" { # expect: fail Table "tr-unsorted" is destroyed with all its items and recreated, because range_key cannot be changed in place. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the items, create the new table under another name, copy the items, and remove this table last
  name         = "tr-unsorted"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "local" { # expect: fail Table "tr-local" is destroyed with all its items and recreated, because local_secondary_index cannot be changed in place. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the items, create the new table under another name, copy the items, and remove this table last
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

resource "aws_dynamodb_table" "restored" { # expect: fail Table "tr-restored" is destroyed with all its items and recreated, because restore_source_name and restore_to_latest_time cannot be changed in place. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the items, create the new table under another name, copy the items, and remove this table last
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

resource "aws_dynamodb_table" "imported" { # expect: fail Table "tr-imported" is destroyed with all its items and recreated, because import_table[0].s3_bucket_source cannot be changed in place. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the items, create the new table under another name, copy the items, and remove this table last
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

resource "aws_dynamodb_table" "triggered" { # expect: fail Table "tr-triggered" is destroyed with all its items and recreated, because a reference in its replace_triggered_by changes. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the table, remove the changing reference from its replace_triggered_by
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

resource "aws_dynamodb_table" "counted" { # expect: fail Table "tr-counted-1" is destroyed with all its items, because count no longer includes its index. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the table, restore its instance, or write a moved block to its new address
  name         = "tr-counted-${count.index}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  count        = 1

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "keyed" { # expect: fail Table "tr-keyed-b" is destroyed with all its items, because its key is no longer in for_each. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the table, restore its instance, or write a moved block to its new address
  name         = "tr-keyed-${each.key}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  for_each     = toset(["a"])

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "single" { # expect: fail Table "tr-single" is destroyed with all its items, and aws_dynamodb_table.single["a"] is created under the same name, because its block changed between count, for_each and neither. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. If only the address changed, apply the fix: with the moved block, Terraform keeps the table
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

# expect: fail aws_dynamodb_table.east Table "tr-two-regions" is destroyed with all its items, because the configuration no longer has its block. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the table outside Terraform, write a removed block with destroy = false
# expect: fail aws_dynamodb_table.gone Table "tr-gone" is destroyed with all its items, because the configuration no longer has its block. Deletion protection is on, so DynamoDB refuses and the apply stops halfway; point-in-time recovery is on, so a backup stays for 35 days. To keep the table outside Terraform, write a removed block with destroy = false
# expect: fail aws_dynamodb_table.old_address Table "tr-address" is destroyed with all its items, and aws_dynamodb_table.new_address is created under the same name, because the configuration no longer has its block. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. If only the address changed, apply the fix: with the moved block, Terraform keeps the table
# expect: fail aws_dynamodb_table.unmanaged Table "tr-unmanaged" is removed from the Terraform state: the table and its items stay, but later plans and checks do not see them. Manage the table elsewhere, or keep its block in the configuration
