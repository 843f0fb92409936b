"""What takes too long is said to, and is never passed off as a proof."""

from __future__ import annotations

from pathlib import Path

import pytest

from dyncheck.catalog.rules import all_rules
from dyncheck.prove import search
from dyncheck.prove.prover import prove_module
from dyncheck.prove.report import Verdict

RECOVERY = "no-point-in-time-recovery"


def write(directory: Path, switches: int, tables: int = 1) -> None:
    """Tables whose recovery depends on so many switches, all of which must be off for it to be off."""
    names = [f"s{number}" for number in range(switches)]
    variables = "".join(f'variable "{name}" {{\n  type     = bool\n  nullable = false\n}}\n' for name in names)
    enabled = " || ".join(f"var.{name}" for name in names)
    resources = "".join(
        f'resource "aws_dynamodb_table" "t{number}" {{\n  name     = "t"\n  hash_key = "id"\n'
        f"  point_in_time_recovery {{\n    enabled = {enabled}\n  }}\n}}\n"
        for number in range(tables)
    )
    (directory / "main.tf").write_text(variables + resources)


def test_only_the_inputs_that_matter_cost_anything(tmp_path: Path) -> None:
    write(tmp_path, 12)
    rules = tuple(rule for rule in all_rules() if rule.id == RECOVERY)
    (proof,) = prove_module(str(tmp_path), rules, rules).proofs
    # One case for each switch that is on while those before it are off, and the one in which all are off.
    assert (proof.verdict, proof.cases, len(proof.depends_on)) == (Verdict.REFUTED, 13, 12)


def test_a_spent_budget_is_no_proof(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_CASES", 5)
    write(tmp_path, 12)
    rules = tuple(rule for rule in all_rules() if rule.id == RECOVERY)
    (proof,) = prove_module(str(tmp_path), rules, rules).proofs
    assert (proof.verdict, proof.reason) == (
        Verdict.UNDECIDED,
        "too many cases: dyncheck stopped after 5",
    )
