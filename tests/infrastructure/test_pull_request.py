"""A pull request that disables recovery in a tfvars file: the finding points at the line in the module and at the line to correct."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Dyncheck
from tests.support.terraform import Root, copy_of_infrastructure

RULE = "no-point-in-time-recovery"
MODULE = "Infrastructure/Modules/dynamodb/main.tf"
VALUES = "Infrastructure/terraform.tfvars"
TABLES = [f"module.dynamodb.aws_dynamodb_table.{name}" for name in ("products", "sessions")]


def line(file: Path, text: str, number: int = 1) -> int:
    """The line of the given occurrence of a text."""
    return [position for position, found in enumerate(file.read_text().splitlines(), 1) if text in found][number - 1]


@pytest.mark.terraform
def test_recovery_disabled_in_a_tfvars_file(dyncheck: Dyncheck, tmp_path: Path, ready: Path) -> None:
    root = Root(copy_of_infrastructure(tmp_path / "Infrastructure"), ready)
    root.write("terraform.tfvars", "# Until the bill is sorted out.\nenable_point_in_time_recovery = false\n")
    root.get()
    (root.directory / "plan.json").write_bytes(root.plan())
    paths = ("Infrastructure/plan.json", "Infrastructure")
    module = root.directory / "Modules" / "dynamodb" / "main.tf"
    here = [line(module, "enabled = var.enable_point_in_time_recovery", number) for number in (1, 2)]
    call = line(root.directory / "main.tf", "= var.enable_point_in_time_recovery")

    for path in paths:
        done = dyncheck(path, "--select", RULE, "--format", "github", "--output", "sarif=report.sarif")
        assert (done.stderr, done.returncode) == (b"", 1)
        way = f"from Infrastructure/main.tf:{call} var.enable_point_in_time_recovery is set here%0A" + (
            f"from {VALUES}:2 var.enable_point_in_time_recovery is set here%0A"
        )
        assert [text for text in done.stdout.decode().splitlines() if text.startswith("::")] == [
            f"::error file={MODULE},line={at},endLine={at},title={RULE}::Point-in-time recovery is off: "
            f"point_in_time_recovery.enabled is false; expected true%0A{table}%0A{way}"
            "fix:%0Apoint_in_time_recovery {%0A  enabled = true%0A}"
            for at, table in zip(here, TABLES, strict=True)
        ]
        (run,) = json.loads((tmp_path / "report.sarif").read_bytes())["runs"]
        places = [[each["physicalLocation"] for each in (*result["locations"], *result["relatedLocations"])] for result in run["results"]]
        found = [[(each["artifactLocation"]["uri"], each["region"]["startLine"]) for each in every] for every in places]
        assert found == [[(MODULE, at), ("Infrastructure/main.tf", call), (VALUES, 2)] for at in here]

    text = module.read_text()
    module.write_text(
        text.replace(
            "  point_in_time_recovery {", f"  # dyncheck: ignore[{RULE}] the bill until=2999-12-31\n  point_in_time_recovery {{", 1
        )
    )
    for path in paths:
        results = json.loads(dyncheck(path, "--select", RULE, "--format", "json").stdout)["results"]
        assert [(result["address"], result["status"]) for result in results] == [(TABLES[0], "waived"), (TABLES[1], "fail")]
