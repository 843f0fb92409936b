# Cases of interface-drift that a slip in the rule would get wrong.
# expect: fail root (see the golden file)

variable "environment_name" {
  type    = string
  default = "dev"
}

# White space in a type has no meaning.
variable "tags" {
  type    = map( string )
  default = {}
}

# A default that is left out, where the interface has one.
variable "read_capacity" {
  type = number
}

variable "write_capacity" {
  type    = number
  default = 5
}

variable "enable_deletion_protection" {
  type    = bool
  default = true
}

variable "table_class" {
  type = string
}

# Callers need not give what has a default.
variable "more" {
  type    = string
  default = "anything"
}

variable "still_more" {
  type = string
}

resource "aws_dynamodb_table" "products" {
  name     = "${var.environment_name}-products"
  hash_key = "id"
}

resource "aws_dynamodb_table" "sessions" {
  name     = "${var.environment_name}-sessions"
  hash_key = "id"
}

resource "terraform_data" "later" {}

output "products_table_name" {
  value = aws_dynamodb_table.products.name
}

# It refers to nothing at all.
output "products_table_arn" {
  value = "arn"
}

# Known later, where a list is wanted.
output "products_gsi_names" {
  value = [terraform_data.later.id]
}

# Keys that no one knows yet.
output "table_names" {
  value = { for name in [aws_dynamodb_table.products.name, aws_dynamodb_table.sessions.name] : name => name }
}

# In another order, and more than is wanted.
output "table_arns" {
  value = {
    sessions = aws_dynamodb_table.sessions.arn
    others   = aws_dynamodb_table.products.arn
  }
}

output "sessions_table_arn" {
  value = [aws_dynamodb_table.sessions.arn, aws_dynamodb_table.products.arn]
}
