"""Contracts of a team's own: what they demand, and every error in one at its line."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import yaml

import dyncheck
from dyncheck import contract_file
from dyncheck.contract import built_in, contracts
from dyncheck.dynamodb import Contract
from dyncheck.errors import UsageError
from dyncheck.findings import Status

TESTS = Path(__file__).parent
SHIPPED = sorted((TESTS.parent / "policies" / "tables").glob("*.yaml"))

WRONG = """\
tabel: orders
match:
  resource: orders
name: "*-orders"
primary_key:
  hash: { name: id, type: X }
  hash: { name: id, type: S }
  range: { name: placed_at, typ: S }
indexes:
  ByCustomer: { hash: { name: customer, type: S }, projection: all }
alarms:
  - metric: ReadThrottleEvent
    threshold: -1
    period: 90
item:
  placed_at: STRING
"""


def test_the_shipped_contracts_are_compiled_from_their_yaml() -> None:
    assert built_in() == contract_file.load(SHIPPED)


def test_every_error_of_a_contract_is_reported_at_once_at_its_line(tmp_path: Path) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(WRONG)
    with pytest.raises(UsageError) as refused:
        contracts([file])
    assert str(refused.value).splitlines() == [
        "These contracts cannot be used; mend them or leave out --policy.",
        f"{file}:1: tabel is not a key of a contract. Did you mean 'table'?",
        f"{file}:1: the contract lacks 'table'",
        f"{file}:2: match lacks 'name'",
        f"{file}:7: primary_key.hash stands here a second time; the first is on line 6",
        f"{file}:8: primary_key.range lacks 'type'",
        f"{file}:8: primary_key.range.typ is not a key of a contract. Did you mean 'type'?",
        f"{file}:10: indexes.ByCustomer.projection is 'all'; allowed: ALL, INCLUDE, KEYS_ONLY.",
        f"{file}:13: alarms[0].threshold: -1 is less than the minimum of 0",
        f"{file}:14: alarms[0].period: 90 is not a multiple of 60",
        f"{file}:16: item.placed_at is 'STRING'; allowed: B, BOOL, BS, L, M, N, NS, NULL, S, SS.",
    ]


def test_a_contract_may_not_contradict_itself_nor_name_a_metric_that_does_not_exist(tmp_path: Path) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(
        'table: orders\nmatch: { resource: orders, name: "*-orders" }\nname: "*-orders"\n'
        "primary_key:\n  hash: { name: id, type: S }\nalarms:\n  - metric: ReadThrotleEvents\nitem:\n  id: N\n"
    )
    with pytest.raises(UsageError) as refused:
        contracts([file])
    assert str(refused.value).splitlines()[1:] == [
        f"{file}:5: primary_key.hash: 'id' is of type S here and N elsewhere",
        f"{file}:7: alarms[0].metric is 'ReadThrotleEvents'; CloudWatch has no such DynamoDB metric. Did you mean 'ReadThrottleEvents'?",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "1: is empty; a contract has at least table, match, name and primary_key"),
        (b"table: [", "1: is not YAML: expected the node content, but found '<stream end>'"),
        (b"- orders", "1: the contract is ['orders']; must be of type object"),
        (b"table: &again [*again]", "1: nests in itself, by an alias of a node inside that node"),
        (b"table: \xff", "1: cannot be read as UTF-8 text: 'utf-8' codec can't decode byte 0xff in position 7: invalid start byte"),
    ],
    ids=["empty", "not YAML", "a list", "an alias of itself", "not UTF-8"],
)
def test_a_file_that_is_no_contract_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "orders.yaml"
    file.write_bytes(content)
    with pytest.raises(UsageError) as refused:
        contracts([file])
    assert str(refused.value).splitlines()[1:] == [f"{file}:{message}"]


def test_a_directory_without_contracts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no contract\. --policy takes YAML files"):
        contracts([tmp_path])


def test_a_directory_gives_all_its_contracts() -> None:
    assert [contract.table for contract in contracts([TESTS / "contracts"])] == ["orders", "products", "sessions"]


def test_a_contract_of_the_same_name_replaces_the_shipped_one(tmp_path: Path) -> None:
    shipped = yaml.safe_load(SHIPPED[0].read_text())
    shipped["primary_key"]["hash"] = {"name": "sku", "type": "S"}
    del shipped["item"]
    (tmp_path / "products.yaml").write_text(yaml.safe_dump(shipped))
    report = dyncheck.check(TESTS / "plans" / "specification.json", select=["wrong-primary-key"], policies=[tmp_path])
    assert [(each.address, each.message) for each in report.results if each.status is Status.FAIL] == [
        (
            "module.dynamodb.aws_dynamodb_table.products",
            'the partition key is another attribute: hash_key is "id", must be "sku"',
        )
    ]


def test_a_contract_survives_being_written_and_read() -> None:
    for contract in built_in():
        assert msgspec.convert(msgspec.to_builtins(contract), Contract) == contract
