"""Modules in HCL mode: calls at any depth, their instances, inputs and outputs, and providers passed to them.

The expected results were compared with Terraform 1.11 and hashicorp/aws 5.100. Other tests of HCL mode use the helpers too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest

from dyncheck.checking.run import Settings, run
from dyncheck.findings import Report

# Rule, address, status and message of a result.
Row: TypeAlias = tuple[str, str, str, str]

MODE = "invalid-billing-mode"
WANTED = 'expected "PAY_PER_REQUEST" or "PROVISIONED"'


class Found(NamedTuple):
    """The results, the notices and the errors of a run."""

    rows: list[Row]
    notices: list[str]
    errors: list[str]


def write(directory: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below a directory."""
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


@contextmanager
def inside(directory: Path) -> Iterator[None]:
    """Change the working directory, because messages name files relative to it."""
    before = os.getcwd()
    os.chdir(directory)
    try:
        yield
    finally:
        os.chdir(before)


def report_of(
    directory: Path,
    *rules: str,
    paths: Iterable[str] = (".",),
    given: Iterable[tuple[str, str]] = (),
    required: Iterable[str] = (),
    allow_empty: bool = False,
) -> Report:
    """The report on a directory; `given` is the same as in `dyncheck.checking.run.Settings`."""
    with inside(directory):
        return run(tuple(paths), Settings(select=rules, given=tuple(given), required=tuple(required), allow_empty=allow_empty))


def checked(
    directory: Path,
    files: Mapping[str, str | bytes],
    *rules: str,
    paths: Iterable[str] = (".",),
    given: Iterable[tuple[str, str]] = (),
    required: Iterable[str] = (),
    allow_empty: bool = False,
) -> Found:
    """Write the files, and check them with these rules, or with all rules if no rule is given."""
    write(directory, files)
    report = report_of(directory, *rules, paths=paths, given=given, required=required, allow_empty=allow_empty)
    return Found(
        [(result.rule, result.address, result.status.value, result.message) for result in report.results],
        [notice for checked in report.inputs for notice in checked.notices],
        list(report.errors),
    )


def fails(address: str, mode: str) -> Row:
    """The finding that a table has this invalid billing mode."""
    return (MODE, address, "fail", f"Invalid billing mode: billing_mode is {mode}; {WANTED}")


def call(name: str, source: str, *lines: str) -> str:
    """A call of a module."""
    return "\n".join([f'module "{name}" {{', f'  source = "{source}"', *(f"  {line}" for line in lines), "}\n"])


def table(name: str, mode: str, *lines: str) -> str:
    """A table with an expression as its billing mode, so that the report shows the value of the expression."""
    return "\n".join([f'resource "aws_dynamodb_table" "{name}" {{', f"  billing_mode = {mode}", *(f"  {line}" for line in lines), "}\n"])


def modes(
    directory: Path, files: Mapping[str, str | bytes], *, given: Iterable[tuple[str, str]] = (), paths: Iterable[str] = (".",)
) -> dict[str, str]:
    """The billing mode of each table as the report shows it, or the reason why it is unknown. The run has no errors."""
    found = checked(directory, files, MODE, given=given, paths=paths)
    assert found.errors == []
    assert len(found.rows) == len({address for _, address, _, _ in found.rows})
    return {address: _mode(status, message) for _, address, status, message in found.rows}


def _mode(status: str, message: str) -> str:
    if status == "pass":
        return "a good one"
    return message.removeprefix("Invalid billing mode: ").removeprefix("billing_mode ").removeprefix("is ").removesuffix(f"; {WANTED}")


# Calls.


