resource "aws_dynamodb_table" "protected_with_stream" {
  name         = "rc-protected-with-stream"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "protected_with_capacity" {
  name           = "rc-protected-with-capacity"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 1
  write_capacity = 1

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "protected_with_billing" {
  name           = "rc-protected-with-billing"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 1
  write_capacity = 1

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "protected_with_limits" {
  name         = "rc-protected-with-limits"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "protected_with_index" {
  name           = "rc-protected-with-index"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 1
  write_capacity = 1
  global_secondary_index {
    name            = "ByK"
    hash_key        = "k"
    projection_type = "ALL"
    read_capacity   = 1
    write_capacity  = 1
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

resource "aws_dynamodb_table" "capacity_with_stream" {
  name           = "rc-capacity-with-stream"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 1
  write_capacity = 1

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "provisioned_with_stream" {
  name         = "rc-provisioned-with-stream"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "limits_with_stream" {
  name         = "rc-limits-with-stream"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "on_demand_with_stream" {
  name           = "rc-on-demand-with-stream"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 1
  write_capacity = 1

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "capacity_with_index" {
  name           = "rc-capacity-with-index"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 1
  write_capacity = 1
  global_secondary_index {
    name            = "ByK"
    hash_key        = "k"
    projection_type = "ALL"
    read_capacity   = 1
    write_capacity  = 1
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

resource "aws_dynamodb_table" "protected" {
  name         = "rc-protected"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "limits_changed" {
  name         = "rc-limits-changed"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  on_demand_throughput {
    max_read_request_units  = 5
    max_write_request_units = 5
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "limits_removed" {
  name         = "rc-limits-removed"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  on_demand_throughput {
    max_read_request_units  = 5
    max_write_request_units = 5
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "limits_lifted" {
  name         = "rc-limits-lifted"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  on_demand_throughput {
    max_read_request_units  = 5
    max_write_request_units = 5
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "limits_and_billing" {
  name         = "rc-limits-and-billing"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  on_demand_throughput {
    max_read_request_units  = 5
    max_write_request_units = 5
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "moved_time_to_live" {
  name         = "rc-moved-time-to-live"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  ttl {
    enabled        = true
    attribute_name = "a"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "nameless_time_to_live" {
  name         = "rc-nameless-time-to-live"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  ttl {
    enabled        = true
    attribute_name = "a"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "misnamed_time_to_live" {
  name         = "rc-misnamed-time-to-live"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  ttl {
    enabled        = true
    attribute_name = "a"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "ended_time_to_live" {
  name         = "rc-ended-time-to-live"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  ttl {
    enabled        = true
    attribute_name = "a"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "left_time_to_live" {
  name         = "rc-left-time-to-live"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  ttl {
    enabled        = true
    attribute_name = "a"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "stream_off" {
  name             = "rc-stream-off"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "stream_left_out" {
  name             = "rc-stream-left-out"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "stream_replaced" {
  name             = "rc-stream-replaced"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "stream_without_replicas" {
  name             = "rc-stream-without-replicas"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "fixed_with_replica" {
  name             = "rc-fixed-with-replica"
  billing_mode     = "PROVISIONED"
  hash_key         = "id"
  read_capacity    = 1
  write_capacity   = 1
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "later" {
  name         = "rc-later"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "scaled_with_replica" {
  name             = "rc-scaled-with-replica"
  billing_mode     = "PROVISIONED"
  hash_key         = "id"
  read_capacity    = 1
  write_capacity   = 1
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "stream_kept" {
  name             = "rc-stream-kept"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "target_with_replica" {
  name             = "rc-target-with-replica"
  billing_mode     = "PROVISIONED"
  hash_key         = "id"
  read_capacity    = 1
  write_capacity   = 1
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "scaled_index_with_replica" {
  name             = "rc-scaled-index-with-replica"
  billing_mode     = "PROVISIONED"
  hash_key         = "id"
  read_capacity    = 1
  write_capacity   = 1
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  global_secondary_index {
    name            = "ByK"
    hash_key        = "k"
    projection_type = "ALL"
    read_capacity   = 1
    write_capacity  = 1
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

resource "aws_dynamodb_table" "fixed_index_with_replica" {
  name             = "rc-fixed-index-with-replica"
  billing_mode     = "PROVISIONED"
  hash_key         = "id"
  read_capacity    = 1
  write_capacity   = 1
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  global_secondary_index {
    name            = "ByK"
    hash_key        = "k"
    projection_type = "ALL"
    read_capacity   = 1
    write_capacity  = 1
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
