"""Counterexamples: single inputs with which a rule is broken, replayed with exactly these values, and as few of them as can be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice, zip_longest
from typing import Any

from msgspec import Struct

from dyncheck.model import Problem
from dyncheck.prove.cells import Cell, variable_of, variables_of
from dyncheck.prove.judged import Says
from dyncheck.prove.samples import as_json, candidates, has_default_in
from dyncheck.prove.study import Study
from dyncheck.readers.hcl.configuration.variables import Variable
from dyncheck.rule import Rule

# Inputs that are replayed in search of one that Terraform takes, and of one that breaks a rule that could not be decided.
_MOST_REPLAYS = 60
_MOST_PROBES = 24

Samples = dict[str, Any]


class Witness(Struct, frozen=True):
    """Inputs that break a rule, in JSON, and the problem they make.

    `others` are inputs that have to be given because they have no default, and do not matter. `guards` are the variables of
    `inputs`, the one to guard first.
    """

    inputs: Mapping[str, Any]
    others: Mapping[str, Any]
    problem: Problem
    guards: tuple[str, ...]

    @property
    def rank(self) -> tuple[int, int, str]:
        """The smaller the simpler: few inputs, and no null, which an option of the command line cannot give."""
        return len(self.inputs), sum(value is None for value in self.inputs.values()), str(sorted(self.inputs.items(), key=str))


def find_witness(study: Study, rule: Rule, address: str, cell: Cell) -> Witness | None:
    """Inputs out of a failing cell that Terraform takes, as far as can be told without it; None where none was found."""
    samples = _allowed(study, cell)
    problem = replayed(study, rule, address, samples) if samples is not None else None
    return _smallest(study, rule, address, samples, problem) if samples is not None and problem else None


def probe(study: Study, rule: Rule, address: str, cell: Cell, why: str) -> Witness | None:
    """Inputs out of a cell that could not be decided with which the rule is broken; None where none of a few does.

    `why` says what it depends on: the variables in it are varied.
    """
    for samples in islice(_variations(study, cell, why), _MOST_PROBES):
        if study.with_samples(samples).finding(rule, address).says is Says.FAIL:
            problem = replayed(study, rule, address, samples)
            if problem:
                return _smallest(study, rule, address, samples, problem)
    return None


def _variations(study: Study, cell: Cell, why: str) -> Iterator[Samples]:
    """Likely inputs of a cell, then those that differ from them in one of the variables that matter."""
    pools = {name: candidates(variable, cell, study.spelled) for name, variable in study.variables.items()}
    first: Samples = {}
    for name, variable in study.variables.items():
        if not has_default_in(variable, cell):
            if not pools[name]:
                return
            first[name] = pools[name][0]
    yield first
    matter = [name for name in pools if name in variables_of(cell) or re.search(rf"\bvar\.{name}\b", why)]
    for others in zip_longest(*(pools[name] for name in matter)):
        for name, sample in zip(matter, others, strict=True):
            if sample is not None and sample != first.get(name):
                yield {**first, name: sample}


def replayed(study: Study, rule: Rule, address: str, samples: Samples) -> Problem | None:
    """What the rule says with exactly these inputs; None where it does not certainly fail, or Terraform would refuse them."""
    examined = study.with_samples(samples)
    finding = examined.finding(rule, address)
    if finding.says is not Says.FAIL or examined.refusal or examined.case.problems:
        return None
    return finding.problem


def _allowed(study: Study, cell: Cell) -> Samples | None:
    """Inputs out of a cell that Terraform takes, as likely as can be; None where none were found."""
    pools = {name: candidates(variable, cell, study.spelled) for name, variable in study.variables.items()}
    omitted = {name for name, variable in study.variables.items() if has_default_in(variable, cell)}
    if any(not pool for name, pool in pools.items() if name not in omitted):
        return None
    chosen = dict.fromkeys(pools, 0)
    for _ in range(_MOST_REPLAYS):
        samples = {name: pool[chosen[name]] for name, pool in pools.items() if name not in omitted}
        refusal = study.with_samples(samples).refusal
        if not refusal:
            return samples
        name = _blamed(refusal, samples, pools)
        if name in omitted and pools[name]:
            omitted.discard(name)
        elif name and chosen[name] + 1 < len(pools[name]):
            chosen[name] += 1
        else:
            return None
    return None


def _blamed(refusal: str, samples: Samples, pools: Mapping[str, list[Any]]) -> str:
    """The variable that a refusal is about, else one that has other candidates."""
    named = [word.rstrip(":.,") for word in refusal.split() if word.startswith("var.")]
    for name in map(variable_of, named):
        if name in pools:
            return name
    return next((name for name in samples if len(pools[name]) > 1), "")


def _smallest(study: Study, rule: Rule, address: str, samples: Samples, problem: Problem) -> Witness:
    """The same with as few inputs as still break the rule: each is left out, or where it has no default replaced, if that does."""
    kept = dict(samples)
    others: Samples = {}
    for name in sorted(samples, key=lambda each: _is_literal(samples[each])):
        variable = study.variables[name]
        without = {other: sample for other, sample in kept.items() if other != name}
        if variable.default is not None:
            if found := replayed(study, rule, address, {**without, **others}):
                kept, problem = without, found
            continue
        for sample in candidates(variable, {}, study.spelled)[:6]:
            if sample != samples[name] and replayed(study, rule, address, {**without, **others, name: sample}):
                kept, others = without, {**others, name: samples[name]}
                break
    problem = replayed(study, rule, address, {**kept, **others}) or problem
    guards = tuple(sorted(kept, key=lambda name: (_is_guarded(study.variables[name]), name)))
    return Witness(_as_json(kept), _as_json(others), problem, guards)


def _is_literal(sample: Any) -> bool:
    return isinstance(sample, str)


def _is_guarded(variable: Variable) -> bool:
    """Whether the variable has a validation of its own already."""
    return any(True for _ in variable.block.body.of_type("validation"))


def _as_json(samples: Samples) -> dict[str, Any]:
    return {name: as_json(sample) for name, sample in sorted(samples.items())}