def test_arguments_set_variables_and_outputs_return_values(tmp_path: Path) -> None:
    files = {
        "main.tf": """\
module "one" {
  source = "./one"
  mode   = "A"
}
"""
        + table("root", "module.one.both"),
        "one/main.tf": """\
variable "mode" {}
module "two" {
  source = "../two"
  mode   = "${var.mode}B"
}
output "both" { value = "${module.two.mode}C" }
"""
        + table("one", "var.mode"),
        "two/main.tf": 'variable "mode" {}\noutput "mode" { value = aws_dynamodb_table.two.billing_mode }\n' + table("two", "var.mode"),
    }
    assert modes(tmp_path, files) == {
        "aws_dynamodb_table.root": '"ABC"',
        "module.one.aws_dynamodb_table.one": '"A"',
        "module.one.module.two.aws_dynamodb_table.two": '"AB"',
    }


@pytest.mark.parametrize("name", ["enabled", "name", "region", "provider_name", "alias", "triggers", "self", "each", "path"])
def test_input_may_have_any_name(name: str, tmp_path: Path) -> None:
    files = {
        "main.tf": call("m", "./m", f'{name} = "X"'),
        "m/main.tf": f'variable "{name}" {{\n  default = "default"\n}}\n' + table("t", f"var.{name}"),
    }
    assert modes(tmp_path, files) == {"module.m.aws_dynamodb_table.t": '"X"'}


