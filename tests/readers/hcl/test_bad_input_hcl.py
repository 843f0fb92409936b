"""Terraform files that cannot be read or are not HCL: an error with the place and exit code 3. All other modules are still checked.

The places and most of the messages were compared with Terraform 1.11.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Dyncheck
from tests.readers.hcl.configuration.test_modules import MODE, Found, call, checked, fails, table, write

T = "aws_dynamodb_table.t"
X = table("t", '"X"')
OTHERS = [fails(T, '"X"')]

CHARACTER = "This character is not used within the language."
ENCODING = "Invalid character encoding. All input files must be UTF-8 encoded."
EXPRESSION = "Invalid expression. Expected the start of an expression, but found an invalid expression token."
REQUIRED = "Argument or block definition required. An argument or block definition is required here."
DEEP = "This nests deeper than 100 levels, which no configuration needs. Split it up with locals."
NEWLINE = "Missing newline after argument. An argument definition must end with a newline."
UNCLOSED = "Unclosed configuration block. There is no closing brace for this block before the end of the file."

# The file, and its error: the place, the message, and the line with the caret below it.
SYNTAX_ERRORS: dict[str, tuple[str | bytes, str]] = {
    "an unclosed block": ("locals {\n  a = 1\n", f"1:8: {UNCLOSED}\n  locals {{\n         ^"),
    "an unclosed list": (
        "locals {\n  a = [1, 2\n}\n",
        "3:1: Missing item separator. Expected a comma to mark the beginning of the next item.\n  }\n  ^",
    ),
    "an unclosed string": (
        'locals {\n  a = "x\n}\n',
        "2:9: Invalid multi-line string. Quoted strings may not be split over multiple lines.\n"
        '    a = "x\n          ^',
    ),
    "an unclosed heredoc": (
        "locals {\n  a = <<E\n  x\n",
        "2:7: Unterminated template string. No closing marker was found for the string.\n    a = <<E\n        ^",
    ),
    "a missing value": ("locals {\n  a =\n}\n", f"2:6: {EXPRESSION}\n    a =\n       ^"),
    "a comma after an argument": (
        "locals {\n  a = 1,\n  b = 2\n}\n",
        "2:8: Unexpected comma after argument. Argument definitions must be separated by newlines, not commas.\n"
        "    a = 1,\n         ^",
    ),
    "single quotes": (
        "locals {\n  a = 'x'\n}\n",
        '2:7: Invalid character. Single quotes are not valid. Use double quotes (") to enclose strings.\n    a = \'x\'\n        ^',
    ),
    "a duplicate argument": (
        "locals {\n  a = 1\n  a = 2\n}\n",
        '3:3: Attribute redefined. The argument "a" was already set at bad/main.tf:2,3-4.\n'
        "    a = 2\n    ^",
    ),
    "a merge conflict": ("<<<<<<< HEAD\nlocals {}\n=======\n>>>>>>> x\n", f"1:1: {REQUIRED}\n  <<<<<<< HEAD\n  ^"),
    "JSON in a .tf file": ('{"locals": {}}\n', f'1:1: {REQUIRED}\n  {{"locals": {{}}}}\n  ^'),
    "an error after tabs": ("locals {\n\t\ta = = 1\n}\n", f"2:7: {EXPRESSION}\n          a = = 1\n              ^"),
    "an error after Windows line ends": ("locals {\r\n  a = = 1\r\n}\r\n", f"2:7: {EXPRESSION}\n    a = = 1\n        ^"),
    "an error after a byte order mark": (b"\xef\xbb\xbf}\n", f"1:1: {REQUIRED}\n  }}\n  ^"),
    "an error after multi-byte characters": (
        'locals {\n  größe = "日本語" = 1\n}\n',
        f'2:17: {NEWLINE}\n    größe = "日本語" = 1\n                     ^',
    ),
    "an error in a long line": (
        "locals {\n  a = [" + "1, " * 100 + "= 1]\n}\n",
        f"2:308: {EXPRESSION}\n  ...{', 1' * 15}, = 1]\n{' ' * 52}^",
    ),
    "a control character": ("locals {\n  a = \x1b[31m\n}\n", f"2:7: Invalid character. {CHARACTER}\n    a = \\x1b[31m\n        ^"),
    "a null character": (b"locals {\x00}\n", f"1:9: Invalid character. {CHARACTER}\n  locals {{\\x00}}\n          ^"),
    "Latin-1 outside of comments": (b"# caf\xe9\ncaf\xe9\n", f"2:4: {ENCODING}\n  caf\ufffd\n     ^"),
    "an incomplete UTF-8 character": (b'locals {\n  a = "\xc3"\n}\n', f'2:8: {ENCODING}\n    a = "\ufffd"\n         ^'),
    "CR line ends": (
        b"locals {\r  a = 1\r}\r",
        f"1:9: Invalid character. {CHARACTER}\n  locals {{\\r  a = 1\\r}}\n          ^",
    ),
    "too many nested brackets": (
        f"locals {{\n  a = {'(' * 300}1{')' * 300}\n}}\n",
        f"2:106: {DEEP}\n  ...{'(' * 94}...\n{' ' * 52}^",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "error"), SYNTAX_ERRORS.values(), ids=SYNTAX_ERRORS)
def test_syntax_error_has_its_place_and_other_modules_are_checked(content: str | bytes, error: str, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"bad/main.tf": content, "bad/table.tf": table("not_reached", '"Y"'), "good/main.tf": X}
    assert checked(tmp_path, files, MODE) == Found(OTHERS, [], [f"bad/main.tf:{error}"])


JSON_ERRORS = {
    "truncated": (
        '{\n  "locals": {"a": ',
        '2:19: Missing value. The JSON data ends prematurely.\n    "locals": {"a": \n                    ^',
    ),
    "a trailing comma": (
        '{"locals": {"a": 1,}}',
        '1:19: Trailing comma in object. JSON does not permit a trailing comma.\n  {"locals": {"a": 1,}}\n                    ^',
    ),
    "a comment": (
        '// x\n{"locals": {}}',
        "1:1: Invalid start of value. A JSON value must start with a brace, a bracket, a number, a string, or a keyword.\n  // x\n  ^",
    ),
    "a number": (
        "1",
        "1:1: Root value must be object. The root value must be a JSON object or an array of objects.\n  1\n  ^",
    ),
    "an invalid template": (
        '{"locals": {"a": "x ${y"}}',
        "1:21: Unclosed template interpolation sequence. There is no closing brace for this interpolation sequence before the end of the "
        "file.\n"
        '  {"locals": {"a": "x ${y"}}\n                      ^',
    ),
}


@pytest.mark.parametrize(("content", "error"), JSON_ERRORS.values(), ids=JSON_ERRORS)
def test_json_error_has_its_place_and_other_modules_are_checked(content: str, error: str, tmp_path: Path) -> None:
    files = {"bad/main.tf.json": content, "good/main.tf": X}
    assert checked(tmp_path, files, MODE) == Found(OTHERS, [], [f"bad/main.tf.json:{error}"])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["main.tf", "terraform.tfvars", "main.tf.json"])
def test_utf_16_is_refused(encoding: str, name: str, tmp_path: Path) -> None:
    text = '{"locals": {}}' if name.endswith("json") else "a = 1\n" if name.endswith("tfvars") else "locals {}\n"
    files: dict[str, str | bytes] = {"bad/table.tf": table("not_reached", '"Y"'), f"bad/{name}": text.encode(encoding), "good/main.tf": X}
    assert checked(tmp_path, files, MODE) == Found(OTHERS, [], [f"bad/{name}:1:1: This looks like UTF-16. Save the file as UTF-8."])


# Valid HCL that is not a valid configuration.

REFUSED = {
    "an unsupported block type": (
        {"bad/main.tf": 'resourc "a" "b" {\n}\n'},
        'bad/main.tf:1:1: Unsupported block type "resourc". Correct it, or remove the block.',
    ),
    "an argument outside of blocks": (
        {"bad/main.tf": "locals {}\na = 1\n"},
        'bad/main.tf:2:1: Unsupported argument "a". Only blocks are allowed outside of blocks.',
    ),
    "a block with too few labels": (
        {"bad/main.tf": 'resource "aws_dynamodb_table" {\n}\n'},
        'bad/main.tf:1:1: Invalid "resource" block: found 1 label(s), expected 2.',
    ),
    "a duplicate resource": (
        {"bad/a.tf": X, "bad/b.tf": "\n" + X},
        'bad/b.tf:2:1: Duplicate resource "aws_dynamodb_table" "t". The first one is at bad/a.tf:1. Remove or rename one of them.',
    ),
    "a duplicate local value": (
        {"bad/a.tf": "locals {\n  a = 1\n}\n", "bad/b.tf": "locals {\n  a = 2\n}\n"},
        'bad/b.tf:2:3: Duplicate local value "a". The first one is at bad/a.tf:2. Remove or rename one of them.',
    ),
}


@pytest.mark.parametrize(("files", "error"), REFUSED.values(), ids=REFUSED)
def test_invalid_configuration_is_refused(files: dict[str, str], error: str, tmp_path: Path) -> None:
    assert checked(tmp_path, {**files, "good/main.tf": X}, MODE) == Found(OTHERS, [], [error])


def test_every_file_with_an_error_is_named(tmp_path: Path) -> None:
    files = {"a.tf": "locals {\n", "b.tf": X, "c.tf": "}\n", "d/e.tf": "= 1\n"}
    assert checked(tmp_path, files, MODE) == Found(
        [],
        [],
        [f"a.tf:1:8: {UNCLOSED}\n  locals {{\n         ^", f"c.tf:1:1: {REQUIRED}\n  }}\n  ^", f"d/e.tf:1:1: {REQUIRED}\n  = 1\n  ^"],
    )


def test_caller_is_checked_when_its_module_has_a_syntax_error(tmp_path: Path) -> None:
    files = {"main.tf": call("m", "./m") + X, "m/main.tf": "locals {\n"}
    found = checked(tmp_path, files, MODE)
    assert (found.rows, found.errors) == (OTHERS, [f"m/main.tf:1:8: {UNCLOSED}\n  locals {{\n         ^"])


@pytest.mark.parametrize("format_", ["text", "json"])
def test_syntax_error_exits_with_code_3(format_: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"bad/main.tf": "}\n", "good/main.tf": table("t", '"PAY_PER_REQUEST"')})
    done = dyncheck(".", "--select", MODE, "--format", format_)
    assert (done.stderr.decode(), done.returncode) == (f"dyncheck: bad/main.tf:1:1: {REQUIRED}\n  }}\n  ^\n", 3)
    assert done.stdout
    alone = dyncheck("bad", "--format", format_)
    assert (alone.stderr, alone.returncode) == (done.stderr, 3)
    # The JSON report has the error too. The text report does not repeat it.
    assert alone.stdout == b"" if format_ == "text" else json.loads(alone.stdout)["errors"] == [f"bad/main.tf:1:1: {REQUIRED}\n  }}\n  ^"]


def test_error_cannot_contain_a_workflow_command(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": "a = 1\n::error::x = = 2\n", "::stop-commands::x.tf": '::warning::x\n"\n'})
    done = dyncheck(".")
    assert done.returncode == 3
    assert not [line for line in (done.stdout + done.stderr).decode().splitlines() if line.lstrip().startswith("::")]


# Variable files.

VALUES = {
    "a block": ("a {\n}\n", '1:1: Unexpected "a" block. A file of values has only assignments, such as name = "value".'),
    "a missing value": ("mode = \n", f"1:8: {EXPRESSION}\n  mode = \n         ^"),
    "a duplicate variable": (
        "mode = 1\nmode = 2\n",
        '2:1: Attribute redefined. The argument "mode" was already set at bad/terraform.tfvars:1,1-5.\n  mode = 2\n  ^',
    ),
    "Latin-1": (b'mode = "\xe9"\n', f'1:9: {ENCODING}\n  mode = "\ufffd"\n          ^'),
}


@pytest.mark.parametrize(("content", "error"), VALUES.values(), ids=VALUES)
def test_error_in_a_variable_file_has_its_place(content: str | bytes, error: str, tmp_path: Path) -> None:
    files = {"bad/main.tf": 'variable "mode" {}\n' + X, "bad/terraform.tfvars": content, "good/main.tf": X}
    assert checked(tmp_path, files, MODE) == Found(OTHERS, [], [f"bad/terraform.tfvars:{error}"])


def test_variable_file_with_a_reference_is_refused(tmp_path: Path) -> None:
    files = {"main.tf": 'variable "mode" {}\n' + X, "terraform.tfvars": "mode = var.other\n"}
    error = 'terraform.tfvars:1:8: Variables not allowed. The value must be a constant, so it cannot use "var".'
    assert checked(tmp_path, files, MODE) == Found(OTHERS, [], [error])


def test_missing_variable_file_is_refused(tmp_path: Path) -> None:
    files = {"main.tf": 'variable "mode" { default = 1 }\n' + X}
    error = "nothing.tfvars does not exist. Name an existing .tfvars or .tfvars.json file."
    assert checked(tmp_path, files, MODE, given=[("", "nothing.tfvars")]) == Found([], [], [error])


# Paths that are not regular files, and files without read permission.


@pytest.mark.parametrize("name", ["main.tf", "main.tf.json", "terraform.tfvars", "x.auto.tfvars"])
def test_named_pipe_is_refused(name: str, tmp_path: Path) -> None:
    write(tmp_path, {"bad/table.tf": table("not_reached", '"Y"'), "good/main.tf": X})
    os.mkfifo(tmp_path / "bad" / name)
    command = [sys.executable, "-m", "dyncheck", ".", "--select", MODE]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=10, check=False)
    message = f"dyncheck: bad/{name} is not a readable regular file. Remove it, or correct the link or its permissions.\n"
    assert done.stderr.decode() == message
    assert (b"1 table, 0 alarms, 1 check: 1 error" in done.stdout, done.returncode) == (True, 3)


def test_broken_link_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"bad/table.tf": table("not_reached", '"Y"'), "good/main.tf": X})
    for name, target in (("main.tf", "nothing"), ("loop.tf", "loop.tf")):
        (tmp_path / "bad" / name).symlink_to(target)
    found = checked(tmp_path, {}, MODE)
    why = "is not a readable regular file. Remove it, or correct the link or its permissions."
    assert (found.rows, found.errors) == (OTHERS, [f"bad/loop.tf {why}", f"bad/main.tf {why}"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["bad", "bad/main.tf", "bad/terraform.tfvars"])
def test_file_without_read_permission_is_refused(name: str, tmp_path: Path) -> None:
    write(tmp_path, {"bad/main.tf": table("not_reached", '"Y"'), "bad/terraform.tfvars": "", "good/main.tf": X})
    (tmp_path / name).chmod(0)
    try:
        assert checked(tmp_path, {}, MODE) == Found(OTHERS, [], [f"{name} cannot be read: Permission denied. Check its permissions."])
    finally:
        (tmp_path / name).chmod(0o700)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_module_without_read_permission_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"live/main.tf": call("m", "../m") + X, "m/main.tf": "locals {}\n"})
    (tmp_path / "m").chmod(0)
    try:
        found = checked(tmp_path, {}, MODE, paths=["live"])
    finally:
        (tmp_path / "m").chmod(0o700)
    assert found == Found(OTHERS, [], ["live/main.tf:2:12: m cannot be read: Permission denied. Check its permissions."])


EMPTY = {
    "no file": {},
    "an empty file": {"main.tf": ""},
    "only comments": {"main.tf": "# Nothing.\n/* here */\n"},
    "a byte order mark": {"main.tf": "\ufeff"},
}


@pytest.mark.parametrize("files", EMPTY.values(), ids=EMPTY)
def test_directory_without_resources_is_refused(files: dict[str, str], tmp_path: Path) -> None:
    found = checked(tmp_path, files)
    assert found.rows == []
    assert found.errors == [
        ". has no DynamoDB table to check. Name the directory of the module that has them. If that is intended, use --allow-empty."
        if files
        else ". is a directory without Terraform files. "
        "Name a directory with Terraform files, or the output of `terraform show -json tfplan`."
    ]


def test_directory_without_a_table_needs_allow_empty(tmp_path: Path) -> None:
    files = {"main.tf": 'resource "aws_s3_bucket" "b" {\n}\n'}
    error = ". has no DynamoDB table to check. Name the directory of the module that has them. If that is intended, use --allow-empty."
    assert checked(tmp_path, files) == Found([], [], [error])
    assert checked(tmp_path, files, allow_empty=True) == Found([], [], [])


# Expressions that Terraform refuses: the result is unknown, and the run has an error with the reason.

EXPRESSIONS = {
    "an undeclared variable": (
        "var.nothing",
        'Reference to undeclared variable "nothing". Declare it, or correct the reference',
    ),
    "an undeclared local value": (
        "local.nothing",
        'Reference to undeclared local value "nothing". Declare it, or correct the reference',
    ),
    "an undeclared resource": (
        "aws_sns_topic.nothing.name",
        'Reference to undeclared resource "aws_sns_topic" "nothing". Declare it, or correct the reference',
    ),
    "an undeclared data source": (
        "data.aws_region.nothing.name",
        'Reference to undeclared data "aws_region" "nothing". Declare it, or correct the reference',
    ),
    "an attribute of a string": ('"x".y', "Unsupported attribute. A string has no attributes"),
    "an index out of range": ('["a"][1]',
                              "Invalid index. It must be a whole number, at least 0 and less than the length of the collection"),
    "a list for a string": ("[]", 'Invalid value for "billing_mode": a string is required'),
    "a sum of strings": ('"a" + 1', "Unsuitable value for left operand: a number is required"),
    "a division by zero": ("0 / 0", "Error during operation: zero cannot be divided by zero"),
    "a null condition": ("null ? 1 : 2", "The condition is null"),
}  # fmt: skip


@pytest.mark.parametrize(("expression", "why"), EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_invalid_expression_is_unknown_and_an_error(expression: str, why: str, tmp_path: Path) -> None:
    found = checked(tmp_path, {"main.tf": table("t", expression)}, MODE)
    assert len(found.errors) == 1
    place, _, message = found.errors[0].partition(": ")
    assert (place[:10], message) == ("main.tf:2:", f"{why}.")
    assert found.rows == [(MODE, T, "unknown", f"billing_mode cannot be evaluated: {place}: {why}")]


def test_cycle_of_local_values_is_refused(tmp_path: Path) -> None:
    files = {"main.tf": "locals {\n  a = local.b\n  b = local.c\n  c = local.a\n}\n" + table("t", "local.a")}
    error = "main.tf:4:7: Cycle: local.a refers to itself"
    assert checked(tmp_path, files, MODE) == Found([(MODE, T, "unknown", f"billing_mode cannot be evaluated: {error}")], [], [f"{error}."])
