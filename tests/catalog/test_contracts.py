"""Custom contracts: how they are loaded and matched, and their errors with lines."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import yaml

import dyncheck
from dyncheck.catalog import contract_file
from dyncheck.catalog.contracts import Matched, built_in, contracts, interfaces, matched, named
from dyncheck.dynamodb import Contract, Key, Match
from dyncheck.errors import UsageError
from dyncheck.findings import Status
from tests.dynamodb.reading import block, inventory_at, inventory_of
from tests.support.paths import TESTS

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


def test_all_errors_of_a_contract_are_reported_with_lines(tmp_path: Path) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(WRONG)
    with pytest.raises(UsageError) as refused:
        contracts([file])
    assert str(refused.value).splitlines() == [
        "The contracts are invalid. Fix them, or run without --policy.",
        f"{file}:1: tabel is not a key of a contract. Did you mean 'table'?",
        f"{file}:7: primary_key.hash is set twice; the first is on line 6",
        f"{file}:8: primary_key.range.typ is not a key of a contract. Did you mean 'type'?",
        f"{file}:10: indexes.ByCustomer.projection is 'all'; expected ALL, INCLUDE, KEYS_ONLY.",
        f"{file}:13: alarms[0].threshold: -1 is less than the minimum of 0",
        f"{file}:14: alarms[0].period: 90 is not a multiple of 60",
        f"{file}:16: item.placed_at is 'STRING'; expected B, BOOL, BS, L, M, N, NS, NULL, S, SS.",
    ]


def test_contradictions_and_unknown_metrics_are_errors(tmp_path: Path) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(
        'table: orders\nmatch: { resource: orders, name: "*-orders" }\nname: "*-orders"\n'
        "primary_key:\n  hash: { name: id, type: S }\nalarms:\n  - metric: ReadThrotleEvents\nitem:\n  id: N\n"
    )
    with pytest.raises(UsageError) as refused:
        contracts([file])
    assert str(refused.value).splitlines()[1:] == [
        f"{file}:5: primary_key.hash: 'id' is of type S here and N in item",
        f"{file}:7: alarms[0].metric is 'ReadThrotleEvents', which is not a DynamoDB metric in CloudWatch. "
        "Did you mean 'ReadThrottleEvents'?",
    ]


CONTRADICTIONS = """\
table: orders
match: { resource: orders, name: "*-orders" }
name: "*-orders"
item: { id: N, day: S }
alarms:
  - metric: ReadThrottleEvents
  - metric: Nonsense
indexes:
  ByDay:
    hash: { name: day, type: N }
    range: { name: id, type: N }
  BySize:
    hash: { name: size, type: N }
    range: { name: weight, type: N }
  ByWeight:
    hash: { name: weight, type: S }
    range: { name: size, type: N }
primary_key:
  hash: { name: id, type: N }
  range: { name: day, type: B }
"""


def test_contradictions_are_reported_in_line_order(tmp_path: Path) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(CONTRADICTIONS)
    assert contract_file.read(file) == (
        None,
        [
            (20, "primary_key.range: 'day' is of type B here and S in item"),
            (10, "indexes.ByDay.hash: 'day' is of type N here and S in item"),
            (16, "indexes.ByWeight.hash: 'weight' is of type S here and N elsewhere"),
            (7, "alarms[1].metric is 'Nonsense', which is not a DynamoDB metric in CloudWatch."),
        ],
    )
    with pytest.raises(UsageError) as refused:
        contracts([file])
    assert str(refused.value).splitlines() == [
        "The contracts are invalid. Fix them, or run without --policy.",
        f"{file}:7: alarms[1].metric is 'Nonsense', which is not a DynamoDB metric in CloudWatch.",
        f"{file}:10: indexes.ByDay.hash: 'day' is of type N here and S in item",
        f"{file}:16: indexes.ByWeight.hash: 'weight' is of type S here and N elsewhere",
        f"{file}:20: primary_key.range: 'day' is of type B here and S in item",
    ]


LISTS = """\
table: orders
match: { resource: orders, name: "*-orders" }
name: "*-orders"
primary_key: { hash: { name: id, type: N } }
indexes:
  ByDay:
    hash: [{ name: day, type: S }, { name: shop, type: S }]
    range: { name: id, type: N }
