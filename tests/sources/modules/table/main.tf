variable "name" {
  type = string
}

variable "key" {
  type = string
}

variable "recovery" {
  type = bool
}

resource "aws_dynamodb_table" "this" {
  name         = var.name
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = var.key

  attribute {
    name = var.key
    type = "S"
  }

  point_in_time_recovery {
    enabled = var.recovery
  }
}
