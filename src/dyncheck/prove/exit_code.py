"""From the proofs of a module to an exit code."""

from __future__ import annotations

from dyncheck.checking.exit_code import CLEAN, FINDINGS, NOT_CHECKED, OnUnknown
from dyncheck.prove.report import ProofReport, Verdict
from dyncheck.rule import Severity


def exit_code_of_proofs(report: ProofReport, fail_on: Severity, unknown: OnUnknown) -> int:
    """0 all proved or waived, 1 something refuted at or above `fail_on`, 3 when something could not be read."""
    if report.errors:
        return NOT_CHECKED
    counting = {Verdict.REFUTED, Verdict.UNDECIDED} if unknown is OnUnknown.FAIL else {Verdict.REFUTED}
    found = any(proof.verdict in counting and proof.waiver is None and proof.severity.rank <= fail_on.rank for proof in report.proofs)
    return FINDINGS if found else CLEAN
