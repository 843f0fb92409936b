"""Counterexamples and proofs under the real Terraform."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import dyncheck
from dyncheck.catalog.rules import all_rules
from dyncheck.findings import Status
from dyncheck.model import without_keys
from dyncheck.prove.prover import prove_module
from dyncheck.prove.replay import BREAKS, replay
from dyncheck.prove.report import Verdict
from dyncheck.prove.spelling import module_call
from tests.prove.generator import make
from tests.readers.hcl.parity.law import OF_MODULES
from tests.support.paths import SPECIFICATION
from tests.support.terraform import PROVIDER, Root

pytestmark = pytest.mark.terraform


@pytest.mark.thorough
def test_the_counterexamples_of_the_specification() -> None:
    rules = tuple(
        rule
        for rule in all_rules()
        if rule.id in ("capacity-mismatch", "invalid-billing-mode", "no-point-in-time-recovery", "wrong-table-name")
    )
    report = replay(prove_module(str(SPECIFICATION), rules, rules), str(SPECIFICATION), rules)
    found = [
        (proof.rule, proof.address.rpartition(".")[2], proof.counterexample.replay if proof.counterexample else proof.verdict.value)
        for proof in report.proofs
    ]
    assert sorted(found) == [
        ("capacity-mismatch", "products", 'terraform plan stops: read_capacity must be at least 1 when billing_mode is "PROVISIONED"'),
        ("capacity-mismatch", "sessions", "proved"),
        ("invalid-billing-mode", "products", "proved"),
        ("invalid-billing-mode", "sessions", "proved"),
        ("no-point-in-time-recovery", "products", BREAKS),
        ("no-point-in-time-recovery", "sessions", BREAKS),
        ("wrong-table-name", "products", BREAKS),
        ("wrong-table-name", "sessions", BREAKS),
    ]


# Terraform takes a few seconds for every counterexample.
@pytest.mark.thorough
@pytest.mark.parametrize("seed", [3])
def test_terraform_confirms_the_counterexamples_of_a_generated_module(seed: int, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(make(seed).text)
    before = prove_module(str(tmp_path), all_rules(), all_rules())
    after = replay(before, str(tmp_path), all_rules())
    refuted = [proof for proof in before.proofs if proof.verdict is Verdict.REFUTED]
    assert [proof.reason for proof in after.proofs if proof.verdict is Verdict.UNDECIDED] == [
        proof.reason for proof in before.proofs if proof.verdict is Verdict.UNDECIDED
    ]
    assert refuted
    assert all(proof.counterexample and proof.counterexample.replay for proof in after.proofs if proof.verdict is Verdict.REFUTED)


GIVEN: dict[str, dict[str, Any]] = {
    "provisioned": {"environment_name": "dev", "billing_mode": "PROVISIONED", "tags": {"Type": "Other", "Owner": "data"}},
    "on_demand": {"environment_name": " ", "enable_point_in_time_recovery": False, "table_class": "STANDARD_INFREQUENT_ACCESS"},
}


def test_no_plan_breaks_a_proved_rule(tmp_path: Path, ready: Path) -> None:
    report = prove_module(str(SPECIFICATION), all_rules(), all_rules())
    root = Root(tmp_path, ready)
    calls = [module_call(str(SPECIFICATION), given).replace('"counterexample"', f'"{name}"', 1) for name, given in GIVEN.items()]
    root.write("main.tf", PROVIDER + "\n".join(calls))
    root.get()
    (tmp_path / "plan.json").write_bytes(root.plan())
    results = dyncheck.check(tmp_path / "plan.json", ignore=OF_MODULES).results
    kept = {(result.rule, without_keys(result.address)) for result in results if result.status is Status.PASS}
    for name in GIVEN:
        proved = {(proof.rule, f"module.{name}.{proof.address}") for proof in report.proofs if proof.verdict is Verdict.PROVED}
        assert proved - kept == set(), name
