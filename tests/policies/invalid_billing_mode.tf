# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "invented" {
  name         = "invented"
  billing_mode = "PAY_PER_REQUEST" # in the plan: "BANANA" # expect: fail Invalid billing mode: billing_mode is "BANANA"; expected "PAY_PER_REQUEST" or "PROVISIONED"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "lower_case" {
  name         = "lower_case"
  billing_mode = "PAY_PER_REQUEST" # in the plan: "pay_per_request" # expect: fail Invalid billing mode: billing_mode is "pay_per_request"; expected "PAY_PER_REQUEST" or "PROVISIONED"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "on_demand" {
  name         = "on_demand"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "unset_is_provisioned" {
  name           = "unset_is_provisioned"
  read_capacity  = 1
  write_capacity = 1
  hash_key       = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "later" {
  name         = "later"
  billing_mode = terraform_data.later.id == "x" ? "PAY_PER_REQUEST" : "PROVISIONED" # expect: unknown billing_mode waits for terraform_data.later.id
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}
