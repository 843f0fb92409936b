"""What every report on proofs for people says of one proof: the words for its verdict, and the input that breaks the rule."""

from __future__ import annotations

from typing import Any

from msgspec.json import encode

from dyncheck.prove.report import Proof, ProofReport, Verdict

HEADINGS = ("rule", "verdict", "cases", "breaking input")
BY_DEFAULT = "none needed: it breaks by default"


def verdict_of(proof: Proof) -> str:
    """The verdict in a word or two."""
    return f"{proof.verdict.value}, waived" if proof.waiver else proof.verdict.value


def breaking_input(proof: Proof) -> str:
    """The inputs that break the rule, in short; empty where none does."""
    if proof.counterexample is None:
        return ""
    given = ", ".join(f"{name} = {short(value)}" for name, value in proof.counterexample.inputs.items())
    return given or BY_DEFAULT


def short(value: Any) -> str:
    """A value in JSON on one line."""
    return encode(value).decode()


def number_of(report: ProofReport) -> str:
    """How many proofs there are, in words."""
    return "1 proof" if len(report.proofs) == 1 else f"{len(report.proofs)} proofs"


def sum_of(report: ProofReport) -> str:
    """How many proofs have which verdict."""
    counts = [f"{report.count(verdict)} {verdict.value}" for verdict in (Verdict.PROVED, Verdict.REFUTED, Verdict.UNDECIDED)]
    return ", ".join([*counts, *([f"{report.waived} waived"] if report.waived else [])])


def by_address(report: ProofReport) -> dict[str, list[Proof]]:
    """The proofs of each resource: what is refuted first, the worst before the others."""
    order = list(Verdict)
    found: dict[str, list[Proof]] = {}
    for proof in sorted(
        report.proofs, key=lambda each: (each.waiver is not None, order.index(each.verdict), each.severity.rank, each.rule)
    ):
        found.setdefault(proof.address, []).append(proof)
    return dict(sorted(found.items()))
