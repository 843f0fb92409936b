"""The lines of findings in HCL mode: the line of the argument, or of the block's header when the argument is unset.

A comment with the rule's name marks each expected line in the test files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.readers.hcl.configuration.test_modules import MODE, call, report_of, table, write

# `# rule` or `# rule, rule` at the end of a line.
_MARK = re.compile(r"# ([a-z-]+(?:, [a-z-]+)*)$")


def marked(directory: Path) -> Iterator[tuple[str, str, int]]:
    """The rule, file and line of each mark."""
    for path in sorted(directory.rglob("*.tf")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = _MARK.search(line)
            for rule in found[1].split(", ") if found else ():
                yield rule, path.relative_to(directory).as_posix(), number


def located(directory: Path) -> Iterator[tuple[str, str, int]]:
    """The rule, file and line of each finding of the rules that have a mark."""
    rules = sorted({rule for rule, _, _ in marked(directory)})
    report = report_of(directory, *rules)
    assert report.errors == ()
    for result in report.results:
        if result.status.value != "pass":
            assert result.location is not None
            yield result.rule, result.location.file, result.location.line


def assert_on_the_marks(directory: Path, text: str) -> None:
    """Fail unless the lines of the findings are exactly the marked lines."""
    write(directory, {"main.tf": text})
    assert sorted(located(directory)) == sorted(marked(directory))


TABLE = {
    "its own arguments": """\
resource "aws_dynamodb_table" "products" {
  name         = "wrong"     # wrong-table-name
  billing_mode = "BANANA"    # invalid-billing-mode
  table_class  = "NOPE"      # invalid-table-class
  hash_key     = "pk"        # wrong-primary-key
  range_key    = "r"         # wrong-primary-key
}
""",
    "unset arguments": """\
# A comment.

resource "aws_dynamodb_table" "t" {   # capacity-mismatch, capacity-mismatch, no-deletion-protection
  name = "abc"
}
""",
    "missing blocks": """\
resource "aws_dynamodb_table" "sessions" {   # unencrypted-table, no-point-in-time-recovery, missing-ttl
  name = "dev-sessions"
}
""",
    "arguments of blocks": """\
resource "aws_dynamodb_table" "sessions" {
  name = "dev-sessions"

  server_side_encryption {
    enabled = false   # unencrypted-table
  }
  point_in_time_recovery {

    enabled = false   # no-point-in-time-recovery
  }
  ttl {
    enabled        = true
    attribute_name = "x"   # missing-ttl
  }
}
""",
    "blocks with an unset argument": """\
resource "aws_dynamodb_table" "sessions" {
  name = "dev-sessions"
  server_side_encryption {   # unencrypted-table
  }
  ttl {                      # missing-ttl
    attribute_name = "expires_at"
  }
}
""",
    "one of several blocks": """\
resource "aws_dynamodb_table" "products" {
  name     = "dev-products"
  hash_key = "id"
  attribute {
    name = "other"
    type = "S"
  }
  attribute {
    name = "id"
    type = "S"   # wrong-primary-key
  }
  attribute {
    type = "N"   # wrong-index
    name = "category"
  }
  global_secondary_index {
    name            = "First"
    hash_key        = "other"
    projection_type = "KEYS_ONLY"
  }
  global_secondary_index {
    name            = "CategoryIndex"
    hash_key        = "category"
    range_key       = "created"     # wrong-index
    projection_type = "KEYS_ONLY"   # wrong-index
  }
}
""",
    "an attribute that no key uses": """\
resource "aws_dynamodb_table" "t" {
  name     = "abc"
  hash_key = "id"
  attribute {
    name = "id"
    type = "S"
  }
  attribute {   # attribute-mismatch
    name = "a.b"
    type = "S"
  }
}
""",
    "an undeclared key": """\
resource "aws_dynamodb_table" "t" {   # attribute-mismatch
  name     = "abc"
  hash_key = "id"
}
""",
    "items of a map": """\
resource "aws_dynamodb_table" "products" {
  name = "dev-products"
  tags = {           # missing-tags
    Type = "Other"   # missing-tags
  }
}
""",
    "a map on one line": """\
resource "aws_dynamodb_table" "products" {
  name = "dev-products"
  tags = { Type = "Other" }   # missing-tags, missing-tags
}
""",
    "a map in a local value": """\
