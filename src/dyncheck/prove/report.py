"""The result of proofs: for each rule and resource of a module whether any input breaks the rule, and which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from msgspec import Struct

from dyncheck.checking.exit_code import CLEAN, FINDINGS, OnUnknown
from dyncheck.findings import Result, Waiver
from dyncheck.model import Location, Place
from dyncheck.rule import Severity


class Verdict(Enum):
    """The verdict of a proof."""

    REFUTED = "refuted"
    UNDECIDED = "undecided"
    PROVED = "proved"


class Counterexample(Struct, frozen=True):
    """Inputs of a module with which a resource breaks a rule, evaluated with exactly these values.

    `inputs` break the rule, by name, in JSON. `others` are harmless values for the other inputs without a default. `arguments` are all
    of them as options of `terraform plan` (empty if that is impossible), `call` as a module call. `message` is the problem of
    the rule. `replay` is the result of the real `terraform plan`, empty without `--replay`.
    """

    inputs: Mapping[str, Any]
    others: Mapping[str, Any]
    message: str
    arguments: tuple[str, ...]
    call: str
    replay: str = ""

    @property
    def given(self) -> dict[str, Any]:
        """All inputs of the module call."""
        return {**self.others, **self.inputs}


class Proof(Struct, frozen=True):
    """The proof of one rule on one resource block; the address has no instance keys.

    `cases` is the number of allowed cases that the inputs are divided into, `depends_on` are the variables that they differ in.
    `reason` says why the proof is undecided. `guard` is the variable to guard, empty if the rule breaks without any input.
    `location` is that variable, or the place of a value that no input changes. A waiver may be at any of `places`.
    """

    rule: str
    severity: Severity
    address: str
    verdict: Verdict
    cases: int
    depends_on: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    reason: str = ""
    guard: str = ""
    location: Location | None = None
    places: tuple[Place, ...] = ()
    waiver: Waiver | None = None


class ProofReport(Struct, frozen=True):
    """All proofs of one module.

    `unguarded` are the results of the rule `unguarded-input`: the refuted proofs, grouped by the input that breaks the rule.
    """

    module: str
    proofs: tuple[Proof, ...]
    unguarded: tuple[Result, ...] = ()
    notices: tuple[str, ...] = ()

    def count(self, verdict: Verdict) -> int:
        """The number of proofs with that verdict that are not waived."""
        return sum(proof.verdict is verdict and proof.waiver is None for proof in self.proofs)

    @property
    def waived(self) -> int:
        """The number of waived proofs."""
        return sum(proof.waiver is not None for proof in self.proofs)


def exit_code_of_proofs(report: ProofReport, fail_on: Severity, unknown: OnUnknown) -> int:
    """0 all proved or waived, 1 refuted at or above `fail_on`."""
    counting = {Verdict.REFUTED, Verdict.UNDECIDED} if unknown == "fail" else {Verdict.REFUTED}
    found = any(proof.verdict in counting and proof.waiver is None and proof.severity.rank <= fail_on.rank for proof in report.proofs)
    return FINDINGS if found else CLEAN
