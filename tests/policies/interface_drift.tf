# expect: fail root Output has the wrong value: output.products_gsi_names is ["Category"]; expected ["CategoryIndex"]
# expect: fail root Output products_table_id is missing
# expect: fail root Output has the wrong reference: output.products_table_stream_arn is aws_dynamodb_table.sessions.stream_arn; expected aws_dynamodb_table.products.stream_arn
# expect: fail root Output has the wrong keys: output.table_arns is {products, users}; expected {products, sessions}
# expect: fail root Input billing_mode accepts other values; expected only "PAY_PER_REQUEST" or "PROVISIONED"
# expect: fail root Input owner is not in the interface, so callers do not set it
# expect: fail root Input has the wrong default: var.read_capacity.default is 10; expected 5
# expect: fail root Input table_class rejects "STANDARD_INFREQUENT_ACCESS"; expected "STANDARD" or "STANDARD_INFREQUENT_ACCESS"
# expect: fail root Input has the wrong type: var.tags.type is map(any); expected map(string)
# expect: fail root Input write_capacity is missing

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
