# Cases of missing-table that a slip in the rule would get wrong, read as Terraform files.
# require: products
# expect: unknown products (see the golden file)

resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "one" {
  name     = terraform_data.later.id
  hash_key = "id"
}

resource "aws_dynamodb_table" "other" {
  name     = "${terraform_data.later.id}-products"
  hash_key = "id"
}
