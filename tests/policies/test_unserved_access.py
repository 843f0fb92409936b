"""Access patterns on the reference module, on states, captures, indexes of provider 6, and names that are only partly known."""

from __future__ import annotations

from pathlib import Path

import pytest

import dyncheck
from dyncheck.findings import Result, Status
from tests.dynamodb.reading import Arguments, block
from tests.support.captures import calls_of, capture, of_region, table, written
from tests.support.paths import PLANS

pytestmark = pytest.mark.usefixtures("on_every_rule")

RULE = ["unserved-access"]

SERVED = {
    "products": (
        "product by id: GetItem on the key of the table; "
        'products of a category by date: Query on index "CategoryIndex"; '
        "all products: Scan on the table"
    ),
    "sessions": "session by id: GetItem on the key of the table",
}

BY_DATE = 'the access pattern "products of a category by date"'
DOES_NOT_SERVE = f'Index "CategoryIndex" does not serve {BY_DATE}: it'
AT = 'global_secondary_index["CategoryIndex"]'

BROKEN = {
    "index_removed": f'Index "CategoryIndex" of {BY_DATE} is missing (the table has no index)',
    "index_renamed": f'Index "CategoryIndex" of {BY_DATE} is missing (the table has "ByCategory")',
    "index_local": (
        f'{DOES_NOT_SERVE.replace("Index", "Local index", 1)} needs its partition key "id" by equality: '
        'hash_key is "id"; expected "category"'
    ),
    "index_of_keys_only": f'{DOES_NOT_SERVE} does not project all attributes: {AT}.projection_type is "KEYS_ONLY"; expected "ALL"',
    "index_of_some_attributes": f'{DOES_NOT_SERVE} does not project all attributes: {AT}.projection_type is "INCLUDE"; expected "ALL"',
    "index_key_of_type_number": (
        f'{DOES_NOT_SERVE} has the key attribute "category" of type N, and the application sends type S: '
        'attribute["category"].type is "N"; expected "S"'
    ),
    "index_by_another_key": f'{DOES_NOT_SERVE} needs its partition key "kind" by equality: {AT}.hash_key is "kind"; expected "category"',
    "index_with_another_range_key": (
        f'{DOES_NOT_SERVE} sorts by "updated_at", not by "created_at": {AT}.range_key is "updated_at"; expected "created_at"'
    ),
    "index_without_range_key": (
        f'{DOES_NOT_SERVE} has no sort key that sorts by "created_at": {AT}.range_key is not set; expected "created_at"'
    ),
    "products_key_of_type_text": (
        'The table does not serve the access pattern "product by id": it has the key attribute "id" of type S, '
        'and the application sends type N: attribute["id"].type is "S"; expected "N"'
    ),
    "sessions_key_renamed": (
        'The table does not serve the access pattern "session by id": it has the key "id", and the request gives "session_id": '
        'hash_key is "id"; expected "session_id"'
    ),
    "sessions_with_a_range_key": (
        'The table does not serve the access pattern "session by id": it has the key "session_id" and "user_id", '
        'and the request gives "session_id": range_key is "user_id"; expected no sort key'
    ),
}


def results(path: Path, *contracts: Path) -> list[Result]:
    return list(dyncheck.check(path, select=RULE, policies=contracts, reference=not contracts).results)


def found(path: Path, *contracts: Path) -> list[tuple[str, str]]:
    """The status and the message of each result that is no pass."""
    return [(each.status.value, each.message) for each in results(path, *contracts) if each.status is not Status.PASS]


@pytest.mark.parametrize("plan", ["reference.json", "specification.json"])
def test_every_pattern_of_the_specification_is_served(plan: str) -> None:
    assert {each.address.rpartition(".")[2]: (each.status, each.found) for each in results(PLANS / plan)} == {
        name: (Status.PASS, served) for name, served in SERVED.items()
    }


@pytest.mark.parametrize("demand", BROKEN)
def test_a_broken_demand_fails_the_right_pattern_with_the_right_reason(demand: str) -> None:
    assert found(PLANS / f"demand_{demand}.json") == [("fail", BROKEN[demand])]


def test_a_state_is_held_against_the_patterns() -> None:
    missing = f'Index "CategoryIndex" of {BY_DATE} is missing (the table has no index)'
    assert ("fail", missing) in found(PLANS / "state.json")


SEVERAL = {"shop": "HASH", "kind": "HASH", "day": "RANGE", "time": "RANGE"}
TYPES = {"id": "S", "shop": "S", "kind": "S", "day": "S", "time": "N"}


def module(directory: Path, *blocks: str, head: str = "") -> Path:
    """A table with these blocks."""
    attributes = [block("attribute", {"name": f'"{name}"', "type": f'"{kind}"'}) for name, kind in TYPES.items()]
    arguments: Arguments = {"name": '"dev-orders"', "hash_key": '"id"'}
    (directory / "module").mkdir()
    (directory / "module" / "main.tf").write_text(head + block('resource "aws_dynamodb_table" "orders"', arguments, *attributes, *blocks))
    return directory / "module"


def contract(directory: Path, patterns: str) -> Path:
    """A contract with these access patterns."""
    file = directory / "contract.yaml"
    file.write_text(f"table: orders\nitem: {{ shop: S, kind: S, day: S, time: N }}\naccess: [{patterns}]\n")
    return file


