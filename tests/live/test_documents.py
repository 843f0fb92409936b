"""What docs/live has: the policy allows the calls in the code and nothing else, the role is valid, and the workflow runs what there is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from botocore import loaders
from botocore.model import ServiceModel

from dyncheck.readers.capture.calls import OPERATIONS
from tests.conftest import Dyncheck
from tests.support.github_runner import shellcheck
from tests.support.paths import ROOT
from tests.support.terraform import PROVIDER, Root

LIVE = ROOT / "docs" / "live"


def test_the_policy_allows_exactly_the_calls_in_the_code() -> None:
    (statement,) = json.loads((LIVE / "policy.json").read_text())["Statement"]
    of_code = {operation.permission for operation in OPERATIONS}
    # Only --all-regions asks for the regions.
    assert {*statement["Action"]} == of_code | {"ec2:DescribeRegions"}
    assert statement["Effect"] == "Allow"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.permission)
def test_every_call_only_reads_and_reads_no_items(operation: object) -> None:
    service, name = operation.service, operation.name  # type: ignore[attr-defined]
    assert name.startswith(("Describe", "List", "Get"))
    assert name not in ("GetItem", "GetRecords")
    assert name in ServiceModel(loaders.Loader().load_service_model(service, "service-2")).operation_names


@pytest.mark.terraform
def test_the_role_is_valid(tmp_path: Path, ready: Path) -> None:
    root = Root(tmp_path, ready)
    root.write("provider.tf", PROVIDER)
    for name in ("role.tf", "policy.json"):
        shutil.copy(LIVE / name, tmp_path)
    root.run("validate", "-no-color")
    root.run("fmt", "-check", "role.tf")


def test_the_workflow_calls_dyncheck_with_options_that_there_are(tmp_path: Path, dyncheck: Dyncheck) -> None:
    [job] = yaml.safe_load((LIVE / "github.yml").read_text())["jobs"].values()
    scripts = [step["run"] for step in job["steps"] if "run" in step]
    assert [shellcheck("bash", script) for script in scripts] == ["", ""]
    words = scripts[-1].replace("\\\n", " ").split()
    arguments = ["out/summary.md".join(word.strip('"').split("$GITHUB_STEP_SUMMARY")) for word in words[1:]]
    assert words[0] == '"$RUNNER_TEMP/dyncheck/bin/dyncheck"'
    # Only the credentials are missing.
    done = dyncheck(
        *arguments, cwd=tmp_path, AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_CONFIG_FILE="/dev/null", AWS_EC2_METADATA_DISABLED="true"
    )
    assert done.returncode == 2
    assert b"credentials" in done.stderr or b"whose account" in done.stderr
