"""The reference pages of contracts and of the configuration say what is true: each example is valid, and the named rules read the key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import dyncheck
from dyncheck.catalog import contract_file
from dyncheck.findings import Status
from dyncheck.settings.file import CONFIGURATION
from dyncheck.settings.file import load as load_configuration
from tests.conftest import Dyncheck
from tests.support.paths import ROOT
from tools.reference import Key, example_of, keys_of, objects_of

SCHEMAS = {name: json.loads((ROOT / "src/dyncheck/schemas" / f"{name}.schema.json").read_bytes()) for name in ("contract", "configuration")}
MADE = {"contract": contract_file.CONTRACT.schema(), "configuration": CONFIGURATION.schema()}
ENTRIES = [(file, name, key, entry) for file in MADE for name, keys in keys_of(file).items() for key, entry in keys.items()]
OF_CONTRACTS = [(name, key, entry) for file, name, key, entry in ENTRIES if file == "contract"]

# Tables that meet hardly any of the demands in the examples.
TABLES = """\
provider "aws" {
  region = "eu-central-1"
}

resource "aws_dynamodb_table" "orders" {
  name         = "dev-orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "status"
    type = "S"
  }
  global_secondary_index {
    name            = "ByStatus"
    hash_key        = "status"
    projection_type = "KEYS_ONLY"
  }
  server_side_encryption {
    enabled = true
  }
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 7
  }
  replica {
    region_name = "eu-west-1"
  }
}

resource "aws_dynamodb_table" "carts" {
  name           = "dev-carts"
  billing_mode   = "PROVISIONED"
  read_capacity  = 5
  write_capacity = 5
  hash_key       = "id"

  attribute {
    name = "id"
    type = "S"
  }
  server_side_encryption {
    enabled = true
  }
}

resource "aws_dynamodb_table_item" "order" {
  table_name = aws_dynamodb_table.orders.name
  hash_key   = "id"
  item = jsonencode({
    id         = { S = "1" }
    customer   = { N = "7" }
    note       = { N = "7" }
    sku        = { S = "abc" }
    placed_at  = { S = "yesterday" }
    expires_at = { N = "1704067200000" }
    address    = { M = { street = { S = "Long Lane" } } }
    scores     = { L = [{ S = "good" }] }
  })
}

resource "aws_cloudwatch_metric_alarm" "reads" {
  alarm_name          = "dev-orders-reads"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  dimensions          = { TableName = aws_dynamodb_table.orders.name }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  period              = 600
  evaluation_periods  = 5
  treat_missing_data  = "notBreaching"
}

