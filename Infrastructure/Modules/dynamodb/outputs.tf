output "products_table_name" {
  description = "Name of the products table."
  value       = aws_dynamodb_table.products.name
}

output "products_table_arn" {
  description = "ARN of the products table."
  value       = aws_dynamodb_table.products.arn
}

output "products_table_id" {
  description = "Terraform id of the products table, which is its name."
  value       = aws_dynamodb_table.products.id
}

output "products_table_stream_arn" {
  description = "ARN of the products table's stream. Empty, because the module switches no stream on."
  value       = aws_dynamodb_table.products.stream_arn
}

output "sessions_table_name" {
  description = "Name of the sessions table."
  value       = aws_dynamodb_table.sessions.name
}

output "sessions_table_arn" {
  description = "ARN of the sessions table."
  value       = aws_dynamodb_table.sessions.arn
}

output "table_name" {
  description = "Name of the main table, products."
  value       = aws_dynamodb_table.products.name
}

output "table_arn" {
  description = "ARN of the main table, products."
  value       = aws_dynamodb_table.products.arn
}

output "table_names" {
  description = "Name of each table, by its key products or sessions."
  value = {
    products = aws_dynamodb_table.products.name
    sessions = aws_dynamodb_table.sessions.name
  }
}

output "table_arns" {
  description = "ARN of each table, by its key products or sessions."
  value = {
    products = aws_dynamodb_table.products.arn
    sessions = aws_dynamodb_table.sessions.arn
  }
}

output "products_gsi_names" {
  description = "Names of the products table's global secondary indexes."
  value       = ["CategoryIndex"]
}
