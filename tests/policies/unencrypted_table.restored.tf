# A restored table has the keys, indexes and encryption of its source, unless the configuration sets its own.
resource "aws_dynamodb_table" "restored" {
  name                   = "restored-products"
  billing_mode           = "PAY_PER_REQUEST"
  restore_source_name    = "a-products-backup" # expect: unknown server_side_encryption comes from the source of the restore (restore_source_name)
  restore_to_latest_time = true
}

resource "aws_dynamodb_table" "own" {
  name                   = "own-products"
  billing_mode           = "PAY_PER_REQUEST"
  restore_source_name    = "a-products-backup"
  restore_to_latest_time = true

  server_side_encryption {
    enabled = true
  }
}
