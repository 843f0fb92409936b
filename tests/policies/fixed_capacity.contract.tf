resource "aws_dynamodb_table" "a" {
  name         = "orders-a"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "b" {
  name           = "orders-b"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 1 # expect: fail Table has fixed capacity: reads and writes have no autoscaling target
  write_capacity = 1

  attribute {
    name = "id"
    type = "S"
  }
}
