"""A proof that exceeds a limit is undecided, and the report says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from dyncheck.catalog.rules import all_rules
from dyncheck.prove import search
from dyncheck.prove.prover import prove_module
from dyncheck.prove.report import Verdict

RECOVERY = "no-point-in-time-recovery"


def write(directory: Path, switches: int, tables: int = 1) -> None:
    """Tables whose recovery is off only if all of a number of switches are off."""
    names = [f"s{number}" for number in range(switches)]
    variables = "".join(f'variable "{name}" {{\n  type     = bool\n  nullable = false\n}}\n' for name in names)
    enabled = " || ".join(f"var.{name}" for name in names)
    resources = "".join(
        f'resource "aws_dynamodb_table" "t{number}" {{\n  name     = "t"\n  hash_key = "id"\n'
        f"  point_in_time_recovery {{\n    enabled = {enabled}\n  }}\n}}\n"
        for number in range(tables)
    )
    (directory / "main.tf").write_text(variables + resources)


def test_only_inputs_that_matter_are_varied(tmp_path: Path) -> None:
    write(tmp_path, 12)
    rules = tuple(rule for rule in all_rules() if rule.id == RECOVERY)
    (proof,) = prove_module(str(tmp_path), rules, rules).proofs
    # One case for each switch that is on while those before it are off, and the one in which all are off.
    assert (proof.verdict, proof.cases, len(proof.depends_on)) == (Verdict.REFUTED, 13, 12)


def test_a_proof_beyond_the_limit_of_cases_is_undecided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_CASES", 5)
    write(tmp_path, 12)
    rules = tuple(rule for rule in all_rules() if rule.id == RECOVERY)
    (proof,) = prove_module(str(tmp_path), rules, rules).proofs
    assert (proof.verdict, proof.reason) == (
        Verdict.UNDECIDED,
        "too many cases: dyncheck stopped after 5",
    )
