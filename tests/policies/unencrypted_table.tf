# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "omitted" { # expect: fail Encryption with a KMS key is off: server_side_encryption.enabled is not set; expected true
  name         = "omitted"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_dynamodb_table" "off" {
  name         = "off"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  server_side_encryption {
    enabled = false # expect: fail Encryption with a KMS key is off: server_side_encryption.enabled is false; expected true
  }
}

resource "aws_dynamodb_table" "on" {
  name         = "on"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  server_side_encryption {
    enabled = true
  }
}

resource "aws_dynamodb_table" "dynamic" {
  name         = "dynamic"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  dynamic "server_side_encryption" {
    for_each = [true]
    content {
      enabled = server_side_encryption.value
    }
  }
}

resource "aws_dynamodb_table" "later" {
  name         = "later"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  server_side_encryption {
    enabled = terraform_data.later.id == "x" # expect: unknown server_side_encryption.enabled waits for terraform_data.later.id
  }
}
