# Known only after apply, as anything that another resource computes.
resource "terraform_data" "later" {}

resource "aws_kms_key" "own" {}
resource "aws_dynamodb_table" "own" {
  name         = "own"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.own.arn
  }
}

resource "aws_dynamodb_table" "given" {
  name         = "given"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
}

resource "aws_dynamodb_table" "default" {
  name         = "default"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  server_side_encryption { # expect: fail Encryption key is managed by AWS: server_side_encryption.kms_key_arn is not set; expected the ARN of a customer managed key
    enabled = true
  }
}

resource "aws_dynamodb_table" "alias" {
  name         = "alias"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:alias/aws/dynamodb" # expect: fail Encryption key is managed by AWS: server_side_encryption.kms_key_arn is "arn:aws:kms:us-east-1:123456789012:alias/aws/dynamodb"; expected the ARN of a customer managed key
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
    enabled = false
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
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/${terraform_data.later.id}" # expect: unknown server_side_encryption.kms_key_arn waits for terraform_data.later.id
  }
}
