resource "terraform_data" "later" {
  input = ["us-west-2"]
}

resource "aws_kms_key" "unlinked" {
  description = "unlinked"
}

resource "aws_kms_key" "moved" {
  description = "moved"
}

resource "aws_kms_key" "switched_off" {
  description = "switched_off"
}

resource "aws_kms_key" "disabled" {
  description = "disabled"
}

resource "aws_kms_key" "kept" {
  description = "kept"
}

resource "aws_kms_key" "forgotten" {
  description = "forgotten"
}

resource "aws_kms_key" "of_gone" {
  description = "of_gone"
}

resource "aws_kms_key" "next" {
  description = "next"
}

resource "aws_kms_key" "west" {
  provider    = aws.west
  description = "west"
}

resource "aws_dynamodb_table" "unlinked" {
  name         = "kd-unlinked"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.unlinked.arn
  }
}

resource "aws_dynamodb_table" "moved" {
  name         = "kd-moved"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.moved.arn
  }
}

resource "aws_dynamodb_table" "switched_off" {
  name         = "kd-switched-off"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.switched_off.arn
  }
}

resource "aws_dynamodb_table" "disabled" {
  name         = "kd-disabled"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.disabled.arn
  }
}

resource "aws_dynamodb_table" "kept" {
  name         = "kd-kept"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.kept.arn
  }
}

resource "aws_dynamodb_table" "forgotten" {
  name         = "kd-forgotten"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.forgotten.arn
  }
}

resource "aws_dynamodb_table" "gone" {
  name         = "kd-gone"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.of_gone.arn
  }
}

resource "aws_dynamodb_table" "replicated" {
  name         = "kd-replicated"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.kept.arn
  }
}

resource "aws_dynamodb_table" "later" {
  name         = "kd-later"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.kept.arn
  }
}

resource "aws_kms_key" "retired" {
  description = "retired"
}

resource "terraform_data" "retired" {
  input = aws_kms_key.retired.arn
}

resource "aws_dynamodb_table" "returning" {
  name         = "kd-returning"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.next.arn
  }
}

resource "aws_kms_key" "perhaps" {
  description = "perhaps"
}

resource "aws_dynamodb_table" "perhaps" {
  name         = "kd-perhaps"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.perhaps.arn
  }
}
