"""The proofs of the specification's own module and of the reference module."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

import dyncheck
from dyncheck.catalog.rules import all_rules
from dyncheck.findings import Status
from dyncheck.prove.prover import prove_module
from dyncheck.prove.report import Proof, ProofReport, Verdict
from tests.support.paths import REFERENCE, ROOT, SPECIFICATION


def proved(module: Path) -> ProofReport:
    return prove_module(str(module), all_rules(), all_rules())


@pytest.fixture(scope="module")
def specification() -> ProofReport:
    return proved(SPECIFICATION)


def shown(proof: Proof) -> tuple[str, str, str, int, dict[str, object] | None]:
    inputs = dict(proof.counterexample.inputs) if proof.counterexample else None
    return proof.rule, proof.address.rpartition(".")[2], proof.verdict.value, proof.cases, inputs


def test_the_specification(specification: ProofReport) -> None:
    assert sorted(map(shown, specification.proofs), key=lambda row: row[:2]) == [
        ("attribute-mismatch", "products", "proved", 1, None),
        ("attribute-mismatch", "sessions", "proved", 1, None),
        ("aws-managed-key", "products", "refuted", 1, {}),
        ("aws-managed-key", "sessions", "refuted", 1, {}),
        ("capacity-mismatch", "products", "refuted", 11, {"billing_mode": "PROVISIONED", "read_capacity": 0}),
        ("capacity-mismatch", "sessions", "proved", 1, None),
        ("dead-alarm", "products_read_throttle", "refuted", 1, {}),
        ("dead-alarm", "products_write_throttle", "refuted", 1, {}),
        ("insensitive-alarm", "products", "refuted", 1, {}),
        ("invalid-billing-mode", "products", "proved", 2, None),
        ("invalid-billing-mode", "sessions", "proved", 1, None),
        ("invalid-table-class", "products", "proved", 2, None),
        ("invalid-table-class", "sessions", "proved", 1, None),
        ("missing-index", "products", "proved", 1, None),
        ("missing-tags", "products", "proved", 2, None),
        ("missing-tags", "sessions", "proved", 2, None),
        ("missing-ttl", "sessions", "proved", 1, None),
        ("no-deletion-protection", "products", "refuted", 3, {}),
        ("no-deletion-protection", "sessions", "refuted", 1, {}),
        ("no-point-in-time-recovery", "products", "refuted", 2, {"enable_point_in_time_recovery": False}),
        ("no-point-in-time-recovery", "sessions", "refuted", 2, {"enable_point_in_time_recovery": False}),
        ("no-throttle-alarm", "products", "proved", 1, None),
        ("silent-alarm", "products_read_throttle", "refuted", 1, {}),
        ("silent-alarm", "products_write_throttle", "refuted", 1, {}),
        ("unencrypted-table", "products", "proved", 1, None),
        ("unencrypted-table", "sessions", "proved", 1, None),
        ("unwatched-index", "products", "refuted", 1, {}),
        ("wrong-index", "products", "proved", 1, None),
        ("wrong-primary-key", "products", "proved", 1, None),
        ("wrong-primary-key", "sessions", "proved", 1, None),
        ("wrong-table-name", "products", "refuted", 2, {"environment_name": ""}),
        ("wrong-table-name", "sessions", "refuted", 2, {"environment_name": ""}),
    ]


@pytest.mark.parametrize(
    ("rule", "depends_on", "line"),
    [
        ("capacity-mismatch", ("billing_mode", "read_capacity", "write_capacity"), 22),
        ("no-point-in-time-recovery", ("enable_point_in_time_recovery",), 34),
        ("wrong-table-name", ("environment_name",), 1),
    ],
)
def test_the_variable_to_guard(rule: str, depends_on: tuple[str, ...], line: int, specification: ProofReport) -> None:
    proof = next(each for each in specification.proofs if each.rule == rule and each.address.endswith("products"))
    place = proof.location and (proof.location.file.rpartition("/")[2], proof.location.line)
    assert (proof.depends_on, place) == (depends_on, ("variables.tf", line))


def test_every_proof_of_the_reference_module_is_decided_in_time() -> None:
    proved(REFERENCE)
    start = process_time()
    report = proved(REFERENCE)
    assert process_time() - start < 2
    assert report.count(Verdict.UNDECIDED) == 0
    refuted = {proof.rule for proof in report.proofs if proof.verdict is Verdict.REFUTED and proof.severity.value == "error"}
    assert refuted == {"no-point-in-time-recovery"}


def test_recovery_that_the_caller_may_switch_off_is_waived() -> None:
    waived = [(proof.rule, proof.address, proof.waiver.reason) for proof in proved(REFERENCE).proofs if proof.waiver]
    assert waived == [
        ("no-point-in-time-recovery", f"aws_dynamodb_table.{table}", "the specification lets the caller switch recovery off")
        for table in ("products", "sessions")
    ]


def test_a_check_reports_no_notice_about_the_waiver_of_a_proof() -> None:
    for path, given in ((REFERENCE, {"environment_name": "dev"}), (ROOT / "Infrastructure", {})):
        report = dyncheck.check(path, variables=given)
        assert [notice for checked in report.inputs for notice in checked.notices] == []
        found = {(result.rule, result.status) for result in report.results if result.rule in ("unguarded-input", "interface-drift")}
        assert found == {("interface-drift", Status.PASS)}


def test_the_unguarded_input_that_the_specification_allows_is_waived() -> None:
    assert [(result.rule, result.address, result.status) for result in proved(REFERENCE).unguarded] == [
        ("unguarded-input", "var.enable_point_in_time_recovery", Status.WAIVED)
    ]
