# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "a" {
  name         = "a-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  tags = {
    Name = "a"
    Type = "DynamoDB"
  }
}

resource "aws_dynamodb_table" "b" { # expect: fail Tag "Name" is missing: tags["Name"] is not set; expected a value that is not empty
  name         = "b-products"       # expect: fail Tag "Type" is missing: tags["Type"] is not set; expected "DynamoDB"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "c" {
  name         = "c-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  tags = {
    Name = "c"
    Type = "dynamodb" # expect: fail Tag "Type" has the wrong value: tags["Type"] is "dynamodb"; expected "DynamoDB"
  }
}

resource "aws_dynamodb_table" "d" {
  name         = "d-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  tags = { # expect: unknown tags waits for terraform_data.later.id
    Name = terraform_data.later.id
    Type = "DynamoDB"
  }
}

resource "aws_dynamodb_table" "other" {
  name         = "other"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}
