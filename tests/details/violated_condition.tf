# Cases of violated-condition that a slip in the rule would get wrong.
# expect: fail var.environment (see the golden file)

resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "orders" {
  name     = "orders"
  hash_key = "id"
}

variable "environment" {
  default = "test"
  validation {
    condition     = var.environment == "prod"
    error_message = terraform_data.later.id
  }
}
