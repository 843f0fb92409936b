# expect: fail root the output has another value: output.products_gsi_names is ["Category"], must be ["CategoryIndex"]
# expect: fail root the output products_table_id is missing
# expect: fail root the output refers to something else: output.products_table_stream_arn is aws_dynamodb_table.sessions.stream_arn, must be aws_dynamodb_table.products.stream_arn
# expect: fail root the output has other keys: output.table_arns is products, users, must be products, sessions
# expect: fail root the input takes other values: var.billing_mode is not validated so, must be "PAY_PER_REQUEST" or "PROVISIONED"
# expect: fail root the interface does not have this input, so callers do not give it
# expect: fail root the input has another default: var.read_capacity.default is 10, must be 5
# expect: fail root the input refuses "STANDARD_INFREQUENT_ACCESS": var.table_class is validated otherwise, must be "STANDARD" or "STANDARD_INFREQUENT_ACCESS"
# expect: fail root the input has another type: var.tags.type is map(any), must be map(string)
# expect: fail root the input write_capacity is missing

variable "environment_name" {
  description = "Environment name for resource naming"
  type        = string
}

variable "tags" {
  description = "Common tags to apply to all resources"
  type        = map(any)
  default     = {}
}

variable "billing_mode" {
  description = "DynamoDB billing mode"
  type        = string
  default     = "PAY_PER_REQUEST"
}

variable "read_capacity" {
  description = "Read capacity units (only used if billing_mode is PROVISIONED)"
  type        = number
  default     = 10
}

variable "enable_point_in_time_recovery" {
  description = "Enable point-in-time recovery"
  type        = bool
  default     = true
}

variable "enable_deletion_protection" {
  description = "Enable deletion protection"
  type        = bool
  default     = false
}

variable "table_class" {
  description = "DynamoDB table class"
  type        = string
  default     = "STANDARD"
  validation {
    condition     = contains(["STANDARD", "GLACIER"], var.table_class)
    error_message = "Table class must be either STANDARD or STANDARD_INFREQUENT_ACCESS."
  }
}

variable "owner" {
  type = string
}

resource "aws_dynamodb_table" "products" {
  name     = "${var.environment_name}-products"
  hash_key = "id"
}

resource "aws_dynamodb_table" "sessions" {
  name     = "${var.environment_name}-sessions"
  hash_key = "session_id"
}

# Products Table Outputs
output "products_table_name" {
  description = "Name of the products DynamoDB table"
  value       = aws_dynamodb_table.products.name
}

output "products_table_arn" {
  description = "ARN of the products DynamoDB table"
  value       = aws_dynamodb_table.products.arn
}

output "products_table_stream_arn" {
  description = "ARN of the products DynamoDB table stream"
  value       = aws_dynamodb_table.sessions.stream_arn
}

# Sessions Table Outputs
output "sessions_table_name" {
  description = "Name of the sessions DynamoDB table"
  value       = aws_dynamodb_table.sessions.name
}

output "sessions_table_arn" {
  description = "ARN of the sessions DynamoDB table"
  value       = aws_dynamodb_table.sessions.arn
}

# Combined Outputs
output "table_name" {
  description = "Primary table name (products)"
  value       = aws_dynamodb_table.products.name
}

output "table_arn" {
  description = "Primary table ARN (products)"
  value       = aws_dynamodb_table.products.arn
}

output "table_names" {
  description = "Map of all table names"
  value = {
    products = aws_dynamodb_table.products.name
    sessions = aws_dynamodb_table.sessions.name
  }
}

output "table_arns" {
  description = "Map of all table ARNs"
  value = {
    products = aws_dynamodb_table.products.arn
    users    = aws_dynamodb_table.sessions.arn
  }
}

# Global Secondary Index Outputs
output "products_gsi_names" {
  description = "Names of Global Secondary Indexes"
  value       = ["Category"]
}
