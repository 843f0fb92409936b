"""The results of the rule `unguarded-input`: each input of a module that breaks a rule which holds without it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dyncheck.findings import Result, Status
from dyncheck.interface import UnguardedInput
from dyncheck.model import literal
from dyncheck.prove.report import Proof
from dyncheck.prove.study import Study
from dyncheck.rule import Rule, Severity


def unguarded_inputs(study: Study, proofs: Iterable[Proof], rule: Rule) -> Iterator[Result]:
    """The results of `rule`, the one about unguarded inputs. A result is waived if all proofs behind it are."""
    grouped: dict[tuple[str, str], list[Proof]] = {}
    for proof in proofs:
        if inputs := _breaking(study, proof):
            grouped.setdefault((proof.rule, inputs), []).append(proof)
    for (_, inputs), group in sorted(grouped.items(), key=lambda item: (item[1][0].guard, item[0])):
        yield from _results(rule, inputs, [proof for proof in group if proof.waiver is None] or group)


def _breaking(study: Study, proof: Proof) -> str:
    """The input that breaks a rule of severity error or warning on a resource that also exists without it; else empty."""
    found = proof.counterexample
    if found is None or not found.inputs or proof.severity is Severity.NOTE:
        return ""
    if not study.of_samples(found.others).judgement(study.rules[proof.rule], proof.address).applies:
        return ""
    return ", ".join(f"{name} = {literal(value)}" for name, value in found.inputs.items())


def _results(rule: Rule, inputs: str, proofs: list[Proof]) -> Iterator[Result]:
    first = proofs[0]
    unguarded = UnguardedInput(
        address=f"var.{first.guard}",
        variable=first.guard,
        rule=first.rule,
        values=inputs,
        addresses=tuple(proof.address for proof in proofs),
        location=first.location,
        places=tuple(dict.fromkeys(place for proof in proofs for place in proof.places)),
    )
    for problem in rule.check(unguarded):
        yield Result(
            rule=rule.id,
            status=Status.WAIVED if first.waiver else Status.FAIL,
            severity=rule.severity,
            address=problem.address,
            message=problem.message,
            attribute=problem.path,
            summary=problem.summary,
            fix=problem.fix,
            table=problem.address,
            location=problem.location,
            places=problem.places,
            waiver=first.waiver,
        )
