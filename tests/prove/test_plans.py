"""Compares proofs with plans of the real Terraform: no recorded plan breaks a proved rule."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dyncheck.catalog.rules import all_rules
from dyncheck.errors import InputError
from dyncheck.model import without_keys
from dyncheck.prove.prover import prove_module
from dyncheck.prove.report import Verdict
from tests.readers.hcl.parity.law import ELSEWHERE
from tests.recording.record_parity import GENERATIONS, Recorded, read_cases, write_files
from tests.support.samples import every

RECORDED = tuple(recorded for generation in GENERATIONS for recorded in read_cases(generation))
# All cases take minutes. Run them after a change to the proofs.
SAMPLE = RECORDED[::6]


def contradictions(recorded: Recorded, directory: Path) -> Iterator[str]:
    """The rules that are proved on the root module of a case, but fail on its plan."""
    root = write_files(recorded.case, directory)
    try:
        report = prove_module(str(root), all_rules(), all_rules())
    except InputError as error:
        if "has no DynamoDB table" not in str(error):
            yield str(error)
        return
    proved = {(proof.rule, proof.address) for proof in report.proofs if proof.verdict is Verdict.PROVED}
    for rule, address, status in recorded.verdicts:
        if status == "fail" and rule != ELSEWHERE and (rule, without_keys(address)) in proved:
            yield f"{rule} on {address} is proved, and fails on the plan"


@pytest.mark.parametrize("recorded", every(4, SAMPLE), ids=lambda recorded: f"seed-{recorded.seed:04}")
def test_no_plan_breaks_a_proved_rule(recorded: Recorded, tmp_path: Path) -> None:
    assert list(contradictions(recorded, tmp_path)) == []
