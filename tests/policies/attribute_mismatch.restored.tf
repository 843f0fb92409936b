# A restored table has the keys, indexes and encryption of its source, unless the configuration sets its own.
resource "aws_dynamodb_table" "restored" {
  name                   = "restored-products"
  billing_mode           = "PAY_PER_REQUEST"
  restore_source_name    = "a-products-backup" # expect: unknown attribute comes from the source of the restore (restore_source_name)
  restore_to_latest_time = true
}