resource "aws_cloudwatch_metric_alarm" "writes" {
  alarm_name          = "dev-orders-writes"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottledEvents"
  dimensions          = { TableName = aws_dynamodb_table.orders.name }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
}
"""


def label(entry: object) -> str | None:
    return entry if isinstance(entry, str) else ""


@pytest.mark.parametrize("file", MADE)
def test_every_key_is_described_and_no_description_is_left_over(file: str) -> None:
    objects = {name: found["properties"] for name, found in MADE[file]["$defs"].items() if "properties" in found}
    described = {(name, key) for name, keys in keys_of(file).items() for key in keys}
    there_are = {(name, key) for name, properties in objects.items() for key in properties}
    assert (there_are - described, described - there_are) == (set(), set()), (
        f"Describe the first in tools/keys/{file}.yaml, remove the others."
    )
    for name, keys in keys_of(file).items():
        assert list(keys) == list(objects[name]), "The page and the schema have the same order."


@pytest.mark.parametrize(("file", "name", "key", "entry"), ENTRIES, ids=label)
def test_the_published_schema_describes_a_key(file: str, name: str, key: str, entry: Key) -> None:
    part = SCHEMAS[file]["$defs"][name]["properties"][key]
    assert part["examples"] == [example_of(MADE[file], name, key, entry)]
    assert part["description"].startswith(" ".join(entry.meaning.split()))
    is_required = key in SCHEMAS[file]["$defs"][name]["required"]
    assert is_required != bool("default" in part or entry.default), "A key is required, or something holds without it."
    jsonschema.Draft202012Validator(SCHEMAS[file]).validate(entry.data)


@pytest.mark.parametrize(("name", "key", "entry"), OF_CONTRACTS, ids=label)
def test_an_example_of_a_key_is_a_contract_by_itself(name: str, key: str, entry: Key, tmp_path: Path) -> None:
    assert contract_file.read(written(tmp_path, entry.data))[1] == []
    assert bool(entry.rules) != bool(entry.use), f"Say which rules read {name}.{key}, or what uses it."


# Their examples need code: tests/cli/test_own_rules.py has it.
OF_CODE = ("rules", "plugins")
OF_CONFIGURATIONS = [each for each in ENTRIES if each[0] == "configuration" and each[2] not in OF_CODE]


@pytest.mark.parametrize(("file", "name", "key", "entry"), OF_CONFIGURATIONS, ids=label)
def test_an_example_of_a_key_is_a_configuration_by_itself(file: str, name: str, key: str, entry: Key, tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / f"{file}.yaml").write_text(entry.example)
    assert load_configuration(str(tmp_path / f"{file}.yaml")).lines[tuple(entry.data)[:1]] == 1, f"{name}.{key}"


@pytest.mark.usefixtures("on_every_rule")
@pytest.mark.parametrize(("name", "key", "entry"), [each for each in OF_CONTRACTS if each[2].rules], ids=label)
def test_the_named_rules_read_a_key(name: str, key: str, entry: Key, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TABLES)
    example = entry.data
    with_key = {rule: findings(tmp_path, example, rule) for rule in entry.rules}
    for without in without_key(example, name, key):
        if contract_file.read(written(tmp_path, without))[1]:
            continue
        assert {rule for rule in entry.rules if findings(tmp_path, without, rule) == with_key[rule]} == set()
        return
    assert {rule for rule, found in with_key.items() if not found} == set(), "The key is required, so its example must fail."


def findings(directory: Path, contract: Any, rule: str) -> list[tuple[str, str, str]]:
    """The findings of one rule on the tables above, with a contract alone."""
    file = written(directory, contract)
    report = dyncheck.check(directory / "main.tf", policies=[file], reference=False, select=[rule])
    return sorted((each.address, each.message, each.severity.value) for each in report.results if each.status is Status.FAIL)


def written(directory: Path, contract: Any) -> Path:
    file = directory / "example.yaml"
    file.write_text(yaml.safe_dump(contract))
    return file


def without_key(example: Any, name: str, key: str) -> Iterator[Any]:
    """The example without the key of its object, if it can be without."""
    copy = json.loads(json.dumps(example))
    for owner, found in objects_of(MADE["contract"], copy):
        if owner == name and key in found:
            del found[key]
            yield copy
            return


CONFIGURED = ROOT / "examples" / "configuration.yaml"
CONTRACTS = sorted(
    path
    for directory in ("policies/tables", "examples", "tests/contracts")
    for path in (ROOT / directory).rglob("*.yaml")
    if path != CONFIGURED
)


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_contract_here_meets_the_published_schema_and_names_it(path: Path) -> None:
    text = path.read_text()
    jsonschema.Draft202012Validator(SCHEMAS["contract"]).validate(yaml.safe_load(text))
    first = text.partition("\n")[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert named != first, "Begin it with a line for editors, as the others do."
    assert (path.parent / named).resolve() == ROOT / "src/dyncheck/schemas/contract.schema.json"


@pytest.mark.parametrize("name", ["contract", "configuration", "report", "capture", "proofs"])
def test_the_schema_is_printed_as_it_is_published(name: str, dyncheck: Dyncheck) -> None:
    done = dyncheck("schema", name)
    assert (done.returncode, done.stdout) == (0, (ROOT / "src/dyncheck/schemas" / f"{name}.schema.json").read_bytes())
