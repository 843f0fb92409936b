output "table_names" {
  description = "Name of each table, by its key products or sessions."
  value       = module.dynamodb.table_names
}

output "table_arns" {
  description = "ARN of each table, by its key products or sessions."
  value       = module.dynamodb.table_arns
}

output "alarm_topic_arn" {
  description = "SNS topic that receives the alarms. Subscribe to it to be told."
  value       = aws_sns_topic.alarms.arn
}
