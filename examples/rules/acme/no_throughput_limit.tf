# Terraform knows its value only after apply.
resource "terraform_data" "later" {
  input = timestamp()
}

resource "aws_dynamodb_table" "unlimited" {
  # expect: fail On-demand table has no maximum read throughput: on_demand_throughput.max_read_request_units is not set; expected a number
  # expect: fail On-demand table has no maximum write throughput: on_demand_throughput.max_write_request_units is not set; expected a number
  name         = "unlimited"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "limited" {
  name         = "limited"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  on_demand_throughput {
    max_read_request_units  = 4000
    max_write_request_units = 1000
  }
}

resource "aws_dynamodb_table" "half_limited" {
  name         = "half_limited"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  on_demand_throughput { # expect: fail On-demand table has no maximum write throughput: on_demand_throughput.max_write_request_units is not set; expected a number
    max_read_request_units = 4000
  }
}

resource "aws_dynamodb_table" "later" {
  name         = "later"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  on_demand_throughput {
    max_read_request_units  = terraform_data.later.output # expect: unknown on_demand_throughput.max_read_request_units waits for terraform_data.later.output
    max_write_request_units = 1000
  }
}

# The rule demands nothing of a table with provisioned capacity.
resource "aws_dynamodb_table" "provisioned" {
  name           = "provisioned"
  hash_key       = "id"
  read_capacity  = 5
  write_capacity = 5

  attribute {
    name = "id"
    type = "S"
  }
}
