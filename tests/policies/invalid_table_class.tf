# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "invented" {
  name         = "invented"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  table_class  = "STANDARD_INFREQUENT_ACCESS" # in the plan: "GLACIER" # expect: fail Invalid table class: table_class is "GLACIER"; expected "STANDARD" or "STANDARD_INFREQUENT_ACCESS"
  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "infrequent" {
  name         = "infrequent"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  table_class  = "STANDARD_INFREQUENT_ACCESS"
  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "standard" {
  name         = "standard"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  table_class  = "STANDARD"
  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "unset" {
  name         = "unset"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "later" {
  name         = "later"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  table_class  = terraform_data.later.id == "x" ? "STANDARD" : "STANDARD_INFREQUENT_ACCESS" # expect: unknown table_class waits for terraform_data.later.id
  attribute {
    name = "id"
    type = "N"
  }
}
