"""The recorded captures: each rule that can fail on an account does, and the services answer in these shapes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from botocore import loaders
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

import dyncheck
from dyncheck.findings import Status
from dyncheck.readers.capture.calls import OPERATIONS
from tests.recording.record_captures import RECORDED, captures
from tests.support.paths import ROOT
from tests.support.rules import every_rule

CAPTURES = sorted(RECORDED.glob("*.json"))
CONTRACTS = sorted(RECORDED.glob("*.yaml"))

# The rules that cannot fail on an account, and why.
NOT_ON_AN_ACCOUNT = {
    "an account has no changes": {
        "alarm-removed",
        "index-removed",
        "key-destroyed",
        "protection-removed",
        "refused-change",
        "replica-removed",
        "table-replacement",
    },
    "an account has no modules": {"interface-drift", "unguarded-input", "violated-condition"},
    "the services refuse it": {
        "attribute-mismatch",
        "capacity-mismatch",
        "duplicate-name",
        "invalid-billing-mode",
        "invalid-table",
        "invalid-table-class",
    },
    "a capture has no items": {"invalid-item"},
    "it compares with the code, see test_drift.py": {"drift"},
    "it is about tables that the command line demands, see tests/readers/capture": {"missing-table"},
}

EXPECTED: dict[str, set[tuple[str, str, str]]] = {
    "alarms": {
        ("dead-alarm", "fail", "misspelt"),
        ("insensitive-alarm", "fail", "misspelt"),
        ("silent-alarm", "fail", "unheard"),
        ("silent-alarm", "fail", "writes"),
        ("unwatched-index", "fail", "dev-products"),
    },
    "global": {
        ("aws-managed-key", "fail", "dev-orders"),
        ("missing-alarm", "fail", "dev-orders"),
        ("missing-replica", "fail", "dev-orders"),
        ("silent-alarm", "fail", "reads"),
        ("unwatched-replica", "fail", "dev-orders"),
        ("wrong-stream", "fail", "dev-orders"),
    },
    "tables": {
        ("fixed-capacity", "fail", "test-products"),
        ("missing-index", "fail", "dev-products"),
        ("missing-tags", "fail", "dev-products"),
        ("missing-tags", "fail", "test-products"),
        ("missing-ttl", "fail", "dev-sessions"),
        ("no-deletion-protection", "fail", "dev-files"),
        ("no-deletion-protection", "fail", "dev-products"),
        ("no-deletion-protection", "fail", "dev-sessions"),
        ("no-deletion-protection", "fail", "devaudit"),
        ("no-deletion-protection", "fail", "test-products"),
        ("no-point-in-time-recovery", "fail", "dev-files"),
        ("no-point-in-time-recovery", "fail", "dev-products"),
        ("no-point-in-time-recovery", "fail", "dev-sessions"),
        ("no-point-in-time-recovery", "fail", "devaudit"),
        ("no-point-in-time-recovery", "fail", "test-products"),
        ("no-throttle-alarm", "fail", "dev-products"),
        ("no-throttle-alarm", "fail", "test-products"),
        ("uncovered-table", "fail", "dev-files"),
        ("unencrypted-table", "fail", "dev-files"),
        ("unencrypted-table", "fail", "dev-products"),
        ("unencrypted-table", "fail", "dev-sessions"),
        ("unencrypted-table", "fail", "devaudit"),
        ("unencrypted-table", "fail", "test-products"),
        ("unserved-access", "fail", "dev-products"),
        ("unserved-access", "fail", "test-products"),
        ("unwatched-index", "fail", "test-products"),
        ("wrong-index", "fail", "test-products"),
        ("wrong-primary-key", "fail", "dev-products"),
        ("wrong-table-name", "fail", "devaudit"),
    },
}


def verdicts(path: Path) -> set[tuple[str, str, str]]:
    """Rule, status and name of each result that is no pass."""
    report = dyncheck.check(path, policies=[str(each) for each in CONTRACTS])
    return {(each.rule, each.status.value, name(each.address)) for each in report.results if each.status is not Status.PASS}


def name(address: str) -> str:
    """The name in an ARN."""
    return address.rpartition(":")[2].removeprefix("table/")


@pytest.mark.usefixtures("on_every_rule")
@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_the_verdicts_on_a_capture(path: Path) -> None:
    assert verdicts(path) == EXPECTED[path.stem]


def test_every_rule_that_can_fail_on_an_account_does() -> None:
    failing = {rule for expected in EXPECTED.values() for rule, status, _ in expected if status == "fail"}
    others = {rule for rules in NOT_ON_AN_ACCOUNT.values() for rule in rules}
    assert failing | others == {rule.id for rule in every_rule()}, (
        "Add a table to tests/live/recorded, or say why the rule cannot fail there."
    )
    assert failing & others == set()


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_the_answers_have_the_shapes_of_the_services(path: Path) -> None:
    permissions = {operation.permission for operation in OPERATIONS}
    for call in json.loads(path.read_text())["calls"]:
        assert f"{call['service']}:{call['operation']}" in permissions
        if call["answer"] is not None:
            model = ServiceModel(loaders.Loader().load_service_model(call["service"], "service-2"))
            shape = model.operation_model(call["operation"]).output_shape
            errors = ParamValidator().validate(call["answer"], shape)
            assert not errors.has_errors(), f"{call['operation']}: {errors.generate_report()}"


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_a_capture_fits_its_published_schema(path: Path) -> None:
    schema = json.loads((ROOT / "src" / "dyncheck" / "schemas" / "capture.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(json.loads(path.read_text()))


@pytest.mark.usefixtures("on_every_rule")
@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_a_fix_writes_no_arn_where_hcl_has_an_address(path: Path) -> None:
    report = dyncheck.check(path, policies=[str(each) for each in CONTRACTS])
    for fix in (each.fix for each in report.results if each.fix):
        assert "${arn:" not in fix
        assert "arn:" not in re.sub(r'"[^"]*"', "", re.sub(r"#.*", "", fix)), fix


@pytest.mark.terraform
@pytest.mark.thorough
def test_the_captures_are_those_that_dyncheck_makes_today(ready: Path) -> None:
    for file, made in captures(ready):
        assert _without_order(json.loads(made)) == _without_order(json.loads((RECORDED / file).read_text())), (
            f"{file}: Run `python -m tests.recording.record_captures`, and review what it changes."
        )


def _without_order(made: Any) -> Any:
    """The lists of moto are in an order of its own."""
    if isinstance(made, dict):
        return {key: _without_order(value) for key, value in made.items()}
    return sorted(map(_without_order, made), key=str) if isinstance(made, list) else made
