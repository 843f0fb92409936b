"""Resources and their blocks in HCL mode: count, for_each, dynamic blocks, references, override files, and ignored blocks.

The expected results were compared with Terraform 1.11 and hashicorp/aws 5.100.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import dyncheck as program
from dyncheck.dynamodb.types import TABLE
from tests.conftest import Dyncheck
from tests.readers.hcl.configuration.test_modules import MODE, Found, Row, call, checked, fails, modes, table, write

T = "aws_dynamodb_table.t"


# Instances.


def test_count_creates_numbered_instances(tmp_path: Path) -> None:
    text = (
        'variable "two" { default = "2" }\n'
        + table("t", '"T${count.index}"', "count = var.two")
        + table("other", "aws_dynamodb_table.t[count.index].billing_mode", "count = length(aws_dynamodb_table.t)")
        + table("none", '"never"', "count = false ? 1 : 0")
        + table("old", "aws_dynamodb_table.t.1.billing_mode")
        + table("splat", 'join(",", aws_dynamodb_table.t[*].billing_mode)')
        + table("single", "one(aws_dynamodb_table.old[*].billing_mode)")
        + table("absent", 'try(aws_dynamodb_table.none[0].billing_mode, "absent")')
    )
    assert modes(tmp_path, {"main.tf": text}) == {
        f"{T}[0]": '"T0"',
        f"{T}[1]": '"T1"',
        "aws_dynamodb_table.other[0]": '"T0"',
        "aws_dynamodb_table.other[1]": '"T1"',
        "aws_dynamodb_table.old": '"T1"',
        "aws_dynamodb_table.splat": '"T0,T1"',
        "aws_dynamodb_table.single": '"T1"',
        "aws_dynamodb_table.absent": '"absent"',
    }


def test_for_each_creates_keyed_instances(tmp_path: Path) -> None:
    text = (
        "locals {\n"
        '  objects = { a = { mode = "A" }, b = { mode = "B", more = 1 } }\n'
        "}\n"
        'variable "names" {\n  type    = set(string)\n  default = ["y", "x", "y"]\n}\n'
        + table("object", "each.value.mode", "for_each = local.objects")
        + table("set", '"${each.key}=${each.value}"', "for_each = var.names")
        + table(
            "made", '"${each.key}=${each.value}"', 'for_each = { for key, each in local.objects : upper(key) => each.mode if key != "b" }'
        )
        + table("chained", "each.value.billing_mode", "for_each = aws_dynamodb_table.object")
        + table("none", '"never"', "for_each = {}")
        + table("named", 'aws_dynamodb_table.object["b"].billing_mode')
        + table("all", 'join(",", [for key, each in aws_dynamodb_table.set : "${key}:${each.billing_mode}"])')
        + table("values", 'join(",", values(aws_dynamodb_table.object)[*].billing_mode)')
    )
    assert modes(tmp_path, {"main.tf": text}) == {
        'aws_dynamodb_table.object["a"]': '"A"',
        'aws_dynamodb_table.object["b"]': '"B"',
        'aws_dynamodb_table.set["x"]': '"x=x"',
        'aws_dynamodb_table.set["y"]': '"y=y"',
        'aws_dynamodb_table.made["A"]': '"A=A"',
        'aws_dynamodb_table.chained["a"]': '"A"',
        'aws_dynamodb_table.chained["b"]': '"B"',
        "aws_dynamodb_table.named": '"B"',
        "aws_dynamodb_table.all": '"x:x=x,y:y=y"',
        "aws_dynamodb_table.values": '"A,B"',
    }


# The right side is the key as Terraform 1.11 writes it in a plan.
KEYS = {
    "a.b": "a.b",
    "c d[0]": "c d[0]",
    'e\\"f': 'e\\"f',
    "g\\\\h": "g\\\\h",
    "$${i}": "$${i}",
    "%%{j}": "%%{j}",
    "$k%": "$k%",
    "l\\nm\\tn\\r": "l\\nm\\tn\\r",
    "é": "é",
    "e\\u0301": "é",
    "\\U0001f600": "\U0001f600",
    "\\u0001": "\\u0001",
    "\\u000c": "\\u000c",
    "\\u007f": "\\u007f",
    "\\u00a0": "\\u00a0",
    "\\u200b": "\\u200b",
    "\\U000e0001": "\\U000e0001",
    "": "",
}


@pytest.mark.parametrize(("written", "shown"), KEYS.items(), ids=map(repr, KEYS))
def test_instance_keys_are_written_as_in_terraform(written: str, shown: str, tmp_path: Path) -> None:
    files = {"main.tf": call("m", "./m", f'for_each = {{ "{written}" = "X" }}'), "m/main.tf": table("t", '"X"')}
    assert modes(tmp_path, files) == {f'module.m["{shown}"].{T}': '"X"'}


UNKNOWN_FOR_EACH = {
    "a variable without a value": "var.x",
    "keys from a computed attribute of another resource": "{ (aws_sns_topic.x.arn) = 1 }",
    "a set with an unknown item": 'toset(["a", aws_sns_topic.x.arn])',
    "a data source": "data.aws_availability_zones.x.names",
}
CAUSES = ("var.x (no value is given)", "aws_sns_topic.x.arn", "aws_sns_topic.x.arn", "data.aws_availability_zones.x.names")


@pytest.mark.parametrize(("for_each", "cause"), [*zip(UNKNOWN_FOR_EACH.values(), CAUSES, strict=True)], ids=UNKNOWN_FOR_EACH)
def test_number_of_instances_may_be_unknown(for_each: str, cause: str, tmp_path: Path) -> None:
    files = {
        "main.tf": table("t", '"X"', f"for_each = {for_each}"),
        "more.tf": 'variable "x" {}\nresource "aws_sns_topic" "x" {\n  name = "x"\n}\ndata "aws_availability_zones" "x" {}\n',
    }
    finding = 'If there is one: Invalid billing mode: billing_mode is "X"'
    assert modes(tmp_path, files) == {T: f"the number of instances waits for {cause}. {finding}"}


def test_a_pass_of_each_instance_says_that_there_may_be_none(tmp_path: Path) -> None:
    found = checked(tmp_path, {"main.tf": 'variable "x" {}\n' + table("t", '"PAY_PER_REQUEST"', "count = var.x")}, MODE)
    why = "the number of instances waits for var.x (no value is given)"
    assert found.rows == [(MODE, T, "pass", f"Each instance passes, if there are any: {why}")]


def test_value_of_an_instance_may_be_unknown(tmp_path: Path) -> None:
    text = table("t", 'each.key == "a" ? "A" : each.value', 'for_each = { a = "A", b = aws_sns_topic.x.arn }')
    files = {"main.tf": text + 'resource "aws_sns_topic" "x" {\n  name = "x"\n}\n'}
    assert modes(tmp_path, files) == {f'{T}["a"]': '"A"', f'{T}["b"]': "waits for aws_sns_topic.x.arn"}


UNCOUNTED = "the number of instances waits for its count or for_each, which cannot be evaluated"
INVALID_COUNTS = {
    "for_each of null": (
        "for_each = null",
        "main.tf:3:14: Invalid for_each argument: found null, expected a map or a set of strings.",
    ),
    "for_each of a list": (
        'for_each = ["a"]',
        "main.tf:3:14: Invalid for_each argument: found tuple, expected a map or a set of strings.",
    ),
    "for_each of numbers": (
        "for_each = toset([1])",
        "main.tf:3:14: Invalid for_each argument: found set of number, expected a map or a set of strings without null.",
    ),
    "for_each of a sensitive value": (
        "for_each = sensitive({ a = 1 })",
        "main.tf:3:14: Invalid for_each argument: the value is sensitive, so its keys cannot be in addresses.",
    ),
    "count of null": (
        "count = null",
        "main.tf:3:11: Invalid count argument: found null, expected a whole number of at least 0.",
    ),
    "count of a fraction": (
        "count = 1.5",
        "main.tf:3:11: Invalid count argument: found 1.5, expected a whole number of at least 0.",
    ),
    "count below zero": (
        "count = -1",
        "main.tf:3:11: Invalid count argument: found -1, expected a whole number of at least 0.",
    ),
    "count of a string": ('count = "many"', "main.tf:3:11: Invalid count argument: a number is required."),
    "count of a sensitive value": (
        "count = sensitive(1)",
        "main.tf:3:11: Invalid count argument: the value is sensitive, so it cannot be the number of instances.",
    ),
    "count of the resource itself": (
        "count = length(aws_dynamodb_table.t)",
        "main.tf:3:18: Cycle: aws_dynamodb_table.t refers to itself.",
    ),
    "count and for_each": (
        "count = 1\n  for_each = {}",
        'main.tf:4:3: A block cannot have both "count" and "for_each". Remove one of them.',
    ),
}


@pytest.mark.parametrize(("line", "error"), INVALID_COUNTS.values(), ids=INVALID_COUNTS)
def test_invalid_number_of_instances_is_unknown(line: str, error: str, tmp_path: Path) -> None:
    found = checked(tmp_path, {"main.tf": table("t", '"X"', line)}, MODE)
    assert found == Found([(MODE, T, "unknown", UNCOUNTED)], [], [error])


def test_one_instance_is_unknown_when_its_value_has_no_such_attribute(tmp_path: Path) -> None:
    text = table("t", "each.value.mode", 'for_each = { a = { mode = "A" }, b = {} }')
    error = 'main.tf:2:18: Unsupported attribute. This object does not have an attribute named "mode"'
    assert checked(tmp_path, {"main.tf": text}, MODE) == Found(
        [fails(f'{T}["a"]', '"A"'), (MODE, f'{T}["b"]', "unknown", f"billing_mode cannot be evaluated: {error}")], [], [f"{error}."]
    )


# Dynamic blocks: the tests look at the indexes of a products table.

INDEX = 'hash_key = "category"\n      range_key = "created_at"\n      projection_type = "ALL"'
PRODUCTS = 'resource "aws_dynamodb_table" "products" {{\n  name = "dev-products"\n{}\n}}\n'


def index(status: str, message: str = "") -> list[Row]:
    """The one result on the index of the products table."""
    return [("missing-index", "aws_dynamodb_table.products", status, message)]


def missing(there: str) -> list[Row]:
    """The finding that the index is missing; `there` names the indexes of the table."""
    return index("fail", f'Index "CategoryIndex" is missing (the table has {there})')


def dynamic(for_each: str, name: str = "global_secondary_index.value", more: str = "") -> str:
    """Indexes in a dynamic block."""
    content = f"content {{\n      name = {name}\n      {INDEX}\n    }}"
    return f'  dynamic "global_secondary_index" {{\n    for_each = {for_each}\n    {more}\n    {content}\n  }}\n'


STATIC = f'  global_secondary_index {{\n      name = "Static"\n      {INDEX}\n  }}\n'
DYNAMIC = {
    "over a list": (dynamic('["CategoryIndex"]'), index("pass")),
    "over a set": (dynamic('toset(["CategoryIndex"])', "global_secondary_index.key"), index("pass")),
    "over a map": (dynamic('{ CategoryIndex = 1 }', "global_secondary_index.key"), index("pass")),
    "over objects": (dynamic('[{ n = "CategoryIndex" }]', "global_secondary_index.value.n"), index("pass")),
    "over an empty list": (dynamic("[]"), missing("no index")),
    "with the position as its key": (dynamic('["x", "y"]', '"I${global_secondary_index.key}"'), missing('"I0", "I1"')),
    "with another iterator name": (dynamic('["CategoryIndex"]', "each_one.value", "iterator = each_one"), index("pass")),
    "before a static block": (dynamic('["CategoryIndex"]') + STATIC, index("pass")),
    "after a static block": (STATIC + dynamic('["CategoryIndex"]'), index("pass")),
    "between two dynamic blocks": (dynamic('["A"]') + STATIC + dynamic('["B"]'), missing('"A", "Static", "B"')),
    "over an unknown value": (
        STATIC + dynamic("aws_sns_topic.x.arn == null ? [] : [1]"),
        index("unknown", "global_secondary_index comes from a dynamic block whose for_each waits for aws_sns_topic.x.arn"),
    ),
    "with an unknown name": (
        dynamic("[aws_sns_topic.x.arn]"),
        index("unknown", "global_secondary_index.name waits for aws_sns_topic.x.arn"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("blocks", "rows"), DYNAMIC.values(), ids=DYNAMIC)
def test_dynamic_block_creates_blocks(blocks: str, rows: list[Row], tmp_path: Path) -> None:
    files = {"main.tf": PRODUCTS.format(blocks), "topic.tf": 'resource "aws_sns_topic" "x" {\n  name = "x"\n}\n'}
    assert checked(tmp_path, files, "missing-index") == Found(rows, [], [])


def test_dynamic_block_may_contain_a_dynamic_block(tmp_path: Path) -> None:
    text = """\
