"""What the provider refuses when `terraform validate`, `terraform plan` or `terraform apply` runs, `invalid-table` finds before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import dyncheck
from dyncheck.findings import Status
from tests.recording.changes import provider
from tests.recording.refusals import EMPTY_UPDATE, REFUSALS, REFUSED, Refusal, Refused
from tests.support.cloud import cloud
from tests.support.emulator import Emulator
from tests.support.terraform import PROVIDER, REQUIRED, Root

pytestmark = pytest.mark.usefixtures("on_every_rule")


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.name)
def test_a_refused_table_is_found(refusal: Refusal, tmp_path: Path) -> None:
    root = Root(tmp_path)
    root.write("main.tf", PROVIDER + refusal.configuration)
    results = dyncheck.check(tmp_path, select=["invalid-table"]).results
    assert [(result.status, result.summary) for result in results] == [(Status.FAIL, refusal.found)]


@pytest.mark.terraform
@pytest.mark.parametrize("step", ["validate", "plan", "apply"])
def test_the_provider_refuses_the_table(step: str, tmp_path: Path, ready: Path) -> None:
    refusals = {f"aws_dynamodb_table.{refusal.name}": refusal for refusal in REFUSALS if refusal.step == step}
    with cloud() as address:
        root = Root(tmp_path, ready)
        root.write("main.tf", REQUIRED + provider(address) + "".join(refusal.configuration for refusal in refusals.values()))
        errors = errors_of(root, step)
    assert {address: errors[address].startswith(refusals[address].error) for address in errors} == dict.fromkeys(refusals, True), errors


def errors_of(root: Root, step: str) -> dict[str, str]:
    """The first error of each resource in a step of Terraform."""
    options = ["-input=false"] if step != "validate" else []
    options += ["-auto-approve"] if step == "apply" else []
    output = root.run(step, "-json", *options, expect=(1,))
    if step == "validate":
        diagnostics = json.loads(output)["diagnostics"]
    else:
        lines = map(json.loads, output.splitlines())
        diagnostics = [line["diagnostic"] for line in lines if line["@level"] == "error"]
    found: dict[str, str] = {}
    for diagnostic in diagnostics:
        found.setdefault(diagnostic["address"], diagnostic["summary"])
    return found


@pytest.mark.parametrize("refused", REFUSED, ids=lambda refused: refused.table)
def test_a_table_that_the_service_refuses_is_found(refused: Refused, tmp_path: Path) -> None:
    Root(tmp_path).write("main.tf", PROVIDER + refused.configuration)
    results = dyncheck.check(tmp_path, select=["invalid-table"]).results
    assert [(result.status, result.summary) for result in results] == [(Status.FAIL, refused.found)]


def test_the_service_refuses_the_tables(messages: Emulator) -> None:
    answers = {refused.table: messages.call("CreateTable", refused.whole_request).message for refused in REFUSED}
    request, error = EMPTY_UPDATE
    assert messages.call("UpdateTable", request).message.startswith(error)
    assert {table: answers[table][: len(error)] for table, _, _, error, _ in REFUSED} == {each.table: each.error for each in REFUSED}
