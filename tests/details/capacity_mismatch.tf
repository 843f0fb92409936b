# Cases of capacity-mismatch that a slip in the rule would get wrong, read as Terraform files.

resource "aws_dynamodb_table" "without" { # expect: fail (see the golden file)
  name         = "a"
  billing_mode = "PROVISIONED"
  hash_key     = "id"
}

# An index of its own has its capacity in a block.
resource "aws_dynamodb_global_secondary_index" "of_it" { # expect: fail (see the golden file)
  table_name = aws_dynamodb_table.without.name
  index_name = "ByDate"
  key_schema {
    attribute_name = "date"
    attribute_type = "S"
    key_type       = "HASH"
  }
  projection {
    projection_type = "ALL"
  }
  provisioned_throughput {
    read_capacity_units = 0
  }
}

resource "aws_dynamodb_table" "on_demand" {
  name         = "b"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
}

resource "aws_dynamodb_global_secondary_index" "of_on_demand" { # expect: fail (see the golden file)
  table_name = aws_dynamodb_table.on_demand.name
  index_name = "ByDate"
  key_schema {
    attribute_name = "date"
    attribute_type = "S"
    key_type       = "HASH"
  }
  projection {
    projection_type = "ALL"
  }
  provisioned_throughput {
    read_capacity_units  = 1
    write_capacity_units = 1
  }
}

# What capacity fits a billing mode that does not exist, no one can say; another rule reports it.
resource "aws_dynamodb_table" "neither" {
  name          = "c"
  billing_mode  = "SERVERLESS"
  hash_key      = "id"
  read_capacity = 1
}

# The capacity may come from the source.
resource "aws_dynamodb_table" "restored" { # expect: unknown (see the golden file)
  name                   = "d"
  billing_mode           = "PROVISIONED"
  hash_key               = "id"
  restore_source_name    = "a"
  restore_to_latest_time = true
  global_secondary_index {
    name            = "ByDate"
    hash_key        = "date"
    projection_type = "ALL"
    read_capacity   = 1
    write_capacity  = 1
  }
}

resource "aws_dynamodb_table" "with_bare_index" {
  name           = "e"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 1
  write_capacity = 1
}

resource "aws_dynamodb_global_secondary_index" "bare" { # expect: fail (see the golden file)
  table_name = aws_dynamodb_table.with_bare_index.name
  index_name = "ByDate"
  key_schema {
    attribute_name = "date"
    attribute_type = "S"
    key_type       = "HASH"
  }
  projection {
    projection_type = "ALL"
  }
}
