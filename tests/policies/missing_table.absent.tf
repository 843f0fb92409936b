# require: products orders
resource "aws_dynamodb_table" "products" {
  name         = "products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

# expect: fail orders No table is under the contract "orders"; expected a table with the resource name "orders" or a name like "*-orders"