SOURCES = {
    "a subdirectory": "./one",
    "with a slash at the end": "./one/",
    "with .. in the middle": "./two/../one",
    "with a double slash": ".//one",
    "with backslashes": ".\\\\one",
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_local_source_is_normalized(source: str, tmp_path: Path) -> None:
    files = {"main.tf": call("m", source), "one/main.tf": table("t", '"X"'), "two/main.tf": "locals {}\n"}
    assert modes(tmp_path, files) == {"module.m.aws_dynamodb_table.t": '"X"'}


def test_module_may_be_in_a_parent_directory_of_its_caller(tmp_path: Path) -> None:
    files = {"main.tf": table("t", '"X"'), "examples/all/main.tf": call("m", "../..")}
    assert modes(tmp_path, files, paths=["examples/all"]) == {"module.m.aws_dynamodb_table.t": '"X"'}


def test_source_may_be_outside_the_checked_directory(tmp_path: Path) -> None:
    files = {"live/dev/main.tf": call("m", "../../modules/one"), "modules/one/main.tf": table("t", '"X"')}
    assert modes(tmp_path, files, paths=["live/dev"]) == {"module.m.aws_dynamodb_table.t": '"X"'}


def test_call_may_have_count_or_for_each(tmp_path: Path) -> None:
    files = {
        "main.tf": call("two", "./one", "count = 2", 'mode = "C${count.index}"')
        + call("each", "./one", 'for_each = { a = "A", "b.c" = "B" }', 'mode = "${each.key}=${each.value}"')
        + call("none", "./one", "count = 0", 'mode = "never"')
        + table("first", "module.two[0].mode")
        + table("named", 'module.each["b.c"].mode')
        + table("all", 'join(",", [for key, instance in module.each : "${key}:${instance.mode}"])')
        + table("splat", 'join(",", module.two[*].mode)')
        + table("number", 'join(",", [length(module.none), length(module.two), length(module.each)])'),
        "one/main.tf": 'variable "mode" {}\noutput "mode" { value = var.mode }\n' + table("t", "var.mode"),
    }
    assert modes(tmp_path, files) == {
        "aws_dynamodb_table.all": '"a:a=A,b.c:b.c=B"',
        "aws_dynamodb_table.first": '"C0"',
        "aws_dynamodb_table.named": '"b.c=B"',
        "aws_dynamodb_table.number": '"0,2,2"',
        "aws_dynamodb_table.splat": '"C0,C1"',
        'module.each["a"].aws_dynamodb_table.t': '"a=A"',
        'module.each["b.c"].aws_dynamodb_table.t': '"b.c=B"',
        "module.two[0].aws_dynamodb_table.t": '"C0"',
        "module.two[1].aws_dynamodb_table.t": '"C1"',
    }


def test_nested_calls_multiply_instances(tmp_path: Path) -> None:
    files = {
        "main.tf": call("outer", "./outer", 'for_each = toset(["a", "b"])', "name = each.key"),
        "outer/main.tf": 'variable "name" {}\n' + call("inner", "./inner", "count = 2", 'mode = "${var.name}${count.index}"'),
        "outer/inner/main.tf": 'variable "mode" {}\n' + table("t", '"${var.mode}${each.key}"', 'for_each = toset(["x"])'),
    }
    assert modes(tmp_path, files) == {
        f'module.outer["{outer}"].module.inner[{inner}].aws_dynamodb_table.t["x"]': f'"{outer}{inner}x"'
        for outer in ("a", "b")
        for inner in (0, 1)
    }


def test_forty_calls_of_one_module(tmp_path: Path) -> None:
    files = {
        "main.tf": "".join(call(f"m{number}", "./one", f'mode = "M{number}"') for number in range(40)),
        "one/main.tf": 'variable "mode" {}\n' + table("t", "var.mode"),
    }
    assert modes(tmp_path, files) == {f"module.m{number}.aws_dynamodb_table.t": f'"M{number}"' for number in range(40)}


def test_last_of_four_hundred_instances_fails(tmp_path: Path) -> None:
    files = {
        "main.tf": call("m", "./one", 'for_each = { for n in range(400) : format("t%03d", n) => n }', "number = each.value"),
        "one/main.tf": 'variable "number" {}\n' + table("t", 'var.number == 399 ? "LAST" : "PAY_PER_REQUEST"'),
    }
    good = {f'module.m["t{number:03d}"].aws_dynamodb_table.t': "a good one" for number in range(399)}
    assert modes(tmp_path, files) == {**good, 'module.m["t399"].aws_dynamodb_table.t': '"LAST"'}


def test_input_may_depend_on_an_output_of_the_same_module(tmp_path: Path) -> None:
    files = {
        "main.tf": call("m", "./one", "mode = module.m.fixed"),
        "one/main.tf": 'variable "mode" {}\noutput "fixed" { value = "F" }\n' + table("t", "var.mode"),
    }
    assert modes(tmp_path, files) == {"module.m.aws_dynamodb_table.t": '"F"'}


def test_number_of_instances_of_a_call_may_be_unknown(tmp_path: Path) -> None:
    files = {
        "main.tf": 'variable "names" {}\n' + call("m", "./one", "for_each = var.names") + table("t", 'module.m["a"].mode'),
        "one/main.tf": 'output "mode" { value = "X" }\n' + table("t", '"X"'),
    }
    assert modes(tmp_path, files) == {
        "aws_dynamodb_table.t": "waits for var.names (no value is given)",
        "module.m.aws_dynamodb_table.t": "the number of instances waits for var.names (no value is given). "
        'If there is one: Invalid billing mode: billing_mode is "X"',
    }


# Calls that Terraform refuses. The rest of the configuration is still checked.

REFUSED = {
    "no source": ({"main.tf": 'module "m" {\n}\n'}, 'main.tf:1:1: Missing required argument. The argument "source" is required.'),
    "a source that does not exist": (
        {"main.tf": 'module "m" {\n  source = "./nothing"\n}\n'},
        'main.tf:2:12: The directory of the module source "./nothing" does not exist. Correct the path.',
    ),
    "a module that calls itself": (
        {"main.tf": 'module "m" {\n  source = "./"\n}\n'},
        "main.tf:2:12: Module cycle: module.m calls a module that contains it.",
    ),
    "modules that call each other": (
        {
            "main.tf": 'module "m" {\n  source = "./one"\n}\n',
            "one/main.tf": 'module "n" {\n  source = "../two"\n}\n',
            "two/main.tf": 'module "o" {\n  source = "../one"\n}\n',
        },
        "two/main.tf:2:12: Module cycle: module.o calls a module that contains it.",
    ),
    "an argument without a variable": (
        {"main.tf": 'module "m" {\n  source = "./one"\n  mode   = "X"\n}\n', "one/main.tf": "locals {}\n"},
        'main.tf:3:3: Unsupported argument. The module has no variable "mode". Declare it, or remove the argument.',
    ),
}


@pytest.mark.parametrize(("files", "error"), REFUSED.values(), ids=REFUSED)
def test_invalid_call_is_refused_and_other_tables_are_checked(files: dict[str, str], error: str, tmp_path: Path) -> None:
    found = checked(tmp_path, {**files, "table.tf": table("t", '"X"')}, MODE)
    assert found == Found([fails("aws_dynamodb_table.t", '"X"')], [], [error])


def test_directory_without_terraform_files_is_an_empty_module(tmp_path: Path) -> None:
    files = {"main.tf": call("m", "./one") + table("t", '"X"'), "one/README.md": ""}
    assert checked(tmp_path, files, MODE) == Found([fails("aws_dynamodb_table.t", '"X"')], [], [])


def test_call_without_a_required_argument_is_refused(tmp_path: Path) -> None:
    files = {"main.tf": call("m", "./one"), "one/main.tf": 'variable "mode" {}\n' + table("t", "var.mode")}
    error = 'main.tf:1:1: Missing required argument. The argument "mode" is required'
    assert checked(tmp_path, files, MODE) == Found(
        [(MODE, "module.m.aws_dynamodb_table.t", "unknown", f"billing_mode cannot be evaluated: {error}")], [], [f"{error}."]
    )


def test_cycle_through_a_module_is_refused(tmp_path: Path) -> None:
    files = {
        "main.tf": call("m", "./one", "mode = module.m.mode") + table("t", "module.m.mode"),
        "one/main.tf": 'variable "mode" {}\noutput "mode" { value = var.mode }\n',
    }
    error = "one/main.tf:2:25: Cycle: var.mode refers to itself"
    assert checked(tmp_path, files, MODE) == Found(
        [(MODE, "aws_dynamodb_table.t", "unknown", f"billing_mode cannot be evaluated: {error}")], [], [f"{error}."]
    )


# Modules from a registry.

REGISTRY = "terraform-aws-modules/dynamodb-table/aws"
CALL = f'module "m" {{\n  source = "{REGISTRY}"\n}}\n'
AWAY = f"module.m was not checked: its module ({REGISTRY}) is not downloaded. Run `terraform get`, which downloads it without credentials."


def manifest(*others: dict[str, str], **modules: str) -> str:
    """A modules.json with the directory and the registry source of each module, as Terraform writes it, and other entries."""
    entries = [
        {
            "Key": key.replace("_", "."),
            "Source": f"registry.terraform.io/{REGISTRY}",
            "Version": "4.0.0",
            "Dir": f".terraform/modules/{name}",
        }
        for key, name in modules.items()
    ]
    return json.dumps({"Modules": [{"Key": "", "Source": "", "Dir": "."}, *entries, *others]})


def test_module_that_is_not_downloaded_makes_its_values_unknown(tmp_path: Path) -> None:
    files = {"main.tf": CALL + table("t", "module.m.mode")}
    assert checked(tmp_path, files, MODE) == Found(
        [
            (MODE, "aws_dynamodb_table.t", "unknown", "billing_mode waits for module.m, which is not available"),
        ],
        [AWAY],
        [],
    )


def test_directory_is_refused_when_its_only_module_is_not_downloaded(tmp_path: Path) -> None:
    assert checked(tmp_path, {"main.tf": CALL}) == Found(
        [],
        [],
        [f". has no DynamoDB table to check. {AWAY} If that is intended, use --allow-empty."],
    )


def test_root_module_has_a_notice_when_its_only_module_is_not_downloaded(tmp_path: Path) -> None:
    files = {"a/main.tf": CALL, "b/main.tf": table("t", '"X"')}
    assert checked(tmp_path, files, MODE) == Found([fails("aws_dynamodb_table.t", '"X"')], [AWAY], [])


def test_required_table_is_unknown_when_a_module_is_not_downloaded(tmp_path: Path) -> None:
    why = "dyncheck did not check module.m, so the table may exist although no checked input shows it"
    rows = checked(tmp_path, {"main.tf": CALL + table("t", '"X"')}, "missing-table", required=["sessions"]).rows
    assert rows == [("missing-table", "sessions", "unknown", why)]


def test_downloaded_module_is_read(tmp_path: Path) -> None:
    files = {
        "main.tf": CALL.replace("}", '  mode = "X"\n}') + table("t", "module.m.mode"),
        ".terraform/modules/modules.json": manifest(
            {"Key": "m.inner.beside", "Source": "./sub", "Dir": ".terraform/modules/inner/sub"}, m="m", m_inner="inner"
        ),
        ".terraform/modules/m/main.tf": 'variable "mode" {}\noutput "mode" { value = "${var.mode}Y" }\n' + CALL.replace('"m"', '"inner"'),
        ".terraform/modules/inner/main.tf": table("t", '"Z"') + call("beside", "./sub"),
        ".terraform/modules/inner/sub/main.tf": table("t", '"S"'),
    }
    assert modes(tmp_path, files) == {
        "aws_dynamodb_table.t": '"XY"',
        "module.m.module.inner.aws_dynamodb_table.t": '"Z"',
        "module.m.module.inner.module.beside.aws_dynamodb_table.t": '"S"',
    }


DIRECTORY = '"Dir":".terraform/modules/m"'
MANIFESTS = {
    "no file": None,
    "an empty file": "",
    "truncated": f'{{"Modules":[{{"Key":"m",{DIRECTORY}}}',
    "a list": "[]",
    "a string": '"x"',
    "modules that are not a list": f'{{"Modules":{{"Key":"m",{DIRECTORY}}}}}',
    "null": '{"Modules":null}',
    "modules that are not objects": '{"Modules":[1,null,"m"]}',
    "a key that is not a string": f'{{"Modules":[{{"Key":["m"],{DIRECTORY}}}]}}',
    "a directory that is not a string": '{"Modules":[{"Key":"m","Dir":{}}]}',
    "a directory that does not exist": '{"Modules":[{"Key":"m","Dir":".terraform/modules/gone"}]}',
    "a directory outside": '{"Modules":[{"Key":"m","Dir":"../other"}]}',
    "an absolute directory": '{"Modules":[{"Key":"m","Dir":"/"}]}',
    "the root module itself": '{"Modules":[{"Key":"m","Dir":"."}]}',
    "a directory with a null character": '{"Modules":[{"Key":"m","Dir":"a\\u0000b"}]}',
    "nested too deeply": "[" * 100_000,
}


@pytest.mark.parametrize("text", MANIFESTS.values(), ids=MANIFESTS)
def test_module_is_not_downloaded_when_modules_json_has_no_valid_entry(text: str | None, tmp_path: Path) -> None:
    files = {"root/main.tf": CALL + table("t", '"X"'), "root/.terraform/modules/m/main.tf": table("t", '"Y"'), "other/x.tf": "locals {}\n"}
    if text is not None:
        files["root/.terraform/modules/modules.json"] = text
    assert checked(tmp_path, files, MODE, paths=["root"]) == Found([fails("aws_dynamodb_table.t", '"X"')], [AWAY], [])


@pytest.mark.parametrize("name", ["modules/modules.json", "environment"])
def test_named_pipe_in_the_terraform_directory_is_ignored(name: str, tmp_path: Path) -> None:
    (tmp_path / ".terraform" / "modules").mkdir(parents=True)
    os.mkfifo(tmp_path / ".terraform" / name)
    command = [sys.executable, "-c", "from dyncheck.cli.main import main; main()", ".", "--select", MODE, "--quiet"]
    write(tmp_path, {"main.tf": CALL + table("t", "terraform.workspace")})
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=10, check=False)
    assert (done.stderr, done.returncode) == (b"", 1)


