# Cases of aws-managed-key that a slip in the rule would get wrong, read as Terraform files.

resource "aws_kms_external_key" "own" {}

resource "aws_kms_replica_key" "own" {
  primary_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
}

data "aws_kms_key" "found" {
  key_id = "alias/orders"
}

resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "external_key" {
  name     = "a"
  hash_key = "id"
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_external_key.own.arn
  }
}

resource "aws_dynamodb_table" "replica_key" {
  name     = "b"
  hash_key = "id"
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_replica_key.own.arn
  }
}

# A condition that is known only after apply chooses between a key of the customer and another one.
resource "aws_dynamodb_table" "either" { # expect: unknown (see the golden file)
  name     = "c"
  hash_key = "id"
  server_side_encryption {
    enabled     = true
    kms_key_arn = coalesce(terraform_data.later.output, aws_kms_external_key.own.arn)
  }
}

resource "aws_dynamodb_table" "found" {
  name     = "d"
  hash_key = "id"
  server_side_encryption {
    enabled     = true
    kms_key_arn = data.aws_kms_key.found.arn
  }
}

resource "aws_dynamodb_table" "empty" { # expect: fail (see the golden file)
  name     = "e"
  hash_key = "id"
  server_side_encryption {
    enabled     = true
    kms_key_arn = ""
  }
}

resource "aws_dynamodb_table" "replicated" { # expect: fail (see the golden file)
  name     = "f"
  hash_key = "id"
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_external_key.own.arn
  }
  replica {
    region_name = "eu-west-1"
  }
  replica {
    region_name = "eu-west-2"
    kms_key_arn = "arn:aws:kms:eu-west-2:123456789012:key/1"
  }
}

resource "aws_dynamodb_table" "replica_with_later_key" { # expect: unknown (see the golden file)
  name     = "g"
  hash_key = "id"
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_external_key.own.arn
  }
  replica {
    region_name = "eu-west-1"
    kms_key_arn = terraform_data.later.output
  }
}

# Its table is not in the files.
resource "aws_dynamodb_table_replica" "lone" { # expect: fail (see the golden file)
  global_table_arn = "arn:aws:dynamodb:us-east-1:123456789012:table/elsewhere"
}
