"""The inputs of a module that break a rule which holds without them, each once: what the rule `unguarded-input` reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dyncheck.findings import Result, Status
from dyncheck.interface import UnguardedInput
from dyncheck.model import literal
from dyncheck.prove.report import Proof, Verdict
from dyncheck.prove.study import Study
from dyncheck.rule import Rule, Severity


def unguarded_inputs(study: Study, proofs: Iterable[Proof], rule: Rule) -> Iterator[Result]:
    """The results of `rule`, which is about unguarded inputs. They count as waived where all proofs behind them are."""
    grouped: dict[tuple[str, str], list[Proof]] = {}
    for proof in proofs:
        if _is_unguarded(study, proof):
            grouped.setdefault((proof.rule, _inputs(proof)), []).append(proof)
    for (_, inputs), group in sorted(grouped.items(), key=lambda item: (item[1][0].guard, item[0])):
        counted = [proof for proof in group if proof.waiver is None]
        yield from _results(rule, inputs, counted or group)


def _is_unguarded(study: Study, proof: Proof) -> bool:
    """Whether an input breaks a rule of severity error or warning on a resource that exists without the input as well."""
    found = proof.counterexample
    if proof.verdict is not Verdict.REFUTED or proof.severity is Severity.NOTE or found is None or not found.inputs:
        return False
    return study.with_samples(found.others).finding(study.rules[proof.rule], proof.address).applies


def _inputs(proof: Proof) -> str:
    inputs = proof.counterexample.inputs if proof.counterexample else {}
    return ", ".join(f"{name} = {literal(value)}" for name, value in inputs.items())


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