resource "aws_cloudwatch_metric_alarm" "alarm" {
  alarm_name          = "x"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  threshold           = 0
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:x"]
  dynamic "metric_query" {
    for_each = { m1 = "WriteThrottleEvents", m2 = "Nonsense" }
    content {
      id          = metric_query.key
      return_data = metric_query.key == "m2" && metric_query.value == "Nonsense"
      dynamic "metric" {
        for_each = [metric_query.value]
        iterator = one
        content {
          metric_name = one.value
          namespace   = "AWS/DynamoDB"
          period      = 60
          stat        = "Sum"
          dimensions  = { TableName = aws_dynamodb_table.t.name }
        }
      }
    }
  }
}
"""
    files = {"main.tf": text + table("t", '"PAY_PER_REQUEST"', 'name = "abc"')}
    assert checked(tmp_path, files, "dead-alarm") == Found(
        [
            (
                "dead-alarm",
                "aws_cloudwatch_metric_alarm.alarm",
                "fail",
                'Alarm watches a metric that does not exist: metric_query["m2"].metric.metric_name is "Nonsense"; '
                'expected "ReadThrottleEvents"',
            )
        ],
        [],
        [],
    )


BAD_DYNAMIC = {
    "over null": (
        dynamic("null"),
        "main.tf:4:16: Invalid for_each of a dynamic block: found null, expected a collection.",
    ),
    "over a number": (
        dynamic("3"),
        "main.tf:4:16: Invalid for_each of a dynamic block: found number, expected a collection.",
    ),
    "without content": (
        '  dynamic "global_secondary_index" {\n    for_each = []\n  }\n',
        'main.tf:3:3: A dynamic block needs a "for_each" argument and a "content" block.',
    ),
    "with an invalid reference": (
        dynamic("[1]", "each.value"),
        'main.tf:7:14: Invalid reference to "each". It exists only in a block with for_each.',
    ),
    "with an iterator in quotes": (
        dynamic("[1]", more='iterator = "x"'),
        "main.tf:5:16: Invalid iterator; expected a single word without quotes.",
    ),
}


@pytest.mark.parametrize(("blocks", "error"), BAD_DYNAMIC.values(), ids=BAD_DYNAMIC)
def test_invalid_dynamic_block_is_refused(blocks: str, error: str, tmp_path: Path) -> None:
    found = checked(tmp_path, {"main.tf": PRODUCTS.format(blocks)}, "missing-index")
    assert len(found.errors) == 1
    assert found.errors[0].startswith(error)
    assert [row[:3] for row in found.rows] == [("missing-index", "aws_dynamodb_table.products", "unknown")]


def test_count_and_dynamic_blocks_in_json(tmp_path: Path) -> None:
    resource = {
        "name": 'dev-${lower("PRODUCTS")}',
        "count": "${length(local.names)}",
        "global_secondary_index": {"name": "Static", "hash_key": "a", "projection_type": "ALL"},
        "dynamic": {
            "global_secondary_index": [
                {"for_each": "${local.names}", "iterator": "one", "content": {"name": "${one.value}", "hash_key": "category"}},
                {"for_each": ["Other"], "content": [{"name": "${global_secondary_index.value}-$${x}", "hash_key": "category"}]},
            ]
        },
    }
    files = {
        "main.tf.json": json.dumps(
            {
                "//": "A comment.",
                "locals": [{"names": ["${var.name}"]}],
                "variable": {"name": {"type": "string", "default": "One"}},
                "resource": {"aws_dynamodb_table": {"products": resource}},
            }
        )
    }
    assert checked(tmp_path, files, "missing-index").rows == [
        (
            "missing-index",
            "aws_dynamodb_table.products[0]",
            "fail",
            'Index "CategoryIndex" is missing (the table has "Static", "One", "Other-${x}")',
        )
    ]


# References.

REFERENCES = {
    "an argument of another table": ("aws_dynamodb_table.u.billing_mode", '"U"'),
    "an argument of another resource": ('aws_sns_topic.x.name == "topic" ? aws_sns_topic.x.name : ""', '"topic"'),
    "a computed attribute of another resource": ("aws_sns_topic.x.arn", "waits for aws_sns_topic.x.arn"),
    "a template with a computed attribute": ('"x-${aws_sns_topic.x.arn}"', "waits for aws_sns_topic.x.arn"),
    "an argument that the provider may normalize": ("aws_sns_topic.x.fifo_topic", "waits for aws_sns_topic.x.fifo_topic"),
    "a computed attribute of a table": ("aws_dynamodb_table.u.arn", "waits for aws_dynamodb_table.u.arn"),
    "an unset argument that has a default": ("aws_dynamodb_table.v.billing_mode", "a good one"),
    "a data source": ("data.aws_caller_identity.x.account_id", "waits for data.aws_caller_identity.x.account_id"),
    "one of several data sources": ("data.aws_region.two[0].name", "waits for data.aws_region.two[0].name"),
    "a conditional with an unknown condition": ('aws_sns_topic.x.arn == "a" ? "A" : "B"', "waits for aws_sns_topic.x.arn"),
    # Only HCL mode knows this value, a plan does not. See docs/decisions/0005-terraform-files.md.
    "a conditional with two equal strings": ('aws_sns_topic.x.arn == "a" ? "A" : "A"', '"A"'),
    "a conditional with two equal numbers": ('(aws_sns_topic.x.arn == "a" ? 5 : 5) == 5 ? "A" : "B"', '"A"'),
    "try on an attribute of an unknown text": ('try(aws_sns_topic.x.arn.nothing, "T")', '"T"'),
}


@pytest.mark.parametrize(("expression", "shown"), REFERENCES.values(), ids=REFERENCES)
def test_reference_has_its_planned_value(expression: str, shown: str, tmp_path: Path) -> None:
    files = {
        "main.tf": table("t", expression),
        "more.tf": table("u", '"U"')
        + 'resource "aws_dynamodb_table" "v" {\n  name = "v-v"\n}\n'
        + 'resource "aws_sns_topic" "x" {\n  name = "topic"\n  fifo_topic = "true"\n}\n'
        + 'data "aws_caller_identity" "x" {}\ndata "aws_region" "two" {\n  count = 2\n}\n',
    }
    assert modes(tmp_path, files)[T] == shown


def test_null_items_of_a_map_are_ignored(tmp_path: Path) -> None:
    alarm = """\
