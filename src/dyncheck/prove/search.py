"""Proves one rule on one resource: divides the inputs into cases until the rule has one answer for each case."""

from __future__ import annotations

import re

from dyncheck.model import Location, Place, Problem, Question, Unknown
from dyncheck.prove.cells import Cell, split, variable_of
from dyncheck.prove.report import Counterexample, Proof, Verdict
from dyncheck.prove.spelling import arguments_of, module_call
from dyncheck.prove.study import Study
from dyncheck.prove.witness import Obligation, Witness, find_witness, probe
from dyncheck.readers.hcl.language.values import causes_of, question_of

# Limits for one obligation: cases; failing cases and undecided cases in which a counterexample is searched.
MOST_CASES = 500
_MOST_WITNESSES = 12
_MOST_PROBED = 3


def prove(obligation: Obligation) -> Proof | None:
    """The verdict on one obligation; None if the rule has no demand on the resource for any input."""
    search = _Search(obligation)
    search.run()
    return search.proof() if search.applies or search.is_exhausted else None


class _Search:
    """The case analysis of one obligation."""

    def __init__(self, obligation: Obligation) -> None:
        self._obligation = obligation
        self._study = obligation.study
        self._cases = 0
        self._examined = 0
        self._uncertain = 0
        self._varied: set[str] = set()
        self._witnesses: list[Witness] = []
        # The reasons of undecided cases.
        self._unknowns: list[Unknown] = []
        self.is_exhausted = False
        self.applies = False

    def run(self) -> None:
        """Divide all inputs, in an order that finds simple counterexamples first."""
        waiting: list[Cell] = [{}]
        while waiting:
            if self._examined >= MOST_CASES or self._study.is_exhausted:
                self.is_exhausted = True
                return
            self._examined += 1
            waiting += reversed(self._divided(waiting.pop()))

    def _divided(self, cell: Cell) -> tuple[Cell, ...]:
        """The cells to examine instead of one; empty if the cell is a case of its own, or no input of it is allowed."""
        judged = self._study.of_cell(cell)
        judgement = judged.judgement(self._obligation.rule, self._obligation.address)
        self.applies = self.applies or judgement.applies
        if judged.refusal:
            return ()
        if judgement.problems:
            return self._failing(cell, judgement.problems[0])
        if judgement.unknown:
            return self._undecided(cell, judgement.unknown)
        self._cases += 1
        return ()

    def _undecided(self, cell: Cell, unknown: Unknown) -> tuple[Cell, ...]:
        if parts := self._split(cell, unknown.question) or self._split_by_conditions(cell, str(unknown)):
            return parts
        witness = probe(self._obligation, cell, str(unknown)) if self._uncertain < _MOST_PROBED else None
        self._cases += 1
        self._uncertain += 1
        if witness:
            self._witnesses.append(witness)
        else:
            self._unknowns.append(unknown)
        return ()

    def _failing(self, cell: Cell, problem: Problem) -> tuple[Cell, ...]:
        if len(self._witnesses) < _MOST_WITNESSES:
            if witness := find_witness(self._obligation, cell):
                self._witnesses.append(witness)
            # Perhaps Terraform refuses all of these inputs. A condition that depends on them decides it.
            elif parts := self._split_by_conditions(cell):
                return parts
            else:
                self._uncertain += 1
                self._unknowns.append(
                    Unknown("", f"{problem.message}, unless the validations refuse all such inputs, which dyncheck cannot determine")
                )
        self._cases += 1
        return ()

    def _split_by_conditions(self, cell: Cell, why: str = "") -> tuple[Cell, ...]:
        """Divide by a condition of the configuration that is not decided; with `why`, only by an input that it names."""
        for condition in self._study.of_cell(cell).case.conditions:
            if condition.answer is not None and condition.answer.is_pending:
                question = question_of(causes_of(condition.answer))
                is_named = question and (not why or re.search(rf"\bvar\.{variable_of(question.input)}\b", why))
                if is_named and (parts := self._split(cell, question)):
                    return parts
        return ()

    def _split(self, cell: Cell, question: Question | None) -> tuple[Cell, ...]:
        parts = split(cell, question) if question else ()
        if parts and question:
            self._varied.add(variable_of(question.input))
        return parts

    def proof(self) -> Proof:
        """The verdict, with the simplest counterexample."""
        rule, study = self._obligation.rule, self._study
        best = min(self._witnesses, key=lambda witness: witness.rank, default=None)
        is_proved = not (best or self._unknowns or self.is_exhausted)
        reason = f"too many cases: dyncheck stopped after {self._examined}" if self.is_exhausted else "".join(map(str, self._unknowns[:1]))
        location, places = _where(study, best) if best else (next((each.location for each in self._unknowns if each.location), None), ())
        return Proof(
            rule=rule.id,
            severity=rule.severity,
            address=self._obligation.address,
            verdict=Verdict.REFUTED if best else Verdict.PROVED if is_proved else Verdict.UNDECIDED,
            cases=self._cases,
            depends_on=tuple(sorted(self._varied)),
            counterexample=_counterexample(study, best) if best else None,
            reason="" if best else reason,
            guard=best.guards[0] if best and best.guards else "",
            location=location,
            places=places,
        )


def _counterexample(study: Study, witness: Witness) -> Counterexample:
    given = {**witness.others, **witness.inputs}
    arguments, call = arguments_of(study.variables, given), module_call(study.source, given)
    return Counterexample(witness.inputs, witness.others, witness.problem.message, arguments, call)


def _where(study: Study, best: Witness) -> tuple[Location | None, tuple[Place, ...]]:
    """The variable to guard, or the place of a value that no input changes; and the places where a waiver may be."""
    blocks = [study.variables[name].block for name in best.guards]
    places = [Place("block", block.header.file, block.header.line, block.body.span.end_line) for block in blocks]
    header = blocks[0].header if blocks else None
    location = Location(header.file, header.line, header.end_line, header.column) if header else best.problem.location
    return location, (*best.problem.places, *places)
