"""The JSON syntax has the same trees as the native syntax, and the same plan in Terraform."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dyncheck.readers.hcl.configuration.json_blocks import parse_json_configuration, parse_json_values
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import Span
from dyncheck.readers.hcl.language.syntax import SyntaxFault, parse_body
from tests.readers.hcl.language.trees import drawn
from tests.support.terraform import PROVIDER, Root, has_terraform

NATIVE = r"""
terraform {
  required_version = ">= 1.0"
}
variable "environment" {
  type        = string
  default     = "prod"
  description = "With $${no} template."
  validation {
    condition     = length(var.environment) > 0
    error_message = "Not ${var.environment}."
  }
}
variable "indexes" {
  type    = map(object({ hash_key = string, write = optional(number, 5) }))
  default = { by_date = { hash_key = "date" } }
}
locals {
  name = "products-${var.environment}"
  "tags" = { "Environment" = var.environment, "key-${var.environment}" = "x", "none" = null }
}
resource "aws_dynamodb_table" "products" {
  name           = local.name
  billing_mode   = "PROVISIONED"
  read_capacity  = 5
  write_capacity = var.environment == "prod" ? 5 : 1
  hash_key       = "id"
  tags           = { for key, value in local.tags : key => value if value != null }
  depends_on     = [aws_cloudwatch_metric_alarm.errors]
  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "date"
    type = "N"
  }
  dynamic "global_secondary_index" {
    for_each = var.indexes
    iterator = index
    content {
      name            = index.key
      hash_key        = index.value.hash_key
      projection_type = "ALL"
      read_capacity   = 5
      write_capacity  = index.value.write
    }
  }
  ttl {
    attribute_name = "expires"
    enabled        = true
  }
  lifecycle {
    ignore_changes = ["read_capacity", "tags[\"x\"]"]
    precondition {
      condition     = var.environment != ""
      error_message = "No environment."
    }
  }
}
resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "errors"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  threshold           = 0.5
  metric_query {
    id          = "q"
    expression  = "a + 1"
    return_data = true
  }
  metric_query {
    id = "a"
    metric {
      metric_name = "SystemErrors"
      namespace   = "AWS/DynamoDB"
      period      = 60
      stat        = "Sum"
      dimensions  = { "TableName" = local.name }
    }
  }
}
output "name" {
  value       = aws_dynamodb_table.products.name
  description = "The name."
}
""".replace('"tags" =', "tags =")

JSON = r"""
{
  "//": "A comment, here as in every body.",
  "terraform": {"required_version": ">= 1.0"},
  "variable": {
    "environment": {
      "//": "Another comment.",
      "type": "string",
      "default": "prod",
      "description": "With ${no} template.",
      "validation": {"condition": "${length(var.environment) > 0}", "error_message": "Not ${var.environment}."}
    },
    "indexes": {
      "type": "map(object({ hash_key = string, write = optional(number, 5) }))",
      "default": {"by_date": {"hash_key": "date"}}
    }
  },
  "locals": {
    "name": "products-${var.environment}",
    "tags": {"Environment": "${var.environment}", "key-${var.environment}": "x", "none": null}
  },
  "resource": [
    {
      "aws_dynamodb_table": {
        "products": {
          "name": "${local.name}",
          "billing_mode": "PROVISIONED",
          "read_capacity": 5,
          "write_capacity": "${var.environment == \"prod\" ? 5 : 1}",
          "hash_key": "id",
          "tags": "${ { for key, value in local.tags : key => value if value != null } }",
          "depends_on": ["aws_cloudwatch_metric_alarm.errors"],
          "attribute": [{"name": "id", "type": "S"}, {"name": "date", "type": "N"}],
          "dynamic": {
            "global_secondary_index": {
              "for_each": "${var.indexes}",
              "iterator": "index",
              "content": {
                "name": "${index.key}",
                "hash_key": "${index.value.hash_key}",
                "projection_type": "ALL",
                "read_capacity": 5,
                "write_capacity": "${index.value.write}"
              }
            }
          },
          "ttl": {"attribute_name": "expires", "enabled": true},
          "lifecycle": {
            "ignore_changes": ["read_capacity", "tags[\"x\"]"],
            "precondition": [{"condition": "${var.environment != \"\"}", "error_message": "No environment."}]
          }
        }
      }
    },
    {
      "aws_cloudwatch_metric_alarm": {
        "errors": {
          "alarm_name": "errors",
          "comparison_operator": "GreaterThanThreshold",
          "evaluation_periods": 1,
          "threshold": 5e-1,
          "metric_query": [
            {"id": "q", "expression": "a + 1", "return_data": true},
            {
              "id": "a",
              "metric": [{
                "metric_name": "SystemErrors",
                "namespace": "AWS/DynamoDB",
                "period": 60,
                "stat": "Sum",
                "dimensions": {"TableName": "${local.name}"}
              }]
            }
          ]
        }
      }
    }
  ],
  "output": {"name": {"value": "${aws_dynamodb_table.products.name}", "description": "The name."}}
}
"""


def tree(text: str | Any) -> str:
    """The tree of a file, given as text or content."""
    return drawn(parse_json_configuration((text if isinstance(text, str) else json.dumps(text)).encode(), "main.tf.json"))


def refusal(text: str) -> SyntaxFault:
    with pytest.raises(SyntaxFault) as caught:
        parse_json_configuration(text.encode(), "main.tf.json")
    return caught.value


def test_both_syntaxes_have_one_tree() -> None:
    assert tree(JSON) == drawn(parse_body(NATIVE.encode(), "main.tf"))


@pytest.mark.thorough
@pytest.mark.terraform
@pytest.mark.skipif(not has_terraform(), reason="needs Terraform")
def test_both_syntaxes_have_one_plan(tmp_path: Path, ready: Path) -> None:
    assert planned(tmp_path / "native", ready, "main.tf", NATIVE) == planned(tmp_path / "json", ready, "main.tf.json", JSON)


def planned(directory: Path, ready: Path, name: str, text: str) -> Any:
    """The changes in the plan of a file."""
    directory.mkdir()
    root = Root(directory, ready)
    root.write("provider.tf", PROVIDER)
    root.write(name, text)
    plan = json.loads(root.plan())
    return plan["resource_changes"], plan["output_changes"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param({"locals": {"a": 1}}, "{locals {a = 1}}", id="no labels"),
        pytest.param({"locals": [{"a": 1}, {"b": 2}]}, "{locals {a = 1}; locals {b = 2}}", id="several blocks"),
        pytest.param([{"locals": {"a": 1}}, {"locals": {"b": 2}}], "{locals {a = 1}; locals {b = 2}}", id="several objects"),
        pytest.param({"resource": {"a": {"b": {}, "c": {}}}}, '{resource "a" "b" {}; resource "a" "c" {}}', id="labels"),
        pytest.param({"resource": [{"a": [{"b": {}}, {"c": [{}]}]}]}, '{resource "a" "b" {}; resource "a" "c" {}}', id="lists of labels"),
        pytest.param({"resource": {"a": {"b": None}}}, "{}", id="null is no block"),
        pytest.param({"resource": {"a": {"b": [{}, {}]}}}, '{resource "a" "b" {}; resource "a" "b" {}}', id="two of a name"),
        pytest.param({"//": 1, "locals": {"//": 2, "a": {"//": 3}}}, '{locals {a = Object("//" = 3)}}', id="comments in bodies only"),
        pytest.param({"resource": {"x": {"y": {"ttl": {"a": 1}}}}}, '{resource "x" "y" {ttl = Object("a" = 1)}}', id="an unknown resource"),
        pytest.param(
            {"resource": {"aws_dynamodb_table": {"a": {"ttl": [{"a": 1}], "tags": {"b": "${c}"}}}}},
            '{resource "aws_dynamodb_table" "a" {tags = Object("b" = Name(c)); ttl {a = 1}}}',
            id="a known resource",
        ),
        pytest.param({"locals": {"a": [1, True, None, 2.5, "b"]}}, '{locals {a = Tuple([1, true, null, 2.5, "b"])}}', id="values"),
        pytest.param({"locals": {"a": "$${b} ${c}"}}, '{locals {a = Template(["${b} ", Name(c)])}}', id="a template"),
        pytest.param({"locals": {"a": {"b${c}": 1}}}, '{locals {a = Object(Template(["b", Name(c)]) = 1)}}', id="a template as a key"),
        pytest.param({"locals": {"a": 'b\n"\\u00e9'}}, '{locals {a = "b\\n\\"\\\\u00e9"}}', id="escapes of JSON, none of HCL"),
        pytest.param(
            {"variable": {"a": {"type": "list(string)", "default": "${b}"}}},
            '{variable "a" {type = Call(list, [Name(string)], False); default = "${b}"}}',
            id="a variable",
        ),
        pytest.param(
            {"module": {"a": {"source": "./${b}", "providers": {"aws.x": "aws.y"}, "c": "${d}"}}},
            '{module "a" {source = Template(["./", Name(b)]); providers = Object("aws.x" = Attribute(Name(aws), y)); c = Name(d)}}',
            id="a module",
        ),
        pytest.param(
            {"moved": [{"from": "a.b", "to": "a.c[0]"}]},
            "{moved {from = Attribute(Name(a), b); to = Index(Attribute(Name(a), c), 0)}}",
            id="a move",
        ),
        pytest.param(
            {"provider": {"aws": [{"alias": "x", "default_tags": {"tags": {"a": "${b}"}}}]}},
            '{provider "aws" {alias = "x"; default_tags {tags = Object("a" = Name(b))}}}',
            id="a provider",
        ),
        pytest.param(
            {"resource": {"a": {"b": {"lifecycle": {"ignore_changes": "all"}, "provider": "aws.x"}}}},
            '{resource "a" "b" {provider = Attribute(Name(aws), x); lifecycle {ignore_changes = "all"}}}',
            id="references",
        ),
    ],
)
def test_blocks(content: Any, expected: str) -> None:
    assert tree(content) == expected


def test_a_duplicate_property_makes_two_blocks() -> None:
    assert tree('{"locals": {"a": 1}, "locals": {"b": 2}}') == "{locals {a = 1}; locals {b = 2}}"


def test_values_are_not_templates() -> None:
    body = parse_json_values(b'{"a": "${b}", "c": {"d${e}": ["$${f}"]}, "//": 1}', "terraform.tfvars.json")
    assert drawn(body) == '{a = "${b}"; c = Object("d${e}" = Tuple(["$${f}"]))}'


# The titles are those of `terraform validate`.
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param(
            '{"output": {"a": {"value": 1, "value": 2}}}',
            'main.tf.json:1:31: Duplicate argument. The argument "value" was already set at main.tf.json:1,19-29.',
            id="an argument twice",
        ),
        pytest.param(
            '{"locals": {"a": {"b": 1, "b": 2}}}',
            'main.tf.json:1:27: Duplicate object attribute. An attribute named "b" was already defined.',
            id="a key twice",
        ),
        pytest.param(
            '"a"',
            "main.tf.json:1:1: Root value must be object. The root value must be a JSON object or an array of objects.",
            id="no object",
        ),
        pytest.param(
            "[1]",
            "main.tf.json:1:2: Incorrect JSON value type. A JSON object is required here, to define arguments and child blocks.",
            id="a list of no objects",
        ),
        pytest.param(
            '{"locals": "a"}',
            'main.tf.json:1:12: Incorrect JSON value type. A JSON object or array is required for "locals" blocks.',
            id="no block",
        ),
        pytest.param(
            '{"resource": {"//": "a"}}',
            "main.tf.json:1:21: Incorrect JSON value type. "
            "Either a JSON object or JSON array of objects is required here, to specify name labels for this block.",
            id="a comment for a label",
        ),
        pytest.param(
            '{"resource": {}}',
            "main.tf.json:1:14: Missing block label. A property is required, whose name is the resource block's type.",
            id="no label",
        ),
        pytest.param(
            '{"resource": {"a": null}}',
            "main.tf.json:1:20: Missing block label. A property is required, whose name is the resource block's name.",
            id="no second label",
        ),
        pytest.param(
            '{"locals": {"a": "é ${1 2}"}}',
            "main.tf.json:1:25: Extra characters after interpolation expression. "
            "Expected a closing brace to end the interpolation expression.",
            id="a template",
        ),
        pytest.param(
            '{"locals": {"a": "\\n${1 2}"}}',
            "main.tf.json:1:18: Extra characters after interpolation expression. "
            "Expected a closing brace to end the interpolation expression.",
            id="a template with an escape",
        ),
        pytest.param(
            '{"moved": {"from": "${a.b}"}}',
            'main.tf.json:1:20: Invalid expression. A reference is required here, without "${" and "}" around it.',
            id="a reference in a template",
        ),
        pytest.param("", "main.tf.json:1:1: Missing value. The JSON data ends prematurely.", id="nothing"),
        pytest.param("{} {}", "main.tf.json:1:4: Extraneous data after value. Extra characters appear after the JSON value.", id="two"),
        pytest.param(
            '{"a": 1,}',
            "main.tf.json:1:8: Trailing comma in object. JSON does not permit a trailing comma.",
            id="a comma at the end of an object",
        ),
        pytest.param(
            '{"a": [1,]}',
            "main.tf.json:1:9: Trailing comma in array. JSON does not permit a trailing comma.",
            id="a comma at the end of an array",
        ),
        pytest.param(
            '{"a" = 1}',
            "main.tf.json:1:6: Missing property value colon. A colon must appear between an object property's name and its value.",
            id="an equals sign",
        ),
        pytest.param(
            '{"a" 1}',
            "main.tf.json:1:6: Missing property value colon. A colon must appear between an object property's name and its value.",
            id="no colon",
        ),
        pytest.param(
            '{"a"}',
            "main.tf.json:1:5: Missing property value colon. A colon must appear between an object property's name and its value.",
            id="no value",
        ),
        pytest.param(
            '{"a": }',
            "main.tf.json:1:7: Missing JSON value. A JSON value must start with a brace, a bracket, a number, a string, or a keyword.",
            id="a brace for a value",
        ),
        pytest.param(
            '{"a": [,]}',
            "main.tf.json:1:8: Invalid start of value. A JSON value must start with a brace, a bracket, a number, a string, or a keyword.",
            id="a comma for a value",
        ),
        pytest.param(
            "{1: 2}",
            "main.tf.json:1:2: Invalid object property name. A JSON object property name must be a string.",
            id="a number for a name",
        ),
        pytest.param(
            '{"a": 1 "b": 2}',
            "main.tf.json:1:9: Missing attribute separator comma. A comma must appear between the values of a JSON object.",
            id="no comma in an object",
        ),
        pytest.param(
            '{"a": [1 2]}',
            "main.tf.json:1:10: Missing attribute separator comma. A comma must appear between the values of a JSON array.",
            id="no comma in an array",
        ),
        pytest.param(
            '{"a": [1: 2]}',
            "main.tf.json:1:9: Invalid array value. A colon is not used to introduce values in a JSON array.",
            id="a colon in an array",
        ),
        pytest.param(
            '{"a": {"b": 1]',
            "main.tf.json:1:14: Mismatched braces. A JSON object must be closed with a brace.",
            id="a bracket for a brace",
        ),
        pytest.param(
            '{"a": [1}',
            "main.tf.json:1:9: Mismatched brackets. A JSON array must be closed with a bracket.",
            id="a brace for a bracket",
        ),
        pytest.param(
            '{"a": 1', "main.tf.json:1:1: Unclosed object. No closing brace was found for this JSON object.", id="an object without its end"
        ),
        pytest.param(
            '{"a": [1', "main.tf.json:1:7: Unclosed array. No closing bracket was found for this JSON array.", id="an array without its end"
        ),
        pytest.param(
            '{"a": True}',
            'main.tf.json:1:7: Invalid JSON keyword. "True" is not a valid JSON keyword. Did you mean "true"?',
            id="a word with a capital",
        ),
        pytest.param('{"a": nope}', 'main.tf.json:1:7: Invalid JSON keyword. "nope" is not a valid JSON keyword.', id="a word"),
        pytest.param(
            '{"a": 01}',
            "main.tf.json:1:7: Invalid JSON number. There is a syntax error in the given JSON number.",
            id="a number with a zero",
        ),
        pytest.param(
            '{"a": 1.}',
            "main.tf.json:1:7: Invalid JSON number. There is a syntax error in the given JSON number.",
            id="a number with a dot",
        ),
        pytest.param(
            '{"a": "\\x"}',
            "main.tf.json:1:7: Invalid JSON string. There is a syntax error in the given JSON string.",
            id="an escape that is none",
        ),
        pytest.param(
            '{"a": "b\tc"}',
            "main.tf.json:1:7: Invalid JSON string. There is a syntax error in the given JSON string.",
            id="a control character",
        ),
        pytest.param(
            '{"a": "b',
            "main.tf.json:1:7: Invalid JSON string. There is a syntax error in the given JSON string.",
            id="a string without its end",
        ),
        pytest.param(
            "\ufeff{}",
            "main.tf.json:1:1: Invalid start of value. A JSON value must start with a brace, a bracket, a number, a string, or a keyword.",
            id="a byte order mark, which Terraform does not take in JSON",
        ),
        pytest.param(
            '{"locals": {"a": ' + "[" * 10_000,
            "main.tf.json:1:116: This nests deeper than 100 levels, which no configuration needs. Split it up with locals.",
            id="too deep",
        ),
    ],
)
def test_refusals(text: str, shown: str) -> None:
    assert str(refusal(text)) == shown


def test_a_refusal_shows_the_line() -> None:
    assert refusal('{\n  "a": nope\n}').render() == (
        'main.tf.json:2:8: Invalid JSON keyword. "nope" is not a valid JSON keyword.\n    "a": nope\n         ^'
    )


def test_not_utf8() -> None:
    with pytest.raises(SyntaxFault) as caught:
        parse_json_configuration(b'{"a": "\xe9"}', "main.tf.json")
    assert str(caught.value) == "main.tf.json:1:8: Invalid character encoding. All input files must be UTF-8 encoded."


def test_places() -> None:
    text = '{"resource": {"a": {"b": {\n  "c": "${d.e}",\n  "f": "\\n${g}"\n}}}}'
    block = parse_json_configuration(text.encode(), "main.tf.json").blocks[0]
    exact, escaped = (block.body.arguments[name].expression for name in "cf")
    assert block.header == Span("main.tf.json", 1, 21, 1, 24)
    assert block.span == Span("main.tf.json", 1, 21, 4, 2)
    assert block.body.span == Span("main.tf.json", 1, 26, 4, 2)
    assert block.body.arguments["c"].span == Span("main.tf.json", 2, 3, 2, 16)
    assert exact.span == Span("main.tf.json", 2, 11, 2, 14)
    assert isinstance(escaped, nodes.Template)
    assert escaped.parts[1].span == Span("main.tf.json", 3, 8, 3, 16)
