"""Proofs as JSON, version 1: the same bytes for the same module. `proofs.schema.json` is generated from the types below."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType
from msgspec.json import encode

from dyncheck.findings import Result, Waiver
from dyncheck.model import Location
from dyncheck.prove.report import Proof, ProofReport, Verdict
from dyncheck.reporters.safe import safe_json


class WaiverEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a refutation, or an undecided proof, is accepted; `source` is the place of the waiver."""

    reason: str
    source: str


class ProofEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One rule on one resource.

    `cases` is the number of cases that the inputs are divided into, `depends_on` are the variables that they differ in. The
    values of `inputs` break the rule; `others` are values for the other required variables. `arguments` are
    both as options of `terraform plan`, `call` as a module call. `reason` says why a proof is undecided, or how a refuted
    rule is broken. `replay` is the result of `terraform plan`; it exists only with `--replay`.
    """

    rule: str
    address: str
    severity: Literal["error", "warning", "note"]
    verdict: Literal["proved", "refuted", "undecided"]
    cases: int
    depends_on: tuple[str, ...]
    inputs: dict[str, Any]
    others: dict[str, Any]
    reason: str
    location: Location | None
    arguments: tuple[str, ...] = ()
    call: str = ""
    replay: str | UnsetType = UNSET
    waiver: WaiverEntry | UnsetType = UNSET


class UnguardedEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One finding of the rule `unguarded-input`: `address` is the variable to guard, `message` says what the input breaks."""

    rule: str
    address: str
    severity: Literal["error", "warning", "note"]
    message: str
    fix: str
    location: Location | None
    waiver: WaiverEntry | UnsetType = UNSET


class SummaryEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """The number of proofs with each verdict; a waived proof counts only as waived."""

    proved: int
    refuted: int
    undecided: int
    waived: int


class ProofsEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """All proofs of one module, and the inputs to guard (`unguarded`)."""

    version: Literal[1]
    module: str
    summary: SummaryEntry
    results: tuple[ProofEntry, ...]
    unguarded: tuple[UnguardedEntry, ...] = ()
    notices: tuple[str, ...] | UnsetType = UNSET


def proofs_as_json(report: ProofReport) -> str:
    """The proofs, one line for each."""
    head = ProofsEntry(
        version=1,
        module=report.module,
        summary=SummaryEntry(report.count(Verdict.PROVED), report.count(Verdict.REFUTED), report.count(Verdict.UNDECIDED), report.waived),
        results=(),
        unguarded=tuple(map(_unguarded, report.unguarded)),
        notices=report.notices or UNSET,
    )
    before, after = encode(head).decode("utf-8").split('"results":[]')
    lines = ",\n".join(encode(_entry(proof)).decode() for proof in report.proofs)
    return safe_json(f'{before}"results":[\n{lines}]{after}\n' if lines else f'{before}"results":[]{after}\n')


def _entry(proof: Proof) -> ProofEntry:
    found = proof.counterexample
    return ProofEntry(
        rule=proof.rule,
        address=proof.address,
        severity=proof.severity.value,
        verdict=proof.verdict.value,
        cases=proof.cases,
        depends_on=proof.depends_on,
        inputs=dict(found.inputs) if found else {},
        others=dict(found.others) if found else {},
        reason=found.message if found else proof.reason,
        location=proof.location,
        arguments=found.arguments if found else (),
        call=found.call if found else "",
        replay=(found.replay if found else "") or UNSET,
        waiver=_waiver(proof.waiver),
    )


def _unguarded(result: Result) -> UnguardedEntry:
    return UnguardedEntry(
        rule=result.rule,
        address=result.address,
        severity=result.severity.value,
        message=result.message,
        fix=result.fix,
        location=result.location,
        waiver=_waiver(result.waiver),
    )


def _waiver(waiver: Waiver | None) -> WaiverEntry | UnsetType:
    return WaiverEntry(waiver.reason, waiver.source) if waiver else UNSET
