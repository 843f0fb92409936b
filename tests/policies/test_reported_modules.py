"""Small root modules with modules that are not available, or without any table: what is unknown, and what the report says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dyncheck.checking.exit_code import exit_code
from dyncheck.checking.run import Settings, run
from dyncheck.findings import Report, Status
from tests.readers.hcl.configuration.test_modules import inside, write

TABLE = """\
resource "aws_dynamodb_table" "t" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  point_in_time_recovery { enabled = true }
  server_side_encryption { enabled = true }
}
"""
ALLOW_LIST = """\
module "allow_list" {
  source = "git::https://example.com/ip-allow-list.git?ref=v3"
}
"""
OF_A_LOAD_BALANCER = """\
resource "aws_cloudwatch_metric_alarm" "elb" {
  alarm_name          = "elb"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HTTPCode_Target_5XX_Count"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 1
  dimensions          = { LoadBalancer = aws_lb.l.arn_suffix }
}

resource "aws_lb" "l" {
  name = "l"
}
"""
EMPTY = 'variable "tables" {\n  type    = set(string)\n  default = []\n}\n'


def report_of(directory: Path, text: str) -> tuple[Report, int]:
    """The report on a root module of one file, and the exit code."""
    write(directory, {"main.tf": text})
    with inside(directory):
        report = run(["."], Settings())
    return report, exit_code(report)


@pytest.mark.usefixtures("on_every_rule")
def test_a_module_that_is_not_downloaded_leaves_a_table_that_it_does_not_know_decided(tmp_path: Path) -> None:
    report, code = report_of(tmp_path, ALLOW_LIST + TABLE + OF_A_LOAD_BALANCER)
    assert [each for each in report.results if each.status is Status.UNKNOWN] == []
    assert [(each.path, each.tables, each.alarms) for each in report.inputs] == [(".", 1, 0)]
    assert (report.errors, code) == ((), 0)


def test_the_calls_of_one_source_have_one_notice_with_their_number(tmp_path: Path) -> None:
    calls = "".join(f'module "m{number}" {{\n  source = "terraform-aws-modules/vpc/aws"\n}}\n' for number in range(40))
    report, code = report_of(tmp_path, calls + TABLE)
    (checked,) = report.inputs
    (notice,) = (each for each in checked.notices if "terraform-aws-modules/vpc/aws" in each)
    assert "40" in notice
    assert sum("m39" in each for each in checked.notices) == 0
    assert (report.errors, code) == ((), 0)


def test_a_set_that_is_empty_by_default_is_named(tmp_path: Path) -> None:
    text = EMPTY + TABLE.replace("{\n", "{\n  for_each = var.tables\n", 1)
    report, code = report_of(tmp_path, text)
    assert report.errors == (
        ". has no DynamoDB table to check. aws_dynamodb_table.t has no instance, because its for_each is empty, which depends on "
        "var.tables. Set var.tables with --var or --var-file. If that is intended, use --allow-empty.",
    )
    assert code == 3