"""


def with_index(tmp_path: Path, index: str) -> Path:
    """The contract above with another index on line 9."""
    file = tmp_path / "orders.yaml"
    file.write_text(f"{LISTS}  Other: {index}\n")
    return file


def test_the_keys_of_an_index_are_one_key_or_a_list(tmp_path: Path) -> None:
    (contract,) = contract_file.load([with_index(tmp_path, "{ hash: { name: shop, type: S }, range: [{ name: day, type: S }] }")])
    assert {name: (index.keys_of("HASH"), index.keys_of("RANGE")) for name, index in contract.indexes.items()} == {
        "ByDay": ((Key("day", "S"), Key("shop", "S")), (Key("id", "N"),)),
        "Other": ((Key("shop", "S"),), (Key("day", "S"),)),
    }


@pytest.mark.parametrize(
    ("index", "errors"),
    [
        ("{ hash: [] }", ["indexes.Other.hash is empty"]),
        (f"{{ hash: [{', '.join(['{ name: a, type: S }'] * 5)}] }}", ["indexes.Other.hash has 5 items; expected 4 at most"]),
        ("{ hash: 5 }", ["indexes.Other.hash is 5; expected type array or object (name, type)"]),
        ("{ hash: [{ name: a }] }", ["indexes.Other.hash[0] lacks 'type'"]),
        (
            "{ hash: [{ name: a, type: S }], range: [{ name: b, type: S }, { name: a, type: S }] }",
            ["indexes.Other.range[1]: 'a' is a key of the index twice"],
        ),
        ("{ hash: [{ name: a, type: S }, { name: id, type: S }] }", ["indexes.Other.hash[1]: 'id' is of type S here and N elsewhere"]),
    ],
)
def test_a_wrong_list_of_keys_is_an_error(index: str, errors: list[str], tmp_path: Path) -> None:
    assert contract_file.read(with_index(tmp_path, index)) == (None, [(9, error) for error in errors])


ITEM = """\
primary_key: { hash: { name: id, type: S } }
time_to_live: { attribute: expires_at }
item:
  id: N
  expires_at: S
  code: { type: S, pattern: "(" }
  day: { type: N, format: timestamp, pattern: a }
  size: { type: S, attributes: { width: { type: [N, N], elements: N } } }
"""
WRONG_ITEM = """\
item:
  a: Z
  b: { typ: S }
  c: { type: M, attributes: { width: Q } }
  d: [S, X]
  e: { type: N, format: timestmp }
  f: 3
  g: []
  h: [S, NULL]
