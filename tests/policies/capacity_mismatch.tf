# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

variable "billing_mode" {
  type    = string
  default = "PAY_PER_REQUEST"
}

resource "aws_dynamodb_table" "on_demand" {
  name         = "on_demand"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

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
  }
}

resource "aws_dynamodb_table" "conditional" {
  name           = "conditional"
  billing_mode   = var.billing_mode
  read_capacity  = var.billing_mode == "PROVISIONED" ? 5 : null
  write_capacity = var.billing_mode == "PROVISIONED" ? 5 : null
  hash_key       = "id"

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
    read_capacity   = var.billing_mode == "PROVISIONED" ? 5 : null
    write_capacity  = var.billing_mode == "PROVISIONED" ? 5 : null
  }
}

resource "aws_dynamodb_table" "provisioned" {
  name           = "provisioned"
  billing_mode   = "PROVISIONED"
  read_capacity  = 1
  write_capacity = 1
  hash_key       = "id"

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
    read_capacity   = 1
    write_capacity  = 1
  }
}

resource "aws_dynamodb_table" "index_without" {
  name           = "index_without"
  billing_mode   = "PROVISIONED"
  read_capacity  = 5
  write_capacity = 5
  hash_key       = "id"

  attribute {
    name = "id"
    type = "N"
  }

  attribute {
    name = "category"
    type = "S"
  }

  global_secondary_index { # expect: fail Index "ByCategory" needs capacity under PROVISIONED: global_secondary_index["ByCategory"].read_capacity is not set; expected 1 or more capacity units
    name            = "ByCategory"
    hash_key        = "category"
    projection_type = "ALL" # expect: fail Index "ByCategory" needs capacity under PROVISIONED: global_secondary_index["ByCategory"].write_capacity is not set; expected 1 or more capacity units
  }
}

resource "aws_dynamodb_table" "index_with" {
  name         = "index_with"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

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
    read_capacity   = 7 # expect: fail Index "ByCategory" cannot have capacity under PAY_PER_REQUEST: global_secondary_index["ByCategory"].read_capacity is 7; expected no value
    write_capacity  = 7 # expect: fail Index "ByCategory" cannot have capacity under PAY_PER_REQUEST: global_secondary_index["ByCategory"].write_capacity is 7; expected no value
  }
}

resource "aws_dynamodb_table" "later_mode" {
  name         = "later_mode"
  billing_mode = terraform_data.later.id == "x" ? "PAY_PER_REQUEST" : "PROVISIONED" # expect: unknown billing_mode waits for terraform_data.later.id
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}
