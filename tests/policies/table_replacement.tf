# Only the name changes.
resource "aws_dynamodb_table" "renamed" { # expect: fail the table "tr-old" is destroyed with every item in it and created anew without them, because name (from "tr-old" to "tr-new") cannot be changed in place. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the items, create the new table beside this one, copy them over, and remove this one last
  name         = "tr-new"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "rekeyed" { # expect: fail the table "tr-rekeyed" is destroyed with every item in it and created anew without them, because hash_key (from "id" to "other") cannot be changed in place. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the items, create the new table beside this one, copy them over, and remove this one last
  name         = "tr-rekeyed"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "other"

  attribute {
    name = "other"
    type = "S"
  }
}

resource "aws_dynamodb_table" "unsorted" { # expect: fail the table "tr-unsorted" is destroyed with every item in it and created anew without them, because range_key cannot be changed in place. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the items, create the new table beside this one, copy them over, and remove this one last
  name         = "tr-unsorted"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "local" { # expect: fail the table "tr-local" is destroyed with every item in it and created anew without them, because local_secondary_index cannot be changed in place. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the items, create the new table beside this one, copy them over, and remove this one last
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

resource "aws_dynamodb_table" "restored" { # expect: fail the table "tr-restored" is destroyed with every item in it and created anew without them, because restore_source_name and restore_to_latest_time cannot be changed in place. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the items, create the new table beside this one, copy them over, and remove this one last
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

resource "aws_dynamodb_table" "imported" { # expect: fail the table "tr-imported" is destroyed with every item in it and created anew without them, because import_table[0].s3_bucket_source cannot be changed in place. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the items, create the new table beside this one, copy them over, and remove this one last
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

resource "aws_dynamodb_table" "triggered" { # expect: fail the table "tr-triggered" is destroyed with every item in it and created anew without them, because something in its replace_triggered_by changes. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the table, take what changes out of its replace_triggered_by
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

resource "aws_dynamodb_table" "counted" { # expect: fail the table "tr-counted-1" is destroyed with every item in it, because count no longer reaches its index. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the table, leave it its instance, or lead a moved block from there to its new address
  name         = "tr-counted-${count.index}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  count        = 1

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "keyed" { # expect: fail the table "tr-keyed-b" is destroyed with every item in it, because its key is no longer in for_each. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the table, leave it its instance, or lead a moved block from there to its new address
  name         = "tr-keyed-${each.key}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  for_each     = toset(["a"])

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "single" { # expect: fail the table "tr-single" is destroyed with every item in it, and aws_dynamodb_table.single["a"] is created under the same name without them, because its block has another kind of instances now (count, for_each or neither). Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. If only its address changed, the fix says so to Terraform, and the table stays
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

# expect: fail aws_dynamodb_table.east the table "tr-two-regions" is destroyed with every item in it, because the configuration no longer has its block. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the table without Terraform, write a removed block with destroy = false
# expect: fail aws_dynamodb_table.gone the table "tr-gone" is destroyed with every item in it, because the configuration no longer has its block. Deletion protection is on, so DynamoDB refuses and the apply stops halfway; point-in-time recovery is on, so a backup stays for 35 days. To keep the table without Terraform, write a removed block with destroy = false
# expect: fail aws_dynamodb_table.old_address the table "tr-address" is destroyed with every item in it, and aws_dynamodb_table.new_address is created under the same name without them, because the configuration no longer has its block. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. If only its address changed, the fix says so to Terraform, and the table stays
# expect: fail aws_dynamodb_table.unmanaged Terraform stops managing the table "tr-unmanaged": the table and its items stay, but no plan and no check sees them any more. Have something else manage it, or leave its block in the configuration