"""


def test_contradictions_in_an_item_schema_are_errors(tmp_path: Path) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(ITEM)
    assert sorted(contract_file.read(file)[1]) == [
        (1, "primary_key.hash: 'id' is of type S here and N in item"),
        (5, "item.expires_at is not a number, and the time to live of the contract is; expected type N"),
        (6, "item.code.pattern is '(', which is not a regular expression: missing closing )"),
        (7, "item.day.format is 'timestamp', which has a meaning for type S only"),
        (7, "item.day.pattern has a meaning for type S or SS only"),
        (8, "item.size.attributes has a meaning for type M only"),
        (8, "item.size.attributes.width.elements has a meaning for type L only"),
        (8, "item.size.attributes.width.type has a type twice"),
    ]


def test_the_forms_of_an_attribute_are_told_apart_in_errors(tmp_path: Path) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(WRONG_ITEM)
    types = "B, BOOL, BS, L, M, N, NS, NULL, S, SS"
    assert sorted(contract_file.read(file)[1]) == [
        (2, f"item.a is 'Z'; expected {types}."),
        (3, "item.b.typ is not a key of a contract. Did you mean 'type'?"),
        (4, f"item.c.attributes.width is 'Q'; expected {types}."),
        (5, f"item.d[1] is 'X'; expected {types}."),
        (6, "item.e.format is 'timestmp'; expected epoch-seconds, timestamp. Did you mean 'timestamp'?"),
        (
            7,
            "item.f is 3; expected type string or array or object (type, required, pattern, format, description, attributes, elements)",
        ),
        (8, "item.g is empty"),
        (9, f'item.h[1] is empty; expected {types}. Write "NULL" in quotes.'),
    ]


TAKES = "--policy takes YAML files (.yaml, .yml) or a directory of them."
ORDERS = 'table: {}\nmatch: {{ resource: {}, name: "*-orders" }}\nname: "*-orders"\nprimary_key:\n  hash: {{ name: id, type: S }}\n'


def test_the_files_of_a_directory_are_loaded_in_name_order(tmp_path: Path) -> None:
    for name, table in (("b.yaml", "bills"), ("a.yml", "accounts"), ("c.json", "carts")):
        (tmp_path / name).write_text(ORDERS.format(table, table))
    loaded = contract_file.load([tmp_path, TESTS / "contracts" / "orders.yaml"])
    assert [contract.table for contract in loaded] == ["accounts", "bills", "orders"]
    assert contract_file.load([tmp_path / "b.yaml"]) == loaded[1:2]
    # Keys alone add no item attributes.
    assert [contract.item for contract in loaded] == [{}, {}, {}]
    # A file that is named explicitly may have any name.
    assert [contract.table for contract in contract_file.load([tmp_path / "c.json"])] == ["carts"]


def test_the_errors_of_all_files_are_reported_together(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("")
    (tmp_path / "b.yaml").write_text(ORDERS.format("bills", "bills"))
    (tmp_path / "c.yaml").mkdir()
    with pytest.raises(UsageError) as refused:
        contracts([tmp_path])
    assert str(refused.value).splitlines() == [
        "The contracts are invalid. Fix them, or run without --policy.",
        f"{tmp_path}/a.yaml:1: is empty; a contract has at least one demand",
        f"{tmp_path}/c.yaml:1: cannot be read: It is not a regular file",
    ]


def test_an_invalid_policy_path_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text("")
    (tmp_path / "empty").mkdir()
    for path, reason in (
        (tmp_path / "missing", "does not exist"),
        (file / "inside", "cannot be read: Not a directory"),
        (tmp_path / "empty", "contains no contract"),
    ):
        with pytest.raises(UsageError) as refused:
            contracts([path])
        assert str(refused.value) == f"{path} {reason}. {TAKES}"


def test_a_contract_is_found_by_its_name() -> None:
    products, sessions = built_in()
    assert (named(built_in(), "products"), named(built_in(), "sessions")) == (products, sessions)
    with pytest.raises(UsageError) as refused:
        named(built_in(), "product")
    assert str(refused.value) == "No contract describes a table 'product'. Did you mean 'products'? There are: products, sessions."


@pytest.mark.parametrize(
    ("label", "name", "certain", "undecided"),
    [
        pytest.param("products", '"anything"', ["products"], [], id="by the block name"),
        pytest.param("anything", '"dev-sessions"', ["sessions"], [], id="by the table name"),
        pytest.param("products", '"dev-sessions"', ["products"], [], id="by the block name before the table name"),
        pytest.param("anything", '"anything"', [], [], id="by no name"),
        pytest.param("sessions", "terraform_data.later.output", ["sessions"], [], id="by the block name with an unknown table name"),
        pytest.param(
            "anything",
            "terraform_data.later.output",
            [],
            ["products: name waits for terraform_data.later.output", "sessions: name waits for terraform_data.later.output"],
            id="by an unknown name",
        ),
    ],
)
def test_a_table_is_under_a_reference_contract_by_its_block_or_its_name(
    label: str, name: str, certain: list[str], undecided: list[str]
) -> None:
    text = block(f'resource "aws_dynamodb_table" "{label}"', {"name": name}) + 'resource "terraform_data" "later" {}\n'
    (found,) = inventory_of(text).tables
    assert under(matched(found, iter(built_in()))) == (certain, undecided)


def under(found: Matched) -> tuple[list[str], list[str]]:
    """The names of the contracts that certainly hold for a table, and of those that may, with the reason."""
    return [each.table for each in found.certain], [f"{each.table}: {reason}" for each, reason in found.undecided]


MATCHED = """\
module "shop" {
  source = "./shop"
  count  = 1
}
"""
TABLE = """\
resource "aws_dynamodb_table" "orders" {
  name = "dev-orders"

  tags = {
    Team = "shop"
  }
}
"""
HERE, INSIDE = "aws_dynamodb_table.orders", "module.shop[0].aws_dynamodb_table.orders"


@pytest.mark.parametrize(
    ("match", "here", "inside"),
    [
        (None, True, True),
        (Match(resource="orders"), True, True),
        (Match(resource="order*"), True, True),
        (Match(resource="orders", name="*-orders"), True, True),
        (Match(resource="orders", name="*-products"), False, False),
        (Match(resource="products", name="*-orders"), False, False),
        (Match(module="module.shop"), False, True),
        (Match(module="module.shop[0]"), False, True),
        (Match(module="module.shop[1]"), False, False),
        (Match(module="module.*"), False, True),
        (Match(tags={"Team": "shop"}), True, True),
        (Match(tags={"Team": "s*"}), True, True),
        (Match(tags={"Team": "/sh(op|ip)/"}), True, True),
        (Match(tags={"Team": "/sh/"}), False, False),
        (Match(tags={"Cost": "*"}), False, False),
        (Match(tags={"Team": "shop"}, resource="products"), False, False),
        (Match(module="module.shop", tags={"Team": "shop"}), False, True),
    ],
)
def test_all_conditions_of_a_match_must_hold(match: Match | None, here: bool, inside: bool, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "main.tf").write_text(TABLE)
    (tmp_path / "main.tf").write_text(MATCHED + TABLE)
    tables = inventory_at(tmp_path).tables
    contract = Contract("orders", match=match)
    found = {table.address: matched(table, (contract,)) for table in tables}
    assert {address: answer(each) for address, each in found.items()} == {HERE: here, INSIDE: inside}


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        (Match(name="*-orders"), "name waits for terraform_data.later.output"),
        (Match(tags={"Team": "shop"}), "tags waits for terraform_data.later.output"),
        (Match(name="*-orders", resource="products"), False),
        (Match(name="*-orders", tags={"Team": "shop"}, module="module.shop"), False),
    ],
)
def test_one_condition_that_does_not_hold_decides_whatever_is_unknown(match: Match, expected: object) -> None:
    arguments: dict[str, str | None] = {"name": "terraform_data.later.output", "tags": "{ Team = terraform_data.later.output }"}
    text = block('resource "aws_dynamodb_table" "orders"', arguments) + 'resource "terraform_data" "later" {}\n'
    (found,) = inventory_of(text).tables
    assert answer(matched(found, (Contract("orders", match=match),))) == expected


def answer(found: Matched) -> object:
    """Whether one contract holds, or why that is unknown."""
    return bool(found.certain) if not found.undecided else str(found.undecided[0][1])


def test_the_interfaces_of_modules_are_shipped() -> None:
    assert [interface.module for interface in interfaces()] == ["dynamodb"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "1: is empty; a contract has at least one demand"),
        (b"table: [", "1: is not YAML: expected the node content, but found '<stream end>'"),
        (b"- orders", "1: the contract is ['orders']; expected type object"),
        (b"table: &again [*again]", "1: is nested too deep, or contains itself through an alias"),
        (b"table: \xff", "1: cannot be read as UTF-8 text: 'utf-8' codec can't decode byte 0xff in position 7: invalid start byte"),
    ],
    ids=["empty", "not YAML", "a list", "an alias of itself", "not UTF-8"],
)
def test_an_invalid_contract_file_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "orders.yaml"
    file.write_bytes(content)
    with pytest.raises(UsageError) as refused:
        contracts([file])
    assert str(refused.value).splitlines()[1:] == [f"{file}:{message}"]


def test_a_directory_without_contracts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"contains no contract\. --policy takes YAML files"):
        contracts([tmp_path])


def test_all_contracts_of_a_directory_are_loaded() -> None:
    assert [contract.table for contract in contracts([TESTS / "contracts"])] == ["orders", "products", "sessions"]


def test_a_contract_of_the_same_name_replaces_the_shipped_one(tmp_path: Path) -> None:
    shipped = yaml.safe_load(SHIPPED[0].read_text())
    shipped["primary_key"]["hash"] = {"name": "sku", "type": "S"}
    del shipped["item"], shipped["access"]
    (tmp_path / "products.yaml").write_text(yaml.safe_dump(shipped))
    report = dyncheck.check(TESTS / "plans" / "specification.json", select=["wrong-primary-key"], policies=[tmp_path])
    assert [(each.address, each.message) for each in report.results if each.status is Status.FAIL] == [
        (
            "module.dynamodb.aws_dynamodb_table.products",
            'Wrong partition key: hash_key is "id"; expected "sku"',
        )
    ]


def test_a_written_contract_is_read_back_unchanged() -> None:
    for contract in built_in():
        assert msgspec.convert(msgspec.to_builtins(contract), Contract) == contract


ALARMS = """\
table: orders
match: { resource: orders, name: "*-orders" }
name: "*-orders"
primary_key: { hash: { name: id, type: S } }
alarms:
  - metric: UserErrors
  - { metric: SystemErrors, operations: [Query, GetItm] }
  - { metric: ReturnedItemCount, operations: [GetItem] }
  - { metric: ReplicationLatency, operations: [GetItem] }
  - { metric: SystemErrors, regions: [eu-west-1] }
  - { metric: SystemErrors, statistic: Maximum }
  - { metric: SuccessfulRequestLatency, statistic: p101 }
  - { metric: ConsumedReadCapacityUnits, comparison: LessThanThreshold }
  - { metric: ConsumedReadCapacityUnits, comparison: LessThanOrEqualToThreshold }
  - { metric: SystemErrors, evaluation_periods: 289 }
  - { metric: SystemErrors, evaluation_periods: 288 }
  - { metric: SystemErrors, period: 3600, evaluation_periods: 169 }
  - { metric: SystemErrors, period: 3600, evaluation_periods: 168 }
  - { metric: SuccessfulRequestLatency, statistic: p99.9 }
  - { metric: ReplicationLatency, regions: [eu-west-1] }
  - { metric: SuccessfulRequestLatency, operations: [GetRecords] }
  - { metric: SystemErrors, comparison: LessThanThreshold, threshold: 1 }
  - { metric: SystemErrors, comparison: LessThanOrEqualToThreshold, threshold: 0.5 }
  - { metric: SystemErrors, comparison: LessThanOrEqualToThreshold, threshold: 1 }
  - { metric: SystemErrors, comparison: LessThanThreshold, threshold: 1, treat_missing_data: breaching }
  - { metric: ConditionalCheckFailedRequests, statistic: Average, comparison: LessThanThreshold, threshold: 1 }
  - { metric: OnlineIndexPercentageProgress, statistic: Sum, threshold: 100 }
