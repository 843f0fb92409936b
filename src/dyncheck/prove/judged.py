"""What rules say of the resources of a module whose values may stand for many, each asked once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cached_property

from msgspec import Struct

from dyncheck.catalog.contracts import contract_of
from dyncheck.checking import engine
from dyncheck.checking.subjects import Subject, subjects_of
from dyncheck.dynamodb import Contract, Inventory, Table
from dyncheck.model import Problem, Unknown
from dyncheck.rule import Rule


class Says(Enum):
    """What a rule says of all inputs of a cell."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


class CellFinding(Struct, frozen=True):
    """What a rule says of a resource block in a cell: of any of its instances a problem, else of any that it cannot tell."""

    says: Says
    problem: Problem | None = None
    unknown: Unknown | None = None
    applies: bool = True


class Judged:
    """The resources of an inventory under the rules."""

    def __init__(self, inventory: Inventory, contracts: tuple[Contract, ...]) -> None:
        self.inventory = inventory
        self._contracts = contracts
        self._findings: dict[tuple[str, str], CellFinding] = {}

    def finding(self, rule: Rule, address: str) -> CellFinding:
        """What a rule says of the instances of a resource block."""
        key = (rule.id, address)
        if key not in self._findings:
            self._findings[key] = self._found(rule, address)
        return self._findings[key]

    def addresses(self, rule: Rule) -> Iterator[str]:
        """The resource blocks that a rule is about."""
        yield from self._subjects.get(rule.subjects, ())
        if rule.subjects == (Table, Contract):
            yield from self._unidentified

    @cached_property
    def _subjects(self) -> Mapping[tuple[type, ...], Mapping[str, list[Subject]]]:
        """By the types of their arguments, and by the resource block."""
        found: dict[tuple[type, ...], dict[str, list[Subject]]] = {}
        for kinds, subjects in subjects_of(self.inventory, self._contracts).items():
            for subject in subjects:
                found.setdefault(kinds, {}).setdefault(subject.block_address, []).append(subject)
        return found

    @cached_property
    def _unidentified(self) -> Mapping[str, Unknown]:
        """The tables whose contract cannot be determined, and why."""
        found: dict[str, Unknown] = {}
        for table in self.inventory.tables:
            try:
                contract_of(table, self._contracts)
            except Unknown as reason:
                why = f"{reason.why}, so the table's contract cannot be determined"
                found[table.resource.block_address] = Unknown(reason.path, why, reason.location, reason.question)
        return found

    def _found(self, rule: Rule, address: str) -> CellFinding:
        found: CellFinding | None = None
        for subject in self._subjects.get(rule.subjects, {}).get(address, ()):
            found = _worse(found, _judged(rule, subject))
        if rule.subjects == (Table, Contract) and address in self._unidentified:
            found = _worse(found, CellFinding(Says.UNKNOWN, unknown=self._unidentified[address]))
        return found or CellFinding(Says.PASS, applies=False)


def _judged(rule: Rule, subject: Subject) -> CellFinding:
    judgement = engine.judge(rule, subject)
    if judgement.problems:
        return CellFinding(Says.FAIL, problem=judgement.problems[0])
    if judgement.crash:
        return CellFinding(Says.UNKNOWN, unknown=Unknown("", "cannot be told for all inputs at once: the rule looks into the value"))
    if judgement.unknown:
        return CellFinding(Says.UNKNOWN, unknown=judgement.unknown)
    return CellFinding(Says.PASS, applies=judgement.applies)


def _worse(one: CellFinding | None, other: CellFinding) -> CellFinding:
    if one is None:
        return other
    order = (Says.PASS, Says.UNKNOWN, Says.FAIL)
    if order.index(one.says) == order.index(other.says):
        return CellFinding(one.says, one.problem, one.unknown, one.applies or other.applies)
    return max(one, other, key=lambda finding: order.index(finding.says))
