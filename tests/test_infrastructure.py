"""The reference module and the root that calls it: clean for Terraform, and nothing for dyncheck to warn of."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import dyncheck
from dyncheck.findings import Status
from tests.terraform import Root, TerraformError

ROOT = Path(__file__).parents[1] / "Infrastructure"
MODULE = ROOT / "Modules" / "dynamodb"
SPECIFICATION = Path(__file__).parent / "modules" / "specification"


@pytest.fixture
def root(tmp_path: Path) -> Root:
    """A copy of Infrastructure, initialised."""
    copied = Root(Path(shutil.copytree(ROOT, tmp_path / "Infrastructure", ignore=shutil.ignore_patterns(".terraform*"))))
    copied.init()
    return copied


@pytest.mark.terraform
def test_terraform_formats_validates_and_plans_it(root: Root) -> None:
    root.run("fmt", "-check", "-recursive")
    root.run("validate")
    plan = root.directory / "plan.json"
    plan.write_bytes(root.plan())
    report = dyncheck.check(plan, required=["products", "sessions"])
    found = sorted((result.severity.value, result.rule) for result in report.results if result.status is not Status.PASS)
    assert found == [
        ("note", "aws-managed-key"),
        ("note", "aws-managed-key"),
        ("note", "no-deletion-protection"),
        ("note", "no-deletion-protection"),
        ("note", "unwatched-index"),
        ("note", "unwatched-index"),
    ]


@pytest.mark.terraform
@pytest.mark.parametrize(
    ("argument", "refusal"),
    [
        ('billing_mode = "FREE"', "PAY_PER_REQUEST or PROVISIONED"),
        ('table_class = "GLACIER"', "STANDARD or STANDARD_INFREQUENT_ACCESS"),
        ("read_capacity = 0", "at least 1"),
        ("write_capacity = 0", "at least 1"),
    ],
)
def test_the_module_refuses_inputs_that_would_break_it(argument: str, refusal: str, root: Root) -> None:
    main = (root.directory / "main.tf").read_text()
    root.write(
        "main.tf",
        main.replace("  source = ", f"  {argument}\n  source = ", 1),
    )
    with pytest.raises(TerraformError, match=refusal):
        root.run("plan", "-input=false", "-no-color")


@pytest.mark.parametrize("kind", ["variable", "output", "resource"])
def test_the_module_has_all_that_the_specification_has(kind: str) -> None:
    def declared(directory: Path) -> set[str]:
        text = "\n".join(path.read_text() for path in directory.glob("*.tf"))
        return set(re.findall(rf"^{kind} (.*) {{", text, re.MULTILINE))

    added = {
        "variable": {'"alarm_actions"', '"consumed_reads_threshold"'},
        "output": set(),
        "resource": {'"aws_cloudwatch_metric_alarm" "high_consumed_reads"'},
    }[kind]
    assert declared(MODULE) == declared(SPECIFICATION) | added
