"""Counterexamples: single inputs that break a rule, evaluated with exactly these values, and as few inputs as possible."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, zip_longest
from typing import Any

from msgspec import Struct

from dyncheck.model import Problem
from dyncheck.prove.cells import Cell, variable_of
from dyncheck.prove.samples import candidates, has_default_in
from dyncheck.prove.study import Study
from dyncheck.readers.hcl.language.values import as_value, plain
from dyncheck.rule import Rule

# Inputs that are evaluated to find some that Terraform accepts, and to find some that break an undecided rule.
_MOST_REFUSED = 60
_MOST_PROBES = 24

Samples = dict[str, Any]


class Obligation(Struct, frozen=True):
    """One thing to prove: a rule on a resource block of a module."""

    study: Study
    rule: Rule
    address: str

    def problem(self, samples: Samples) -> Problem | None:
        """The problem with exactly these inputs; None if the rule does not certainly fail, or Terraform would refuse them."""
        judged = self.study.of_samples(samples)
        problems = judged.judgement(self.rule, self.address).problems
        return problems[0] if problems and not judged.refusal and not judged.case.problems else None


class Witness(Struct, frozen=True):
    """Inputs in JSON that break a rule, and the problem.

    `others` are inputs without a default, whose values do not matter. `guards` are the variables of `inputs`, the one to guard first.
    """

    inputs: Mapping[str, Any]
    others: Mapping[str, Any]
    problem: Problem
    guards: tuple[str, ...]

    @property
    def rank(self) -> tuple[int, int, str]:
        """Lower is simpler: few inputs, and no null, which an option of the command line cannot give."""
        return len(self.inputs), sum(value is None for value in self.inputs.values()), str(sorted(self.inputs.items(), key=str))


def find_witness(obligation: Obligation, cell: Cell) -> Witness | None:
    """Inputs of a failing cell that Terraform seems to accept; None if none were found."""
    return _first_breaking(obligation, _accepted(obligation.study, cell))


def probe(obligation: Obligation, cell: Cell, why: str) -> Witness | None:
    """Inputs of an undecided cell that break the rule, of a few that are tried. The variables named in `why` are varied."""
    return _first_breaking(obligation, islice(_variations(obligation.study, cell, why), _MOST_PROBES))


def _first_breaking(obligation: Obligation, tried: Iterable[Samples]) -> Witness | None:
    for samples in tried:
        if problem := obligation.problem(samples):
            return _smallest(obligation, samples, problem)
    return None


def _pools(study: Study, cell: Cell) -> tuple[dict[str, list[Any]], set[str]] | None:
    """Candidates for each variable, and the variables whose default is in the cell; None if a variable has neither."""
    pools = {name: candidates(variable, cell, study.texts) for name, variable in study.variables.items()}
    omitted = {name for name, variable in study.variables.items() if has_default_in(variable, cell)}
    return (pools, omitted) if all(pool or name in omitted for name, pool in pools.items()) else None


def _variations(study: Study, cell: Cell, why: str) -> Iterator[Samples]:
    """Likely inputs of a cell, then inputs that differ from them in one variable that matters."""
    if (found := _pools(study, cell)) is None:
        return
    pools, omitted = found
    first = {name: pool[0] for name, pool in pools.items() if name not in omitted}
    yield first
    varied = set(map(variable_of, cell))
    matter = [name for name in pools if name in varied or re.search(rf"\bvar\.{name}\b", why)]
    for row in zip_longest(*(pools[name] for name in matter)):
        for name, sample in zip(matter, row, strict=True):
            if sample is not None and sample != first.get(name):
                yield {**first, name: sample}


def _accepted(study: Study, cell: Cell) -> Iterator[Samples]:
    """The likeliest inputs of a cell that Terraform accepts, if any are found."""
    if (found := _pools(study, cell)) is None:
        return
    pools, omitted = found
    chosen = dict.fromkeys(pools, 0)
    for _ in range(_MOST_REFUSED):
        samples = {name: pool[chosen[name]] for name, pool in pools.items() if name not in omitted}
        refusal = study.of_samples(samples).refusal
        if not refusal:
            yield samples
            return
        name = _blamed(refusal, samples, pools)
        if name in omitted and pools[name]:
            omitted.discard(name)
        elif name and chosen[name] + 1 < len(pools[name]):
            chosen[name] += 1
        else:
            return


def _blamed(refusal: str, samples: Samples, pools: Mapping[str, list[Any]]) -> str:
    """The variable that a refusal names, or one with other candidates."""
    named = (variable_of(word.rstrip(":.,")) for word in refusal.split() if word.startswith("var."))
    return next((name for name in named if name in pools), "") or next((name for name in samples if len(pools[name]) > 1), "")


def _smallest(obligation: Obligation, samples: Samples, problem: Problem) -> Witness:
    """The fewest inputs that still break the rule. An input without a default does not matter if another value also breaks it."""
    variables = obligation.study.variables
    kept = samples
    others: Samples = {}
    for name in sorted(samples, key=lambda each: isinstance(samples[each], str)):
        rest = {other: sample for other, sample in kept.items() if other != name}
        if variables[name].default is not None:
            kept = rest if obligation.problem({**rest, **others}) else kept
            continue
        for sample in candidates(variables[name], {}, obligation.study.texts)[:6]:
            if sample != samples[name] and obligation.problem({**rest, **others, name: sample}):
                kept, others = rest, {**others, name: samples[name]}
                break
    # A variable without a validation is to be guarded first.
    guards = sorted(kept, key=lambda name: (any(True for _ in variables[name].block.body.of_type("validation")), name))
    return Witness(_as_json(kept), _as_json(others), obligation.problem({**kept, **others}) or problem, tuple(guards))


def _as_json(samples: Samples) -> dict[str, Any]:
    return {name: plain(as_value(sample)) for name, sample in sorted(samples.items())}
