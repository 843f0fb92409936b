"""Small inputs of which other files were read than Terraform reads: the results that matter, on the plan and on the files.

`reported_files.jsonl.xz` has the Terraform files of each case and the plan that Terraform made of them, where there is one.
"""

from __future__ import annotations

import lzma
from functools import cache
from pathlib import Path

import pytest
from msgspec.json import Decoder

import dyncheck
from dyncheck.errors import InputError
from dyncheck.findings import Status
from dyncheck.model import NotChecked
from tests.policies.test_reported_cases import Case, report_of
from tests.support.paths import POLICIES

# The address, and the end of the message.
FOUND = {
    ("dot_auto_tfvars", "plan"): ("aws_dynamodb_table.products", "expected true"),
    ("dot_auto_tfvars", "files"): ("aws_dynamodb_table.products", "expected true"),
    ("file_name_with_hash", "plan"): ("aws_dynamodb_table.orders", "expected true"),
    ("file_name_with_hash", "files"): ("aws_dynamodb_table.orders", "expected true"),
    ("tofu_shadows_tf", "plan"): ("aws_dynamodb_table.products", "expected true"),
    ("tofu_shadows_tf", "files"): ("aws_dynamodb_table.products", "expected true (as Terraform reads the files)"),
}


@cache
def cases() -> dict[str, Case]:
    """Every case by its name."""
    text = lzma.decompress((POLICIES / "reported_files.jsonl.xz").read_bytes())
    return {case.name: case for case in map(Decoder(Case).decode, text.splitlines())}


@pytest.mark.usefixtures("on_every_rule")
@pytest.mark.parametrize(("name", "mode"), FOUND, ids=[f"{name}-{mode}" for name, mode in FOUND])
def test_every_file_that_terraform_reads_is_read(name: str, mode: str, tmp_path: Path) -> None:
    results = report_of(cases()[name], mode, tmp_path).results
    failed = [(result.rule, result.address, result.message) for result in results if result.status is Status.FAIL]
    address, end = FOUND[(name, mode)]
    assert [row for row in failed if row[0] == "no-point-in-time-recovery"] == [
        ("no-point-in-time-recovery", address, f"Point-in-time recovery is off: point_in_time_recovery.enabled is false; {end}")
    ]


STALE = NotChecked(
    "module.db",
    "the installed module is of another source than git::https://example.com/db.git?ref=v2-without-pitr. Run `terraform init`",
)


def test_an_installed_module_of_another_ref_is_not_checked(tmp_path: Path) -> None:
    case = cases()["stale_modules_json"]
    with pytest.raises(InputError) as refused:
        report_of(case, "files", tmp_path)
    assert str(refused.value).partition(". ")[2] == (f"module.db was not checked: {STALE.reason}. If that is intended, use --allow-empty.")
    (tmp_path / "other.tf").write_text('resource "aws_dynamodb_table" "other" {}\n')
    report = dyncheck.check(tmp_path)
    assert [checked.not_checked for checked in report.inputs] == [(STALE,)]
    assert {result.address for result in report.results} == {"aws_dynamodb_table.other"}


def test_every_case_is_used() -> None:
    assert {name for name, _ in FOUND} | {"stale_modules_json"} == cases().keys()
