"""One module under study: what each rule says of each of its resources in a cell of inputs, evaluated once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cached_property
from typing import Any

from msgspec import Struct

from dyncheck import engine
from dyncheck.contract import contract_of
from dyncheck.dynamodb import Alarm, Contract, Inventory, Table
from dyncheck.engine import Subject
from dyncheck.errors import InputError
from dyncheck.model import Problem, Unknown
from dyncheck.proof.cells import Cell, key_of, values_of
from dyncheck.proof.patterns import spelled_in
from dyncheck.proof.samples import as_value
from dyncheck.readers.hcl.cases import Case
from dyncheck.readers.hcl.configuration.files import shown
from dyncheck.readers.hcl.configuration.module import Modules
from dyncheck.readers.hcl.configuration.variables import Variable
from dyncheck.readers.hcl.evaluation import LocatedProblem
from dyncheck.readers.hcl.language.values import Value
from dyncheck.rule import Rule

# Thousands of cells of an ordinary module, which take a minute or so.
MOST_EVALUATIONS = 20_000

# A number that is tried may be a count: what a module makes with its smallest ones is as telling, and takes no time.
_MOST_INSTANCES_OF_SAMPLES = 100

# The types of subjects that stand for resources; the other rules are about something else.
_OF_RESOURCES = ((Table,), (Table, Contract), (Alarm,))


class Says(Enum):
    """What a rule says of all inputs of a cell."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


class Finding(Struct, frozen=True):
    """What a rule says of a resource block in a cell: of any of its instances a problem, else of any that it cannot tell."""

    says: Says
    problem: Problem | None = None
    unknown: Unknown | None = None
    applies: bool = True


class Obligation(Struct, frozen=True, order=True):
    """One thing to prove: a rule on a resource block."""

    address: str
    rule: str


class Examined:
    """A module with certain inputs, and what the rules find in it."""

    def __init__(self, case: Case, contracts: tuple[Contract, ...]) -> None:
        self.case = case
        self._contracts = contracts
        self._findings: dict[tuple[str, str], Finding] = {}

    @cached_property
    def inventory(self) -> Inventory:
        """The resources there are."""
        reading = self.case.reading
        return Inventory(reading.resources, left_out=reading.left_out, why_left_out=reading.why_left_out)

    @cached_property
    def refusal(self) -> str:
        """Why Terraform certainly refuses these inputs, empty where it may take them."""
        return self.case.refusal()

    def finding(self, rule: Rule, address: str) -> Finding:
        """What a rule says of the instances of a resource block."""
        key = (rule.id, address)
        if key not in self._findings:
            self._findings[key] = self._found(rule, address)
        return self._findings[key]

    def addresses(self, rule: Rule) -> Iterator[str]:
        """The resource blocks that a rule is about."""
        for kinds, address in self._subjects:
            if kinds == rule.subjects:
                yield address
        if rule.subjects == (Table, Contract):
            yield from self._unidentified

    @cached_property
    def _subjects(self) -> Mapping[tuple[tuple[type, ...], str], list[Subject]]:
        """By the types of their arguments and the resource block."""
        found: dict[tuple[tuple[type, ...], str], list[Subject]] = {}
        for kinds, subjects in engine.subjects_of(self.inventory, self._contracts).items():
            for subject in subjects:
                found.setdefault((kinds, _block_of(subject)), []).append(subject)
        return found

    @cached_property
    def _unidentified(self) -> Mapping[str, Unknown]:
        """The tables of which it cannot be told which contract they are under, and why."""
        found: dict[str, Unknown] = {}
        for table in self.inventory.tables:
            try:
                contract_of(table, self._contracts)
            except Unknown as reason:
                why = f"{reason.why}, so it cannot be told which contract this table is under"
                found[table.resource.block_address] = Unknown(reason.path, why, reason.location, reason.question)
        return found

    def _found(self, rule: Rule, address: str) -> Finding:
        found: Finding | None = None
        for subject in self._subjects.get((rule.subjects, address), ()):
            found = _worse(found, _judged(rule, subject))
        if rule.subjects == (Table, Contract) and address in self._unidentified:
            found = _worse(found, Finding(Says.UNKNOWN, unknown=self._unidentified[address]))
        return found or Finding(Says.PASS, applies=False)


