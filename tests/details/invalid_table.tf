# Cases of invalid-table that a slip in the rule would get wrong, read as Terraform files.

provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias = "anywhere"
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

resource "terraform_data" "later" {}

# Equal blocks are one index.
resource "aws_dynamodb_table" "equal_indexes" {
  name     = "equal_indexes"
  hash_key = "id"
  attribute {
    name = "id"
    type = "S"
  }
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "ALL"
    read_capacity   = 1
    write_capacity  = 2
  }
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "ALL"
    read_capacity   = 1
    write_capacity  = 2
  }
}

resource "aws_dynamodb_table" "other_read_capacity" { # expect: fail (see the golden file)
  name     = "other_read_capacity"
  hash_key = "id"
  attribute {
    name = "id"
    type = "S"
  }
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "ALL"
    read_capacity   = 1
    write_capacity  = 2
  }
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "ALL"
    read_capacity   = 3
    write_capacity  = 2
  }
}

resource "aws_dynamodb_table" "other_write_capacity" { # expect: fail (see the golden file)
  name     = "other_write_capacity"
  hash_key = "id"
  attribute {
    name = "id"
    type = "S"
  }
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "ALL"
    read_capacity   = 1
    write_capacity  = 2
  }
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "ALL"
    read_capacity   = 1
    write_capacity  = 3
  }
}

# The third block is the first one again.
resource "aws_dynamodb_table" "one_of_three" { # expect: fail (see the golden file)
  name         = "one_of_three"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
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
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "two_local_of_one_name" { # expect: fail (see the golden file)
  name         = "two_local_of_one_name"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
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
  range_key = "k"
  local_secondary_index {
    name            = "ByK"
    range_key       = "k"
    projection_type = "ALL"
  }
  local_secondary_index {
    name            = "ByK"
    range_key       = "l"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "equal_local" {
  name         = "equal_local"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "k"
    type = "S"
  }
  range_key = "k"
  local_secondary_index {
    name            = "ByK"
    range_key       = "k"
    projection_type = "ALL"
  }
  local_secondary_index {
    name            = "ByK"
    range_key       = "k"
    projection_type = "ALL"
  }
}

# An index of a table and a resource of the same name are two.
resource "aws_dynamodb_table" "beside_its_own" {
  name         = "beside_its_own"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  global_secondary_index {
    name            = "ByK"
    hash_key        = "id"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_global_secondary_index" "beside" { # expect: fail (see the golden file)
  table_name = aws_dynamodb_table.beside_its_own.name
  index_name = "ByK"
  key_schema {
    attribute_name = "id"
    attribute_type = "S"
    key_type       = "HASH"
  }
  projection {
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "range_key_beside_key_schema" { # expect: fail (see the golden file)
  name         = "range_key_beside_key_schema"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "k"
    type = "S"
  }
  global_secondary_index {
    name            = "ByK"
    range_key       = "id"
    projection_type = "ALL"
    key_schema {
      attribute_name = "k"
      key_type       = "HASH"
    }
  }
}

# It is told once.
resource "aws_dynamodb_table" "more_than_100_twice" { # expect: fail (see the golden file)
  name         = "more_than_100_twice"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  dynamic "global_secondary_index" {
    for_each = range(7)
    content {
      name               = "By${global_secondary_index.value}xx"
      hash_key           = "id"
      projection_type    = "INCLUDE"
      non_key_attributes = [for number in range(17) : "a${number}"]
    }
  }
}

resource "aws_dynamodb_table" "null_tag" {
  name         = "null_tag"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  tags = {
    Team = null
  }
}

# Its sort key comes from the source.
resource "aws_dynamodb_table" "restored_with_local" { # expect: unknown (see the golden file)
  name         = "restored_with_local"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  restore_source_name    = "source"
  restore_to_latest_time = true
  local_secondary_index {
    name            = "ByK"
    range_key       = "k"
    projection_type = "ALL"
  }
}

resource "aws_dynamodb_table" "restored_by_arn" { # expect: unknown (see the golden file)
  name         = "restored_by_arn"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  restore_source_table_arn = "arn:aws:dynamodb:us-east-1:123456789012:table/source"
  restore_to_latest_time   = true
}

resource "aws_dynamodb_table" "restored_to_a_time" { # expect: unknown (see the golden file)
  name         = "restored_to_a_time"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  restore_source_name = "source"
  restore_date_time   = "2026-01-01T00:00:00Z"
}

# Equal blocks are one replica.
resource "aws_dynamodb_table" "equal_replicas" {
  name         = "equal_replicas"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  replica {
    region_name            = "eu-west-1"
    point_in_time_recovery = true
  }
  replica {
    region_name            = "eu-west-1"
    point_in_time_recovery = true
  }
}

resource "aws_dynamodb_table" "third_replica_again" { # expect: fail (see the golden file)
  name         = "third_replica_again"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  replica {
    region_name    = "eu-west-1"
    propagate_tags = true
  }
  replica {
    region_name    = "eu-west-1"
    propagate_tags = false
  }
  replica {
    region_name    = "eu-west-1"
    propagate_tags = true
  }
}

resource "aws_dynamodb_table" "pairs_of_replicas" { # expect: fail (see the golden file)
  name         = "pairs_of_replicas"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  replica {
    region_name = "eu-west-1"
  }
  replica {
    region_name    = "eu-west-1"
    propagate_tags = true
  }
  replica {
    region_name = "eu-west-2"
  }
  replica {
    region_name                 = "eu-west-2"
    deletion_protection_enabled = true
  }
  replica {
    region_name = "eu-west-3"
  }
  replica {
    region_name            = "eu-west-3"
    point_in_time_recovery = true
  }
}

resource "aws_dynamodb_table" "replicas_with_two_keys" { # expect: fail (see the golden file)
  name         = "replicas_with_two_keys"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/1"
  }
  replica {
    region_name = "eu-west-1"
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
  }
  replica {
    region_name = "eu-west-1"
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/2"
  }
}

resource "aws_dynamodb_table" "keys_by_arn" {
  name         = "keys_by_arn"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/1"
  }
  replica {
    region_name = "eu-west-1"
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
  }
}

resource "aws_dynamodb_table" "keys_by_alias" {
  name         = "keys_by_alias"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = "alias/tables"
  }
  replica {
    region_name = "eu-west-1"
    kms_key_arn = "alias/replicas"
  }
}

# A key that is not used.
resource "aws_dynamodb_table" "key_without_encryption" {
  name         = "key_without_encryption"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  server_side_encryption {
    enabled     = false
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/1"
  }
  replica {
    region_name = "eu-west-1"
  }
}

# AWS manages both keys.
resource "aws_dynamodb_table" "key_of_aws" {
  name         = "key_of_aws"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = data.aws_kms_key.of_aws.arn
  }
  replica {
    region_name = "eu-west-1"
  }
}

