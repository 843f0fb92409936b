"""The value of `terraform.workspace`, and what a report that depends on it says. Compared with Terraform 1.11."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import dyncheck as package
from dyncheck.checking.run import Settings, run
from dyncheck.errors import UsageError
from tests.conftest import Dyncheck
from tests.readers.hcl.configuration.test_modules import MODE, call, fails, inside, table, write

T = "aws_dynamodb_table.t"
TABLE = table("t", '"<${terraform.workspace}>"')
ANOTHER = "To check another one, use --workspace NAME"
ONE = "To check one, use --workspace NAME or set TF_WORKSPACE."
DEFAULT = f'terraform.workspace is assumed to be "default", because no workspace is selected. {ANOTHER} or set TF_WORKSPACE.'
SELECTED = {".terraform/environment": "\n staging\n"}


def cloud(text: str) -> str:
    return f'terraform {{\n  cloud {{\n    organization = "o"\n    workspaces {{\n      {text}\n    }}\n  }}\n}}\n'


def remote(text: str) -> str:
    return cloud(text).replace("cloud {", 'backend "remote" {')


def found(directory: Path, files: dict[str, str], workspace: str | None = None, path: str = ".") -> tuple[dict[str, str], list[str]]:
    """What the rule on billing modes found by address, with the notices of the run."""
    write(directory, files)
    with inside(directory):
        report = run([path], Settings(select=(MODE,), workspace=workspace))
    rows = {result.address: result.found.removeprefix("billing_mode is ") or result.message for result in report.results}
    return rows, [notice for checked in report.inputs for notice in checked.notices]


SOURCES: dict[str, tuple[dict[str, str], str, str, str, str]] = {
    "nothing": ({}, "", "", "default", DEFAULT),
    "an empty TF_WORKSPACE and an empty file": ({".terraform/environment": " \n"}, "", "", "default", DEFAULT),
    "the selected one": (
        SELECTED,
        "",
        "",
        "staging",
        f'terraform.workspace is assumed to be "staging", because .terraform/environment selects it. {ANOTHER}.',
    ),
    "TF_WORKSPACE": (
        SELECTED,
        "prod",
        "",
        "prod",
        f'terraform.workspace is assumed to be "prod", because TF_WORKSPACE is set. {ANOTHER}.',
    ),
    "--workspace": (SELECTED, "prod", "eu", "eu", 'terraform.workspace is assumed to be "eu", because --workspace names it.'),
    "a name in the cloud block": (
        {"cloud.tf": cloud('name = "app"'), **SELECTED},
        "prod",
        "",
        "app",
        f'terraform.workspace is assumed to be "app", because the cloud block (cloud.tf:2) names it. {ANOTHER}.',
    ),
    "--workspace beside a name in the cloud block": (
        {"cloud.tf": cloud('name = "app"')},
        "",
        "eu",
        "eu",
        'terraform.workspace is assumed to be "eu", because --workspace names it.',
    ),
    "tags in the cloud block": (
        {"cloud.tf": cloud('tags = ["app"]')},
        "",
        "",
        "",
        f"terraform.workspace is unknown, because the cloud block (cloud.tf:2) names none. {ONE}",
    ),
    "tags in the cloud block, and a selected one": (
        {"cloud.tf": cloud('tags = ["app"]'), **SELECTED},
        "",
        "",
        "staging",
        f'terraform.workspace is assumed to be "staging", because .terraform/environment selects it. {ANOTHER}.',
    ),
    "tags in the cloud block, and TF_WORKSPACE": (
        {"cloud.tf": cloud('tags = ["app"]')},
        "prod",
        "",
        "prod",
        f'terraform.workspace is assumed to be "prod", because TF_WORKSPACE is set. {ANOTHER}.',
    ),
    # In a remote run it is the name of the remote workspace, in a local one it is not.
    "the remote backend": (
        {"cloud.tf": remote('prefix = "app-"'), **SELECTED},
        "",
        "",
        "",
        f"terraform.workspace is unknown, because the remote backend (cloud.tf:2) leaves open where Terraform runs. {ONE}",
    ),
    "a cloud block that an override file replaces": (
        {"cloud.tf": cloud('name = "app"'), "override.tf": 'terraform {\n  backend "s3" {}\n}\n'},
        "",
        "",
        "default",
        DEFAULT,
    ),
    "a name that Terraform refuses": (
        {},
        "a b",
        "",
        "",
        "terraform.workspace is unknown, because TF_WORKSPACE is not a valid name, so Terraform refuses to run. "
        "Correct it, or use --workspace NAME.",
    ),
    "a name that is not UTF-8": (
        {},
        "a\udcff",
        "",
        "",
        "terraform.workspace is unknown, because TF_WORKSPACE is not a valid name, so Terraform refuses to run. "
        "Correct it, or use --workspace NAME.",
    ),
}


@pytest.mark.parametrize(("files", "environment", "option", "name", "notice"), SOURCES.values(), ids=SOURCES)
def test_workspace_comes_from_the_first_source_that_has_it(
    files: dict[str, str], environment: str, option: str, name: str, notice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_WORKSPACE", environment)
    mode = f'"<{name}>"' if name else "billing_mode waits for terraform.workspace"
    assert found(tmp_path, {"main.tf": TABLE, **files}, option or None) == ({T: mode}, [notice])


def test_workspace_of_a_called_module_is_that_of_the_root_module(tmp_path: Path) -> None:
    files = {
        "live/main.tf": call("m", "../one"),
        "one/main.tf": TABLE,
        "live/.terraform/environment": "live",
        "one/.terraform/environment": "one",
    }
    notice = f'terraform.workspace is assumed to be "live", because live/.terraform/environment selects it. {ANOTHER}.'
    assert found(tmp_path, files, path="live") == ({f"module.m.{T}": '"<live>"'}, [notice])


def test_every_root_module_has_a_notice_of_its_own(tmp_path: Path) -> None:
    files = {f"{name}/{file}": text for name in ("a", "b") for file, text in {"main.tf": TABLE, ".terraform/environment": name}.items()}
    notices = [
        f'terraform.workspace is assumed to be "{name}", because {name}/.terraform/environment selects it. {ANOTHER}.' for name in "ab"
    ]
    assert found(tmp_path, files)[1] == notices


# A report says which workspace was assumed only where that decides anything.

CONSTANT = table("t", '"X"')
DEPENDING = {
    "an argument": (TABLE, True),
    "a local value": ("locals {\n  a = terraform.workspace\n  b = local.a\n}\n" + table("t", "local.b"), True),
    "an argument of another resource": (
        'resource "terraform_data" "d" {\n  input = terraform.workspace\n}\n' + table("t", "terraform_data.d.input"),
        True,
    ),
    "count": (CONSTANT + table("none", '"X"', 'count = terraform.workspace == "prod" ? 1 : 0'), True),
    "for_each of a call": (CONSTANT + call("m", "./m", 'for_each = toset(terraform.workspace == "prod" ? ["a"] : [])'), True),
    "an argument of a call": (call("m", "./m", "mode = terraform.workspace"), True),
    "a condition": (
        CONSTANT
        + 'output "o" {\n  value = 1\n  precondition {\n    condition     = terraform.workspace != ""\n    error_message = "No."\n  }\n}\n',
        True,
    ),
    "an output": (CONSTANT + 'output "o" {\n  value = terraform.workspace\n}\n', False),
    "a local value that nothing uses": (CONSTANT + "locals {\n  a = terraform.workspace\n}\n", False),
    "an argument that no rule reads": (CONSTANT + 'resource "aws_s3_bucket" "b" {\n  bucket = terraform.workspace\n}\n', False),
    "count of a resource that is not checked": (
        CONSTANT + 'resource "aws_s3_bucket" "b" {\n  count = length(terraform.workspace)\n}\n',
        False,
    ),
    "count of a call of a module without tables": (CONSTANT + call("m", "./bucket", "count = length(terraform.workspace)"), False),
    "an argument of a call that no rule reads": (CONSTANT + call("m", "./bucket", "name = terraform.workspace"), False),
    "terraform.applying": (table("t", 'terraform.applying ? "A" : "B"'), False),
}


@pytest.mark.parametrize(("text", "depends"), DEPENDING.values(), ids=DEPENDING)
def test_notice_only_where_the_workspace_decides_something(text: str, depends: bool, tmp_path: Path) -> None:
    modules = {
        "m/main.tf": 'variable "mode" {\n  default = "X"\n}\n' + table("t", "var.mode"),
        "bucket/main.tf": 'variable "name" {\n  default = "X"\n}\nresource "aws_s3_bucket" "b" {\n  bucket = var.name\n}\n',
    }
    assert found(tmp_path, {"main.tf": text, **modules})[1] == ([DEFAULT] if depends else [])


def test_attribute_that_terraform_does_not_have_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": table("t", 'try(terraform.env, "X")')})
    with inside(tmp_path):
        report = run(["."], Settings(select=(MODE,)))
    message = 'Invalid "terraform" attribute. There is no "env", only "workspace" and "applying".'
    assert report.errors == (f"main.tf:2:22: {message}",)


# The option.


@pytest.mark.parametrize("name", ["", "a b", "a/b", "ü", "a!"])
@pytest.mark.parametrize("command", ["check", "selftest"])
def test_invalid_name_is_refused(command: str, name: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": TABLE})
    done = dyncheck(command, ".", "--workspace", name)
    message = f"Invalid --workspace {name!r}; expected letters, digits, and the characters - . _ ~ $ & + : = @ only."
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", f"dyncheck: {message}\n", 2)


def test_valid_name_may_have_other_characters(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": TABLE})
    done = dyncheck(".", "--workspace", "a-b_c.d~e$f&g+h:i=j@k", "--select", MODE, "--format", "json")
    assert [result["message"] for result in json.loads(done.stdout)["results"]] == [fails(T, '"<a-b_c.d~e$f&g+h:i=j@k>"')[3]]


def test_workspace_of_the_package(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": TABLE})
    report = package.check(tmp_path, select=[MODE], workspace="eu")
    assert [result.found for result in report.results] == ['"<eu>"']


def test_invalid_workspace_of_the_package_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": TABLE})
    with pytest.raises(UsageError) as refused:
        package.check(tmp_path, workspace="")
    assert str(refused.value) == "Invalid --workspace ''; expected letters, digits, and the characters - . _ ~ $ & + : = @ only."


# What was reported: a table that depends on the workspace in three ways.

REPORTED = """\
locals {
  prod     = contains(["preprod", "prod"], terraform.workspace)
  accounts = { dev = "1", prod = "2" }
}
resource "aws_dynamodb_table" "t" {
  name         = "orders-${local.accounts[terraform.workspace]}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery { enabled = local.prod }
  deletion_protection_enabled = local.prod
}
"""
RULES = ("no-deletion-protection", "no-point-in-time-recovery", "wrong-table-name")
ANSWERS: dict[str | None, tuple[list[str], list[str], str]] = {
    "dev": (["fail", "fail"], [], 'terraform.workspace is assumed to be "dev", because --workspace names it.'),
    "prod": (["pass", "pass"], [], 'terraform.workspace is assumed to be "prod", because --workspace names it.'),
    None: (["fail", "fail", "unknown"], ["main.tf:6:28: Invalid index. The collection has no element with this key."], DEFAULT),
}


@pytest.mark.parametrize(("workspace", "answer"), ANSWERS.items(), ids=map(str, ANSWERS))
def test_verdicts_are_those_of_the_workspace(workspace: str | None, answer: tuple[list[str], list[str], str], tmp_path: Path) -> None:
    statuses, errors, notice = answer
    write(tmp_path, {"main.tf": REPORTED})
    with inside(tmp_path):
        report = run(["."], Settings(select=RULES, workspace=workspace))
    assert sorted(result.status.value for result in report.results) == statuses
    assert (list(report.errors), [each for checked in report.inputs for each in checked.notices]) == (errors, [notice])


# Proofs, and sources beside a plan.


def test_proof_holds_for_every_workspace(dyncheck: Dyncheck, tmp_path: Path) -> None:
    named = ('name = "abc"', 'hash_key = "id"', 'attribute {\n    name = "id"\n    type = "S"\n  }')
    write(tmp_path, {"main.tf": table("t", 'terraform.workspace == "default" ? "PAY_PER_REQUEST" : "X"', *named)})
    done = dyncheck("prove", ".", "--select", MODE, "--format", "json")
    (proof,) = json.loads(done.stdout)["results"]
    assert (proof["verdict"], proof["reason"], done.returncode) == ("undecided", "billing_mode waits for terraform.workspace", 0)
