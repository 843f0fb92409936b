"""Reports: new findings, folded findings, and fingerprints without line numbers."""

from __future__ import annotations

from msgspec.structs import replace

from dyncheck.findings import Comparison, Input, Report, Result, Status
from dyncheck.findings.folding import Finding, folded
from dyncheck.model import Location
from dyncheck.rule import Severity

RESULT = Result(
    rule="no-point-in-time-recovery",
    status=Status.FAIL,
    severity=Severity.ERROR,
    address='module.shop["a"].aws_dynamodb_table.orders',
    message="Point-in-time recovery is off",
    attribute="point_in_time_recovery.enabled",
    location=Location("shop/main.tf", 3, 9),
)
OF_B = replace(RESULT, address='module.shop["b"].aws_dynamodb_table.orders')
ELSEWHERE = replace(RESULT, location=Location("other/main.tf", 3, 9))


def test_a_fingerprint_depends_on_input_environment_rule_address_and_attribute_and_not_on_lines() -> None:
    moved = replace(RESULT, location=Location("shop/tables.tf", 30, 39), message="Recovery is off", status=Status.UNKNOWN)
    others = [OF_B, replace(RESULT, rule="unencrypted-table"), replace(RESULT, attribute="point_in_time_recovery")]
    others += [replace(RESULT, origin="envs/dev"), replace(RESULT, environment="dev"), replace(RESULT, occurrence=2)]
    assert moved.fingerprint == RESULT.fingerprint == "eadc09ae2efb5241"
    assert RESULT.fingerprint not in {other.fingerprint for other in others}


def test_findings_of_one_block_are_folded_into_one_with_all_addresses() -> None:
    inputs = (Input("dev", "hcl", "", results=(RESULT, OF_B)), Input("prod", "hcl", "", results=(RESULT, ELSEWHERE)))
    assert folded(inputs) == (
        (Finding(RESULT, (OF_B.address, f"prod: {RESULT.address}")),),
        (Finding(ELSEWHERE),),
    )


def test_results_of_a_shared_block_count_for_each_input() -> None:
    report = Report((Input("dev", "hcl", "", results=(RESULT,)), Input("prod", "hcl", "", results=(RESULT, ELSEWHERE))))
    assert report.results == (RESULT, RESULT, ELSEWHERE)


def test_a_finding_is_new_unless_the_baseline_has_it() -> None:
    report = Report((Input("plan.json", "plan", "", results=(RESULT, OF_B)),))
    compared = replace(report, comparison=Comparison("old.json", open=frozenset({RESULT.fingerprint})))
    assert [report.is_new(result) for result in report.results] == [True, True]
    assert [compared.is_new(result) for result in compared.results] == [False, True]
