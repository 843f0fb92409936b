# expect: waived var.encryption encryption = false breaks unencrypted-table on aws_dynamodb_table.products
# expect: fail var.environment environment = "" breaks wrong-table-name on aws_dynamodb_table.products
# expect: fail var.recovery recovery = false breaks no-point-in-time-recovery on aws_dynamodb_table.products

variable "recovery" {
  type    = bool
  default = true
}

variable "environment" {
  type = string

  validation {
    condition     = can(regex("^[a-z]*$", var.environment))
    error_message = "The environment must be lower-case letters."
  }
}

variable "read_capacity" {
  type     = number
  default  = 5
  nullable = false

  validation {
    condition     = var.read_capacity >= 1
    error_message = "The read capacity must be at least 1."
  }
}

# dyncheck: ignore[unguarded-input] who switches it off has another key in mind
variable "encryption" {
  type    = bool
  default = true
}

resource "aws_dynamodb_table" "products" {
  name           = "${var.environment}-products"
  hash_key       = "id"
  read_capacity  = var.read_capacity
  write_capacity = 5

  attribute {
    name = "id"
    type = "N"
  }

  point_in_time_recovery {
    enabled = var.recovery
  }

  server_side_encryption {
    enabled = var.encryption
  }
}
