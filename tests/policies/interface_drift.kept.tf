# A module with the inputs and outputs of the specification, and one input more that no one has to give.

variable "environment_name" {
  description = "Environment name for resource naming"
  type        = string
}

variable "tags" {
  description = "Common tags to apply to all resources"
  type        = map(string)
  default     = {}
}

variable "billing_mode" {
  description = "DynamoDB billing mode"
  type        = string
  default     = "PAY_PER_REQUEST"
  validation {
    condition     = contains(["PAY_PER_REQUEST", "PROVISIONED"], var.billing_mode)
    error_message = "Billing mode must be either PAY_PER_REQUEST or PROVISIONED."
  }
}

variable "read_capacity" {
  description = "Read capacity units (only used if billing_mode is PROVISIONED)"
  type        = number
  default     = 5
}

variable "write_capacity" {
  description = "Write capacity units (only used if billing_mode is PROVISIONED)"
  type        = number
  default     = 5
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
    condition     = contains(["STANDARD", "STANDARD_INFREQUENT_ACCESS"], var.table_class)
    error_message = "Table class must be either STANDARD or STANDARD_INFREQUENT_ACCESS."
  }
}

variable "kms_key_arn" {
  type    = string
  default = null
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

output "products_table_id" {
  description = "ID of the products DynamoDB table"
  value       = aws_dynamodb_table.products.id
}

output "products_table_stream_arn" {
  description = "ARN of the products DynamoDB table stream"
  value       = aws_dynamodb_table.products.stream_arn
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
    sessions = aws_dynamodb_table.sessions.arn
  }
}

# Global Secondary Index Outputs
output "products_gsi_names" {
  description = "Names of Global Secondary Indexes"
  value       = ["CategoryIndex"]
}