account_alarms:
  - metric: SystemErrors
  - { metric: AccountProvisionedReadCapacityUtilization, threshold: 100 }
  - { metric: AccountProvisionedReadCapacityUtilization, threshold: 100, comparison: GreaterThanOrEqualToThreshold }
  - { metric: AccountProvisionedReadCapacityUtilization, threshold: 101, comparison: GreaterThanOrEqualToThreshold }
  - { metric: AccountProvisionedReadCapacityUtilization, threshold: 101, comparison: LessThanThreshold }
"""


def test_an_alarm_that_cannot_exist_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(ALARMS)
    assert contract_file.read(file) == (
        None,
        [
            (6, "alarms[0].metric is 'UserErrors', which DynamoDB sends for the account; write it under account_alarms"),
            (7, "alarms[1].operations[1] is 'GetItm', for which DynamoDB does not send SystemErrors. Did you mean 'GetItem'?"),
            (8, "alarms[2].operations[0] is 'GetItem', for which DynamoDB does not send ReturnedItemCount. It has: Query, Scan."),
            (9, "alarms[3].operations has no meaning for ReplicationLatency, which DynamoDB does not send with Operation"),
            (10, "alarms[4].regions has no meaning for SystemErrors, which DynamoDB does not send with ReceivingRegion"),
            (11, "alarms[5].statistic is 'Maximum'; SystemErrors has Sum, SampleCount"),
            (
                12,
                "alarms[6].statistic is 'p101'; "
                "SuccessfulRequestLatency has Average, Minimum, Maximum, SampleCount, percentiles such as p99",
            ),
            (13, "alarms[7].threshold is 0, and no data point of ConsumedReadCapacityUnits is below 0"),
            (15, "alarms[9].evaluation_periods asks for 289 periods of 300 seconds; CloudWatch takes 86400 seconds at most"),
            (17, "alarms[11].evaluation_periods asks for 169 periods of 3600 seconds; CloudWatch takes 604800 seconds at most"),
            (22, "alarms[16].threshold is 1, and no data point of SystemErrors is below 1"),
            (23, "alarms[17].threshold is 0.5, and no data point of SystemErrors is below 1"),
            (29, "account_alarms[0].metric is 'SystemErrors', which DynamoDB sends for a table; write it under alarms"),
            (30, "account_alarms[1].threshold is 100, and no data point of AccountProvisionedReadCapacityUtilization is above 100"),
            (32, "account_alarms[3].threshold is 101, and no data point of AccountProvisionedReadCapacityUtilization is above 100"),
        ],
    )


ONE_LINE = {
    "a misspelt key": ("tabel: orders", "tabel is not a key of a contract. Did you mean 'table'?"),
    "a misspelt key of match": ("match: { resorce: orders }", "match.resorce is not a key of a contract. Did you mean 'resource'?"),
    "a misspelt key of recovery": (
        "point_in_time_recovery: { minimum_dayz: 3 }",
        "point_in_time_recovery.minimum_dayz is not a key of a contract. Did you mean 'minimum_days'?",
    ),
    "a misspelt key that is required": (
        "alarms: [{ metrc: SystemErrors }]",
        "alarms[0].metrc is not a key of a contract. Did you mean 'metric'?",
    ),
    "a required key that is missing": ("alarms: [{ threshold: 5 }]", "alarms[0] lacks 'metric'"),
    "a text for a truth value or an object": (
        "point_in_time_recovery: yes please",
        "point_in_time_recovery is 'yes please'; expected type boolean or object (minimum_days)",
    ),
    "a number for a truth value or an object": (
        "point_in_time_recovery: 14",
        "point_in_time_recovery is 14; expected type boolean or object (minimum_days)",
    ),
    "nothing": ("point_in_time_recovery:", "point_in_time_recovery is empty; expected type boolean or object (minimum_days)"),
    "too many days": (
        "point_in_time_recovery: { minimum_days: 40 }",
        "point_in_time_recovery.minimum_days: 40 is greater than the maximum of 35",
    ),
    "a text for an object": ("match: orders", "match is 'orders'; expected type object (resource, name, module, tags)"),
    "a truth value for a word": ("encryption: true", "encryption is true; expected customer-managed."),
    "a number for a text": ("tags: { CostCenter: 1234 }", "tags.CostCenter is 1234; expected type string. Write it in quotes"),
    "no region": ("replicas: [Ireland]", "replicas[0] is 'Ireland'; expected a region such as eu-west-1"),
    "no name": ("table: Orders", "table is 'Orders'; expected a small letter, then small letters, digits, - and _"),
    "no demand": ("{}", "is empty; a contract has at least one demand"),
    "an empty match": ("match: {}", "match is empty; remove it, and the contract holds for every table"),
    "a placeholder in match": (
        'match: { name: "{environment}-orders" }',
        "match.name is '{environment}-orders'; the name of a table has letters, digits, and the characters _ - . only. "
        "Placeholders have a meaning in the name of the contract only; use *",
    ),
    "a name that no table has": (
        "match: { name: /orders/ }",
        "match.name is '/orders/'; the name of a table has letters, digits, and the characters _ - . only",
    ),
    "a name that no block has": (
        "match: { resource: my orders }",
        "match.resource is 'my orders'; the name of a resource block has letters, digits, _ and - only",
    ),
    "no address of a module": ("match: { module: shop }", "match.module is 'shop'; expected an address such as module.shop"),
    "a demanded name that no table has": (
        'name: "prod orders"',
        "name is 'prod orders'; the name of a table has letters, digits, and the characters _ - . only",
    ),
    "an empty placeholder": ('name: "{}-orders"', "name is '{}-orders'; expected placeholders such as {environment}"),
    "an open brace": ('name: "{environment}-{"', "name is '{environment}-{'; expected placeholders such as {environment}"),
    "a closing brace": ('name: "environment}-orders"', "name is 'environment}-orders'; expected placeholders such as {environment}"),
    "a misspelt placeholder": (
        'name: "{environment}-orders"\nvalues: { enviroment: [dev] }',
        "values.enviroment is for no placeholder of name. Did you mean 'environment'?",
    ),
    "values of no placeholder": (
        'name: "*-orders"\nvalues: { environment: [dev] }',
        "values.environment is for no placeholder of name. Write {environment} in `name`, or remove it.",
    ),
    "values without a name": (
        "deletion_protection: true\nvalues: { environment: [dev] }",
        "values.environment is for no placeholder of name. Write {environment} in `name`, or remove it.",
    ),
    "a value that no name has": (
        'name: "{environment}-orders"\nvalues: { environment: [dev, "prod!"] }',
        "values.environment[1] is 'prod!'; the name of a table has letters, digits, and the characters _ - . only",
    ),
    "a placeholder without a value": (
        'name: "{environment}-orders"\nvalues: { environment: [] }',
        "values.environment is empty",
    ),
    "too many names": (
        f'name: "{{a}}-{{b}}"\nvalues: {{ a: &many [{", ".join(f"v{number}" for number in range(32))}], b: *many }}',
        "values allow more than 1,000 names; use * for some of the placeholders",
    ),
    "an invalid expression": (
        'tags: { CostCenter: "/(/" }',
        "tags.CostCenter is '/(/', which is not a regular expression: missing closing )",
    ),
    "an invalid expression without slashes": (
        'match: { tags: { Team: "[a" } }',
        "match.tags.Team is '[a', which is not a regular expression: missing closing ]",
    ),
    "an expression that RE2 does not have": (
        'tags: { Owner: "/(?=me)/" }',
        "tags.Owner is '/(?=me)/', which is not a regular expression: invalid or unsupported group",
    ),
    "an unknown rule": (
        "tags: { Owner: me }\nseverities: { missing-tag: note }",
        "severities: there is no rule 'missing-tag'. Did you mean 'missing-tags'?",
    ),
    "an unknown severity": ("severities: { missing-tags: high }", "severities.missing-tags is 'high'; expected error, note, warning."),
}


@pytest.mark.usefixtures("on_every_rule")
@pytest.mark.parametrize(("text", "message"), ONE_LINE.values(), ids=ONE_LINE)
def test_an_error_is_one_line(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(f"{text}\n")
    assert contract_file.read(file) == (None, [(text.count("\n") + 1, message)])


@pytest.mark.parametrize(
    "text",
    [
        'match: { module: "module.*" }',
        'match: { module: "*.shop" }',
        "match: { module: 'module.shop[\"eu\"].module.orders' }",
        'match: { resource: "order_*", name: "*.orders-1" }',
        'name: "{environment}-*.{name}"\nvalues: { environment: [dev, "prod-*"] }',
        'tags: { CostCenter: "[0-9]{4}", Owner: "*@example.com", Stage: "/dev|prod/" }',
        "table: mine",
    ],
)
def test_a_valid_pattern_is_accepted(text: str, tmp_path: Path) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(f"{text}\n")
    assert contract_file.read(file)[1] == []


def test_a_contract_without_a_name_has_that_of_its_file(tmp_path: Path) -> None:
    for name in ("all-tables.yaml", "Orders.yaml", "2026.yaml"):
        (tmp_path / name).write_text("deletion_protection: true\n")
    assert contract_file.read(tmp_path / "all-tables.yaml") == (Contract("all-tables", deletion_protection=True), [])
    expected = "expected a small letter, then small letters, digits, - and _"
    assert [contract_file.read(tmp_path / name) for name in ("Orders.yaml", "2026.yaml")] == [
        (None, [(1, f"has no name: write `table: NAME`. {stem!r} is not a valid name; {expected}")]) for stem in ("Orders", "2026")
    ]


def test_two_contracts_of_one_name_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("table: orders\ndeletion_protection: true\n")
    (tmp_path / "orders.yaml").write_text("deletion_protection: true\n")
    with pytest.raises(UsageError) as refused:
        contracts([tmp_path])
    again = f"is a second contract of the name 'orders'; the first is {tmp_path}/a.yaml. Give it another one in `table`"
    assert str(refused.value).splitlines()[1:] == [f"{tmp_path}/orders.yaml:1: {again}"]
    # The same file twice is one contract.
    assert len(contracts([tmp_path / "a.yaml", tmp_path / "a.yaml"], reference=False)) == 1


RECOMMENDED = TESTS.parent / "examples" / "contracts" / "recommended-alarms.yaml"


@pytest.mark.usefixtures("on_every_rule")
def test_the_recommended_alarms_are_a_contract_on_the_reference_module() -> None:
    report = dyncheck.check(TESTS / "plans" / "reference.json", policies=[RECOMMENDED])
    found = {(each.rule, each.message) for each in report.results if each.status is Status.FAIL and "fires on" in each.message}
    operations = ("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
    shares = (f"the Maximum of AccountProvisioned{units}CapacityUtilization" for units in ("Read", "Write"))
    by_operation = ("SystemErrors", "SuccessfulRequestLatency")
    missing = [f'No alarm fires on {metric} for "{name}" of this table' for metric in by_operation for name in operations]
    missing += [f"No alarm fires on {metric} of the account" for metric in ("UserErrors", *shares)]
    assert {message for rule, message in found if rule == "missing-alarm"} == {
        *missing,
        "No alarm fires on ConsumedReadCapacityUnits of this table",
    }
    assert {message for rule, message in found if rule != "missing-alarm"} == {
        f'No alarm fires on {metric} of index "CategoryIndex"'
        for metric in ("ReadThrottleEvents", "WriteThrottleEvents", "ConsumedReadCapacityUnits")
    }


def test_the_recommended_alarms_have_the_values_that_aws_recommends() -> None:
    (contract,) = contract_file.load([RECOMMENDED])
    assert [
        (alarm.metric, alarm.expected_statistic, alarm.period, alarm.evaluation_periods, alarm.expected_missing_data)
        for alarm in (*contract.alarms, *contract.account_alarms)
    ] == [
        ("ReadThrottleEvents", "Sum", 60, 5, "notBreaching"),
        ("WriteThrottleEvents", "Sum", 60, 5, "notBreaching"),
        ("SystemErrors", "Sum", 60, 15, "notBreaching"),
        ("SuccessfulRequestLatency", "Average", 60, 10, None),
        ("ReplicationLatency", "Average", 60, 15, None),
        ("FailedToReplicateRecordCount", "Sum", 60, 1, "notBreaching"),
        ("ThrottledPutRecordCount", "Maximum", 60, 10, "notBreaching"),
        ("AgeOfOldestUnreplicatedRecord", "Maximum", 300, 3, None),
        ("ConsumedReadCapacityUnits", "Sum", 300, 2, None),
        ("UserErrors", "Sum", 60, 10, "missing"),
        ("AccountProvisionedReadCapacityUtilization", "Maximum", 300, 2, None),
        ("AccountProvisionedWriteCapacityUtilization", "Maximum", 300, 2, None),
    ]
