"""Resources that make tables and are not read: the report names them and says why, for plans, states and files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import dyncheck
from dyncheck.errors import InputError
from dyncheck.findings import Report
from tests.support.paths import POLICIES

AWS, FORK, CLOUD_CONTROL = (f"registry.terraform.io/{source}" for source in ("hashicorp/aws", "acme/aws", "hashicorp/awscc"))

FILES = """
terraform {
  required_providers {
    fork = { source = "acme/aws" }
    same = { source = "aws" }
  }
}

resource "aws_dynamodb_table" "read" {
  provider     = same
  name         = "read"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "forked" {
  provider = fork
  name     = "forked"
}

resource "aws_dynamodb_global_table" "old" {
  name = "old"
}

resource "awscc_dynamodb_table" "control" {
  table_name = "control"
}

resource "aws_cloudformation_stack" "tables" {
  count         = 5
  name          = "tables-${count.index}"
  template_body = jsonencode({ Resources = { T = { Type = "AWS::DynamoDB::GlobalTable" } } })
}

resource "aws_cloudformation_stack" "topics" {
  name          = "topics"
  template_body = jsonencode({ Resources = { T = { Type = "AWS::SNS::Topic" } } })
}

resource "aws_cloudformation_stack_set" "elsewhere" {
  name         = "elsewhere"
  template_url = "https://example.com/template.json"
}
"""

READS_ONLY = "and dyncheck reads only hashicorp/aws"
OLD = "dyncheck does not read global tables of version 2017.11.29"
CONTROL = "dyncheck reads only the tables of the provider hashicorp/aws"
TEMPLATE = "dyncheck does not read the DynamoDB tables in its template"
ELSEWHERE = "its template is not in the input, and may make DynamoDB tables"

STACKS = [f"aws_cloudformation_stack.tables[{number}]" for number in range(5)]

# What is not read, and the reason; the provider of a fork has its whole address in JSON.
EXPECTED = {
    "aws_dynamodb_table.forked": "its provider is {}, " + READS_ONLY,
    "aws_dynamodb_global_table.old": OLD,
    "awscc_dynamodb_table.control": CONTROL,
    **dict.fromkeys(STACKS, TEMPLATE),
    "aws_cloudformation_stack_set.elsewhere": ELSEWHERE,
}


def _resources() -> list[tuple[str, str, dict[str, Any]]]:
    """The address, the provider and the values of each resource that is added to a document."""
    tables = {"template_body": '{"Resources":{"T":{"Type":"AWS::DynamoDB::GlobalTable"}}}'}
    return [
        ("aws_dynamodb_table.forked", FORK, {"name": "forked"}),
        ("aws_dynamodb_global_table.old", AWS, {"name": "old"}),
        ("awscc_dynamodb_table.control", CLOUD_CONTROL, {"table_name": "control"}),
        *((address, AWS, tables) for address in STACKS),
        ("aws_cloudformation_stack.topics", AWS, {"template_body": "Resources: {T: {Type: 'AWS::SNS::Topic'}}"}),
        ("aws_cloudformation_stack_set.elsewhere", AWS, {"template_url": "https://example.com/template.json"}),
    ]


def _plan(*actions: str) -> dict[str, Any]:
    plan: dict[str, Any] = json.loads((POLICIES / "no_deletion_protection.plan.json").read_bytes())
    for address, provider, values in _resources():
        kind, name = address.partition("[")[0].split(".")
        before, after = (None if "create" in actions else values), (None if "delete" in actions else values)
        change = {
            "actions": actions,
            "before": before,
            "after": after,
            "after_unknown": {},
            "before_sensitive": False,
            "after_sensitive": {},
        }
        entry = {"address": address, "mode": "managed", "type": kind, "name": name, "provider_name": provider, "change": change}
        plan["resource_changes"].append(entry)
    return plan


def _state() -> dict[str, Any]:
    resources = [
        {"address": address, "mode": "managed", "type": kind, "name": name, "provider_name": provider, "values": values}
        for address, provider, values in [("aws_dynamodb_table.read", AWS, {"name": "read", "hash_key": "id"}), *_resources()]
        for kind, name in [address.partition("[")[0].split(".")]
    ]
    return {"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": resources}}}


def _found(report: Report) -> dict[str, str]:
    (checked,) = report.inputs
    return {each.path: each.reason for each in checked.not_checked}


def _checked(document: dict[str, Any], directory: Path) -> Report:
    path = directory / "document.json"
    path.write_text(json.dumps(document))
    return dyncheck.check(path, select=["no-deletion-protection"])


def _named(provider: str) -> dict[str, str]:
    return {path: reason.format(provider) for path, reason in EXPECTED.items()}


@pytest.mark.parametrize("action", ["create", "no-op", "delete"])
def test_a_plan_names_what_is_not_checked(action: str, tmp_path: Path) -> None:
    assert _found(_checked(_plan(action), tmp_path)) == _named(FORK)


def test_a_state_names_what_is_not_checked(tmp_path: Path) -> None:
    assert _found(_checked(_state(), tmp_path)) == _named(FORK)


def test_files_name_what_is_not_checked(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(FILES)
    report = dyncheck.check(tmp_path, select=["no-deletion-protection"])
    assert _found(report) == _named("acme/aws")
    assert [result.address for result in report.results] == ["aws_dynamodb_table.read"]


def test_a_notice_names_three_resources_for_each_reason(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(FILES)
    report = dyncheck.check(tmp_path, select=["no-deletion-protection"])
    assert set(report.inputs[0].notices) == {
        f"aws_dynamodb_table.forked was not checked: its provider is acme/aws, {READS_ONLY}.",
        f"aws_dynamodb_global_table.old was not checked: {OLD}.",
        f"awscc_dynamodb_table.control was not checked: {CONTROL}.",
        f"{', '.join(STACKS[:3])} and 2 more were not checked: {TEMPLATE}.",
        f"aws_cloudformation_stack_set.elsewhere was not checked: {ELSEWHERE}.",
    }


def test_a_root_module_without_other_tables_says_what_was_not_checked(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_dynamodb_global_table" "old" {\n  name = "old"\n}\n')
    with pytest.raises(InputError) as refused:
        dyncheck.check(tmp_path)
    assert f"aws_dynamodb_global_table.old was not checked: {OLD}." in str(refused.value)


def test_a_template_that_dyncheck_cannot_evaluate_is_no_error(tmp_path: Path) -> None:
    stack = 'resource "aws_cloudformation_stack" "s" {\n  name          = "s"\n  template_body = file("../outside.json")\n}\n'
    (tmp_path / "main.tf").write_text(FILES.partition('resource "aws_dynamodb_table" "forked"')[0] + stack)
    assert _found(dyncheck.check(tmp_path, select=["no-deletion-protection"])) == {"aws_cloudformation_stack.s": ELSEWHERE}