resource "aws_cloudwatch_metric_alarm" "%s" {
  alarm_name          = "%s"
  namespace           = "AWS/DynamoDB"
  metric_name         = "%sThrottleEvents"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 1
  statistic           = "Sum"
  dimensions          = { TableName = aws_dynamodb_table.products.name, GlobalSecondaryIndexName = null }
}
"""
    files = {
        "main.tf": PRODUCTS.format('  tags = { Name = null, Type = "DynamoDB" }')
        + alarm % ("read", "read", "Read")
        + alarm % ("write", "write", "Write")
        + table("t", 'try(aws_dynamodb_table.products.tags["Name"], "absent")')
        + table("u", "length(aws_cloudwatch_metric_alarm.read.dimensions)")
    }
    found = checked(tmp_path, files, "no-throttle-alarm", "missing-tags", MODE)
    assert found == Found(
        [
            (MODE, "aws_dynamodb_table.products", "pass", ""),
            (
                "missing-tags",
                "aws_dynamodb_table.products",
                "fail",
                'Tag "Name" is missing: tags["Name"] is not set; expected a value that is not empty',
            ),
            ("no-throttle-alarm", "aws_dynamodb_table.products", "pass", ""),
            fails(T, '"absent"'),
            fails("aws_dynamodb_table.u", '"1"'),
        ],
        [],
        [],
    )


def test_cycle_between_tables_is_refused(tmp_path: Path) -> None:
    files = {"main.tf": table("t", "aws_dynamodb_table.u.billing_mode") + table("u", "aws_dynamodb_table.t.billing_mode")}
    found = checked(tmp_path, files, MODE)
    assert [row[:3] for row in found.rows] == [(MODE, T, "unknown"), (MODE, "aws_dynamodb_table.u", "unknown")]
    assert [error.splitlines()[0] for error in found.errors] == ["main.tf:2:18: Cycle: aws_dynamodb_table.u.billing_mode refers to itself."]


# Override files.

OVERRIDES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "an argument": ({"main.tf": table("t", '"A"'), "override.tf": table("t", '"B"')}, {T: '"B"'}),
    "in the order of the file names": (
        {"main.tf": table("t", '"A"'), "b_override.tf": table("t", '"C"'), "a_override.tf": table("t", '"B"')},
        {T: '"C"'},
    ),
    "in JSON": (
        {"main.tf": table("t", '"A"'), "override.tf.json": '{"resource": {"aws_dynamodb_table": {"t": {"billing_mode": "B"}}}}'},
        {T: '"B"'},
    ),
    "a local value": (
        {"main.tf": 'locals {\n  a = "A"\n  b = "B"\n}\n' + table("t", '"${local.a}${local.b}"'), "x_override.tf": 'locals { b = "C" }\n'},
        {T: '"AC"'},
    ),
    "the default of a variable": (
        {
            "main.tf": 'variable "x" {\n  type = number\n  default = 1\n}\n' + table("t", '"${var.x + 1}"'),
            "x_override.tf": 'variable "x" { default = "2" }\n',
        },
        {T: '"3"'},
    ),
    "the type of a variable": (
        {
            "main.tf": 'variable "x" { default = "1" }\n' + table("t", "jsonencode(var.x)"),
            "x_override.tf": 'variable "x" { type = number }\n',
        },
        {T: '"1"'},
    ),
    "the sensitive argument of a variable": (
        {"main.tf": 'variable "x" { default = "X" }\n' + table("t", "var.x"), "x_override.tf": 'variable "x" { sensitive = true }\n'},
        {T: "(sensitive)"},
    ),
    "a module call": (
        {
            "main.tf": call("m", "./one", 'x = "A"', 'y = "B"'),
            "x_override.tf": call("m", "./two", 'x = "C"'),
            "one/main.tf": 'variable "x" {}\nvariable "y" {}\n',
            "two/main.tf": 'variable "x" {}\nvariable "y" {}\n' + table("t", '"${var.x}${var.y}"'),
        },
        {f"module.m.{T}": '"CB"'},
    ),
    "an output": (
        {
            "main.tf": call("m", "./one") + table("t", "module.m.x"),
            "one/main.tf": 'output "x" { value = "A" }\n',
            "one/override.tf": 'output "x" { value = "B" }\n',
        },
        {T: '"B"'},
    ),
}


@pytest.mark.parametrize(("files", "expected"), OVERRIDES.values(), ids=OVERRIDES)
def test_override_file_replaces_an_argument(files: dict[str, str], expected: dict[str, str], tmp_path: Path) -> None:
    assert modes(tmp_path, files) == expected


RECOVERY = "  point_in_time_recovery {\n    enabled = %s\n  }\n"
DYNAMIC_RECOVERY = '  dynamic "point_in_time_recovery" {\n    for_each = %s\n    content {\n      enabled = %s\n    }\n  }\n'
OVERRIDDEN_BLOCKS = {
    "a block by a block": (RECOVERY % "false", RECOVERY % "true", "pass"),
    "a dynamic block by a block": (DYNAMIC_RECOVERY % ("[1]", "false"), RECOVERY % "true", "pass"),
    "a block by a dynamic block": (RECOVERY % "true", DYNAMIC_RECOVERY % ("[1]", "false"), "fail"),
    "a block by an empty dynamic block": (RECOVERY % "true", DYNAMIC_RECOVERY % ("[]", "true"), "fail"),
    "an unset block by a block": ("", RECOVERY % "true", "pass"),
    "a block by an override without blocks": (RECOVERY % "true", "  tags = {}\n", "pass"),
    "a block by a lifecycle block": (RECOVERY % "true", "  lifecycle {\n    prevent_destroy = true\n  }\n", "pass"),
}


@pytest.mark.parametrize(("base", "override", "status"), OVERRIDDEN_BLOCKS.values(), ids=OVERRIDDEN_BLOCKS)
def test_override_file_replaces_blocks_of_the_same_type(base: str, override: str, status: str, tmp_path: Path) -> None:
    resource = 'resource "aws_dynamodb_table" "t" {{\n{}}}\n'
    files = {"main.tf": resource.format(base), "main_override.tf": resource.format(override)}
    found = checked(tmp_path, files, "no-point-in-time-recovery")
    assert ([row[:3] for row in found.rows], found.errors) == ([("no-point-in-time-recovery", T, status)], [])


def test_override_file_replaces_arguments_and_blocks_of_a_provider(tmp_path: Path) -> None:
    provider = 'provider "aws" {{\n  region = "us-east-1"\n  default_tags {{\n    tags = {{ {} }}\n  }}\n}}\n'
    files = {
        "main.tf": provider.format('Name = "n", Type = "Other"') + PRODUCTS.format(""),
        "x_override.tf": provider.format('Type = "DynamoDB"'),
    }
    assert checked(tmp_path, files, "missing-tags").rows == [
        (
            "missing-tags",
            "aws_dynamodb_table.products",
            "fail",
            'Tag "Name" is missing: tags["Name"] is not set; expected a value that is not empty',
        )
    ]


# Blocks and providers that do not change the tables.


def test_other_blocks_are_ignored(tmp_path: Path) -> None:
    text = """\
