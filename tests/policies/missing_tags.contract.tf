# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "a" {
  name         = "orders-a"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  tags = {
    CostCenter = "1234"
    Kind       = "data-raw"
    Owner      = "me"
    Team       = "ship-eu"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "b" {
  name         = "orders-b"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  tags = {
    CostCenter = "12345" # expect: fail Tag "CostCenter" has the wrong value: tags["CostCenter"] is "12345"; expected a value that matches the regular expression "[0-9]{4}"
    Kind       = "data-" # expect: fail Tag "Kind" has the wrong value: tags["Kind"] is "data-"; expected "data-*", where * stands for one or more characters
    Owner      = ""      # expect: fail Tag "Owner" has the wrong value: tags["Owner"] is ""; expected a value that is not empty
    Team       = "shop"  # expect: fail Tag "Team" has the wrong value: tags["Team"] is "shop"; expected a value that matches the regular expression "(shop|ship)-[a-z]+"
  }

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "c" {
  name         = "orders-c"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  tags = {
    CostCenter = "1234"
    Kind       = "data-raw"
    Owner      = terraform_data.later.id # expect: unknown tags waits for terraform_data.later.id
    Team       = "ship-eu"
  }

  attribute {
    name = "id"
    type = "S"
  }
}
