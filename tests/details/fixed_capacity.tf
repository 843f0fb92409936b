# Cases of fixed-capacity that a slip in the rule would get wrong, read as Terraform files.

# The table scales, and its indexes do not.
resource "aws_dynamodb_table" "scaled" { # expect: fail (see the golden file)
  name           = "a"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 1
  write_capacity = 1
  global_secondary_index {
    name            = "ByDate"
    hash_key        = "date"
    projection_type = "ALL"
    read_capacity   = 1
    write_capacity  = 1
  }
}

resource "aws_appautoscaling_target" "scaled" {
  for_each           = toset(["Read", "Write"])
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.scaled.name}"
  scalable_dimension = "dynamodb:table:${each.key}CapacityUnits"
  min_capacity       = 1
  max_capacity       = 9
}

resource "aws_appautoscaling_policy" "scaled" {
  for_each           = toset(["Read", "Write"])
  name               = each.key
  policy_type        = "TargetTrackingScaling"
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.scaled.name}"
  scalable_dimension = "dynamodb:table:${each.key}CapacityUnits"
  target_tracking_scaling_policy_configuration {
    target_value = 70
    predefined_metric_specification {
      predefined_metric_type = "DynamoDB${each.key}CapacityUtilization"
    }
  }
}

resource "aws_dynamodb_table" "with_separate_index" { # expect: fail (see the golden file)
  name           = "b"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 1
  write_capacity = 1
}

resource "aws_dynamodb_global_secondary_index" "separate" { # expect: fail (see the golden file)
  table_name = aws_dynamodb_table.with_separate_index.name
  index_name = "ByDate"
  key_schema {
    attribute_name = "date"
    attribute_type = "S"
    key_type       = "HASH"
  }
  projection {
    projection_type = "ALL"
  }
  provisioned_throughput {
    read_capacity_units  = 1
    write_capacity_units = 1
  }
}
