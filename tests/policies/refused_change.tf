resource "aws_dynamodb_table" "protected_with_stream" { # expect: fail DynamoDB refuses to change deletion_protection_enabled and stream_enabled in one update. Apply in two steps: first deletion_protection_enabled, then stream_enabled
  name                        = "rc-protected-with-stream"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true
  stream_enabled              = true
  stream_view_type            = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "protected_with_capacity" { # expect: fail DynamoDB refuses to change deletion_protection_enabled and billing_mode or capacity in one update. Apply in two steps: first deletion_protection_enabled, then billing_mode or capacity
  name                        = "rc-protected-with-capacity"
  billing_mode                = "PROVISIONED"
  hash_key                    = "id"
  deletion_protection_enabled = true
  read_capacity               = 2
  write_capacity              = 2

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "protected_with_billing" { # expect: fail DynamoDB refuses to change deletion_protection_enabled and billing_mode or capacity in one update. Apply in two steps: first deletion_protection_enabled, then billing_mode or capacity
  name                        = "rc-protected-with-billing"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "protected_with_limits" { # expect: fail DynamoDB refuses to change deletion_protection_enabled and on_demand_throughput in one update. Apply in two steps: first deletion_protection_enabled, then on_demand_throughput
  name                        = "rc-protected-with-limits"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true
  on_demand_throughput {
    max_read_request_units  = 5
    max_write_request_units = 5
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "protected_with_index" { # expect: fail DynamoDB refuses to change deletion_protection_enabled and the capacity of an index in one update. Apply in two steps: first deletion_protection_enabled, then the capacity of an index
  name                        = "rc-protected-with-index"
  billing_mode                = "PROVISIONED"
  hash_key                    = "id"
  deletion_protection_enabled = true
  read_capacity               = 1
  write_capacity              = 1
  global_secondary_index {
    name            = "ByK"
    hash_key        = "k"
    projection_type = "ALL"
    read_capacity   = 2
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

resource "aws_dynamodb_table" "capacity_with_stream" { # expect: fail DynamoDB refuses to change billing_mode or capacity and stream_enabled in one update. Apply in two steps: first billing_mode or capacity, then stream_enabled
  name             = "rc-capacity-with-stream"
  billing_mode     = "PROVISIONED"
  hash_key         = "id"
  read_capacity    = 2
  write_capacity   = 2
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "provisioned_with_stream" { # expect: fail DynamoDB refuses to change billing_mode or capacity and stream_enabled in one update. Apply in two steps: first billing_mode or capacity, then stream_enabled
  name             = "rc-provisioned-with-stream"
  billing_mode     = "PROVISIONED"
  hash_key         = "id"
  read_capacity    = 2
  write_capacity   = 2
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "limits_with_stream" { # expect: fail DynamoDB refuses to change on_demand_throughput and stream_enabled in one update. Apply in two steps: first on_demand_throughput, then stream_enabled
  name         = "rc-limits-with-stream"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  on_demand_throughput {
    max_read_request_units  = 5
    max_write_request_units = 5
  }
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
}

# DynamoDB accepts these together.
resource "aws_dynamodb_table" "on_demand_with_stream" {
  name             = "rc-on-demand-with-stream"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "capacity_with_index" {
  name           = "rc-capacity-with-index"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 2
  write_capacity = 2
  global_secondary_index {
    name            = "ByK"
    hash_key        = "k"
    projection_type = "ALL"
    read_capacity   = 2
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

# The provider sends these apart.
resource "aws_dynamodb_table" "protected" {
  name                        = "rc-protected"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true
  tags = {
    Team = "shop"
  }
  point_in_time_recovery {
    enabled = true
  }

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
    max_read_request_units  = 6
    max_write_request_units = 6
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "limits_removed" { # expect: fail DynamoDB refuses the update without content that the provider sends for a removed on_demand_throughput block: on_demand_throughput is removed; expected maxima of -1, which mean no maximum
  name         = "rc-limits-removed"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

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
    max_read_request_units  = -1
    max_write_request_units = -1
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "limits_and_billing" {
  name           = "rc-limits-and-billing"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 5
  write_capacity = 5

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "moved_time_to_live" { # expect: fail DynamoDB refuses to move time to live to another attribute. Apply in two steps: first ttl with enabled = false and attribute_name = "a", and after about an hour the other attribute: ttl.attribute_name is "b"; expected "a"
  name         = "rc-moved-time-to-live"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  ttl {
    enabled        = true
    attribute_name = "b"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "nameless_time_to_live" { # expect: fail DynamoDB refuses to switch time to live off without the attribute that it uses: ttl.attribute_name is not set; expected "a"
  name         = "rc-nameless-time-to-live"
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

resource "aws_dynamodb_table" "misnamed_time_to_live" { # expect: fail DynamoDB refuses to switch time to live off without the attribute that it uses: ttl.attribute_name is "b"; expected "a"
  name         = "rc-misnamed-time-to-live"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  ttl {
    enabled        = false
    attribute_name = "b"
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
    enabled        = false
    attribute_name = "a"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

# The provider keeps the block.
resource "aws_dynamodb_table" "left_time_to_live" {
  name         = "rc-left-time-to-live"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "stream_off" { # expect: fail DynamoDB refuses to switch the stream of a table with replicas off. Apply in two steps: first remove the replicas, then the stream: stream_enabled is false; expected true
  name           = "rc-stream-off"
  billing_mode   = "PAY_PER_REQUEST"
  hash_key       = "id"
  stream_enabled = false

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "stream_left_out" { # expect: fail DynamoDB refuses to switch the stream of a table with replicas off. Apply in two steps: first remove the replicas, then the stream: stream_enabled is not set; expected true
  name         = "rc-stream-left-out"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  replica {
    region_name = "eu-west-1"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "stream_replaced" { # expect: fail DynamoDB refuses to replace the stream of a table with replicas. Apply in two steps: first remove the replicas, then change the view type: stream_view_type is "KEYS_ONLY"; expected "NEW_AND_OLD_IMAGES"
  name         = "rc-stream-replaced"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  replica {
    region_name = "eu-west-1"
  }
  stream_enabled   = true
  stream_view_type = "KEYS_ONLY"

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
  stream_view_type = "KEYS_ONLY"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "fixed_with_replica" { # expect: unknown replica is added to a PROVISIONED table; DynamoDB refuses that unless autoscaling manages the write capacity of the table and of every index, which the plan does not show
  name             = "rc-fixed-with-replica"
  billing_mode     = "PROVISIONED"
  hash_key         = "id"
  read_capacity    = 1
  write_capacity   = 1
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  replica {
    region_name = "eu-west-1"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "later" { # expect: unknown deletion_protection_enabled waits for terraform_data.later.output
  name                        = "rc-later"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = terraform_data.later.output == "x"
  stream_enabled              = true
  stream_view_type            = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "terraform_data" "later" {
  input = "x"
}

# Autoscaling manages the capacity already.
resource "aws_dynamodb_table" "scaled_with_replica" {
  name             = "rc-scaled-with-replica"
  billing_mode     = "PROVISIONED"
  hash_key         = "id"
  read_capacity    = 1
  write_capacity   = 1
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  replica {
    region_name = "eu-west-1"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_appautoscaling_target" "scaled_with_replica" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.scaled_with_replica.name}"
  scalable_dimension = "dynamodb:table:WriteCapacityUnits"
  min_capacity       = 1
  max_capacity       = 10
}

resource "aws_appautoscaling_policy" "scaled_with_replica" {
  name               = "writes"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.scaled_with_replica.service_namespace
  resource_id        = aws_appautoscaling_target.scaled_with_replica.resource_id
  scalable_dimension = aws_appautoscaling_target.scaled_with_replica.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDBWriteCapacityUtilization"
    }
  }
}

resource "aws_dynamodb_table" "stream_kept" {
  name             = "rc-stream-kept"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  tags = {
    Team = "shop"
  }
  replica {
    region_name = "eu-west-1"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

# A target without a policy does nothing.
resource "aws_dynamodb_table" "target_with_replica" { # expect: unknown replica is added to a PROVISIONED table; DynamoDB refuses that unless autoscaling manages the write capacity of the table and of every index, which the plan does not show
  name             = "rc-target-with-replica"
  billing_mode     = "PROVISIONED"
  hash_key         = "id"
  read_capacity    = 1
  write_capacity   = 1
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  replica {
    region_name = "eu-west-1"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_appautoscaling_target" "target_with_replica" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.target_with_replica.name}"
  scalable_dimension = "dynamodb:table:WriteCapacityUnits"
  min_capacity       = 1
  max_capacity       = 10
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
  replica {
    region_name = "eu-west-1"
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

resource "aws_appautoscaling_target" "scaled_index_with_replica" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.scaled_index_with_replica.name}"
  scalable_dimension = "dynamodb:table:WriteCapacityUnits"
  min_capacity       = 1
  max_capacity       = 10
}

resource "aws_appautoscaling_policy" "scaled_index_with_replica" {
  name               = "writes"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.scaled_index_with_replica.service_namespace
  resource_id        = aws_appautoscaling_target.scaled_index_with_replica.resource_id
  scalable_dimension = aws_appautoscaling_target.scaled_index_with_replica.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDBWriteCapacityUtilization"
    }
  }
}

# Its target is managed elsewhere, and exists: without a target there is no policy.
resource "aws_appautoscaling_policy" "scaled_index" {
  name               = "writes"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.scaled_index_with_replica.name}/index/ByK"
  scalable_dimension = "dynamodb:index:WriteCapacityUnits"

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDBWriteCapacityUtilization"
    }
  }
}

# Autoscaling manages the capacity of the table, and not that of its index.
resource "aws_dynamodb_table" "fixed_index_with_replica" { # expect: unknown replica is added to a PROVISIONED table; DynamoDB refuses that unless autoscaling manages the write capacity of the table and of every index, which the plan does not show
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
  replica {
    region_name = "eu-west-1"
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

resource "aws_appautoscaling_target" "fixed_index_with_replica" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.fixed_index_with_replica.name}"
  scalable_dimension = "dynamodb:table:WriteCapacityUnits"
  min_capacity       = 1
  max_capacity       = 10
}

resource "aws_appautoscaling_policy" "fixed_index_with_replica" {
  name               = "writes"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.fixed_index_with_replica.service_namespace
  resource_id        = aws_appautoscaling_target.fixed_index_with_replica.resource_id
  scalable_dimension = aws_appautoscaling_target.fixed_index_with_replica.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDBWriteCapacityUtilization"
    }
  }
}
