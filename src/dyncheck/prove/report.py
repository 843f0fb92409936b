"""What a proof found: for each rule and resource of a module whether any input breaks it, and which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from msgspec import Struct

from dyncheck.findings import Result, Waiver
from dyncheck.model import Location, Place
from dyncheck.rule import Severity


class Verdict(Enum):
    """What is proved of one rule on one resource."""

    REFUTED = "refuted"
    UNDECIDED = "undecided"
    PROVED = "proved"


class Counterexample(Struct, frozen=True):
    """Inputs of a module with which a resource breaks a rule; replayed with exactly these values.

    `inputs` are those that it takes, by name, with their values in JSON. `others` are further ones that a call must give, because
    they have no default, with values that do no harm. `arguments` are all of them as options of `terraform plan` (none where they cannot be
    given so), `call` as a module call. `message` is what the rule says then. `replay` says what the real `terraform plan` made of
    it, empty where it was not asked.
    """

    inputs: Mapping[str, Any]
    others: Mapping[str, Any]
    message: str
    arguments: tuple[str, ...]
    call: str
    replay: str = ""

    @property
    def given(self) -> dict[str, Any]:
        """All inputs that the module is given."""
        return {**self.others, **self.inputs}


class Proof(Struct, frozen=True):
    """What is proved of one rule on one resource block; the address has no instance keys.

    `cases` is the number of cases that all inputs were divided into, of those that the variables allow; `depends_on` are the
    variables that they differ in. `reason` says why it is undecided. `guard` is the variable to guard, empty where the rule
    breaks without any input; `location` is that variable, or where the value is written that no input changes. `places` are
    what a waiver may stand at.
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
    """All that is proved of one module.

    `unguarded` are the results of the rule `unguarded-input`: the refuted proofs, grouped by the input that breaks the rule.
    `errors` say what could not be read of the module.
    """

    module: str
    proofs: tuple[Proof, ...]
    unguarded: tuple[Result, ...] = ()
    notices: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    def count(self, verdict: Verdict) -> int:
        """How many proofs have that verdict and are not waived."""
        return sum(proof.verdict is verdict and proof.waiver is None for proof in self.proofs)

    @property
    def waived(self) -> int:
        """How many are waived."""
        return sum(proof.waiver is not None for proof in self.proofs)
