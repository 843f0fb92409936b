"""Item does not fit its table.

Why: DynamoDB refuses an item that lacks a key of the table, or that has a key of the table or of an index with another type. An item with
an invalid time to live never expires. terraform validate and terraform plan do not see either. Applications rely on the attributes that
a contract lists.
Fix: write every attribute with its type, as DynamoDB JSON.
    resource "aws_dynamodb_table_item" "sample" {
      table_name = aws_dynamodb_table.products.name
      hash_key   = aws_dynamodb_table.products.hash_key

      item = jsonencode({
        id    = { N = "1" }
        title = { S = "Sample Product" }
      })
    }
"""

from dyncheck.dynamodb import Contract, TableItem
from dyncheck.rule import Problems, error, rule


@rule(TableItem, Contract | None, severity=error, fix="none")
def check(item: TableItem, contract: Contract | None) -> Problems:
    yield from item.contradictions(contract) if contract else item.refusals()