# Providers.

TAGGED = """\
provider "aws" {
  alias  = "%s"
  region = "eu-west-1"
  default_tags {
    tags = { Name = "n", Type = "%s" }
  }
}
"""
ALIASED = """\
terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.other]
    }
  }
}
"""


def products(name: str, *lines: str) -> str:
    """A table under the products contract, without tags."""
    return "\n".join([f'resource "aws_dynamodb_table" "{name}" {{', '  name = "dev-products"', *(f"  {line}" for line in lines), "}\n"])


def tag(address: str, shown: str = "") -> Row:
    """The result on a table with the right Type tag, or with the value `shown`."""
    if not shown:
        return ("missing-tags", address, "pass", "")
    return ("missing-tags", address, "fail", f'Tag "Type" has the wrong value: tags["Type"] is "{shown}"; expected "DynamoDB"')


def test_default_tags_come_from_the_provider_that_the_call_passes(tmp_path: Path) -> None:
    files = {
        "main.tf": TAGGED % ("right", "DynamoDB")
        + TAGGED % ("wrong", "Other")
        + call("same", "./one", "providers = { aws = aws.right, aws.other = aws.wrong }")
        + call("turned", "./one", "providers = { aws = aws.wrong, aws.other = aws.right }"),
        "one/main.tf": ALIASED + products("one") + products("other", "provider = aws.other") + call("inner", "./two"),
        "one/two/main.tf": products("two"),
    }
    found = checked(tmp_path, files, "missing-tags")
    assert found == Found(
        [
            tag("module.same.aws_dynamodb_table.one"),
            tag("module.same.aws_dynamodb_table.other", "Other"),
            tag("module.same.module.inner.aws_dynamodb_table.two"),
            tag("module.turned.aws_dynamodb_table.one", "Other"),
            tag("module.turned.aws_dynamodb_table.other"),
            tag("module.turned.module.inner.aws_dynamodb_table.two", "Other"),
        ],
        [],
        [],
    )


