"""Validations, preconditions and postconditions: a violated condition is a finding, because `terraform plan` would fail.

The expected results were compared with Terraform 1.11.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Dyncheck
from tests.readers.hcl.configuration.test_modules import Found, Row, call, checked, report_of, table, write

RULE = "violated-condition"
INVALID = "Invalid value for variable"
HIDDEN = f"{INVALID}: The error message contains a sensitive value, so dyncheck does not show it."


def violated(address: str, message: str) -> Row:
    """The finding on a violated condition."""
    return (RULE, address, "fail", message)


def found_in(directory: Path, text: str, **more: str) -> Found:
    """The results of the rule on a file, and on other modules by their names."""
    files = {"main.tf": text + table("t", '"PAY_PER_REQUEST"'), **{f"{name}/main.tf": content for name, content in more.items()}}
    return checked(directory, files, RULE)


def variable(condition: str, message: str, default: str = '"prd"', more: str = "") -> str:
    """A variable with a validation."""
    return (
        f'variable "x" {{\n  default = {default}\n  {more}\n  validation {{\n    condition     = {condition}\n'
        f"    error_message = {message}\n  }}\n}}\n"
    )


def resource(kind: str, condition: str, message: str, more: str = "") -> str:
    """A resource with a precondition or a postcondition."""
    return (
        f'resource "aws_dynamodb_table" "c" {{\n  name = "abc"\n  {more}\n  lifecycle {{\n    {kind} {{\n'
        f"      condition     = {condition}\n      error_message = {message}\n    }}\n  }}\n}}\n"
    )


VALIDATIONS: dict[str, tuple[str, list[Row]]] = {
    "a true condition": (variable('var.x == "prd"', '"no"'), []),
    "a false condition": (variable('contains(["dev"], var.x)', '"It must be dev."'), [violated("var.x", f"{INVALID}: It must be dev.")]),
    "a message with a value": (variable('var.x == ""', '"${var.x} is bad"'), [violated("var.x", f"{INVALID}: prd is bad")]),
    "a message on several lines": (
        variable('var.x == ""', "<<-EOT\n      One\n      two.\n    EOT"),
        [violated("var.x", f"{INVALID}: One two.")],
    ),
    "a bool as a string": (variable('var.x == "" ? "true" : "false"', '"no"'), [violated("var.x", f"{INVALID}: no")]),
    "a condition on another variable": (
        variable("length(var.x) > var.y && local.z", '"${var.y}"') + 'variable "y" { default = 5 }\nlocals { z = true }\n',
        [violated("var.x", f"{INVALID}: 5")],
    ),
    "a sensitive message": (variable('var.x == ""', '"${var.x} is bad"', more="sensitive = true"), [violated("var.x", HIDDEN)]),
    "an ephemeral message": (variable('var.x == ""', '"${var.x} is bad"', more="ephemeral = true"), [violated("var.x", HIDDEN)]),
    "an unknown message": (
        variable('var.x == ""', '"${aws_sns_topic.x.arn}"') + 'resource "aws_sns_topic" "x" {\n  name = "x"\n}\n',
        [violated("var.x", INVALID)],
    ),
    "a null value": (variable("var.x != null", '"It is null."', "null"), [violated("var.x", f"{INVALID}: It is null.")]),
    "two violated validations": (
        variable('var.x == "a"', '"one"', more='validation {\n    condition = var.x == "b"\n    error_message = "two"\n  }'),
        [violated("var.x", f"{INVALID}: one"), violated("var.x", f"{INVALID}: two")],
    ),
    "a message that is not a string": (
        variable('var.x == ""', "[1]"),
        [violated("var.x", f"{INVALID}: The error message is not a string: a string is required.")],
    ),
    "an unknown condition": (variable('timestamp() == var.x', '"no"'), []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "rows"), VALIDATIONS.values(), ids=VALIDATIONS)
def test_validation_fails_when_its_condition_is_violated(text: str, rows: list[Row], tmp_path: Path) -> None:
    assert found_in(tmp_path, text) == Found(rows, [], [])


def test_validation_is_ignored_when_the_variable_has_no_value(tmp_path: Path) -> None:
    text = 'variable "x" {\n  validation {\n    condition     = var.x == "a"\n    error_message = "no"\n  }\n}\n'
    found = found_in(tmp_path, text)
    assert (found.rows, found.errors) == ([], [])


RESOURCES: dict[str, tuple[str, list[Row]]] = {
    "a precondition that holds": (resource("precondition", "local.yes", '"no"'), []),
    "a precondition that does not hold": (
        resource("precondition", "!local.yes", '"Not so."'),
        [violated("aws_dynamodb_table.c", "Resource precondition failed: Not so.")],
    ),
    "a precondition of some instances": (
        resource("precondition", 'each.key == "b"', '"${each.key} is ${each.value}"', "for_each = { a = 1, b = 2, c = 3 }"),
        [
            violated('aws_dynamodb_table.c["a"]', "Resource precondition failed: a is 1"),
            violated('aws_dynamodb_table.c["c"]', "Resource precondition failed: c is 3"),
        ],
    ),
    "a precondition without instances": (resource("precondition", "!local.yes", '"no"', "count = 0"), []),
    "an unknown precondition": (resource("precondition", "aws_dynamodb_table.t.arn == local.yes", '"no"'), []),
    "a postcondition that does not hold": (
        resource("postcondition", 'self.name == "x"', '"It is ${self.name}."'),
        [violated("aws_dynamodb_table.c", "Resource postcondition failed: It is abc.")],
    ),
    "a postcondition on an unknown value": (resource("postcondition", 'self.arn == "x"', '"no"'), []),
    "a precondition of another resource": (
        resource("precondition", "!local.yes", '"Not so."').replace("aws_dynamodb_table", "terraform_data"),
        [violated("terraform_data.c", "Resource precondition failed: Not so.")],
    ),
    "a precondition of a data source": (
        resource("precondition", "!local.yes", '"Not so."').replace('resource "aws_dynamodb_table"', 'data "aws_dynamodb_table"'),
        [violated("data.aws_dynamodb_table.c", "Resource precondition failed: Not so.")],
    ),
    "a precondition of an output": (
        'output "o" {\n  value = 1\n  precondition {\n    condition     = !local.yes\n    error_message = "Not so."\n  }\n}\n',
        [violated("output.o", "Module output value precondition failed: Not so.")],
    ),
    "an assertion in a check block": (
        'check "c" {\n  assert {\n    condition     = !local.yes\n    error_message = "only a warning"\n  }\n}\n',
        [],
    ),
}


@pytest.mark.parametrize(("text", "rows"), RESOURCES.values(), ids=RESOURCES)
def test_block_fails_when_its_condition_is_violated(text: str, rows: list[Row], tmp_path: Path) -> None:
    assert found_in(tmp_path, "locals { yes = true }\n" + text) == Found(rows, [], [])


def test_conditions_are_checked_in_each_module_instance(tmp_path: Path) -> None:
    inner = (
        'variable "x" {\n  validation {\n    condition     = var.x != 1\n    error_message = "not ${var.x}"\n  }\n}\n'
        'output "o" {\n  value = var.x\n  precondition {\n    condition     = var.x < 2\n    error_message = "too large"\n  }\n}\n'
    )
    text = call("m", "./m", "count = 3", "x = count.index") + call("none", "./m", "count = 0", "x = 1")
    assert found_in(tmp_path, text, m=inner) == Found(
        [
            violated("module.m[1].var.x", f"{INVALID}: not 1"),
            violated("module.m[2].output.o", "Module output value precondition failed: too large"),
        ],
        [],
        [],
    )


def test_conditions_are_ignored_when_the_number_of_instances_is_unknown(tmp_path: Path) -> None:
    inner = 'variable "x" {\n  validation {\n    condition     = var.x != 1\n    error_message = "no"\n  }\n}\n'
    text = 'variable "names" {}\n' + call("m", "./m", "for_each = var.names", "x = 1")
    text += resource("precondition", 'var.names == "x" || local.no', '"no"', "for_each = var.names") + "locals { no = false }\n"
    found = found_in(tmp_path, text, m=inner)
    assert (found.rows, found.errors) == ([], [])


# Invalid conditions.

INVALID_CONDITIONS: dict[str, tuple[str, list[Row], str]] = {
    "no condition": (
        'variable "x" {\n  default = 1\n  validation {\n    error_message = "no"\n  }\n}\n',
        [],
        'main.tf:3:3: Missing required argument. The argument "condition" is required.',
    ),
    "a condition that is not a bool": (
        variable("[var.x]", '"no"'),
        [],
        "main.tf:5:21: Invalid condition. Its value must be true or false.",
    ),
    "a condition that cannot be evaluated": (
        variable("var.x.y == 1", '"no"'),
        [],
        "main.tf:5:21: Unsupported attribute. A string has no attributes.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "rows", "error"), INVALID_CONDITIONS.values(), ids=INVALID_CONDITIONS)
def test_invalid_condition_is_refused(text: str, rows: list[Row], error: str, tmp_path: Path) -> None:
    assert found_in(tmp_path, text) == Found(rows, [], [error])


def test_validation_without_a_message_fails_without_a_reason(tmp_path: Path) -> None:
    text = 'variable "x" {\n  default = 1\n  validation {\n    condition = var.x == 2\n  }\n}\n'
    found = found_in(tmp_path, text)
    assert found.rows == [violated("var.x", INVALID)]


# The report.


def test_violated_condition_fails_the_run(dyncheck: Dyncheck, tmp_path: Path) -> None:
    text = 'variable "x" {\n  default = 1\n\n  validation {\n    condition     = var.x > 1\n    error_message = "too small"\n  }\n}\n'
    write(tmp_path, {"main.tf": text + table("t", '"PAY_PER_REQUEST"')})
    done = dyncheck(".", "--select", RULE)
    expected = """\
.: hcl

error    violated-condition: Invalid value for variable: too small
         main.tf:5  var.x

Checked 1 root module (1 file).
Contracts: none on 1 table.
1 table, 0 alarms, 1 check: 1 error
Exit code 1: 1 error.
"""
    assert (done.stdout.decode(), done.stderr, done.returncode) == (expected, b"", 1)


def test_violated_condition_is_reported_in_a_root_module_without_tables(tmp_path: Path) -> None:
    files = {"a/main.tf": variable("var.x == 1", '"no"'), "b/main.tf": table("t", '"PAY_PER_REQUEST"')}
    assert checked(tmp_path, files, RULE) == Found([violated("var.x", f"{INVALID}: no")], [], [])


def test_violated_condition_in_json_has_a_line(tmp_path: Path) -> None:
    block = {"validation": {"condition": "${var.x > 1}", "error_message": "too small"}, "default": 1}
    write(tmp_path, {"main.tf.json": json.dumps({"variable": {"x": block}}, indent=2), "t.tf": table("t", '"PAY_PER_REQUEST"')})
    report = report_of(tmp_path, RULE)
    assert [(result.message, result.location.line if result.location else None) for result in report.results] == [
        (f"{INVALID}: too small", 5)
    ]
