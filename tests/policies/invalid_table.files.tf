# What the provider refuses to validate or to plan, in version 5 or 6, and what only version 6 has.

provider "aws" {
  region = "us-east-1"
}

resource "aws_dynamodb_table" "lower_case_type" { # expect: fail Key attribute has an invalid type: attribute["k"].type is "s"; expected "S", "N" or "B"
  name         = "lower-case-type"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "ByK"
    hash_key        = "k"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "k"
    type = "s"
  }
}

resource "aws_dynamodb_table" "lower_case_projection" { # expect: fail Index "ByK" has an invalid projection: global_secondary_index["ByK"].projection_type is "all"; expected "ALL", "KEYS_ONLY" or "INCLUDE", in upper case
  name         = "lower-case-projection"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "all"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "time_to_live_without_attribute" { # expect: fail Time to live is on without an attribute: ttl.attribute_name is not set; expected the name of an attribute
  name         = "time-to-live-without-attribute"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  ttl {
    enabled = true
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "stream_without_view_type" { # expect: fail Stream is on without a view type: stream_view_type is not set; expected "NEW_AND_OLD_IMAGES" or "NEW_IMAGE" or "OLD_IMAGE" or "KEYS_ONLY"
  name           = "stream-without-view-type"
  billing_mode   = "PAY_PER_REQUEST"
  hash_key       = "id"
  stream_enabled = true

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "invalid_view_type" { # expect: fail Stream has an invalid view type: stream_view_type is "KEYS"; expected "NEW_AND_OLD_IMAGES" or "NEW_IMAGE" or "OLD_IMAGE" or "KEYS_ONLY"
  name             = "invalid-view-type"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "KEYS"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "recovery_of_36_days" { # expect: fail Recovery window is invalid: point_in_time_recovery.recovery_period_in_days is 36; expected 1 to 35 days
  name         = "recovery-of-36-days"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 36
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "recovery_of_0_days" { # expect: fail Recovery window is invalid: point_in_time_recovery.recovery_period_in_days is 0; expected 1 to 35 days
  name         = "recovery-of-0-days"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 0
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "maximum_when_provisioned" { # expect: fail Table has an on-demand maximum under PROVISIONED: on_demand_throughput.max_read_request_units is 5; expected no value
  name           = "maximum-when-provisioned"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 1
  write_capacity = 1
  on_demand_throughput {
    max_read_request_units = 5
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "restored_from_two_sources" { # expect: fail Table is restored from two sources: restore_source_table_arn is "arn:aws:dynamodb:us-east-1:123456789012:table/other"; expected one of the two arguments
  name                     = "restored-from-two-sources"
  billing_mode             = "PAY_PER_REQUEST"
  hash_key                 = "id"
  restore_source_name      = "source"
  restore_source_table_arn = "arn:aws:dynamodb:us-east-1:123456789012:table/other"
  restore_to_latest_time   = true

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "four_and_four" {
  name         = "four-and-four"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "ByK"
    projection_type = "ALL"
    key_schema {
      attribute_name = "h0"
      key_type       = "HASH"
    }
    key_schema {
      attribute_name = "h1"
      key_type       = "HASH"
    }
    key_schema {
      attribute_name = "h2"
      key_type       = "HASH"
    }
    key_schema {
      attribute_name = "h3"
      key_type       = "HASH"
    }
    key_schema {
      attribute_name = "r0"
      key_type       = "RANGE"
    }
    key_schema {
      attribute_name = "r1"
      key_type       = "RANGE"
    }
    key_schema {
      attribute_name = "r2"
      key_type       = "RANGE"
    }
    key_schema {
      attribute_name = "r3"
      key_type       = "RANGE"
    }
  }

  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "h0"
    type = "S"
  }
  attribute {
    name = "h1"
    type = "S"
  }
  attribute {
    name = "h2"
    type = "S"
  }
  attribute {
    name = "h3"
    type = "S"
  }
  attribute {
    name = "r0"
    type = "S"
  }
  attribute {
    name = "r1"
    type = "S"
  }
  attribute {
    name = "r2"
    type = "S"
  }
  attribute {
    name = "r3"
    type = "S"
  }
}

resource "aws_dynamodb_table" "two_forms" { # expect: fail Index "ByK" has its keys in two forms: global_secondary_index["ByK"].hash_key is set, and key_schema too; expected key_schema or hash_key, not both
  name         = "two-forms"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "ByK"
    projection_type = "ALL"
    hash_key        = "k"
    key_schema {
      attribute_name = "k"
      key_type       = "HASH"
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

resource "aws_dynamodb_table" "no_form" { # expect: fail Index "ByK" has no hash key: global_secondary_index["ByK"].hash_key is not set; expected the name of an attribute
  name         = "no-form"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "ByK"
    projection_type = "ALL"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "five_hash_keys" { # expect: fail Index "ByK" has too many HASH keys: global_secondary_index["ByK"].key_schema is ["HASH", "HASH", "HASH", "HASH", "HASH"]; expected 4 at most
  name         = "five-hash-keys"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "ByK"
    projection_type = "ALL"
    key_schema {
      attribute_name = "h0"
      key_type       = "HASH"
    }
    key_schema {
      attribute_name = "h1"
      key_type       = "HASH"
    }
    key_schema {
      attribute_name = "h2"
      key_type       = "HASH"
    }
    key_schema {
      attribute_name = "h3"
      key_type       = "HASH"
    }
    key_schema {
      attribute_name = "h4"
      key_type       = "HASH"
    }
  }

  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "h0"
    type = "S"
  }
  attribute {
    name = "h1"
    type = "S"
  }
  attribute {
    name = "h2"
    type = "S"
  }
  attribute {
    name = "h3"
    type = "S"
  }
  attribute {
    name = "h4"
    type = "S"
  }
}

resource "aws_dynamodb_table" "five_range_keys" { # expect: fail Index "ByK" has too many RANGE keys: global_secondary_index["ByK"].key_schema is ["HASH", "RANGE", "RANGE", "RANGE", "RANGE", "RANGE"]; expected 4 at most
  name         = "five-range-keys"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "ByK"
    projection_type = "ALL"
    key_schema {
      attribute_name = "k"
      key_type       = "HASH"
    }
    key_schema {
      attribute_name = "h0"
      key_type       = "RANGE"
    }
    key_schema {
      attribute_name = "h1"
      key_type       = "RANGE"
    }
    key_schema {
      attribute_name = "h2"
      key_type       = "RANGE"
    }
    key_schema {
      attribute_name = "h3"
      key_type       = "RANGE"
    }
    key_schema {
      attribute_name = "h4"
      key_type       = "RANGE"
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
  attribute {
    name = "h0"
    type = "S"
  }
  attribute {
    name = "h1"
    type = "S"
  }
  attribute {
    name = "h2"
    type = "S"
  }
  attribute {
    name = "h3"
    type = "S"
  }
  attribute {
    name = "h4"
    type = "S"
  }
}

resource "aws_dynamodb_table" "range_key_first" { # expect: fail Index "ByK" has a HASH key after a RANGE key: global_secondary_index["ByK"].key_schema is ["RANGE", "HASH"]; expected HASH first
  name         = "range-key-first"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "ByK"
    projection_type = "ALL"
    key_schema {
      attribute_name = "k"
      key_type       = "RANGE"
    }
    key_schema {
      attribute_name = "l"
      key_type       = "HASH"
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
  attribute {
    name = "l"
    type = "S"
  }
}

resource "aws_dynamodb_table" "no_hash_key" { # expect: fail Index "ByK" has no hash key: global_secondary_index["ByK"].key_schema is ["RANGE"]; expected the name of an attribute
  name         = "no-hash-key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "ByK"
    projection_type = "ALL"
    key_schema {
      attribute_name = "k"
      key_type       = "RANGE"
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

resource "aws_dynamodb_table" "lower_case_role" { # expect: fail Index "ByK" has a key of an invalid type: global_secondary_index["ByK"].key_schema is ["hash"]; expected "HASH" or "RANGE"
  name         = "lower-case-role"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "ByK"
    projection_type = "ALL"
    key_schema {
      attribute_name = "k"
      key_type       = "hash"
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

resource "aws_dynamodb_table" "key_twice" { # expect: fail Index "ByK" has one key attribute twice: global_secondary_index["ByK"].key_schema is ["k", "k"]; expected each once
  name         = "key-twice"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "ByK"
    projection_type = "ALL"
    key_schema {
      attribute_name = "k"
      key_type       = "HASH"
    }
    key_schema {
      attribute_name = "k"
      key_type       = "RANGE"
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

resource "aws_dynamodb_table" "strong" {
  name         = "strong"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  replica {
    region_name      = "us-west-2"
    consistency_mode = "STRONG"
  }
  replica {
    region_name      = "us-east-2"
    consistency_mode = "STRONG"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "strong_with_witness" {
  name         = "strong-with-witness"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  replica {
    region_name      = "us-west-2"
    consistency_mode = "STRONG"
  }
  global_table_witness {
    region_name = "us-east-2"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "strong_alone" { # expect: fail Strong consistency needs three regions: replica is ["us-west-2"]; expected two replicas, or one replica and a witness
  name         = "strong-alone"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  replica {
    region_name      = "us-west-2"
    consistency_mode = "STRONG"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "strong_and_eventual" { # expect: fail Replicas of one table have different consistency modes: replica["us-east-2"].consistency_mode is not set; expected "STRONG"
  name         = "strong-and-eventual"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  replica {
    region_name      = "us-west-2"
    consistency_mode = "STRONG"
  }
  replica {
    region_name = "us-east-2"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "eventual_with_witness" { # expect: fail A witness needs replicas with the consistency mode STRONG: global_table_witness is set; expected consistency_mode = "STRONG" in the replica
  name         = "eventual-with-witness"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  replica {
    region_name = "us-west-2"
  }
  global_table_witness {
    region_name = "us-east-2"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "witness_at_home" { # expect: fail Witness is in a region of the table or of a replica: global_table_witness["us-east-1"].region_name is "us-east-1"; expected a third region
  name         = "witness-at-home"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  replica {
    region_name      = "us-west-2"
    consistency_mode = "STRONG"
  }
  global_table_witness {
    region_name = "us-east-1"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "witness_beside_replica" { # expect: fail Witness is in a region of the table or of a replica: global_table_witness["us-west-2"].region_name is "us-west-2"; expected a third region
  name         = "witness-beside-replica"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  replica {
    region_name      = "us-west-2"
    consistency_mode = "STRONG"
  }
  global_table_witness {
    region_name = "us-west-2"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "strong_with_time_to_live" { # expect: fail Time to live is not possible with replicas of strong consistency: ttl.enabled is true; expected false
  name         = "strong-with-time-to-live"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  replica {
    region_name      = "us-west-2"
    consistency_mode = "STRONG"
  }
  replica {
    region_name      = "us-east-2"
    consistency_mode = "STRONG"
  }
  ttl {
    enabled        = true
    attribute_name = "expires"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "strong_with_local_index" { # expect: fail Local indexes are not possible with replicas of strong consistency
  name         = "strong-with-local-index"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "k"
  local_secondary_index {
    name            = "ByK"
    range_key       = "k"
    projection_type = "ALL"
  }
  replica {
    region_name      = "us-west-2"
    consistency_mode = "STRONG"
  }
  replica {
    region_name      = "us-east-2"
    consistency_mode = "STRONG"
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

resource "aws_dynamodb_table" "provisioned_with_replica" { # expect: unknown billing_mode is PROVISIONED, and the table has replicas: DynamoDB refuses that for a new table, and accepts it for one with autoscaling
  name           = "provisioned-with-replica"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 1
  write_capacity = 1
  replica {
    region_name = "eu-west-1"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "with_index_resources" {
  name         = "with-index-resources"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_global_secondary_index" "first" {
  table_name = aws_dynamodb_table.with_index_resources.name
  index_name = "ByFirst"

  key_schema {
    attribute_name = "k"
    attribute_type = "S"
    key_type       = "HASH"
  }

  projection {
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_global_secondary_index" "second" { # expect: fail Two indexes of the table have the name "ByFirst": index_name is "ByFirst"; expected another name
  table_name = aws_dynamodb_table.with_index_resources.name
  index_name = "ByFirst"

  key_schema {
    attribute_name = "k"
    attribute_type = "S"
    key_type       = "HASH"
  }

  projection {
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_global_secondary_index" "third" { # expect: fail Index "ByThird" includes attributes but names none: projection.non_key_attributes is not set; expected the names of attributes
  table_name = aws_dynamodb_table.with_index_resources.name
  index_name = "ByThird"

  key_schema {
    attribute_name = "k"
    attribute_type = "S"
    key_type       = "HASH"
  }

  projection {
    projection_type = "INCLUDE"
  }
}

resource "aws_dynamodb_table" "two_replicas_in_one_region" { # expect: fail Table has two replicas in "eu-west-1": replica["eu-west-1"].region_name is "eu-west-1"; expected one block for each region
  name         = "two-replicas-in-one-region"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  replica {
    region_name = "eu-west-1"
  }
  replica {
    region_name    = "eu-west-1"
    propagate_tags = true
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "restored_without_keys" { # expect: unknown hash_key comes from the source of the restore (restore_source_name)
  name                   = "restored_without_keys"
  billing_mode           = "PAY_PER_REQUEST"
  restore_source_name    = "source"
  restore_to_latest_time = true

}

# The sort key in one form and the hash key in the other.
resource "aws_dynamodb_table" "half_in_each_form" { # expect: fail Index "ByK" has its keys in two forms: global_secondary_index["ByK"].hash_key is set, and key_schema too; expected key_schema or hash_key, not both
  name         = "half-in-each-form"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  global_secondary_index {
    name            = "ByK"
    projection_type = "ALL"
    hash_key        = "id"
    key_schema {
      attribute_name = "k"
      key_type       = "RANGE"
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

# The region comes from the environment.
provider "aws" {
  alias = "anywhere"
}

resource "aws_dynamodb_table" "key_of_an_environment" {
  provider     = aws.anywhere
  name         = "key-of-an-environment"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
  }
}