locals {
  tags = { Name = "n", Type = "Other" }
}
resource "aws_dynamodb_table" "products" {
  name = "dev-products"
  tags = local.tags   # missing-tags
}
""",
    "an unset map": """\
resource "aws_dynamodb_table" "products" {   # missing-tags, missing-tags
  name = "dev-products"
}
""",
    "an argument on several lines": """\
resource "aws_dynamodb_table" "t" {
  name         = "abc"
  billing_mode = join("", [   # invalid-billing-mode
    "BA",
    "NANA",
  ])
}
""",
    "an argument after a heredoc and comments": """\
resource "aws_dynamodb_table" "t" {
  name = <<-EOT
    a
    billing_mode = "not here"
  EOT
  /* billing_mode = "nor here"
     billing_mode = "nor here" */
  billing_mode = "X"   # invalid-billing-mode
}
""",
    "an unknown value": """\
variable "mode" {}
resource "aws_dynamodb_table" "t" {
  name         = "abc"
  billing_mode = var.mode   # invalid-billing-mode
  point_in_time_recovery {
    enabled = var.mode      # no-point-in-time-recovery
  }
}
""",
    "an argument in a dynamic block": """\
resource "aws_dynamodb_table" "t" {
  name = "abc"
  dynamic "point_in_time_recovery" {
    for_each = [false]
    content {
      enabled = point_in_time_recovery.value   # no-point-in-time-recovery
    }
  }
}
""",
    "an empty dynamic block": """\
resource "aws_dynamodb_table" "t" {
  name = "abc"
  dynamic "point_in_time_recovery" {   # no-point-in-time-recovery
    for_each = []
    content {
      enabled = true
    }
  }
}
""",
    "an alarm": """\
resource "aws_dynamodb_table" "t" {
  name = "abc"
}
resource "aws_cloudwatch_metric_alarm" "a" {
  alarm_name          = "a"
  namespace           = "AWS/DynamoDB"
  metric_name         = "Nonsense"   # dead-alarm
  alarm_actions       = []           # silent-alarm
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  dimensions          = { TableName = aws_dynamodb_table.t.name }
}
resource "aws_cloudwatch_metric_alarm" "b" {   # silent-alarm
  alarm_name          = "b"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  comparison_operator = "LessThanThreshold"    # dead-alarm
  threshold           = 0
  period              = 60
  evaluation_periods  = 1
  dimensions = {
    TableName = aws_dynamodb_table.t.name
  }
}
""",
    "one of several metrics": """\
