"""`dyncheck compare`: checkov's report against dyncheck's results, from valid and invalid files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Dyncheck
from tests.support.golden import assert_golden
from tests.support.paths import EXAMPLES, GOLDEN, PLANS, POLICIES

COMPARED = GOLDEN / "compared.txt"
MAKE = "Write one with `checkov -f plan.json -o json > checkov.json`, or with -d and a directory.\n"


def report(check_type: str, file: Path, **verdicts: list[tuple[str, str]]) -> dict[str, Any]:
    """A report of checkov, with checks and resources by result."""
    results = {
        f"{verdict}_checks": [
            {"check_id": check, "resource": resource, "file_path": f"/{file.name}", "file_abs_path": str(file)}
            for check, resource in verdicts.get(verdict, [])
        ]
        for verdict in ("passed", "failed", "skipped")
    }
    return {"check_type": check_type, "results": results, "summary": {"checkov_version": "3.3.30"}}


def several(*files: str) -> dict[str, Any]:
    """The results of a report about several files."""
    record = {"check_id": "CKV_AWS_28", "resource": "aws_dynamodb_table.one"}
    return {
        "passed_checks": [record | {"file_path": file, "file_abs_path": file} for file in files],
        "failed_checks": [],
        "skipped_checks": [],
    }


@pytest.mark.golden
def test_every_relation_of_two_verdicts_is_explained(dyncheck: Dyncheck, tmp_path: Path) -> None:
    alarm = "aws_cloudwatch_metric_alarm."
    plan_report = report(
        "terraform_plan",
        tmp_path / "plan.json",
        passed=[("CKV_AWS_319", f"{alarm}{name}") for name in ("only_ok", "elsewhere", "told")],
        failed=[("CKV_AWS_319", f"{alarm}later"), ("CKV_AWS_319", f"{alarm}disabled")],
        skipped=[("CKV_AWS_319", f"{alarm}omitted"), ("CKV_AWS_1", f"{alarm}omitted")],
    )
    (tmp_path / "checkov.json").write_text(json.dumps([report("terraform", tmp_path / "main.tf"), plan_report]))
    shutil.copy(POLICIES / "silent_alarm.plan.json", tmp_path / "plan.json")
    done = dyncheck("compare", "checkov.json", "plan.json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert_golden(COMPARED, done.stdout.decode())


WRONG = {
    "a missing file": (None, f"checkov.json cannot be read: No such file or directory. {MAKE}"),
    "a text": ("terraform_plan scan results:", f"checkov.json is not JSON. {MAKE}"),
    "another JSON": ("[1]", f"checkov.json is not a report of checkov. {MAKE}"),
    "only what failed": (
        json.dumps({"check_type": "terraform_plan", "results": {"failed_checks": []}, "summary": {"checkov_version": "3"}}),
        "checkov.json lacks the checks that passed. Write it without --quiet.\n",
    ),
    "nothing found": (
        json.dumps({"passed": 0, "failed": 0, "checkov_version": "3.3.30"}),
        f"checkov.json has no results of checkov's framework terraform_plan, only of: none. {MAKE}",
    ),
    "another framework": (
        json.dumps(report("terraform", Path("main.tf"))),
        f"checkov.json has no results of checkov's framework terraform_plan, only of: terraform. {MAKE}",
    ),
    "other plans": (
        json.dumps(
            [
                report("terraform_plan", Path("one.json")) | {"results": several("/a/one.json", "/a/two.json")},
            ]
        ),
        f"checkov.json is about several plans, and plan.json is not one of them. {MAKE}",
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=list(WRONG))
def test_a_report_that_cannot_be_compared(text: str | None, message: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    shutil.copy(EXAMPLES / "plan.json", tmp_path)
    if text is not None:
        (tmp_path / "checkov.json").write_text(text)
    done = dyncheck("compare", "checkov.json", "plan.json")
    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", f"dyncheck: {message}")


def test_a_state_is_refused(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "checkov.json").write_text(json.dumps(report("terraform_plan", tmp_path / "state.json")))
    shutil.copy(PLANS / "state.json", tmp_path)
    done = dyncheck("compare", "checkov.json", "state.json")
    message = b"dyncheck: state.json is a state, and checkov does not read one. Compare a plan or a directory of Terraform files.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", message)


def test_a_plan_that_cannot_be_checked(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "checkov.json").write_text(json.dumps(report("terraform_plan", tmp_path / "plan.json")))
    (tmp_path / "plan.json").write_text("{}")
    done = dyncheck("compare", "checkov.json", "plan.json")
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (3, b"", 1)
