"""One changed line in the module of the specification, word for word: `dyncheck fix` takes the change back with three lines at most."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.fix.test_mutants import Mutant, changed_lines, corrections
from tests.support.paths import SPECIFICATION

pytestmark = pytest.mark.usefixtures("on_every_rule")

MODULE = "Infrastructure/dynamodb/main.tf"
ROOT = """\
provider "aws" {
  region = "us-east-1"
}

module "dynamodb" {
  source = "./dynamodb"

  environment_name = "dev"
}
"""
PRODUCTS = 'resource "aws_dynamodb_table" "products"'
SESSIONS = 'resource "aws_dynamodb_table" "sessions"'
READ, WRITE = '"products_read_throttle"', '"products_write_throttle"'

MUTANTS = {
    name: Mutant(inside, line, text, MODULE, more)
    for name, (inside, line, text, more) in {
        "encryption of products off": (PRODUCTS, "    enabled = true", "    enabled = false", ""),
        "encryption of sessions off": (SESSIONS, "    enabled = true", "    enabled = false", ""),
        "recovery of products off": (PRODUCTS, "    enabled = var.enable_point_in_time_recovery", "    enabled = false", ""),
        "recovery of sessions off": (SESSIONS, "    enabled = var.enable_point_in_time_recovery", "    enabled = false", ""),
        "recovery in production only": (
            PRODUCTS,
            "    enabled = var.enable_point_in_time_recovery",
            '    enabled = var.environment_name == "prod"',
            "",
        ),
        "expiry off": (SESSIONS, "    enabled        = true", "    enabled        = false", ""),
        "expiry by another attribute": (SESSIONS, '    attribute_name = "expires_at"', '    attribute_name = "ttl"', ""),
        "no type tag on products": (PRODUCTS, '    Type = "DynamoDB"', "", ""),
        "no type tag on sessions": (SESSIONS, '    Type = "DynamoDB"', "", ""),
        "another type tag on products": (PRODUCTS, '    Type = "DynamoDB"', '    Type = "Database"', ""),
        "another type tag on sessions": (SESSIONS, '    Type = "DynamoDB"', '    Type = "Database"', ""),
        "type tag in lower case": (PRODUCTS, '    Type = "DynamoDB"', '    type = "DynamoDB"', ""),
        "invalid billing mode": (SESSIONS, '  billing_mode   = "PAY_PER_REQUEST"', '  billing_mode   = "ON_DEMAND"', ""),
        "billing mode in lower case": (SESSIONS, '  billing_mode   = "PAY_PER_REQUEST"', '  billing_mode   = "pay_per_request"', ""),
        "invalid table class": (SESSIONS, '  table_class    = "STANDARD"', '  table_class    = "INFREQUENT"', ""),
        "table class in lower case": (SESSIONS, '  table_class    = "STANDARD"', '  table_class    = "standard"', ""),
        "long period": (READ, '  period              = "300"', '  period              = "3600"', ""),
        "capacity on demand": (SESSIONS, '  table_class    = "STANDARD"', '  table_class    = "STANDARD"', "  read_capacity  = 5"),
        "index renamed": (PRODUCTS, '    name            = "CategoryIndex"', '    name            = "ByCategory"', ""),
        "index of keys only": (PRODUCTS, '    projection_type = "ALL"', '    projection_type = "KEYS_ONLY"', ""),
        "index by another key": (PRODUCTS, '    hash_key        = "category"', '    hash_key        = "created_at"', ""),
        "index without range key": (PRODUCTS, '    range_key       = "created_at"', "", ""),
        "type of a range key": ('    name = "created_at"', '    type = "S"', '    type = "N"', ""),
        "type of an index key": ('    name = "category"', '    type = "S"', '    type = "N"', ""),
        "undeclared attribute": (PRODUCTS, '    name = "category"', '    name = "kind"', ""),
        "average in place of the sum": (READ, '  statistic           = "Sum"', '  statistic           = "Average"', ""),
        "below in place of above": (
            WRITE,
            '  comparison_operator = "GreaterThanThreshold"',
            '  comparison_operator = "LessThanThreshold"',
            "",
        ),
        "no hash key declared for sessions": (SESSIONS, '    name = "session_id"', '    name = "id"', ""),
        "many periods": (READ, '  evaluation_periods  = "2"', '  evaluation_periods  = "12"', ""),
        "time to live without an attribute": (SESSIONS, '    attribute_name = "expires_at"', '    attribute_name = ""', ""),
        "metric of another service": (READ, '  namespace           = "AWS/DynamoDB"', '  namespace           = "AWS/DAX"', ""),
        "index by another range key": (PRODUCTS, '    range_key       = "created_at"', '    range_key       = "id"', ""),
        "high threshold": (READ, '  threshold           = "0"', '  threshold           = "1000"', ""),
    }.items()
}


@pytest.fixture(name="here", autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository with a root module that calls the module of the specification."""
    monkeypatch.chdir(tmp_path)
    Path(".git").mkdir()
    shutil.copytree(SPECIFICATION, tmp_path / "Infrastructure" / "dynamodb")
    (tmp_path / "Infrastructure" / "main.tf").write_text(ROOT)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_of_the_specification_comes_back_with_three_lines_at_most(name: str) -> None:
    rules, found = corrections(MUTANTS[name])
    assert rules, "No rule finds it."
    assert 1 <= changed_lines(found) <= 3
