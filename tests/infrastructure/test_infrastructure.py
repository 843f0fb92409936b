"""The reference module and its root module: valid for Terraform, without findings of dyncheck."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dyncheck
from dyncheck.findings import Status
from tests.support.paths import REFERENCE, SPECIFICATION
from tests.support.terraform import Root, TerraformError, copy_of_infrastructure


@pytest.mark.terraform
def test_terraform_format_validate_and_plan_succeed(infrastructure: Root) -> None:
    infrastructure.run("fmt", "-check", "-recursive")
    infrastructure.run("validate")
    report = dyncheck.check(infrastructure.directory / "plan.json", required=["products", "sessions"])
    found = sorted((result.severity.value, result.rule) for result in report.results if result.status is not Status.PASS)
    assert found == [
        ("note", "aws-managed-key"),
        ("note", "aws-managed-key"),
        ("note", "no-deletion-protection"),
        ("note", "no-deletion-protection"),
        ("note", "silent-alarm"),
        ("note", "unwatched-index"),
        ("note", "unwatched-index"),
    ]


REFUSALS = {
    'billing_mode = "FREE"': "PAY_PER_REQUEST or PROVISIONED",
    'table_class = "GLACIER"': "STANDARD or STANDARD_INFREQUENT_ACCESS",
    "read_capacity = 0": "at least 1",
    "write_capacity = 0": "at least 1",
}


@pytest.mark.terraform
def test_the_module_refuses_invalid_inputs(tmp_path: Path, ready: Path) -> None:
    root = Root(copy_of_infrastructure(tmp_path / "Infrastructure"), ready)
    main = (root.directory / "main.tf").read_text()
    (call,) = re.findall(r'^module "dynamodb" {\n.*?^}\n', main, re.MULTILINE | re.DOTALL)
    names = [f"refused_{number}" for number in range(len(REFUSALS))]
    calls = [
        call.replace('module "dynamodb"', f'module "{new}"').replace("  source = ", f"  {argument}\n  source = ", 1)
        for new, argument in zip(names, REFUSALS, strict=True)
    ]
    root.write("main.tf", main + "\n".join(calls))
    root.get()
    with pytest.raises(TerraformError) as raised:
        root.run("plan", "-input=false", "-no-color")
    errors = str(raised.value).split("Error: ")[1:]
    for new, (argument, refusal) in zip(names, REFUSALS.items(), strict=True):
        own = [error for error in errors if f'in module "{new}"' in error]
        assert len(own) == 1, f"{argument}: {errors}"
        assert refusal in " ".join(own[0].replace("│", " ").split()), argument
    assert len(errors) == len(REFUSALS)


@pytest.mark.parametrize("kind", ["variable", "output", "resource"])
def test_the_module_contains_the_whole_specification(kind: str) -> None:
    def declared(directory: Path) -> set[str]:
        text = "\n".join(path.read_text() for path in directory.glob("*.tf"))
        return set(re.findall(rf"^{kind} (.*) {{", text, re.MULTILINE))

    added = {
        "variable": {'"alarm_actions"', '"consumed_reads_threshold"'},
        "output": set(),
        "resource": {'"aws_cloudwatch_metric_alarm" "high_consumed_reads"'},
    }[kind]
    assert declared(REFERENCE) == declared(SPECIFICATION) | added