def index(name: str, keys: dict[str, str], projection: str = "ALL") -> str:
    """An index with `key_schema`. Its name is an expression."""
    schema = (block("key_schema", {"attribute_name": f'"{key}"', "key_type": f'"{role}"'}) for key, role in keys.items())
    return block("global_secondary_index", {"name": name, "projection_type": f'"{projection}"'}, *schema)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("equal: [kind, shop]", ""),
        ("equal: [shop, kind], range: day, order: day", ""),
        ("equal: [shop, kind, day], range: { attribute: time, condition: between }", ""),
        ("equal: [shop]", 'it needs its partition key "kind" by equality: AT "shop" and "kind"; expected "shop"'),
        (
            "equal: [shop, kind], range: time",
            'it needs "day" by equality, which is before "time" in its sort key: AT "day" and "time"; expected "time"',
        ),
        (
            "equal: [shop, kind, time]",
            'it needs "day" by equality, which is before "time" in its sort key: AT "day" and "time"; expected "time"',
        ),
        ("equal: [shop, kind], order: time", 'it sorts by "day", not by "time": AT "day" and "time"; expected "time"'),
    ],
)
def test_a_key_of_several_attributes_is_given_from_left_to_right(pattern: str, message: str, tmp_path: Path) -> None:
    path = module(tmp_path, index('"ByShop"', SEVERAL))
    expected = f'Index "ByShop" does not serve the access pattern "of a shop": {message}'.replace(
        "AT", 'global_secondary_index["ByShop"].key_schema is'
    )
    file = contract(tmp_path, f"{{ name: of a shop, index: ByShop, {pattern} }}")
    assert found(path, file) == ([("fail", expected)] if message else [])


WAITS = 'variable "name" { type = string }\n'


def separate(name: str) -> str:
    """An index that is a resource of its own. Its name is an expression."""
    key = block("key_schema", {"attribute_name": '"shop"', "attribute_type": '"S"', "key_type": '"HASH"'})
    arguments: Arguments = {"table_name": "aws_dynamodb_table.orders.name", "index_name": name}
    projection = block("projection", {"projection_type": '"ALL"'})
    return block('resource "aws_dynamodb_global_secondary_index" "more"', arguments, projection, key)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ('"ByShop-${var.name}"', ("unknown", "index_name waits for var.name")),
        ('"ByDay-${var.name}"', ("fail", 'Index "ByShop-dev" of the access pattern "of a shop" is missing')),
        ("var.name", ("unknown", "index_name waits for var.name")),
        ('"ByShop-dev"', None),
    ],
)
def test_what_is_known_of_the_name_of_an_index_decides(name: str, expected: tuple[str, str] | None, tmp_path: Path) -> None:
    path = module(tmp_path, head=WAITS + separate(name))
    file = contract(tmp_path, "{ name: of a shop, index: ByShop-dev, equal: [shop] }")
    verdicts = [(status, message[: len(expected[1])]) for status, message in found(path, file)] if expected else found(path, file)
    assert verdicts == ([expected] if expected else [])


def test_another_index_that_certainly_serves_decides(tmp_path: Path) -> None:
    path = module(tmp_path, index("var.name", {"day": "HASH"}), index('"ByShop"', {"shop": "HASH"}), head=WAITS)
    assert found(path, contract(tmp_path, "{ name: of a shop, equal: [shop] }")) == []


def test_an_index_is_proposed_with_the_keys_that_the_pattern_gives(tmp_path: Path) -> None:
    file = contract(tmp_path, "{ name: of a day, range: { attribute: day, condition: '=' }, order: time }")
    (result,) = results(module(tmp_path), file)
    assert (result.message, result.fix) == (
        'No key or index serves the access pattern "of a day": none has a partition key of "day"',
        'global_secondary_index {\n  name            = "day-index"\n  hash_key        = "day"\n  range_key       = "time"\n'
        '  projection_type = "ALL"\n}',
    )


def test_a_local_index_reads_from_the_table_what_it_lacks_and_says_so(tmp_path: Path) -> None:
    local = block("local_secondary_index", {"name": '"ByDay"', "range_key": '"day"', "projection_type": '"KEYS_ONLY"'})
    file = contract(tmp_path, "{ name: of a day, index: ByDay, equal: [id], range: day, attributes: ALL, consistent: true }")
    (result,) = results(module(tmp_path, local), file)
    assert (result.status, result.found) == (
        Status.PASS,
        'of a day: Query on local index "ByDay", with extra reads of the table',
    )


def test_an_account_is_held_against_the_patterns(tmp_path: Path) -> None:
    described = table(
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("id", "shop")],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "ByShop",
                "KeySchema": [{"AttributeName": "shop", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
    path = written(tmp_path / "capture.json", capture(*of_region("dev-orders"), *calls_of(described)))
    file = contract(tmp_path, "{ name: of a shop, equal: [shop] }, { name: all of a shop, equal: [shop], attributes: ALL }")
    assert found(path, file) == [
        (
            "fail",
            'No key or index serves the access pattern "all of a shop": index "ByShop" does not project all attributes: '
            'global_secondary_index["ByShop"].projection_type is "KEYS_ONLY"; expected "ALL"',
        )
    ]
