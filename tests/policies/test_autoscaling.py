"""Autoscaling on Terraform files: the printed fix, modules, and references that lead to no single table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dyncheck
from dyncheck.findings import Result, Status
from dyncheck.prove.prover import prove_module
from tests.support.rules import every_rule

pytestmark = pytest.mark.usefixtures("on_every_rule")

TABLE = """
resource "aws_dynamodb_table" "orders" {
  name           = "orders"
  billing_mode   = "PROVISIONED"
  read_capacity  = 5
  write_capacity = 5
  hash_key       = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
"""

INDEX = """
  attribute {
    name = "state"
    type = "S"
  }

  global_secondary_index {
    name            = "By.State"
    hash_key        = "state"
    projection_type = "ALL"
    read_capacity   = 5
    write_capacity  = 5
  }
}
"""

SCALING = """
resource "aws_appautoscaling_target" "orders" {
  for_each           = toset(["Read", "Write"])
  service_namespace  = "dynamodb"
  resource_id        = "table/%s"
  scalable_dimension = "dynamodb:table:${each.key}CapacityUnits"
  min_capacity       = 5
  max_capacity       = 100
}

resource "aws_appautoscaling_policy" "orders" {
  for_each           = toset(["Read", "Write"])
  name               = each.key
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.orders[each.key].service_namespace
  resource_id        = aws_appautoscaling_target.orders[each.key].resource_id
  scalable_dimension = aws_appautoscaling_target.orders[each.key].scalable_dimension
}
"""


def judged(directory: Path, text: str, rule: str = "fixed-capacity") -> list[Result]:
    """The results of a rule that are not a pass."""
    (directory / "main.tf").write_text(text)
    return [each for each in dyncheck.check(directory, select=[rule]).results if each.status is not Status.PASS]


def test_the_printed_fix_scales_the_table_and_the_index(tmp_path: Path) -> None:
    text = TABLE.rstrip().removesuffix("}") + INDEX
    found = judged(tmp_path, text)
    assert [each.attribute for each in found] == ['global_secondary_index["By.State"].read_capacity', "read_capacity"]
    assert judged(tmp_path, "\n\n".join((text, *(each.fix for each in found)))) == []


@pytest.mark.parametrize("name", ["${aws_dynamodb_table.orders.name}", "orders"])
def test_a_target_names_the_table(name: str, tmp_path: Path) -> None:
    assert judged(tmp_path, TABLE + SCALING % name) == []


@pytest.mark.parametrize("name", ["other", "orders/index/ByState", "${aws_dynamodb_table.other.id}"])
def test_a_target_of_another_table_does_not_count(name: str, tmp_path: Path) -> None:
    other = re.sub("orders", "other", TABLE).replace("PROVISIONED", "PAY_PER_REQUEST").replace("= 5", "= null")
    assert [each.message for each in judged(tmp_path, TABLE + other + SCALING % name)] == [
        "Table has fixed capacity: reads and writes have no autoscaling target"
    ]


def test_a_proof_joins_the_name_of_a_table_with_its_inputs(tmp_path: Path) -> None:
    table = TABLE.replace('"orders"\n  billing', '"${var.environment}-orders"\n  billing')
    text = 'variable "environment" {\n  type = string\n}\n' + table + SCALING % "${aws_dynamodb_table.orders.name}"
    (tmp_path / "main.tf").write_text(text)
    rules = [rule for rule in every_rule() if rule.id == "fixed-capacity"]
    report = prove_module(str(tmp_path), tuple(rules), tuple(rules))
    assert {proof.verdict.value for proof in report.proofs} == {"proved"}


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        pytest.param("aws_dynamodb_table.orders.arn", ["fail"], id="the table"),
        pytest.param("aws_dynamodb_table.orders.replica[0].arn", [], id="a replica of it"),
        pytest.param("replace(aws_dynamodb_table.orders.arn, terraform_data.here.id, terraform_data.there.id)", ["unknown"], id="computed"),
        pytest.param('"arn:aws:dynamodb:us-east-1:123456789012:table/other"', [], id="another table"),
        pytest.param('"arn:aws:dynamodb:us-east-1:123456789012:table/dev-products"', ["unknown"], id="the same name in any account"),
    ],
)
def test_a_separate_tag_is_on_the_table_of_its_arn(arn: str, expected: list[str], tmp_path: Path) -> None:
    table = TABLE.replace('"orders"\n  billing', '"dev-products"\n  billing').rstrip().removesuffix("}")
    tag = f'resource "aws_dynamodb_tag" "t" {{\n  resource_arn = {arn}\n  key = "Type"\n  value = "Other"\n}}\n'
    others = 'resource "terraform_data" "here" {}\n\nresource "terraform_data" "there" {}\n'
    text = table + '  tags = { Name = "x", Type = "DynamoDB" }\n}\n' + tag + others
    assert [each.status.value for each in judged(tmp_path, text, "missing-tags")] == expected