class Study:
    """A module whose rules are to be proved.

    `most` is how many resources are evaluated, those of all cells together. Raises `InputError` when it cannot be read.
    """

    def __init__(
        self,
        directory: str,
        tree: str,
        modules: Modules,
        rules: tuple[Rule, ...],
        contracts: tuple[Contract, ...],
        most: int = MOST_EVALUATIONS,
    ) -> None:
        self.directory = directory
        self._tree = tree
        self._modules = modules
        self._contracts = contracts
        self.rules = {rule.id: rule for rule in rules if rule.subjects in _OF_RESOURCES}
        self._most = most
        self._examined: dict[frozenset[object], Examined] = {}
        self._replayed: dict[str, Examined] = {}
        self.variables = self._declared()
        self.spelled = spelled_in(modules.at(directory))

    @property
    def source(self) -> str:
        """The source of a module call in the working directory."""
        path = shown(self.directory).replace(os.sep, "/")
        return path if path.startswith(("/", "../")) or path == ".." else f"./{path}" if path != "." else "./"

    def _declared(self) -> dict[str, Variable]:
        root = Case(self.directory, self._tree, self._modules, {}).root
        try:
            return {
                block.labels[0]: root.declared(block) for block in sorted(root.module.of_type("variable"), key=lambda block: block.labels)
            }
        except LocatedProblem as problem:
            raise InputError(root.session.record(problem)) from None

    @property
    def is_spent(self) -> bool:
        """Whether as much has been evaluated as may be: cells and single inputs, each as often as there are resources."""
        resources = len(self.examined({}).case.reading.resources)
        return (len(self._examined) + len(self._replayed)) * resources > self._most

    def examined(self, cell: Cell) -> Examined:
        """The module with the inputs of a cell."""
        key: frozenset[object] = key_of(cell)
        if key not in self._examined:
            self._examined[key] = self._with_values(values_of(self.variables, cell))
        return self._examined[key]

    def with_samples(self, samples: Mapping[str, Any]) -> Examined:
        """The module with exactly these plain values; a variable without one has its default."""
        key = repr(sorted(samples.items()))
        if key not in self._replayed:
            most = _MOST_INSTANCES_OF_SAMPLES + 2 * len(self.examined({}).case.reading.resources)
            self._replayed[key] = self._with_values({name: as_value(sample) for name, sample in samples.items()}, most)
        return self._replayed[key]

    def _with_values(self, values: Mapping[str, Value], most_instances: int | None = None) -> Examined:
        return Examined(Case(self.directory, self._tree, self._modules, values, most_instances), self._contracts)


def _block_of(subject: Subject) -> str:
    address: str = subject.arguments[0].resource.block_address
    return address


def _judged(rule: Rule, subject: Subject) -> Finding:
    judgement = engine.judge(rule, subject)
    if judgement.problems:
        return Finding(Says.FAIL, problem=judgement.problems[0])
    if judgement.crash:
        return Finding(Says.UNKNOWN, unknown=Unknown("", "cannot be told for all inputs at once: the rule looks into the value"))
    if judgement.unknown:
        return Finding(Says.UNKNOWN, unknown=judgement.unknown)
    return Finding(Says.PASS, applies=judgement.applies)


def _worse(one: Finding | None, other: Finding) -> Finding:
    if one is None:
        return other
    order = (Says.PASS, Says.UNKNOWN, Says.FAIL)
    if order.index(one.says) == order.index(other.says):
        return Finding(one.says, one.problem, one.unknown, one.applies or other.applies)
    return max(one, other, key=lambda finding: order.index(finding.says))
