# Terraform makes no plan of this configuration: it stops at each of these conditions.

# expect: fail var.environment Invalid value for variable: The environment must be dev, staging or prod.
variable "environment" {
  default = "test"

  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "The environment must be dev, staging or prod."
  }
}

variable "team" {
  default = "orders"

  validation {
    condition     = length(var.team) > 3
    error_message = "The team's name must have more than three letters."
  }
}

# No one gives this one a value, so its condition is neither true nor false yet.
variable "suffix" {
  type = string

  validation {
    condition     = var.suffix != ""
    error_message = "The suffix must not be empty."
  }
}

resource "aws_dynamodb_table" "orders" { # expect: fail Resource precondition failed: The table test-orders needs a range key.
  name         = "${var.environment}-${var.team}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  lifecycle {
    precondition {
      condition     = var.environment == "dev"
      error_message = "The table ${var.environment}-${var.team} needs a range key."
    }
    postcondition {
      condition     = self.hash_key == "id"
      error_message = "The key must be called id."
    }
  }
}

# expect: fail output.name Module output value precondition failed: There is no table for this team.
output "name" {
  value = aws_dynamodb_table.orders.name

  precondition {
    condition     = var.team != "orders"
    error_message = "There is no table for this team."
  }
}
