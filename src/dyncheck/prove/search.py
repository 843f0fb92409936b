"""One rule on one resource: divide the inputs into cases until the rule says the same of all of each."""

from __future__ import annotations

import re

from msgspec import Struct

from dyncheck.model import Location, Place, Problem, Question, Unknown
from dyncheck.prove.cells import Cell, split, variable_of
from dyncheck.prove.judged import Says
from dyncheck.prove.report import Counterexample, Proof, Verdict
from dyncheck.prove.spelling import arguments_of, module_call
from dyncheck.prove.study import Obligation, Study
from dyncheck.prove.witness import Witness, find_witness, probe
from dyncheck.readers.hcl.language.values import causes_of, question_of
from dyncheck.rule import Rule

# Cases of one obligation, and those failing, and those undecided, in which a counterexample is sought.
MOST_CASES = 500
_MOST_WITNESSES = 12
_MOST_PROBED = 3


class Leaf(Struct, frozen=True):
    """A case that is decided, or that cannot be."""

    cell: Cell
    says: Says
    witness: Witness | None = None
    unknown: Unknown | None = None


class Search:
    """The case analysis of one obligation."""

    def __init__(self, study: Study, obligation: Obligation) -> None:
        self._study = study
        self._rule: Rule = study.rules[obligation.rule]
        self._address = obligation.address
        self.leaves: list[Leaf] = []
        self.varied: set[str] = set()
        self.looked_at = 0
        self.is_spent = False
        self.applies = False

    def run(self) -> None:
        """Divide all inputs. The cases are looked at in an order that finds simple counterexamples first."""
        waiting: list[Cell] = [{}]
        while waiting:
            if self.looked_at >= MOST_CASES or self._study.is_spent:
                self.is_spent = True
                return
            cell = waiting.pop()
            self.looked_at += 1
            waiting += reversed(self._divided(cell))

    def _divided(self, cell: Cell) -> tuple[Cell, ...]:
        """The cells that one is divided into; none where it is a case of its own, or no input of it is allowed."""
        examined = self._study.examined(cell)
        finding = examined.finding(self._rule, self._address)
        self.applies = self.applies or finding.applies
        if finding.says is Says.PASS and not cell:
            self.leaves.append(Leaf(cell, Says.PASS))
            return ()
        if examined.refusal:
            return ()
        if finding.says is Says.PASS:
            self.leaves.append(Leaf(cell, Says.PASS))
            return ()
        if finding.says is Says.UNKNOWN:
            assert finding.unknown
            parts = self._split(cell, finding.unknown.question) or self._split_by_conditions(cell, str(finding.unknown))
            if not parts:
                witness = self._probed(cell, str(finding.unknown))
                self.leaves.append(Leaf(cell, Says.FAIL if witness else Says.UNKNOWN, witness, finding.unknown))
            return parts
        return self._failing(cell, finding.problem)

    def _probed(self, cell: Cell, why: str) -> Witness | None:
        """A counterexample out of a case that cannot be decided, looked for in the first few of them."""
        if sum(leaf.unknown is not None for leaf in self.leaves) >= _MOST_PROBED:
            return None
        return probe(self._study, self._rule, self._address, cell, why)

    def _failing(self, cell: Cell, problem: Problem | None) -> tuple[Cell, ...]:
        if sum(leaf.witness is not None for leaf in self.leaves) >= _MOST_WITNESSES:
            self.leaves.append(Leaf(cell, Says.FAIL))
            return ()
        witness = find_witness(self._study, self._rule, self._address, cell)
        if witness:
            self.leaves.append(Leaf(cell, Says.FAIL, witness))
            return ()
        # Perhaps nothing of it is allowed; what its conditions depend on tells.
        if parts := self._split_by_conditions(cell):
            return parts
        found = problem.message if problem else "the rule is broken"
        why = Unknown("", f"{found}, unless the validations refuse all such inputs, which could not be told")
        self.leaves.append(Leaf(cell, Says.UNKNOWN, unknown=why))
        return ()

    def _split_by_conditions(self, cell: Cell, why: str = "") -> tuple[Cell, ...]:
        """What a condition that is not decided divides the cell into; with `why`, only where that names its input."""
        for condition in self._study.examined(cell).case.conditions:
            if condition.answer is not None and condition.answer.is_pending:
                question = question_of(causes_of(condition.answer))
                if question and (not why or re.search(rf"\bvar\.{variable_of(question.input)}\b", why)):
                    parts = self._split(cell, question)
                    if parts:
                        return parts
        return ()

    def _split(self, cell: Cell, question: Question | None) -> tuple[Cell, ...]:
        parts = split(cell, question) if question else ()
        if parts and question:
            self.varied.add(variable_of(question.input))
        return parts


def prove(study: Study, obligation: Obligation) -> Proof | None:
    """The verdict on one obligation; None where the rule demands nothing of the resource, whatever the inputs are."""
    search = Search(study, obligation)
    search.run()
    rule = study.rules[obligation.rule]
    witnesses = [leaf.witness for leaf in search.leaves if leaf.witness]
    undecided = [leaf for leaf in search.leaves if leaf.says is Says.UNKNOWN or (leaf.says is Says.FAIL and not witnesses)]
    if not search.applies and not search.is_spent:
        return None
    verdict = Verdict.REFUTED if witnesses else Verdict.UNDECIDED if undecided or search.is_spent else Verdict.PROVED
    best = min(witnesses, key=lambda witness: witness.rank) if witnesses else None
    location, places = _where(study, best, undecided)
    return Proof(
        rule=rule.id,
        severity=rule.severity,
        address=obligation.address,
        verdict=verdict,
        cases=len(search.leaves),
        depends_on=tuple(sorted(search.varied)),
        counterexample=_counterexample(study, best) if best else None,
        reason=_reason(undecided, search) if verdict is Verdict.UNDECIDED else "",
        guard=best.guards[0] if best and best.guards else "",
        location=location,
        places=places,
    )


def _counterexample(study: Study, witness: Witness) -> Counterexample:
    given = {**witness.others, **witness.inputs}
    return Counterexample(
        inputs=witness.inputs,
        others=witness.others,
        message=witness.problem.message,
        arguments=arguments_of(study.variables, given),
        call=module_call(study.source, given),
    )


def _reason(undecided: list[Leaf], search: Search) -> str:
    if search.is_spent:
        return f"there are more cases than dyncheck looks at: it looked at {search.looked_at} of them, and gave up"
    return str(undecided[0].unknown or "cannot be told")


def _where(study: Study, best: Witness | None, undecided: list[Leaf]) -> tuple[Location | None, tuple[Place, ...]]:
    """The variable to guard, or the place that no input changes; and all that a waiver of it may stand at."""
    if best is None:
        reason = next((leaf.unknown for leaf in undecided if leaf.unknown and leaf.unknown.location), None)
        return (reason.location if reason else None), ()
    places = list(best.problem.places)
    for name in best.guards:
        span = study.variables[name].block.header
        places.append(Place("block", span.file, span.line, study.variables[name].block.body.span.end_line))
    if not best.guards:
        return best.problem.location, tuple(places)
    header = study.variables[best.guards[0]].block.header
    return Location(header.file, header.line, header.end_line), tuple(places)
