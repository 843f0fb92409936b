# Cases of attribute-mismatch that a slip in the rule would get wrong, read as Terraform files.

resource "aws_dynamodb_table" "with_separate_index" {
  name     = "a"
  hash_key = "id"
  attribute {
    name = "id"
    type = "S"
  }
}

# An index of its own declares its keys itself; declared in the table as well, they are keys all the same.
resource "aws_dynamodb_global_secondary_index" "of_it" {
  table_name = aws_dynamodb_table.with_separate_index.name
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

resource "aws_dynamodb_table" "with_both" {
  name     = "b"
  hash_key = "id"
  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "date"
    type = "S"
  }
}

resource "aws_dynamodb_global_secondary_index" "of_both" {
  table_name = aws_dynamodb_table.with_both.name
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

# Terraform makes no plan of a key of an index that is not declared.
resource "aws_dynamodb_table" "undeclared" { # expect: fail (see the golden file)
  name     = "c"
  hash_key = "id"
  attribute {
    name = "id"
    type = "S"
  }
  global_secondary_index {
    name            = "ByDate"
    hash_key        = "date"
    projection_type = "ALL"
  }
}
