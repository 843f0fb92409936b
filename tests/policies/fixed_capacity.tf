# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "on_demand" {
  name         = "on_demand"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "scaled" {
  name           = "scaled"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 5
  write_capacity = 5

  attribute {
    name = "id"
    type = "N"
  }

  attribute {
    name = "category"
    type = "S"
  }

  global_secondary_index {
    name            = "ByCategory"
    hash_key        = "category"
    projection_type = "ALL"
    read_capacity   = 5
    write_capacity  = 5
  }
}

# The usual way: one target and one policy for each of the four capacities.
locals {
  scaled = {
    for pair in setproduct(["table", "index"], ["Read", "Write"]) : join("", pair) => {
      of    = pair[0]
      units = pair[1]
    }
  }
}

resource "aws_appautoscaling_target" "scaled" {
  for_each           = local.scaled
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.scaled.name}${each.value.of == "index" ? "/index/ByCategory" : ""}"
  scalable_dimension = "dynamodb:${each.value.of}:${each.value.units}CapacityUnits"
  min_capacity       = 5
  max_capacity       = 100
}

resource "aws_appautoscaling_policy" "scaled" {
  for_each           = local.scaled
  name               = each.key
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.scaled[each.key].service_namespace
  resource_id        = aws_appautoscaling_target.scaled[each.key].resource_id
  scalable_dimension = aws_appautoscaling_target.scaled[each.key].scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDB${each.value.units}CapacityUtilization"
    }
  }
}

resource "aws_dynamodb_table" "fixed" {
  name           = "fixed"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 5 # expect: fail Table has fixed capacity: reads and writes have no autoscaling target
  write_capacity = 5

  attribute {
    name = "id"
    type = "N"
  }

  attribute {
    name = "category"
    type = "S"
  }

  global_secondary_index {
    name            = "ByCategory"
    hash_key        = "category"
    projection_type = "ALL"
    read_capacity   = 5 # expect: fail Index "ByCategory" has fixed capacity: reads and writes have no autoscaling target
    write_capacity  = 5
  }
}

resource "aws_dynamodb_table" "without_writes" {
  name           = "without_writes"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 5
  write_capacity = 5 # expect: fail Table has fixed capacity: writes have no autoscaling target

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_appautoscaling_target" "without_writes" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.without_writes.name}"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  min_capacity       = 5
  max_capacity       = 100
}

resource "aws_appautoscaling_policy" "without_writes" {
  name               = "without_writes"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.without_writes.service_namespace
  resource_id        = aws_appautoscaling_target.without_writes.resource_id
  scalable_dimension = aws_appautoscaling_target.without_writes.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDBReadCapacityUtilization"
    }
  }
}

resource "aws_dynamodb_table" "without_policy" {
  name           = "without_policy"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 5 # expect: fail Table has fixed capacity: reads have an autoscaling target without a target tracking policy, which does nothing, and writes have no autoscaling target
  write_capacity = 5

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_appautoscaling_target" "without_policy" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.without_policy.name}"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  min_capacity       = 5
  max_capacity       = 100
}

resource "aws_dynamodb_table" "stepped" {
  name           = "stepped"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 5 # expect: fail Table has fixed capacity: reads have an autoscaling target without a target tracking policy, which does nothing, and writes have no autoscaling target
  write_capacity = 5

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_appautoscaling_target" "stepped" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.stepped.name}"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  min_capacity       = 5
  max_capacity       = 100
}

resource "aws_appautoscaling_policy" "stepped" {
  name               = "stepped"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.stepped.service_namespace
  resource_id        = aws_appautoscaling_target.stepped.resource_id
  scalable_dimension = aws_appautoscaling_target.stepped.scalable_dimension

  step_scaling_policy_configuration {
    adjustment_type = "ChangeInCapacity"

    step_adjustment {
      metric_interval_lower_bound = 0
      scaling_adjustment          = 1
    }
  }
}

resource "aws_dynamodb_table" "elsewhere" {
  name           = "elsewhere"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 5 # expect: fail Table has fixed capacity: reads and writes have no autoscaling target
  write_capacity = 5

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_appautoscaling_target" "elsewhere_reads" {
  provider           = aws.west
  service_namespace  = "dynamodb"
  resource_id        = "table/elsewhere"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  min_capacity       = 5
  max_capacity       = 100
}

