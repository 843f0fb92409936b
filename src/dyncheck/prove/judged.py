"""Answers of the rules on the resources of a module whose values may represent many inputs, each computed once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from dyncheck.catalog.contracts import contract_of
from dyncheck.checking.engine import Judgement, judge
from dyncheck.checking.subjects import Subject, subjects_of
from dyncheck.dynamodb import Contract, Inventory, Table
from dyncheck.model import Unknown
from dyncheck.readers.hcl.cases import Case
from dyncheck.rule import Rule


class Judged:
    """A module with certain inputs, and the answers of the rules on its resources."""

    def __init__(self, case: Case, contracts: tuple[Contract, ...]) -> None:
        reading = case.reading
        self.case = case
        self.inventory = Inventory(reading.resources, left_out=reading.left_out, why_left_out=reading.why_left_out)
        self._contracts = contracts
        self._judgements: dict[tuple[str, str], Judgement] = {}

    @cached_property
    def refusal(self) -> str:
        """Why Terraform certainly refuses these inputs; empty if it may accept them."""
        return self.case.refusal()

    def judgement(self, rule: Rule, address: str) -> Judgement:
        """The answer of a rule on all instances of a resource block: the worst one."""
        key = (rule.id, address)
        if key not in self._judgements:
            found = [_judged(rule, subject) for subject in self._subjects.get(rule.subjects, {}).get(address, ())]
            if rule.subjects == (Table, Contract) and address in self._unidentified:
                found.append(Judgement(unknown=self._unidentified[address]))
            worst = max(found, key=_badness, default=Judgement())
            applies = any(judgement.applies for judgement in found)
            self._judgements[key] = Judgement(worst.problems, worst.unknown, applies)
        return self._judgements[key]

    def addresses(self, rule: Rule) -> Iterator[str]:
        """The resource blocks that a rule judges."""
        yield from self._subjects.get(rule.subjects, ())
        if rule.subjects == (Table, Contract):
            yield from self._unidentified

    @cached_property
    def _subjects(self) -> Mapping[tuple[type, ...], Mapping[str, list[Subject]]]:
        """By the types of the arguments of a check, and by the resource block."""
        found: dict[tuple[type, ...], dict[str, list[Subject]]] = {}
        for kinds, subjects in subjects_of(self.inventory, self._contracts).items():
            for subject in subjects:
                found.setdefault(kinds, {}).setdefault(subject.block_address, []).append(subject)
        return found

    @cached_property
    def _unidentified(self) -> Mapping[str, Unknown]:
        """The tables whose contract cannot be determined, and the reasons."""
        found: dict[str, Unknown] = {}
        for table in self.inventory.tables:
            try:
                contract_of(table, self._contracts)
            except Unknown as reason:
                why = f"{reason.why}, so the table's contract cannot be determined"
                found[table.resource.block_address] = Unknown(reason.path, why, reason.location, reason.question)
        return found


def _judged(rule: Rule, subject: Subject) -> Judgement:
    judgement = judge(rule, subject)
    if judgement.problems or not judgement.crash:
        return judgement
    return Judgement(unknown=Unknown("", "cannot be determined for all inputs at once: the rule reads the value itself"))


def _badness(judgement: Judgement) -> int:
    return 2 if judgement.problems else 1 if judgement.unknown else 0