data "aws_kms_key" "of_aws" {
  key_id = "alias/aws/dynamodb"
}

resource "aws_dynamodb_table" "later_key" { # expect: unknown (see the golden file)
  name         = "later_key"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = terraform_data.later.output
  }
  replica {
    region_name = "eu-west-1"
  }
}

resource "aws_dynamodb_table" "later_key_of_replica" { # expect: unknown (see the golden file)
  name         = "later_key_of_replica"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/1"
  }
  replica {
    region_name = "eu-west-1"
    kms_key_arn = terraform_data.later.output
  }
}

# The region comes from the environment.
resource "aws_dynamodb_table" "anywhere" { # expect: unknown (see the golden file)
  name         = "anywhere"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  provider = aws.anywhere
  replica {
    region_name = "eu-west-1"
  }
}

# Its replica is a resource in its own region.
resource "aws_dynamodb_table" "copied" { # expect: fail (see the golden file)
  name         = "copied"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table_replica" "at_home" {
  global_table_arn = aws_dynamodb_table.copied.arn
}

# A replica that is a resource is created after the table and its autoscaling.
resource "aws_dynamodb_table" "provisioned_and_copied" {
  name     = "provisioned_and_copied"
  hash_key = "id"
  attribute {
    name = "id"
    type = "S"
  }
  read_capacity  = 1
  write_capacity = 1
}

resource "aws_dynamodb_table_replica" "of_provisioned" {
  provider         = aws.west
  global_table_arn = aws_dynamodb_table.provisioned_and_copied.arn
}

resource "aws_dynamodb_table" "strong_and_eventual" { # expect: fail (see the golden file)
  name         = "strong_and_eventual"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  replica {
    region_name = "us-west-2"
  }
  replica {
    region_name      = "us-west-2"
    consistency_mode = "STRONG"
  }
}

# It and its replica have the region of the environment.
resource "aws_dynamodb_table" "copied_anywhere" { # expect: fail (see the golden file)
  provider     = aws.anywhere
  name         = "copied_anywhere"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table_replica" "anywhere" {
  provider         = aws.anywhere
  global_table_arn = aws_dynamodb_table.copied_anywhere.arn
}

resource "aws_dynamodb_table" "many_tags" { # expect: fail (see the golden file)
  name         = "many_tags"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  tags         = { for number in range(51) : "tag-${number}" => "x" }
  attribute {
    name = "id"
    type = "S"
  }
}
