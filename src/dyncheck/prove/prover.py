"""Proves all rules on all resources of a module, for all inputs that its variables allow."""

from __future__ import annotations

import os
from collections.abc import Iterable
from time import strftime

from msgspec.structs import replace

from dyncheck.catalog.shipped import CONTRACTS
from dyncheck.checking.waivers import Decision, of_comments, waive
from dyncheck.dynamodb import Contract
from dyncheck.errors import InputError
from dyncheck.files import has_terraform_files
from dyncheck.findings import Configured, Result, Status
from dyncheck.prove.report import Proof, ProofReport, Verdict
from dyncheck.prove.search import prove
from dyncheck.prove.study import Study
from dyncheck.prove.unguarded_inputs import unguarded_inputs
from dyncheck.prove.witness import Obligation
from dyncheck.readers.hcl.configuration.files import shown
from dyncheck.rule import Rule


class NothingToProve(InputError):
    """A module without DynamoDB tables."""


def prove_module(
    directory: str,
    rules: tuple[Rule, ...],
    every_rule: tuple[Rule, ...],
    known: tuple[Contract, ...] = CONTRACTS,
    decided: tuple[Decision, ...] = (),
    configuration: Configured | None = None,
) -> ProofReport:
    """Prove the module in a directory. Waivers in comments may name `every_rule`; `decided` are waivers of the `configuration` file.
    `known` are the contracts.

    Raises `NothingToProve` when the module has no table, and `InputError` when there is no module, or it cannot be read.
    """
    if not os.path.isdir(directory) or not has_terraform_files(directory):
        raise InputError(f"{directory} is not a directory with Terraform files. Name the directory of a module.", kind="nothing-to-check")
    real = os.path.realpath(directory)
    study = Study(real, rules, known)
    everything = study.of_cell({})
    if everything.refusal:
        raise InputError(f"{directory} cannot be proved, because Terraform refuses it for all inputs: {everything.refusal}", kind="invalid")
    obligations = {(address, rule.id) for rule in study.rules.values() for address in everything.addresses(rule)}
    found = filter(None, (prove(Obligation(study, study.rules[rule], address)) for address, rule in sorted(obligations)))
    if not everything.inventory.tables:
        raise NothingToProve(
            f"{directory} has no DynamoDB table to prove. Name the directory of a module that has one.", kind="nothing-to-check"
        )
    decisions, wrong = of_comments(everything.case.reading.comments(), every_rule)
    applied = (f"{configuration.path}: {configuration.in_words}",) if configuration else ()
    proofs = tuple(_waived(proof, (*decisions, *decided)) for proof in found)
    return ProofReport(
        module=shown(real),
        proofs=proofs,
        unguarded=tuple(result for rule in rules if rule.is_proved for result in unguarded_inputs(study, proofs, rule)),
        notices=(*applied, *everything.case.reading.notices, *wrong),
    )


def _waived(proof: Proof, decisions: Iterable[Decision]) -> Proof:
    if proof.verdict is Verdict.PROVED:
        return proof
    status = Status.FAIL if proof.verdict is Verdict.REFUTED else Status.UNKNOWN
    for rule in (proof.rule, "unguarded-input"):
        result = Result(rule, status, proof.severity, proof.address, "", places=proof.places)
        (marked,) = waive((result,), decisions, strftime("%Y-%m-%d")).results
        if marked.waiver:
            return replace(proof, waiver=marked.waiver)
    return proof
