"""Modules that are not available: which verdicts they make unknown, and what the report says about them."""

from __future__ import annotations

from pathlib import Path

import pytest

import dyncheck
from dyncheck.errors import InputError
from dyncheck.findings import Status
from tests.readers.hcl.configuration.test_modules import inside, write

AWAY = "git::https://example.com/away.git?ref=v1"
# A separate index may belong to a table without index blocks, so this rule needs to know all of them.
RULE = "attribute-mismatch"

TABLE = """
resource "aws_dynamodb_table" "t" {
  name         = %s
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}
variable "env" {}
variable "app" {}
variable "fixed" { default = "prod" }
"""


def away(arguments: str = "", name: str = "m", source: str = AWAY) -> str:
    """A call of a module that is not downloaded."""
    return f'module "{name}" {{\n  source = "{source}"\n  {arguments}\n}}\n'


def knowing(files: dict[str, str], directory: Path) -> str:
    """Why the index of a table may be missing; empty where no module may add one."""
    write(directory, files)
    with inside(directory):
        report = dyncheck.check(".", select=[RULE])
    (result,) = report.results
    assert (result.status is Status.UNKNOWN) == bool(result.message)
    return result.message


# The name of the table, the rest of the configuration, and whether the module may know the table.
KNOWING = {
    "no argument": ('"orders"', away(), False),
    "depends_on alone": ('"orders"', away("depends_on = [aws_dynamodb_table.t]"), False),
    "another text": ('"orders"', away('name = "prices"'), False),
    "its name": ('"orders"', away('name = "orders"'), True),
    "its name in a longer text": ('"orders"', away('table = "arn:aws:dynamodb:*:*:table/orders"'), True),
    "a policy on it": ('"orders"', away("policy_statements = [{ resources = [aws_dynamodb_table.t.arn] }]"), False),
    "an environment variable": ('"orders"', away("environment = { TABLE = aws_dynamodb_table.t.name }"), False),
    "environment variables": ('"orders"', away("lambda_env_vars = { TABLE = aws_dynamodb_table.t.name }"), False),
    "an environment with its name": ('"orders"', away('environment = "orders"'), True),
    "a description": ('"orders"', away('description = "Reads orders"'), False),
    "its name as a key": ('"orders"', away("tables = { orders = 1 }"), True),
    "its name in a default": ('"orders"', away("tables = var.t") + 'variable "t" { default = ["orders"] }\n', True),
    "its name beside what is not known": ('"orders"', away("x = [var.env, var.t]") + 'variable "t" { default = ["orders"] }\n', True),
    "its arn": ('"orders"', away("arn = aws_dynamodb_table.t.arn"), True),
    "its stream": ('"orders"', away("stream = aws_dynamodb_table.t.stream_arn"), True),
    "all of it": ('"orders"', away("table = aws_dynamodb_table.t"), True),
    "a list with it": ('"orders"', away("arns = [for t in [aws_dynamodb_table.t] : t.arn]"), True),
    "a local value": ('"orders"', away("arn = local.arn") + "locals { arn = aws_dynamodb_table.t.arn }\n", True),
    "another key of a local value": (
        '"orders"',
        away("vpc = local.all.vpc") + "locals { all = { arn = aws_dynamodb_table.t.arn, vpc = aws_vpc.v.id } }\nresource aws_vpc v {}\n",
        False,
    ),
    "what another missing module makes of it": ('"orders"', away("arn = aws_dynamodb_table.t.arn") + away("x = module.m.x", "n"), True),
    "what another missing module makes of nothing": ('"orders"', away("x = module.m.x", "n") + away(), False),
    "an instance of the call": ('"orders"', away('for_each = toset(["orders"])\n  x = each.key'), True),
    "another instance of the call": ('"orders"', away('for_each = toset(["orders"])\n  x = 1'), False),
    "a data source of it": (
        '"orders"',
        away("arn = data.aws_dynamodb_table.d.arn") + 'data "aws_dynamodb_table" "d" { name = aws_dynamodb_table.t.name }\n',
        True,
    ),
    "a parameter with its name": (
        '"orders"',
        away("x = aws_ssm_parameter.p.value") + 'resource "aws_ssm_parameter" "p" { value = aws_dynamodb_table.t.name }\n',
        True,
    ),
    "a resource that uses it": (
        '"orders"',
        away("x = aws_iam_policy.p.arn") + 'resource "aws_iam_policy" "p" { policy = aws_dynamodb_table.t.arn }\n',
        False,
    ),
    "a part of its name": ('"${var.env}-orders"', away("env = var.env"), False),
    "the known part of its name": ('"${var.env}-orders"', away('name = "orders"'), False),
    "all parts of its name": ('"${var.env}-orders"', away('env = var.env\n  name = "orders-alarms"'), True),
    "all variables of its name": ('"${var.env}-${var.app}"', away("env = var.env\n  app = var.app"), True),
    "one of its names": ('var.env == "x" ? "orders" : "others"', away('name = "others"'), True),
    "parts with values": ('"${var.fixed}-orders"', away('env = var.fixed\n  name = "orders"'), True),
    "an unknown value for tables": ('"orders"', away("table_names = var.app"), True),
    "an unknown variable for tables": ('"orders"', away("names = var.dynamodb") + 'variable "dynamodb" {}\n', True),
    "an unknown value for something else": ('"orders"', away("route_table_ids = var.app"), False),
}


