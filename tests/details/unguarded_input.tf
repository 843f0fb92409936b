# Cases of unguarded-input that a slip in the rule would get wrong.
# expect: fail var.many (see the golden file)
# expect: fail var.three (see the golden file)

variable "many" {
  type    = bool
  default = true
}

variable "three" {
  type    = bool
  default = true
}

resource "aws_dynamodb_table" "a" {
  name     = "a"
  hash_key = "id"
  point_in_time_recovery {
    enabled = var.many
  }
  server_side_encryption {
    enabled = var.three
  }
}

resource "aws_dynamodb_table" "b" {
  name     = "b"
  hash_key = "id"
  point_in_time_recovery {
    enabled = var.many
  }
  server_side_encryption {
    enabled = var.three
  }
}

resource "aws_dynamodb_table" "c" {
  name     = "c"
  hash_key = "id"
  point_in_time_recovery {
    enabled = var.many
  }
  server_side_encryption {
    enabled = var.three
  }
}

resource "aws_dynamodb_table" "d" {
  name     = "d"
  hash_key = "id"
  point_in_time_recovery {
    enabled = var.many
  }
  server_side_encryption {
    enabled = true
  }
}

resource "aws_dynamodb_table" "e" {
  name     = "e"
  hash_key = "id"
  point_in_time_recovery {
    enabled = var.many
  }
  server_side_encryption {
    enabled = true
  }
}
