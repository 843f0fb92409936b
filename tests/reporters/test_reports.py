"""The reports: whole outputs in text and JSON, with and without colour, and the same bytes for the same input."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import Dyncheck
from tests.policies.provider_6_examples import examples
from tests.support.golden import assert_golden
from tests.support.paths import GOLDEN, TESTS

SPECIFICATION = TESTS / "plans" / "specification.json"
EXAMPLE = TESTS.parent / "examples" / "plan.json"
SCHEMA = TESTS.parent / "src" / "dyncheck" / "schemas" / "report.schema.json"


_ON_CHANGES = [
    option for rule in ("alarm-removed", "index-removed", "protection-removed", "table-replacement") for option in ("--select", rule)
]

CASES = {
    "specification.txt": ["specification.json"],
    "specification_verbose.txt": ["--verbose", "specification.json"],
    "specification_quiet.txt": ["--quiet", "specification.json"],
    "specification.json": ["--format", "json", "specification.json"],
    "example.txt": ["example.json"],
    "example_color.txt": ["--color", "always", "example.json"],
    "example_quiet.txt": ["--quiet", "example.json"],
    "unknown.txt": ["--select", "no-throttle-alarm", "--select", "wrong-table-name", "no_throttle_alarm.json"],
    "unknown_pass.txt": ["--unknown", "pass", "--select", "no-throttle-alarm", "no_throttle_alarm.json"],
    "unknown_fail_quiet.txt": ["--unknown", "fail", "--quiet", "--select", "no-throttle-alarm", "no_throttle_alarm.json"],
    "several.txt": ["--require", "sessions", "example.json", "partial.json"],
    "several.json": ["--require", "sessions", "--format", "json", "example.json", "partial.json"],
    "changes.txt": [*_ON_CHANGES, "toggled.json", "drifted.json"],
    "changes_quiet.txt": [*_ON_CHANGES, "--quiet", "toggled.json", "drifted.json"],
    "protections.txt": [*_ON_CHANGES, "--allow-destroy", "aws_dynamodb_table.gone", "--verbose", "protections.json"],
    "provider_6.txt": ["replica.json", "regions.json"],
    "rules.txt": ["rules"],
    "rules.json": ["rules", "--format", "json"],
    "explain.txt": ["explain", "dead-alarm"],
}


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """A directory with plans under short names."""
    shutil.copy(SPECIFICATION, tmp_path)
    shutil.copy(EXAMPLE, tmp_path / "example.json")
    shutil.copy(TESTS / "plans" / "change_target.json", tmp_path / "partial.json")
    shutil.copy(TESTS / "plans" / "guarded_toggled.json", tmp_path / "toggled.json")
    shutil.copy(TESTS / "plans" / "guarded_drifted.json", tmp_path / "drifted.json")
    shutil.copy(TESTS / "policies" / "protection_removed.plan.json", tmp_path / "protections.json")
    shutil.copy(TESTS / "policies" / "no_throttle_alarm.plan.json", tmp_path / "no_throttle_alarm.json")
    # Tables of provider 6 with key_schema: a replica that is a resource of its own, and alarms in one of two regions.
    of_provider_6 = {example.name: bytes(example.plan) for example in examples()}
    (tmp_path / "replica.json").write_bytes(of_provider_6["replica_resource_unprotected"])
    (tmp_path / "regions.json").write_bytes(of_provider_6["same_name_in_two_regions_alarms_in_one"])
    return tmp_path


@pytest.mark.golden
@pytest.mark.parametrize("name", CASES)
def test_the_output_matches_the_golden_file(name: str, dyncheck: Dyncheck, plans: Path) -> None:
    found = dyncheck(*CASES[name], cwd=plans).stdout
    assert_golden(GOLDEN / name, found.decode())


@pytest.mark.parametrize("name", [name for name in CASES if name.endswith(".txt") and "color" not in name and name != "rules.txt"])
def test_no_line_of_prose_is_wider_than_80_columns(name: str) -> None:
    # Addresses, ARNs and HCL are never broken, so that they can be copied.
    wide = [line for line in (GOLDEN / name).read_text().splitlines() if len(line) > 80]
    assert [line for line in wide if not any(part in line for part in ("aws_", "arn:", "="))] == []


@pytest.mark.parametrize("name", [name for name in CASES if name.endswith(".json") and name != "rules.json"])
def test_the_json_report_is_valid_by_its_published_schema(name: str) -> None:
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(json.loads((GOLDEN / name).read_text()))


@pytest.mark.parametrize("arguments", [[], ["--format", "json"]], ids=["text", "JSON"])
def test_the_same_input_gives_the_same_bytes(arguments: list[str], dyncheck: Dyncheck, plans: Path) -> None:
    outputs = {dyncheck(*arguments, "-v", "specification.json", cwd=plans, PYTHONHASHSEED=seed).stdout for seed in ("0", "1", "4711")}
    assert len(outputs) == 1


def test_the_order_of_resources_does_not_matter(dyncheck: Dyncheck, plans: Path) -> None:
    plan = json.loads(SPECIFICATION.read_text())
    plan["resource_changes"].reverse()
    (plans / "reversed").mkdir()
    (plans / "reversed" / "specification.json").write_text(json.dumps(plan))
    one, other = (dyncheck("--format", "json", "specification.json", cwd=place).stdout for place in (plans, plans / "reversed"))
    assert json.loads(one)["results"] == json.loads(other)["results"]


def test_fingerprints_are_distinct() -> None:
    fingerprints = [result["fingerprint"] for result in json.loads((GOLDEN / "specification.json").read_text())["results"]]
    assert len(fingerprints) == len(set(fingerprints))
