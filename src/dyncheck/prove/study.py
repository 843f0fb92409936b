"""The module to prove, evaluated and judged once for each cell of inputs and for each set of single inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from types import UnionType
from typing import Any

from dyncheck.catalog.contracts import matched
from dyncheck.checking.engine import Judgement, judge, judged_together
from dyncheck.checking.one_input import inventory_of
from dyncheck.checking.subjects import Subject, subjects_of
from dyncheck.dynamodb import Alarm, Contract, Copy, Named, Notifier, Table, Watchable
from dyncheck.errors import InputErrors
from dyncheck.model import Unknown
from dyncheck.prove.cells import Cell, value_of
from dyncheck.prove.patterns import texts_in
from dyncheck.readers.hcl.cases import Case
from dyncheck.readers.hcl.configuration.files import program_of, shown
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.session import Session
from dyncheck.readers.hcl.configuration.variables import Variable
from dyncheck.readers.hcl.evaluation import LocatedError
from dyncheck.readers.hcl.language.values import Value, as_value
from dyncheck.rule import Rule

# Thousands of cells of an ordinary module, which take a minute or so.
MOST_EVALUATIONS = 20_000
# A number may be a count. The smallest counts show as much as large ones, and take no time.
_MOST_INSTANCES_OF_SAMPLES = 100
# The types of subjects that are resources. Other rules are not proved.
_OF_RESOURCES = (
    (Table,),
    (Table, Contract | None),
    (Copy, Contract | None),
    (Table, Contract),
    (Watchable, Contract),
    (Alarm,),
    (Named,),
    (Notifier,),
)


class Judged:
    """A module with certain inputs, and the answers of the rules on its resources."""

    def __init__(self, case: Case, contracts: tuple[Contract, ...]) -> None:
        self.case = case
        self.inventory = inventory_of(case.reading)
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
            subjects = self._subjects.get(rule.subjects, {}).get(address, ())
            found = [_judged(rule, subject) for together in judged_together(rule, subjects) for subject in together]
            if rule.is_on_contract and address in self._unidentified:
                found.append(Judgement(unknown=self._unidentified[address]))
            worst = max(found, key=_badness, default=Judgement())
            applies = any(judgement.applies for judgement in found)
            self._judgements[key] = Judgement(worst.problems, worst.unknown, applies)
        return self._judgements[key]

    def addresses(self, rule: Rule) -> Iterator[str]:
        """The resource blocks that a rule judges."""
        yield from self._subjects.get(rule.subjects, ())
        if rule.is_on_contract:
            yield from self._unidentified

    @cached_property
    def _subjects(self) -> Mapping[tuple[type | UnionType, ...], Mapping[str, list[Subject]]]:
        """By the types of the arguments of a check, and by the resource block."""
        found: dict[tuple[type | UnionType, ...], dict[str, list[Subject]]] = {}
        for kinds, subjects in subjects_of(self.inventory, self._contracts, is_proof=True).items():
            for subject in subjects:
                found.setdefault(kinds, {}).setdefault(subject.block_address, []).append(subject)
        return found

    @cached_property
    def _unidentified(self) -> Mapping[str, Unknown]:
        """The tables whose contract cannot be determined, and the reasons."""
        reasons = ((table.resource.block_address, matched(table, self._contracts).unknown) for table in self.inventory.tables)
        return {address: why for address, why in reasons if why}


def _judged(rule: Rule, subject: Subject) -> Judgement:
    judgement = judge(rule, subject)
    if judgement.problems or not judgement.crash:
        return judgement
    return Judgement(unknown=Unknown("", "cannot be determined for all inputs at once: the rule reads the value itself"))


def _badness(judgement: Judgement) -> int:
    return 2 if judgement.problems else 1 if judgement.unknown else 0


class Study:
    """A module and the rules to prove. Raises `InputError` when the module cannot be read."""

    def __init__(self, directory: str, rules: tuple[Rule, ...], contracts: tuple[Contract, ...]) -> None:
        self.directory = directory
        self.rules = {rule.id: rule for rule in rules if rule.subjects in _OF_RESOURCES}
        self._contracts = contracts
        self._modules = Modules().of(program_of(directory))
        self._modules.trees.add(directory)
        self._cells: dict[frozenset[object], Judged] = {}
        self._samples: dict[str, Judged] = {}
        self.variables = self._declared()

    def _declared(self) -> dict[str, Variable]:
        module = self._modules.at(self.directory)
        root = ModuleInstance(Session(self._modules, module.directory, self.directory), module)
        blocks = sorted(module.of_type("variable"), key=lambda block: block.labels)
        try:
            return {block.labels[0]: root.declared(block) for block in blocks}
        except LocatedError as problem:
            root.session.record(problem)
            raise InputErrors(root.session.problems) from None

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Texts that are likely to matter to the module."""
        return texts_in(self._modules.at(self.directory))

    @property
    def source(self) -> str:
        """The source of a module call in the working directory."""
        path = shown(self.directory)
        return path if path.startswith(("/", "../")) or path == ".." else f"./{path}" if path != "." else "./"

    @property
    def is_exhausted(self) -> bool:
        """Whether the limit of evaluations is reached: cells and sets of single inputs, each as often as there are resources."""
        return (len(self._cells) + len(self._samples)) * len(self.of_cell({}).inventory.resources) > MOST_EVALUATIONS

    def of_cell(self, cell: Cell) -> Judged:
        """The module with the inputs of a cell."""
        key = frozenset(cell.items())
        if key not in self._cells:
            self._cells[key] = self._judged({name: value_of(variable, cell) for name, variable in self.variables.items()})
        return self._cells[key]

    def of_samples(self, samples: Mapping[str, Any]) -> Judged:
        """The module with exactly these plain values; a variable without one has its default."""
        key = repr(sorted(samples.items()))
        if key not in self._samples:
            most = _MOST_INSTANCES_OF_SAMPLES + 2 * len(self.of_cell({}).inventory.resources)
            self._samples[key] = self._judged({name: as_value(sample) for name, sample in samples.items()}, most)
        return self._samples[key]

    def _judged(self, values: Mapping[str, Value], most_instances: int | None = None) -> Judged:
        return Judged(Case(self.directory, self.directory, self._modules, values, most_instances), self._contracts)
