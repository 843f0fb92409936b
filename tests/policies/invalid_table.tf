# What Terraform plans and DynamoDB refuses.

resource "aws_dynamodb_table" "valid" {
  name         = "a.b_c-1"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "k"
  local_secondary_index {
    name               = "ByL"
    range_key          = "l"
    projection_type    = "INCLUDE"
    non_key_attributes = ["a"]
  }
  global_secondary_index {
    name               = "ByG"
    hash_key           = "id"
    projection_type    = "INCLUDE"
    non_key_attributes = ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11", "a12", "a13", "a14", "a15", "a16", "a17", "a18", "a19"]
  }
  global_secondary_index {
    name            = "ByH"
    hash_key        = "id"
    projection_type = "KEYS_ONLY"
    range_key       = "k"
  }
  ttl {
    enabled        = true
    attribute_name = "expires"
  }
  stream_enabled   = true
  stream_view_type = "KEYS_ONLY"
  on_demand_throughput {
    max_read_request_units  = 1
    max_write_request_units = -1
  }
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 1
  }
  tags = {
    Team = ""
  }

  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "k"
    type = "S"
  }
  attribute {
    name = "l"
    type = "S"
  }
}

resource "aws_dynamodb_table" "short_name" { # expect: fail Table has an invalid name: name is "ab"; expected 3 to 255 characters from a-z, A-Z, 0-9, underscore, hyphen and dot
  name         = "ab"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "name_with_blank" { # expect: fail Table has an invalid name: name is "a b"; expected 3 to 255 characters from a-z, A-Z, 0-9, underscore, hyphen and dot
  name         = "a b"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

# Known only after apply.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "later" { # expect: unknown name waits for terraform_data.later.id
  name         = terraform_data.later.id
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "no_key" { # expect: fail Table has no hash key: hash_key is not set; expected the name of an attribute
  name         = "no-key"
  billing_mode = "PAY_PER_REQUEST"

  attribute {
    name = "id"
    type = "S"
  }

  global_secondary_index {
    name            = "ById"
    hash_key        = "id"
    projection_type = "ALL"
  }

}

resource "aws_dynamodb_table" "one_key_twice" { # expect: fail Hash key and range key of the table are the same attribute: range_key is "id"; expected another attribute
  name         = "one-key-twice"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "long_key" { # expect: fail Key attribute has an invalid name: attribute["tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt"].name is "tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt"; expected 1 to 255 bytes
  name         = "long-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt"

  attribute {
    name = "tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt"
    type = "S"
  }
}

resource "aws_dynamodb_table" "short_index_name" { # expect: fail Index has an invalid name: global_secondary_index["g"].name is "g"; expected 3 to 255 characters from a-z, A-Z, 0-9, underscore, hyphen and dot
  name         = "short-index-name"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "g"
    hash_key        = "id"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "two_indexes_of_one_name" { # expect: fail Two indexes of the table have the name "ByK": global_secondary_index["ByK"].name is "ByK"; expected another name
  name         = "two-indexes-of-one-name"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "ALL"
  }
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "KEYS_ONLY"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "local_and_global_of_one_name" { # expect: fail Two indexes of the table have the name "ByK": global_secondary_index["ByK"].name is "ByK"; expected another name
  name         = "local-and-global-of-one-name"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "k"
  local_secondary_index {
    name            = "ByK"
    range_key       = "k"
    projection_type = "ALL"
  }
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "k"
    type = "S"
  }
}

# Equal blocks are one index.
resource "aws_dynamodb_table" "one_index_written_twice" {
  name         = "one-index-written-twice"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "ALL"
  }
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "index_key_twice" { # expect: fail Index "ByK" has one key attribute twice: global_secondary_index["ByK"].range_key is ["id", "id"]; expected each once
  name         = "index-key-twice"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "ALL"
    range_key       = "id"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "local_without_range_key" { # expect: fail Local index "ByK" needs a range key on the table: range_key is not set; expected the name of an attribute
  name         = "local-without-range-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  local_secondary_index {
    name            = "ByK"
    range_key       = "k"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "k"
    type = "S"
  }
}

resource "aws_dynamodb_table" "local_by_hash_key" { # expect: fail Range key of local index "ByK" is the hash key of the table: local_secondary_index["ByK"].range_key is "id"; expected another attribute
  name         = "local-by-hash-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "k"
  local_secondary_index {
    name            = "ByK"
    range_key       = "id"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "k"
    type = "S"
  }
}

resource "aws_dynamodb_table" "six_local_indexes" { # expect: fail Table has 6 local indexes: local_secondary_index is 6 blocks; expected 5 at most
  name         = "six-local-indexes"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "k"
  local_secondary_index {
    name            = "By0x"
    range_key       = "k"
    projection_type = "ALL"
  }
  local_secondary_index {
    name            = "By1x"
    range_key       = "k"
    projection_type = "ALL"
  }
  local_secondary_index {
    name            = "By2x"
    range_key       = "k"
    projection_type = "ALL"
  }
  local_secondary_index {
    name            = "By3x"
    range_key       = "k"
    projection_type = "ALL"
  }
  local_secondary_index {
    name            = "By4x"
    range_key       = "k"
    projection_type = "ALL"
  }
  local_secondary_index {
    name            = "By5x"
    range_key       = "k"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "k"
    type = "S"
  }
}

resource "aws_dynamodb_table" "imported_with_local_index" { # expect: fail Local indexes are lost when the table is imported: ImportTable does not create them
  name         = "imported-with-local-index"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "k"
  local_secondary_index {
    name            = "ByK"
    range_key       = "k"
    projection_type = "ALL"
  }
  import_table {
    input_format = "ION"
    s3_bucket_source {
      bucket = "bucket"
    }
  }

  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "k"
    type = "S"
  }
}

resource "aws_dynamodb_table" "include_nothing" { # expect: fail Index "ByK" includes attributes but names none: global_secondary_index["ByK"].non_key_attributes is []; expected the names of attributes
  name         = "include-nothing"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "INCLUDE"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "all_and_more" { # expect: fail Index "ByK" names attributes, which only the projection INCLUDE takes: global_secondary_index["ByK"].non_key_attributes is ["a"]; expected no value
  name         = "all-and-more"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name               = "ByK"
    hash_key           = "id"
    projection_type    = "ALL"
    non_key_attributes = ["a"]
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "local_keys_and_more" { # expect: fail Index "ByK" names attributes, which only the projection INCLUDE takes: local_secondary_index["ByK"].non_key_attributes is ["a"]; expected no value
  name         = "local-keys-and-more"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "k"
  local_secondary_index {
    name               = "ByK"
    range_key          = "k"
    projection_type    = "KEYS_ONLY"
    non_key_attributes = ["a"]
  }

  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "k"
    type = "S"
  }
}

resource "aws_dynamodb_table" "too_many_included" { # expect: fail Index "ByK" includes too many attributes: global_secondary_index["ByK"].non_key_attributes is a list of 21 names; expected 20 at most
  name         = "too-many-included"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name               = "ByK"
    hash_key           = "id"
    projection_type    = "INCLUDE"
    non_key_attributes = ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11", "a12", "a13", "a14", "a15", "a16", "a17", "a18", "a19", "a20"]
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "too_many_together" { # expect: fail Indexes of the table include too many attributes together: global_secondary_index["By5x"].non_key_attributes is one of them; expected 100 at most, each counted once for each index
  name         = "too-many-together"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name               = "By0x"
    hash_key           = "id"
    projection_type    = "INCLUDE"
    non_key_attributes = ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11", "a12", "a13", "a14", "a15", "a16"]
  }
  global_secondary_index {
    name               = "By1x"
    hash_key           = "id"
    projection_type    = "INCLUDE"
    non_key_attributes = ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11", "a12", "a13", "a14", "a15", "a16"]
  }
  global_secondary_index {
    name               = "By2x"
    hash_key           = "id"
    projection_type    = "INCLUDE"
    non_key_attributes = ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11", "a12", "a13", "a14", "a15", "a16"]
  }
  global_secondary_index {
    name               = "By3x"
    hash_key           = "id"
    projection_type    = "INCLUDE"
    non_key_attributes = ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11", "a12", "a13", "a14", "a15", "a16"]
  }
  global_secondary_index {
    name               = "By4x"
    hash_key           = "id"
    projection_type    = "INCLUDE"
    non_key_attributes = ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11", "a12", "a13", "a14", "a15", "a16"]
  }
  global_secondary_index {
    name               = "By5x"
    hash_key           = "id"
    projection_type    = "INCLUDE"
    non_key_attributes = ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11", "a12", "a13", "a14", "a15", "a16"]
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "long_time_to_live" { # expect: fail Time to live has an attribute with too long a name: ttl.attribute_name is "tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt"; expected 1 to 255 characters
  name         = "long-time-to-live"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  ttl {
    enabled        = true
    attribute_name = "tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "time_to_live_off" {
  name         = "time-to-live-off"
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

resource "aws_dynamodb_table" "view_type_without_stream" { # expect: fail Stream has a view type but is off: version 6 of the provider refuses that, earlier versions create no stream: stream_enabled is not set; expected true
  name             = "view-type-without-stream"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_view_type = "KEYS_ONLY"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "maximum_of_zero" { # expect: fail Table has an invalid on-demand maximum: on_demand_throughput.max_read_request_units is 0; expected 1 or more request units, or -1 for no maximum
  name         = "maximum-of-zero"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  on_demand_throughput {
    max_read_request_units = 0
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "index_maximum_below_minus_one" { # expect: fail Index "ByK" has an invalid on-demand maximum: global_secondary_index["ByK"].on_demand_throughput.max_write_request_units is -2; expected 1 or more request units, or -1 for no maximum
  name         = "index-maximum-below-minus-one"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "ALL"
    on_demand_throughput {
      max_write_request_units = -2
    }
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "index_maximum_when_provisioned" { # expect: fail Index "ByK" has an on-demand maximum under PROVISIONED: global_secondary_index["ByK"].on_demand_throughput.max_write_request_units is 5; expected no value
  name           = "index-maximum-when-provisioned"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 1
  write_capacity = 1
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "ALL"
    read_capacity   = 1
    write_capacity  = 1
    on_demand_throughput {
      max_write_request_units = 5
    }
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "many_tags" { # expect: fail Table has too many tags: tags is a map of 51; expected 50 at most
  name         = "many-tags"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  tags         = { for number in range(51) : "tag-${number}" => "x" }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "long_tag_key" { # expect: fail Tag has an invalid key: tags is a map with a key of 129 characters; expected keys of 1 to 128 characters
  name         = "long-tag-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  tags = {
    kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk = "x"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "long_tag_value" { # expect: fail Tag "Team" has too long a value: tags["Team"] is 257 characters long; expected 256 characters at most
  name         = "long-tag-value"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  tags = {
    Team = "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "restored" { # expect: unknown local_secondary_index comes from the source of the restore (restore_source_name)
  name                   = "restored"
  billing_mode           = "PAY_PER_REQUEST"
  hash_key               = "id"
  restore_source_name    = "source"
  restore_to_latest_time = true

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "restored_to_no_time" { # expect: fail Table is restored without a point in time: restore_to_latest_time is not set; expected true
  name                = "restored-to-no-time"
  billing_mode        = "PAY_PER_REQUEST"
  hash_key            = "id"
  restore_source_name = "source"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "restored_to_two_times" { # expect: fail Table is restored to two points in time: restore_to_latest_time is true; expected one of the two arguments
  name                   = "restored-to-two-times"
  billing_mode           = "PAY_PER_REQUEST"
  hash_key               = "id"
  restore_source_name    = "source"
  restore_date_time      = "2026-01-01T00:00:00Z"
  restore_to_latest_time = true

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "with_replicas" {
  name         = "with-replicas"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  replica {
    region_name = "eu-west-1"
  }
  replica {
    region_name = "eu-central-1"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "replica_at_home" { # expect: fail Replica is in the region of its table: replica["us-east-1"].region_name is "us-east-1"; expected another region
  name         = "replica-at-home"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  replica {
    region_name = "us-east-1"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "replica_in_upper_case" { # expect: fail Replica has an invalid region: replica["EU-WEST-1"].region_name is "EU-WEST-1"; expected the name of a region, such as "eu-west-1"
  name         = "replica-in-upper-case"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  replica {
    region_name = "EU-WEST-1"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "own_key_and_replica_without" { # expect: fail Table has a customer managed key, but its replica has none: all copies need the same type of key: replica["eu-west-1"].kms_key_arn is not set; expected the ARN of a key in the region of the replica
  name         = "own-key-and-replica-without"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/1"
  }
  replica {
    region_name = "eu-west-1"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "replica_with_key" { # expect: fail Replica has a customer managed key, but its table has none: all copies need the same type of key: replica["eu-west-1"].kms_key_arn is "arn:aws:kms:eu-west-1:123456789012:key/1"; expected no value, or server_side_encryption.kms_key_arn on the table
  name         = "replica-with-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  replica {
    region_name = "eu-west-1"
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "replica_with_key_of_table" { # expect: fail Replica has a key of another region: replica["eu-west-1"].kms_key_arn is "arn:aws:kms:us-east-1:123456789012:key/1"; expected the ARN of a key in the region of the replica
  name         = "replica-with-key-of-table"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/1"
  }
  replica {
    region_name = "eu-west-1"
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/1"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "keys_in_both_regions" {
  name         = "keys-in-both-regions"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.here.arn
  }
  replica {
    region_name = "us-west-2"
    kms_key_arn = aws_kms_key.there.arn
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_kms_key" "here" {
  description = "tables"
}

resource "aws_kms_key" "there" {
  provider    = aws.west
  description = "replicas"
}

resource "aws_dynamodb_table" "at_the_limits" {
  name         = "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt"
  range_key    = "r"
  tags         = merge({ for number in range(49) : "tag-${number}" => "x" }, { "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk" = "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv" })

  attribute {
    name = "ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt"
    type = "B"
  }

  attribute {
    name = "r"
    type = "N"
  }

  dynamic "local_secondary_index" {
    for_each = range(5)
    content {
      name               = "Li${local_secondary_index.value}"
      range_key          = "r"
      projection_type    = "INCLUDE"
      non_key_attributes = ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11", "a12", "a13", "a14", "a15", "a16", "a17", "a18", "a19"]
    }
  }

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 35
  }

  ttl {
    enabled        = true
    attribute_name = "ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt"
  }
}

resource "aws_dynamodb_table" "long_key_in_bytes" { # expect: fail Key attribute has an invalid name: attribute["éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé"].name is "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé"; expected 1 to 255 bytes
  name         = "long-key-in-bytes"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé"

  attribute {
    name = "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé"
    type = "S"
  }
}

resource "aws_dynamodb_table" "empty_tag_key" { # expect: fail Tag has an invalid key: tags is a map with a key of 0 characters; expected keys of 1 to 128 characters
  name         = "empty-tag-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  tags = {
    "" = "x"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "provisioned_with_replica" { # expect: fail A PROVISIONED table cannot be created with replicas: they need autoscaling, which needs the table. Apply in two steps: first the table with its autoscaling targets and policies for writes, then the replicas: billing_mode is "PROVISIONED"; expected "PAY_PER_REQUEST"
  name           = "provisioned-with-replica"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 1
  write_capacity = 1

  attribute {
    name = "id"
    type = "S"
  }

  replica {
    region_name = "eu-west-1"
  }
}

resource "aws_kms_key" "disabled" {
  is_enabled = false
}

resource "aws_kms_key" "asymmetric" {
  customer_master_key_spec = "RSA_2048"
}

resource "aws_dynamodb_table" "disabled_key" { # expect: fail Table has a disabled key: server_side_encryption.kms_key_arn is aws_kms_key.disabled; expected the ARN of an enabled key
  name         = "disabled-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.disabled.arn
  }
}

resource "aws_dynamodb_table" "asymmetric_key" { # expect: fail Table has a key that is not symmetric: server_side_encryption.kms_key_arn is aws_kms_key.asymmetric; expected the ARN of a symmetric key
  name         = "asymmetric-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.asymmetric.arn
  }
}

resource "aws_dynamodb_table" "key_elsewhere" { # expect: fail Table has a key of another region: server_side_encryption.kms_key_arn is a key in "us-west-2"; expected the ARN of a key in the region of the table
  name         = "key-elsewhere"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.there.arn
  }
}

resource "aws_dynamodb_table" "known_key_elsewhere" { # expect: fail Table has a key of another region: server_side_encryption.kms_key_arn is "arn:aws:kms:us-west-2:123456789012:key/1"; expected the ARN of a key in the region of the table
  name         = "known-key-elsewhere"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-west-2:123456789012:key/1"
  }
}

resource "aws_dynamodb_table" "replica_with_key_elsewhere" { # expect: fail Replica has a key of another region: replica["eu-west-1"].kms_key_arn is a key in "us-west-2"; expected the ARN of a key in the region of the replica
  name         = "replica-with-key-elsewhere"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.here.arn
  }
  replica {
    region_name = "eu-west-1"
    kms_key_arn = aws_kms_key.there.arn
  }
}

resource "aws_dynamodb_table" "imported" {
  name         = "imported"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  import_table {
    input_format = "ION"
    s3_bucket_source {
      bucket = "bucket"
    }
  }

  attribute {
    name = "id"
    type = "S"
  }
}

# A key that the table does not use.
resource "aws_dynamodb_table" "key_elsewhere_without_encryption" {
  name         = "key-elsewhere-without-encryption"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = false
    kms_key_arn = aws_kms_key.there.arn
  }
}