@pytest.mark.parametrize("case", KNOWING)
def test_a_module_that_is_not_available_matters_only_to_tables_that_it_may_know(case: str, tmp_path: Path) -> None:
    name, others, is_known = KNOWING[case]
    why = knowing({"main.tf": TABLE % name + others}, tmp_path)
    calls = {"what another missing module makes of it": "module.m, module.n"}
    start = f"dyncheck did not check {calls.get(case, 'module.m')}, which may know aws_dynamodb_table.t"
    assert why == (f"{start}, so the resource may exist although the input does not show it" if is_known else "")


@pytest.mark.parametrize(
    ("source", "version", "is_known"),
    [
        pytest.param("cloudposse/label/null", "0.25.0", False, id="a version that makes no index"),
        pytest.param("registry.terraform.io/cloudposse/label/null", "<= 0.25.0", False, id="only such versions"),
        pytest.param("cloudposse/dynamodb-autoscaler/aws", "0.16.0", False, id="a version that makes no index, but others"),
        pytest.param("terraform-aws-modules/s3-bucket/aws//modules/object", "~> 3.15", False, id="an earlier major version"),
        pytest.param("cloudposse/label/null", "~> 0.25.0", True, id="perhaps a later version"),
        pytest.param("cloudposse/label/null", "", True, id="any version"),
        pytest.param("app.example.com/cloudposse/label/null", "0.25.0", True, id="another registry"),
        pytest.param("acme/label/null", "0.25.0", True, id="another module"),
    ],
)
def test_the_versions_of_a_published_module_make_known_types(source: str, version: str, is_known: bool, tmp_path: Path) -> None:
    arguments = f'version = "{version}"\n  arn = aws_dynamodb_table.t.arn' if version else "arn = aws_dynamodb_table.t.arn"
    assert bool(knowing({"main.tf": TABLE % '"orders"' + away(arguments, source=source)}, tmp_path)) is is_known


@pytest.mark.parametrize(("argument", "is_known"), [("name = var.name", True), ("name = var.other", False)])
def test_what_a_module_passes_on_is_followed_to_the_root(argument: str, is_known: bool, tmp_path: Path) -> None:
    inner = 'variable "name" {}\nvariable "other" {}\n' + away(argument)
    call = 'module "inner" {\n  source = "./inner"\n  name   = aws_dynamodb_table.t.name\n  other  = "x"\n}\n'
    assert bool(knowing({"main.tf": TABLE % '"orders"' + call, "inner/main.tf": inner}, tmp_path)) is is_known


def test_the_output_of_a_module_leads_to_its_table(tmp_path: Path) -> None:
    inner = TABLE % '"orders"' + 'output "arn" { value = aws_dynamodb_table.t.arn }\noutput "other" { value = "x" }\n'
    call = 'module "inner" {\n  source = "./inner"\n  env = ""\n  app = ""\n}\n'
    assert knowing({"main.tf": call + away("arn = module.inner.arn"), "inner/main.tf": inner}, tmp_path)
    assert not knowing({"main.tf": call + away("arn = module.inner.other")}, tmp_path)


