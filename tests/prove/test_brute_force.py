"""Compares proofs with brute force: recorded modules with every input in small domains tried."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dyncheck.catalog.rules import all_rules
from dyncheck.errors import InputError
from dyncheck.prove.prover import prove_module
from dyncheck.prove.report import Proof, Verdict
from tests.prove.brute_force import broken
from tests.recording.record_proof_cases import recorded
from tests.support.samples import every

CASES = list(recorded())
# Some expressions, such as the sum of an input and a number, leave proofs undecided.
MOST_UNDECIDED = 0.03


def proofs_of(directory: Path, module: str) -> tuple[Proof, ...]:
    """All proofs of a module in one file."""
    (directory / "main.tf").write_text(module)
    return prove_module(str(directory), all_rules(), all_rules()).proofs


def contradictions(directory: Path, case: dict[str, Any]) -> list[str]:
    """The contradictions between proofs and brute force on one module."""
    found = []
    try:
        proofs = proofs_of(directory, case["module"])
    except InputError as error:
        return [f"{case['allowed']} inputs are allowed, but: {error}"] if case["allowed"] else []
    for proof in proofs:
        breaking = case["breaking"].get(f"{proof.rule} {proof.address}", 0)
        what = f"{proof.rule} on {proof.address} is {proof.verdict.value}, and {breaking} of {case['allowed']} inputs break it"
        if proof.verdict is Verdict.PROVED and breaking:
            found.append(what)
        if proof.verdict is Verdict.REFUTED:
            assert proof.counterexample
            given = proof.counterexample.given
            if (case["finite"] and not breaking) or (proof.rule, proof.address) not in (broken(directory, given) or ()):
                found.append(f"{what}: {given}")
    named = {f"{proof.rule} {proof.address}" for proof in proofs}
    return [*found, *(f"there is no proof of {key}" for key in case["breaking"] if key not in named)]


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 500


@pytest.mark.parametrize("start", every(4, range(0, len(CASES), 20)))
def test_no_verdict_contradicts_brute_force(start: int, tmp_path: Path) -> None:
    wrong = [f"seed {case['seed']}: {what}" for case in CASES[start : start + 20] for what in contradictions(tmp_path, case)]
    assert wrong == []


def test_few_proofs_are_undecided(tmp_path: Path) -> None:
    verdicts = [proof.verdict for case in CASES[::5] if case["allowed"] for proof in proofs_of(tmp_path, case["module"])]
    assert verdicts.count(Verdict.UNDECIDED) / len(verdicts) < MOST_UNDECIDED
