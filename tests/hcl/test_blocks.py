"""Resources and their blocks in HCL mode: count, for_each, dynamic blocks, references, override files, and what is passed over.

What is expected was compared with Terraform 1.11 and hashicorp/aws 5.100.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Dyncheck
from tests.hcl.test_modules import MODE, Found, Row, call, checked, fails, modes, table, write

T = "aws_dynamodb_table.t"


# Instances.


def test_count_makes_instances_by_number(tmp_path: Path) -> None:
    files = {
        "main.tf": 'variable "two" { default = "2" }\n'
        + table("t", '"T${count.index}"', "count = var.two")
        + table("u", "aws_dynamodb_table.t[count.index].billing_mode", "count = length(aws_dynamodb_table.t)")
        + table("none", '"never"', "count = false ? 1 : 0")
        + table("old", "aws_dynamodb_table.t.1.billing_mode")
        + table("splat", 'join(",", aws_dynamodb_table.t[*].billing_mode)')
        + table("single", "aws_dynamodb_table.old[*].billing_mode[0]")
        + table("absent", 'try(aws_dynamodb_table.none[0].billing_mode, "absent")')
    }
    assert modes(tmp_path, {"main.tf": files["main.tf"].replace("old[*].billing_mode[0]", "old[*].billing_mode == [] ? 0 : 1")}) == {
        f"{T}[0]": '"T0"',
        f"{T}[1]": '"T1"',
        "aws_dynamodb_table.u[0]": '"T0"',
        "aws_dynamodb_table.u[1]": '"T1"',
        "aws_dynamodb_table.old": '"T1"',
        "aws_dynamodb_table.splat": '"T0,T1"',
        "aws_dynamodb_table.single": '"1"',
        "aws_dynamodb_table.absent": '"absent"',
    }