def test_module_may_have_its_own_provider(tmp_path: Path) -> None:
    own = (TAGGED % ("", "DynamoDB")).replace('  alias  = ""\n', "")
    files = {"main.tf": own.replace("DynamoDB", "Other") + call("m", "./one") + products("root"), "one/main.tf": own + products("one")}
    assert checked(tmp_path, files, "missing-tags").rows == [
        tag("aws_dynamodb_table.root", "Other"),
        tag("module.m.aws_dynamodb_table.one"),
        tag("aws_dynamodb_table.one"),
    ]


AGAIN = """provider "aws" {
  region = "eu-west-1"
  endpoints {
    cloudwatch = "https://a.example"
    dynamodb   = "https://b.example"
  }
}
provider "aws" {
  alias = "again"
  endpoints {
    dynamodb   = "https://b.example"
    cloudwatch = "https://a.example"
  }
  region = "eu-west-1"
}
"""


def test_the_order_of_the_arguments_of_a_provider_does_not_matter(tmp_path: Path) -> None:
    alarms = "".join(
        f'resource "aws_cloudwatch_metric_alarm" "{kind}" {{\n  provider = aws.again\n  alarm_name = "{kind}"\n'
        f'  namespace = "AWS/DynamoDB"\n  metric_name = "{kind}ThrottleEvents"\n  statistic = "Sum"\n  period = 60\n'
        '  comparison_operator = "GreaterThanThreshold"\n  threshold = 0\n  evaluation_periods = 1\n'
        "  dimensions = { TableName = aws_dynamodb_table.root.name }\n}\n"
        for kind in ("Read", "Write")
    )
    found = checked(tmp_path, {"main.tf": AGAIN + products("root") + alarms}, "no-throttle-alarm").rows
    assert found == [("no-throttle-alarm", "aws_dynamodb_table.root", "pass", "")]


def test_very_long_relative_source_is_refused(tmp_path: Path) -> None:
    """A path with many `../` leads to the root directory of the file system, so the error is the usual one."""
    source = f"./{'../' * 1300}nowhere"
    assert f'The directory of the module source "{source}" does not exist' in str(checked(tmp_path, {"main.tf": call("m", source)}, MODE))
