"""Access patterns that no request of DynamoDB can be, or that the contract itself does not serve, are refused with one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from dyncheck.catalog import contract_file

HEAD = """\
primary_key: { hash: { name: id, type: N } }
indexes:
  ByShop: { hash: { name: shop, type: S }, range: { name: paid_at, type: S } }
  Keys: { hash: { name: shop, type: S }, projection: KEYS_ONLY }
  Some: { hash: { name: shop, type: S }, projection: INCLUDE }
item: { total: N, paid: BOOL }
access:
"""

WRONG = {
    "{ name: a, equal: [shop], range: { attribute: paid_at, condition: like } }": (
        "access[0].range.condition is 'like'; expected <, <=, =, >, >=, begins_with, between."
    ),
    "{ name: a, operation: Get, equal: [id] }": (
        "access[0].operation is 'Get'; expected BatchGetItem, BatchWriteItem, DeleteItem, GetItem, PutItem, Query, Scan, TransactGetItems, "
        "TransactWriteItems, UpdateItem. Did you mean 'GetItem'?"
    ),
    "{ name: a, equal: [shop], attributes: all }": "access[0].attributes is 'all'; expected ALL.",
    "{ name: a, equal: [shop], page_size: 0 }": "access[0].page_size: 0 is less than the minimum of 1",
    "{ name: a, equals: [shop] }": "access[0].equals is not a key of a contract. Did you mean 'equal'?",
    "{ name: a, operation: GetItem, index: ByShop, equal: [id] }": "access[0].index has no meaning for GetItem",
    "{ name: a, operation: Scan, range: paid_at }": "access[0].range has no meaning for Scan; write its attribute under filter",
    "{ name: a, operation: Scan, equal: [shop] }": (
        "access[0].equal has no meaning for Scan, which reads everything; write its attributes under filter"
    ),
    "{ name: a, operation: Scan, order: paid_at }": "access[0].order has no meaning for Scan",
    "{ name: a, operation: PutItem, filter: [paid] }": "access[0].filter has no meaning for PutItem",
    "{ name: a, operation: PutItem, attributes: [total] }": "access[0].attributes has no meaning for PutItem",
    "{ name: a, operation: TransactGetItems, equal: [id], consistent: true }": "access[0].consistent has no meaning for TransactGetItems",
    "{ name: a, operation: DeleteItem, equal: [id], page_size: 2 }": "access[0].page_size has no meaning for DeleteItem",
    "{ name: a, operation: BatchGetItem, equal: [id], page_size: 101 }": (
        "access[0].page_size is 101; BatchGetItem takes 100 items at most"
    ),
    "{ name: a, operation: BatchWriteItem, page_size: 26 }": "access[0].page_size is 26; BatchWriteItem takes 25 items at most",
    "{ name: a, index: ByShop, table: true, equal: [shop] }": "access[0].table is true beside an index; remove one of the two",
    "{ name: a }": ("access[0] gives no attribute by equality, as a Query needs; write `equal`, or `operation: Scan` to read everything"),
    "{ name: a, operation: GetItem }": ("access[0] gives no key; write the key attributes of the table under `equal`, which GetItem needs"),
    "{ name: a, equal: [shop, shop] }": "access[0].equal has 'shop' twice",
    "{ name: a, equal: [shop], filter: [a, a] }": "access[0].filter has 'a' twice",
    "{ name: a, equal: [shop], range: shop }": (
        "access[0].range has 'shop', which is also under equal; a request has one condition on a key attribute"
    ),
    "{ name: a, equal: [shop], filter: [shop] }": (
        "access[0].filter has 'shop', which is also a condition of the key; a filter takes no key attributes"
    ),
    "{ name: a, equal: [paid] }": "access[0].equal has 'paid' of type BOOL; a key attribute is S, N or B",
    "{ name: a, equal: [shop], range: paid }": "access[0].range has 'paid' of type BOOL; a key attribute is S, N or B",
    "{ name: a, equal: [shop], range: { attribute: total, condition: begins_with } }": (
        "access[0].range is begins_with on 'total', which is of type N; begins_with takes type S or B"
    ),
    "{ name: a, index: ByShop, equal: [shop], consistent: true }": (
        "access[0] is not served by the index ByShop of this contract: it has no consistent reads, because it is a global index"
    ),
    "{ name: a, index: ByShop, equal: [brand] }": (
        'access[0] is not served by the index ByShop of this contract: it needs its partition key "shop" by equality'
    ),
    "{ name: a, index: Keys, equal: [shop], attributes: [total, id] }": (
        'access[0] is not served by the index Keys of this contract: it does not project "total"'
    ),
    "{ name: a, index: Keys, equal: [shop], order: paid_at }": (
        'access[0] is not served by the index Keys of this contract: it has no sort key that sorts by "paid_at"'
    ),
    "{ name: a, operation: GetItem, equal: [id, shop] }": (
        'access[0] is not served by the primary key of this contract: it has the key "id", and the request gives "id" and "shop"'
    ),
    "{ name: a, table: true, equal: [shop] }": (
        'access[0] is not served by the primary key of this contract: it needs its partition key "id" by equality'
    ),
}

RIGHT = (
    "{ name: a, index: ByShop, equal: [shop], range: paid_at, order: paid_at, filter: [total], attributes: ALL, page_size: 25 }",
    "{ name: a, index: ByShop, equal: [shop], order: { attribute: paid_at, direction: descending } }",
    "{ name: a, index: ByShop, equal: [shop], range: { attribute: paid_at, condition: '=' } }",
    "{ name: a, index: Keys, equal: [shop], attributes: [id, shop] }",
    # The contract does not say what the index includes, and an index that it does not have may be a local one.
    "{ name: a, index: Some, equal: [shop], attributes: [total] }",
    "{ name: a, index: Other, equal: [id], consistent: true }",
    "{ name: a, operation: Scan, index: ByShop, filter: [shop] }",
    "{ name: a, operation: PutItem, equal: [id, paid] }",
    "{ name: a, operation: TransactWriteItems, page_size: 100 }",
    "{ name: a, operation: BatchGetItem, equal: [id], attributes: [total], consistent: true }",
)


def problems(pattern: str, directory: Path) -> list[tuple[int, str]]:
    """The errors of a contract with one access pattern."""
    file = directory / "orders.yaml"
    file.write_text(f"{HEAD}  - {pattern}\n")
    return contract_file.read(file)[1]


@pytest.mark.parametrize(("pattern", "message"), WRONG.items())
def test_a_wrong_access_pattern_has_one_sentence(pattern: str, message: str, tmp_path: Path) -> None:
    assert problems(pattern, tmp_path) == [(8, message)]


@pytest.mark.parametrize("pattern", RIGHT)
def test_a_right_access_pattern_is_accepted(pattern: str, tmp_path: Path) -> None:
    assert problems(pattern, tmp_path) == []


def test_two_patterns_of_one_name_are_an_error(tmp_path: Path) -> None:
    found = problems("{ name: a, equal: [shop] }\n  - { name: a, equal: [shop] }", tmp_path)
    assert found == [(9, "access[1].name is 'a', as that of another access pattern; give each another name")]