resource "aws_appautoscaling_policy" "elsewhere_reads" {
  provider           = aws.west
  name               = "elsewhere_reads"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.elsewhere_reads.service_namespace
  resource_id        = aws_appautoscaling_target.elsewhere_reads.resource_id
  scalable_dimension = aws_appautoscaling_target.elsewhere_reads.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDBReadCapacityUtilization"
    }
  }
}

resource "aws_appautoscaling_target" "elsewhere_writes" {
  provider           = aws.west
  service_namespace  = "dynamodb"
  resource_id        = "table/elsewhere"
  scalable_dimension = "dynamodb:table:WriteCapacityUnits"
  min_capacity       = 5
  max_capacity       = 100
}

resource "aws_appautoscaling_policy" "elsewhere_writes" {
  provider           = aws.west
  name               = "elsewhere_writes"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.elsewhere_writes.service_namespace
  resource_id        = aws_appautoscaling_target.elsewhere_writes.resource_id
  scalable_dimension = aws_appautoscaling_target.elsewhere_writes.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDBWriteCapacityUtilization"
    }
  }
}

resource "aws_dynamodb_table" "another_service" {
  name           = "another_service"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 5 # expect: fail Table has fixed capacity: reads and writes have no autoscaling target
  write_capacity = 5

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_appautoscaling_target" "another_service" {
  service_namespace  = "cassandra"
  resource_id        = "table/another_service"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  min_capacity       = 5
  max_capacity       = 100
}

resource "aws_dynamodb_table" "by_id" {
  name           = "by_id"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 5 # expect: unknown aws_appautoscaling_target.by_id_reads waits for aws_dynamodb_table.by_id.id; refer to the name of the table instead
  write_capacity = 5

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_appautoscaling_target" "by_id_reads" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.by_id.id}"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  min_capacity       = 5
  max_capacity       = 100
}

resource "aws_appautoscaling_policy" "by_id_reads" {
  name               = "by_id_reads"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.by_id_reads.service_namespace
  resource_id        = aws_appautoscaling_target.by_id_reads.resource_id
  scalable_dimension = aws_appautoscaling_target.by_id_reads.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDBReadCapacityUtilization"
    }
  }
}

resource "aws_appautoscaling_target" "by_id_writes" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.by_id.id}"
  scalable_dimension = "dynamodb:table:WriteCapacityUnits"
  min_capacity       = 5
  max_capacity       = 100
}

resource "aws_appautoscaling_policy" "by_id_writes" {
  name               = "by_id_writes"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.by_id_writes.service_namespace
  resource_id        = aws_appautoscaling_target.by_id_writes.resource_id
  scalable_dimension = aws_appautoscaling_target.by_id_writes.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDBWriteCapacityUtilization"
    }
  }
}

resource "aws_dynamodb_table" "later" {
  name         = "later"
  billing_mode = terraform_data.later.id == "" ? "PROVISIONED" : "PAY_PER_REQUEST" # expect: unknown billing_mode waits for terraform_data.later.id
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

# The target for reads has equal limits, the one for writes has one unit between them.
resource "aws_dynamodb_table" "pinned" { # expect: fail Table has fixed capacity: reads have an autoscaling target whose max_capacity is not above its min_capacity
  name           = "pinned"
  billing_mode   = "PROVISIONED"
  read_capacity  = 5
  write_capacity = 5
  hash_key       = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_appautoscaling_target" "pinned_reads" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.pinned.name}"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  min_capacity       = 5
  max_capacity       = 5
}

resource "aws_appautoscaling_policy" "pinned_reads" {
  name               = "pinned_reads"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.pinned_reads.service_namespace
  resource_id        = aws_appautoscaling_target.pinned_reads.resource_id
  scalable_dimension = aws_appautoscaling_target.pinned_reads.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDBReadCapacityUtilization"
    }
  }
}

resource "aws_appautoscaling_target" "pinned_writes" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.pinned.name}"
  scalable_dimension = "dynamodb:table:WriteCapacityUnits"
  min_capacity       = 5
  max_capacity       = 6
}

resource "aws_appautoscaling_policy" "pinned_writes" {
  name               = "pinned_writes"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.pinned_writes.service_namespace
  resource_id        = aws_appautoscaling_target.pinned_writes.resource_id
  scalable_dimension = aws_appautoscaling_target.pinned_writes.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDBWriteCapacityUtilization"
    }
  }
}