resource "aws_dynamodb_table" "t" {
  name = "abc"
}
resource "aws_cloudwatch_metric_alarm" "a" {
  alarm_name          = "a"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  threshold           = 1
  metric_query {
    id          = "e"
    expression  = "m1"
    return_data = true
  }
  metric_query {
    id = "m1"
    metric {
      metric_name = "Nonsense"   # dead-alarm
      namespace   = "AWS/DynamoDB"
      period      = 60
      stat        = "Sum"
      dimensions  = { TableName = aws_dynamodb_table.t.name }
    }
  }
}
""",
}


@pytest.mark.parametrize("text", TABLE.values(), ids=TABLE)
def test_finding_is_on_the_line_of_its_argument(text: str, tmp_path: Path) -> None:
    assert_on_the_marks(tmp_path, text)


@pytest.mark.parametrize("text", [TABLE["one of several blocks"], TABLE["arguments of blocks"]], ids=["several blocks", "blocks"])
def test_windows_line_ends_and_a_byte_order_mark_keep_the_lines(text: str, tmp_path: Path) -> None:
    assert_on_the_marks(tmp_path, text)
    expected = sorted(located(tmp_path))
    (tmp_path / "main.tf").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    rules = {rule for rule, _, _ in expected}
    report = report_of(tmp_path, *rules)
    found = [(r.rule, r.location.file, r.location.line) for r in report.results if r.status.value != "pass" and r.location]
    assert sorted(found) == expected


# JSON.


def test_finding_in_json_has_the_line_of_its_argument(tmp_path: Path) -> None:
    text = """\
{
  "resource": {
    "aws_dynamodb_table": {
      "products": {
        "name": "dev-products",
        "billing_mode": "X",
        "point_in_time_recovery": {
          "enabled": false
        },
        "tags": {
          "Name": "n",
          "Type": "Other"
        }
      }
    }
  }
}
"""
    write(tmp_path, {"main.tf.json": text})
    report = report_of(tmp_path, MODE, "no-point-in-time-recovery", "unencrypted-table", "missing-tags")
    assert [(result.rule, result.location.line if result.location else None) for result in report.results] == [
        (MODE, 6),
        ("missing-tags", 12),
        ("no-point-in-time-recovery", 8),
        ("unencrypted-table", 4),
    ]


# Override files.


def test_finding_on_an_overridden_argument_is_in_the_override_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": 'resource "aws_dynamodb_table" "t" {   # unencrypted-table\n  billing_mode = "A"\n}\n',
            "x_override.tf": 'resource "aws_dynamodb_table" "t" {\n\n  billing_mode = "B"   # invalid-billing-mode\n'
            "  point_in_time_recovery {\n    enabled = false   # no-point-in-time-recovery\n  }\n}\n",
        },
    )
    assert sorted(located(tmp_path)) == sorted(marked(tmp_path))


# Related places: where the value of an argument comes from.


def places(directory: Path, files: dict[str, str], given: list[tuple[str, str]] | None = None) -> list[str]:
    """The place of the one finding on a billing mode, and the places that its value comes from."""
    write(directory, files)
    (result,) = (each for each in report_of(directory, MODE, given=given or []).results if each.status.value == "fail")
    assert result.location is not None
    return [f"{result.location.file}:{result.location.line}", *(f"{each.file}:{each.line} {each.message}" for each in result.related)]


def test_related_places_lead_through_calls_variables_locals_and_values(tmp_path: Path) -> None:
    files = {
        "main.tf": 'variable "mode" {\n  default = "Y"\n}\nlocals {\n  mode = "${var.mode}!"\n}\n' + call("m", "./m", "mode = local.mode"),
        "terraform.tfvars": '# Values.\nmode = "X"\n',
        "m/main.tf": 'variable "mode" {}\n' + table("t", "var.mode"),
    }
    assert places(tmp_path, files) == [
        "m/main.tf:3",
        "main.tf:9 var.mode is set here",
        "main.tf:5 local.mode is defined here",
        "terraform.tfvars:2 var.mode is set here",
    ]


def test_related_place_is_a_default_an_option_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"main.tf": 'variable "mode" {\n  default = "D"\n}\n' + table("t", "var.mode")}
    assert places(tmp_path, files) == ["main.tf:5", "main.tf:2 var.mode has its default here"]
    assert places(tmp_path, files, [("mode", "X")]) == ["main.tf:5", "main.tf:1 var.mode is set by --var"]
    monkeypatch.setenv("TF_VAR_mode", "E")
    assert places(tmp_path, files) == ["main.tf:5", "main.tf:1 var.mode is set by the environment variable TF_VAR_mode"]


def test_related_places_lead_through_for_each_and_an_output(tmp_path: Path) -> None:
    files = {
        "main.tf": call("m", "./m")
        + table("good", '"PAY_PER_REQUEST"')
        + 'resource "aws_dynamodb_table" "t" {\n  for_each = { a = module.m.mode }\n  billing_mode = each.value\n}\n',
        "m/main.tf": 'output "mode" {\n  value = "X"\n}\n',
    }
    assert places(tmp_path, files) == ["main.tf:9", "main.tf:8 for_each is set here", "m/main.tf:2 module.m.mode is set here"]


def test_related_places_of_a_map_item_and_of_an_argument_in_a_block(tmp_path: Path) -> None:
    text = """\
variable "on" {
  default = false
}
variable "type" {
  default = "Other"
}
resource "aws_dynamodb_table" "products" {
  name = "dev-products"
  point_in_time_recovery {
    enabled = var.on
  }
  tags = {
    Name = "n"
    Type = var.type
  }
}
"""
    write(tmp_path, {"main.tf": text})
    report = report_of(tmp_path, "no-point-in-time-recovery", "missing-tags")
    assert [(result.rule, [(each.line, each.message) for each in result.related]) for result in report.results] == [
        ("missing-tags", [(5, "var.type has its default here")]),
        ("no-point-in-time-recovery", [(2, "var.on has its default here")]),
    ]


def test_cycle_of_local_values_still_has_a_location(tmp_path: Path) -> None:
    text = 'locals {\n  a = try(local.b, "X")\n  b = local.a\n}\n' + table("t", "local.a")
    write(tmp_path, {"main.tf": text})
    report = report_of(tmp_path, MODE)
    assert [(result.rule, result.location.line if result.location else None) for result in report.results] == [(MODE, 6)]
