# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "replaced" {
  name         = "replaced-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  tags = {
    Name = "replaced"
    Type = "DynamoDB" # expect: fail Tag "Type" has the wrong value: tags["Type"] is "Table" (set by aws_dynamodb_tag.replaced); expected "DynamoDB"
  }
}

resource "aws_dynamodb_tag" "replaced" {
  resource_arn = aws_dynamodb_table.replaced.arn
  key          = "Type"
  value        = "Table"
}

resource "aws_dynamodb_table" "added" {
  name         = "added-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  tags = {
    Name = "added"
    Team = "shop"
  }
}

resource "aws_dynamodb_tag" "added" {
  resource_arn = aws_dynamodb_table.added.arn
  key          = "Type"
  value        = "DynamoDB"
}

resource "aws_dynamodb_table" "another_key" {
  name         = "another_key-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  tags = {
    Name = "another_key"
    Type = "DynamoDB"
  }
}

resource "aws_dynamodb_tag" "another_key" {
  resource_arn = aws_dynamodb_table.another_key.arn
  key          = "Team"
  value        = "shop"
}

resource "aws_dynamodb_table" "later_value" { # expect: unknown value waits for terraform_data.later.id
  name         = "later_value-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  tags = {
    Name = "later_value"
    Type = "DynamoDB"
  }
}

resource "aws_dynamodb_tag" "later_value" {
  resource_arn = aws_dynamodb_table.later_value.arn
  key          = "Type"
  value        = terraform_data.later.id
}
