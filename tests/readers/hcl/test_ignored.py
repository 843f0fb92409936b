"""Values that `ignore_changes` covers: HCL mode does not know them, because an existing resource keeps its own.

What each element covers was observed with Terraform 1.11 and hashicorp/aws 5.100 on top of applied states.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.readers.hcl.configuration.test_modules import call, checked, modes, table

KEPT = "is covered by ignore_changes, which keeps the value that the table has"
MODE_KEPT = KEPT.removeprefix("is ")
KEPT_BY_ALARM = KEPT.replace("table", "alarm")

TABLE = """\
resource "aws_dynamodb_table" "products" {
  name                        = "dev-products"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true
  attribute {
    name = "id"
    type = "N"
  }
  point_in_time_recovery {
    enabled = true
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
  tags = {
    Name = "products"
    Type = "DynamoDB"
  }
  lifecycle {
    ignore_changes = %s
  }
}
"""
RULES = (
    "aws-managed-key",
    "invalid-billing-mode",
    "missing-tags",
    "no-deletion-protection",
    "no-point-in-time-recovery",
    "unencrypted-table",
)

# What is ignored, and the rules whose result is unknown then, each with its reason. All others pass.
COVERED: dict[str, dict[str, str]] = {
    "[]": {},
    "[billing_mode]": {"invalid-billing-mode": f"billing_mode {KEPT}"},
    '["billing_mode"]': {"invalid-billing-mode": f"billing_mode {KEPT}"},
    "[deletion_protection_enabled, read_capacity]": {"no-deletion-protection": f"deletion_protection_enabled {KEPT}"},
    "[point_in_time_recovery]": {"no-point-in-time-recovery": f"point_in_time_recovery {KEPT}"},
    "[point_in_time_recovery[0]]": {"no-point-in-time-recovery": f"point_in_time_recovery.enabled {KEPT}"},
    "[point_in_time_recovery[0].enabled]": {"no-point-in-time-recovery": f"point_in_time_recovery.enabled {KEPT}"},
    "[point_in_time_recovery[0].recovery_period_in_days]": {},
    "[server_side_encryption[0].kms_key_arn]": {"aws-managed-key": f"server_side_encryption.kms_key_arn {KEPT}"},
    "[tags]": {"missing-tags": f"tags {KEPT}"},
    '[tags["Type"]]': {"missing-tags": f'tags["Type"] {KEPT}'},
    '[tags["Team"]]': {},
    "[tags.Type]": {},
    "[tags_all]": {},
    "[arn]": {},
}


def results(directory: Path, text: str) -> dict[str, tuple[str, str]]:
    """The status and the message of each result that is not a pass, by rule."""
    found = checked(directory, {"main.tf": text}, *RULES)
    assert found.errors == []
    return {rule: (status, message) for rule, _, status, message in found.rows if status != "pass"}


@pytest.mark.parametrize("ignored", COVERED)
def test_ignored_part_is_unknown_and_all_others_are_known(ignored: str, tmp_path: Path) -> None:
    expected = {rule: ("unknown", reason) for rule, reason in COVERED[ignored].items()}
    assert results(tmp_path, TABLE % ignored) == expected


@pytest.mark.parametrize("ignored", ["all", '["*"]'])
def test_everything_may_be_ignored(ignored: str, tmp_path: Path) -> None:
    found = results(tmp_path, TABLE % ignored)
    assert {rule: status for rule, (status, _) in found.items()} == dict.fromkeys(RULES, "unknown")
    assert found["no-point-in-time-recovery"][1] == f"point_in_time_recovery {KEPT}"


def test_missing_block_is_not_covered_by_the_path_of_its_argument(tmp_path: Path) -> None:
    text = (TABLE % "[point_in_time_recovery[0].enabled]").replace("  point_in_time_recovery {\n    enabled = true\n  }\n", "")
    message = "Point-in-time recovery is off: point_in_time_recovery.enabled is not set; expected true"
    assert results(tmp_path, text) == {"no-point-in-time-recovery": ("fail", message)}


def test_removed_block_is_unknown_if_it_is_ignored(tmp_path: Path) -> None:
    text = (TABLE % "[point_in_time_recovery]").replace("  point_in_time_recovery {\n    enabled = true\n  }\n", "")
    assert results(tmp_path, text) == {"no-point-in-time-recovery": ("unknown", f"point_in_time_recovery {KEPT}")}


def test_removed_tags_are_unknown_if_their_keys_are_ignored(tmp_path: Path) -> None:
    text = (TABLE % '[tags["Type"], tags["Name"]]').replace('  tags = {\n    Name = "products"\n    Type = "DynamoDB"\n  }\n', "")
    found = results(tmp_path, text)
    assert {rule: status for rule, (status, _) in found.items()} == {"missing-tags": "unknown"}


@pytest.mark.parametrize("ignored", ["all", ["billing_mode"], ["*"], "billing_mode"])
def test_json_syntax_has_the_same_meaning(ignored: object, tmp_path: Path) -> None:
    body = {"name": "t", "billing_mode": "PAY_PER_REQUEST", "lifecycle": {"ignore_changes": ignored}}
    text = json.dumps({"resource": {"aws_dynamodb_table": {"t": body}}})
    assert modes(tmp_path, {"main.tf.json": text}) == {"aws_dynamodb_table.t": MODE_KEPT}


def test_references_to_an_ignored_argument_are_unknown(tmp_path: Path) -> None:
    lifecycle = "lifecycle {\n    ignore_changes = [billing_mode]\n  }"
    files = {
        "main.tf": call("m", "./m", 'mode = "PAY_PER_REQUEST"') + table("t", "module.m.mode") + table("u", "module.m.other"),
        "m/main.tf": 'variable "mode" {}\n'
        + table("t", "var.mode", lifecycle, 'name = "t"')
        + 'output "mode" { value = aws_dynamodb_table.t.billing_mode }\n'
        + 'output "other" { value = aws_dynamodb_table.t.name == "t" ? "PROVISIONED" : "X" }\n',
    }
    assert modes(tmp_path, files) == {
        "aws_dynamodb_table.t": "waits for module.m.aws_dynamodb_table.t.billing_mode (ignore_changes covers it)",
        "aws_dynamodb_table.u": "a good one",
        "module.m.aws_dynamodb_table.t": MODE_KEPT,
    }


ALARM = """\
resource "aws_cloudwatch_metric_alarm" "writes" {
  alarm_name          = "writes"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 1
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
  lifecycle {
    ignore_changes = %s
  }
}
"""
BY_ALARM = {
    "[alarm_actions]": {"silent-alarm": f"alarm_actions {KEPT_BY_ALARM}"},
    "[metric_name]": {"dead-alarm": f"metric_name {KEPT_BY_ALARM}"},
    "[period]": {"dead-alarm": f"period {KEPT_BY_ALARM}"},
    "[treat_missing_data]": {},
}


@pytest.mark.parametrize("ignored", BY_ALARM)
def test_alarm_keeps_what_is_ignored(ignored: str, tmp_path: Path) -> None:
    found = checked(tmp_path, {"main.tf": TABLE % "[]" + ALARM % ignored}, "dead-alarm", "silent-alarm")
    unknown = {rule: message for rule, _, status, message in found.rows if status == "unknown"}
    assert (unknown, [row for row in found.rows if row[2] == "fail"]) == (BY_ALARM[ignored], [])


OVERRIDES = {
    ("[tags]", "[billing_mode]"): MODE_KEPT,
    ("[billing_mode]", "[tags]"): "a good one",
    ("[billing_mode]", "[]"): MODE_KEPT,
    ("all", "[tags]"): MODE_KEPT,
    ("[tags]", "all"): MODE_KEPT,
}


@pytest.mark.parametrize(("written", "overriding"), OVERRIDES)
def test_override_replaces_the_list_unless_it_is_empty(written: str, overriding: str, tmp_path: Path) -> None:
    lifecycle = "lifecycle {{\n    ignore_changes = {}\n  }}".format
    files = {
        "main.tf": table("t", '"PAY_PER_REQUEST"', lifecycle(written)),
        "override.tf": f'resource "aws_dynamodb_table" "t" {{\n  {lifecycle(overriding)}\n}}\n',
    }
    assert modes(tmp_path, files) == {"aws_dynamodb_table.t": OVERRIDES[written, overriding]}