terraform {
  required_version = ">= 1.0"
  backend "s3" {
    bucket = "b"
  }
}
moved {
  from = aws_dynamodb_table.old
  to   = aws_dynamodb_table.t
}
removed {
  from = aws_dynamodb_table.gone
  lifecycle {
    destroy = false
  }
}
import {
  to = aws_dynamodb_table.t
  id = "t"
}
check "health" {
  data "aws_region" "x" {}
  assert {
    condition     = data.aws_region.x.name == "nowhere"
    error_message = "x"
  }
}
ephemeral "aws_secretsmanager_secret_version" "x" {
  secret_id = "s"
}
"""
    rest = ("lifecycle {\n    prevent_destroy = true\n  }", 'timeouts {\n    create = "1m"\n  }', "depends_on = [terraform_data.x]")
    files = {"main.tf": text + table("t", '"X"', *rest), "x.tf": 'resource "terraform_data" "x" {}\n'}
    assert checked(tmp_path, files, MODE) == Found([fails(T, '"X"')], [], [])


def test_no_program_in_the_configuration_is_run(dyncheck: Dyncheck, tmp_path: Path) -> None:
    text = """\
data "external" "x" {
  program = ["touch", "external"]
}
resource "terraform_data" "x" {
  provisioner "local-exec" {
    command = "touch provisioner"
  }
}
"""
    write(
        tmp_path, {"main.tf": text + table("t", "data.external.x.result.mode", 'provisioner "local-exec" {\n    command = "touch t"\n  }')}
    )
    done = dyncheck(".", "--select", MODE)
    assert (b"billing_mode waits for data.external.x.result" in done.stdout, done.stderr, done.returncode) == (True, b"", 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["main.tf"]


def test_table_of_another_provider_is_not_checked(tmp_path: Path) -> None:
    required = 'terraform {\n  required_providers {\n    aws = {\n      source = "example.com/another/aws"\n    }\n  }\n}\n'
    files = {"main.tf": call("m", "./m") + table("t", '"X"'), "m/main.tf": required + table("t", '"Y"')}
    assert modes(tmp_path, files) == {T: '"X"'}


REQUIREMENTS = {
    "the short source": 'aws = { source = "hashicorp/aws" }',
    "the full source": 'aws = { version = ">= 5", source = "registry.terraform.io/hashicorp/aws" }',
    "the source of OpenTofu": 'aws = { source = "registry.opentofu.org/hashicorp/aws" }',
    "capital letters": 'aws = { source = "HashiCorp/AWS" }',
    "only a version": 'aws = { version = ">= 5" }',
    "the syntax of Terraform 0.12": 'aws = "~> 5.0"',
    "another provider": 'random = { source = "hashicorp/random" }',
}


@pytest.mark.parametrize("required", REQUIREMENTS.values(), ids=REQUIREMENTS)
def test_source_of_the_aws_provider_is_recognized(required: str, tmp_path: Path) -> None:
    files = {"main.tf": f"terraform {{\n  required_providers {{\n    {required}\n  }}\n}}\n" + table("t", '"X"')}
    assert modes(tmp_path, files) == {T: '"X"'}


def test_aws_provider_may_have_another_local_name(tmp_path: Path) -> None:
    required = 'terraform {\n  required_providers {\n    amazon = { source = "hashicorp/aws" }\n  }\n}\n'
    assert modes(tmp_path, {"main.tf": required + table("t", '"X"', "provider = amazon")}) == {T: '"X"'}


# What the key of a table is set to, and the rest of the configuration.
NULLS = {
    "a local value": ("local.key", "locals { key = null }"),
    "a local value of another one": ("local.key", "locals {\n  key   = local.other\n  other = null\n}"),
    "a key of a local value": ("local.all.key", "locals { all = { key = null, topic = aws_sns_topic.x.arn } }"),
    "a variable through a local value": ("local.key", 'variable "key" { default = null }\nlocals { key = var.key }'),
}


@pytest.mark.parametrize("case", NULLS)
def test_a_null_through_a_local_value_is_unset(case: str, tmp_path: Path) -> None:
    key, others = NULLS[case]
    table = f'resource "{TABLE}" "t" {{\n  server_side_encryption {{\n    enabled = true\n    kms_key_arn = {key}\n  }}\n}}\n'
    (tmp_path / "main.tf").write_text(f'{table}{others}\nresource "aws_sns_topic" "x" {{}}\n')
    (result,) = program.check(tmp_path, select=["aws-managed-key"]).results
    assert (result.status.value, result.found) == ("fail", "not set")


def test_a_null_that_a_resource_may_have_replaced_stays_unknown(tmp_path: Path) -> None:
    table = f'resource "{TABLE}" "t" {{\n  server_side_encryption {{\n    enabled = true\n    kms_key_arn = local.key\n  }}\n}}\n'
    others = 'locals { key = false ? aws_kms_key.k.arn : null }\nresource "aws_kms_key" "k" {}\n'
    (tmp_path / "main.tf").write_text(table + others)
    (result,) = program.check(tmp_path, select=["aws-managed-key"]).results
    assert result.status.value == "unknown"


# The alias of the key that a data source reads, and whether its start or end shows who manages the key.
ALIASES = {
    "alias/${var.x}-key": "pass",
    "alias/${var.x}-${var.x}": "pass",
    "alias/${var.x}db": "unknown",
    "alias/shop-${var.x}": "pass",
    "alias/aws/${var.x}": "unknown",
    "${var.x}": "unknown",
}


@pytest.mark.parametrize("alias", ALIASES)
@pytest.mark.parametrize(("kind", "name", "arn"), [("aws_kms_key", "key_id", "arn"), ("aws_kms_alias", "name", "target_key_arn")])
def test_the_start_or_end_of_an_alias_may_decide_who_manages_the_key(alias: str, kind: str, name: str, arn: str, tmp_path: Path) -> None:
    key = f"kms_key_arn = data.{kind}.k[0].{arn}"
    table = f'resource "{TABLE}" "t" {{\n  server_side_encryption {{\n    enabled = true\n    {key}\n  }}\n}}\n'
    (tmp_path / "main.tf").write_text(f'{table}variable "x" {{}}\ndata "{kind}" "k" {{\n  count = 1\n  {name} = "{alias}"\n}}\n')
    (result,) = program.check(tmp_path, select=["aws-managed-key"]).results
    assert result.status.value == ALIASES[alias]
