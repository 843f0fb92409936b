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