def test_an_alarm_without_a_notifier_is_certain_where_no_module_knows_it(tmp_path: Path) -> None:
    alarm = """
    resource "aws_cloudwatch_metric_alarm" "a" {
      alarm_name  = "orders-throttled"
      namespace   = "AWS/DynamoDB"
      metric_name = "ReadThrottleEvents"
      dimensions  = { TableName = "orders" }
    }
    """
    found = []
    for arguments in ("", "alarm = aws_cloudwatch_metric_alarm.a.arn", 'rule = "ALARM(orders-throttled)"'):
        write(tmp_path, {"main.tf": alarm + away(arguments)})
        with inside(tmp_path):
            (result,) = dyncheck.check(".", select=["silent-alarm"]).results
        found.append((result.status, result.message.partition(",")[0]))
    unknown = (Status.UNKNOWN, "dyncheck did not check module.m")
    assert found == [(Status.FAIL, found[0][1]), unknown, unknown]


def test_the_calls_of_one_source_are_one_notice(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": TABLE % '"orders"' + "".join(away(name=f"m{number}") for number in range(40)) + away(source="a/b/aws")})
    with inside(tmp_path):
        (checked,) = dyncheck.check(".", select=[RULE]).inputs
    assert checked.notices[1:] == (
        f"module.m0, module.m1, module.m2 and 37 more were not checked: the module of these 40 calls ({AWAY}) is not downloaded. "
        "Run `terraform get`, which downloads it without credentials.",
        "module.m was not checked: its module (a/b/aws) is not downloaded. Run `terraform get`, which downloads it without credentials.",
    )
    assert [each.path for each in checked.not_checked] == [*(f"module.m{number}" for number in range(40)), "module.m"]


# A source, what the report shows of it, and what it advises.
REMEDIES = {
    "a/b/aws": "Run `terraform get`, which downloads it without credentials",
    "app.terraform.io/a/b/aws": "Run `terraform get`; its registry may ask for `terraform login` before",
    "s3::https://s3.amazonaws.com/bucket/m.zip": "Run `terraform get` with credentials for its bucket",
    "/no/such/directory": "That directory does not exist here",
    "oci://example.com/m": "Run `tofu get`",
}


@pytest.mark.parametrize("source", REMEDIES)
def test_the_advice_fits_the_source(source: str, tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": TABLE % '"orders"' + away(source=source)})
    (each,) = dyncheck.check(tmp_path, select=[RULE]).inputs[0].not_checked
    assert each.reason == f"its module ({source}) is not downloaded. {REMEDIES[source]}"


def test_a_source_is_shown_without_its_password(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": TABLE % '"orders"' + away(source="git::https://user:token@example.com/m.git")})
    (each,) = dyncheck.check(tmp_path, select=[RULE]).inputs[0].not_checked
    assert each.reason.startswith("its module (git::https://example.com/m.git) is not downloaded.")


def test_a_call_without_instances_is_not_missed(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": TABLE % '"orders"' + away("count = 0")})
    assert dyncheck.check(tmp_path, select=[RULE]).inputs[0].not_checked == ()


# A configuration without a table, and what the error says.
ABSENT = {
    "an empty default": (
        'variable "tables" { default = {} }\nresource "aws_dynamodb_table" "t" { for_each = var.tables }\n',
        "aws_dynamodb_table.t has no instance, because its for_each is empty, which depends on var.tables. "
        "Set var.tables with --var or --var-file.",
    ),
    "a switch in a local value": (
        'variable "on" { default = false }\nlocals { n = var.on ? 1 : 0 }\nresource "aws_dynamodb_table" "t" { count = local.n }\n',
        "aws_dynamodb_table.t has no instance, because its count is 0, which depends on var.on. Set var.on with --var or --var-file.",
    ),
    "a number": ('resource "aws_dynamodb_table" "t" { count = 0 }\n', "aws_dynamodb_table.t has no instance, because its count is 0."),
    "a module": (
        'variable "on" { default = false }\n' + away("count = var.on ? 1 : 0"),
        "module.m has no instance, because its count is 0, which depends on var.on. Set var.on with --var or --var-file.",
    ),
}


@pytest.mark.parametrize("case", ABSENT)
def test_a_configuration_without_tables_names_the_variable_that_decides_it(case: str, tmp_path: Path) -> None:
    text, why = ABSENT[case]
    write(tmp_path, {"main.tf": text})
    with inside(tmp_path), pytest.raises(InputError) as refused:
        dyncheck.check(".")
    assert str(refused.value) == f". has no DynamoDB table to check. {why} If that is intended, use --allow-empty."
