"""The parts that the text and the Markdown report have in common: verdict, breaking input, totals, order."""

from __future__ import annotations

from msgspec.json import encode

from dyncheck.model import Location
from dyncheck.prove.report import Proof, ProofReport, Verdict

HEADINGS = ("rule", "verdict", "cases", "breaking input")


def verdict_of(proof: Proof) -> str:
    """The verdict in a word or two."""
    return f"{proof.verdict.value}, waived" if proof.waiver else proof.verdict.value


def breaking_input(proof: Proof) -> str:
    """The inputs that break the rule, in short; empty if none do."""
    if proof.counterexample is None:
        return ""
    inputs = proof.counterexample.inputs
    return ", ".join(f"{name} = {encode(value).decode()}" for name, value in inputs.items()) or "none needed: it breaks by default"


def place(location: Location | None) -> str:
    """The file and the line; empty if there is no location."""
    return f"{location.file}:{location.line}" if location else ""


def totals(report: ProofReport, scope: str = "") -> str:
    """The number of proofs, and of those with each verdict."""
    number = "1 proof" if len(report.proofs) == 1 else f"{len(report.proofs)} proofs"
    counts = [f"{report.count(verdict)} {verdict.value}" for verdict in (Verdict.PROVED, Verdict.REFUTED, Verdict.UNDECIDED)]
    return f"{number}{scope}: {', '.join([*counts, *([f'{report.waived} waived'] if report.waived else [])])}"


def in_order(report: ProofReport) -> list[Proof]:
    """The proofs by address; at one address waived ones last, then by verdict, severity and rule."""
    order = list(Verdict)
    return sorted(
        report.proofs,
        key=lambda each: (each.address, each.waiver is not None, order.index(each.verdict), each.severity.rank, each.rule),
    )
