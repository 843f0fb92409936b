"""Items in Terraform: what is known of an item and of its table is checked, and the rest is unknown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dyncheck.dynamodb import Contract
from dyncheck.item_schema import ItemAttribute
from dyncheck.model import Problem, Unknown
from tests.dynamodb.reading import inventory_of

TABLE = """
resource "terraform_data" "later" {}
resource "random_id" "x" { byte_length = 4 }
variable "secret" {
  default   = "{\\"id\\": {\\"S\\": \\"hidden\\"}, \\"hidden\\": {\\"X\\": \\"hidden\\"}}"
  sensitive = true
}
resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "day"
    type = TYPE
  }
  global_secondary_index {
    name            = "ByDay"
    hash_key        = "day"
    projection_type = "ALL"
  }
}
resource "aws_dynamodb_table_item" "it" {
  table_name = aws_dynamodb_table.orders.TABLE_NAME
  hash_key   = "id"
  item       = ITEM
}
"""
CONTRACT = Contract(item={"day": ItemAttribute("S", format="timestamp"), "total": "N"})


def messages(item: str, contract: Contract | None = None, kind: str = '"S"', name: str = "name") -> list[str]:
    """The messages of the problems, and at the end why there may be more."""
    text = TABLE.replace("ITEM", item).replace("TYPE", kind).replace("TABLE_NAME", name)
    (found,) = inventory_of(text).items
    return list(_messages(found.contradictions(contract) if contract else found.refusals()))


def _messages(problems: Iterator[Problem]) -> Iterator[str]:
    try:
        yield from (problem.message for problem in problems)
    except Unknown as reason:
        yield f"unknown: {reason}"


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ('jsonencode({ id = { S = "1" }, note = { S = terraform_data.later.id } })', []),
        ("jsonencode({ id = { S = terraform_data.later.id } })", ['unknown: item["id"] waits for terraform_data.later.id']),
        (
            'jsonencode({ id = { N = "1" }, day = terraform_data.later.id })',
            [
                'Partition key has the wrong type: item["id"] is a number (N); expected a text (S)',
                'unknown: item["day"] waits for terraform_data.later.id',
            ],
        ),
        ("jsonencode(terraform_data.later.output)", ["unknown: item waits for terraform_data.later.output"]),
        ('"{"', ["Item is not JSON; expected an object in DynamoDB JSON"]),
        (
            "var.secret",
            ["Type of a value does not exist: item is (sensitive); expected S, N, B, BOOL, NULL, M, L, SS, NS, BS"],
        ),
    ],
)
def test_what_is_known_of_an_item_is_checked(item: str, expected: list[str]) -> None:
    assert messages(item) == expected


def test_the_contract_sees_what_it_demands() -> None:
    item = 'jsonencode({ id = { S = "1" }, day = { S = "monday" }, total = { S = "1" }, other = terraform_data.later.id })'
    assert messages(item, CONTRACT) == [
        'Attribute is not an ISO 8601 timestamp: item["day"] is "monday"; expected a time such as 2024-01-01T00:00:00Z',
        'Attribute has the wrong type: item["total"] is a text (S); expected a number (N)',
    ]
    later = 'jsonencode({ id = { S = "1" }, day = { S = terraform_data.later.id } })'
    assert messages(later, CONTRACT) == ['unknown: item["day"] waits for terraform_data.later.id']


def test_an_unknown_part_of_the_table_is_unknown_where_it_decides() -> None:
    item = 'jsonencode({ id = { S = "1" }, day = { N = "1" } })'
    (message,) = messages(item, kind="terraform_data.later.id")
    assert message.startswith("unknown: aws_dynamodb_table.orders attribute")
    assert messages(item, name="id") == [
        'Partition key of index "ByDay" has the wrong type: item["day"] is a number (N); expected a text (S)'
    ]
