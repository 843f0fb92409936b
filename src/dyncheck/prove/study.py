"""One module under study: what each rule says of each of its resources in a cell of inputs, evaluated once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from dyncheck.dynamodb import Alarm, Contract, Inventory, Table
from dyncheck.errors import InputError
from dyncheck.prove.cells import Cell, key_of, values_of
from dyncheck.prove.judged import Judged
from dyncheck.prove.patterns import spelled_in
from dyncheck.readers.hcl.cases import Case
from dyncheck.readers.hcl.configuration.files import shown
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.session import Session
from dyncheck.readers.hcl.configuration.variables import Variable
from dyncheck.readers.hcl.evaluation import LocatedProblem
from dyncheck.readers.hcl.language.values import Value, as_value
from dyncheck.rule import Rule

# Thousands of cells of an ordinary module, which take a minute or so.
MOST_EVALUATIONS = 20_000

# A number that is tried may be a count: what a module makes with its smallest ones is as telling, and takes no time.
_MOST_INSTANCES_OF_SAMPLES = 100

# The types of subjects that stand for resources; the other rules are about something else.
_OF_RESOURCES = ((Table,), (Table, Contract), (Alarm,))


class Obligation(Struct, frozen=True, order=True):
    """One thing to prove: a rule on a resource block."""

    address: str
    rule: str


class Examined(Judged):
    """A module with certain inputs, and what the rules find in it."""

    def __init__(self, case: Case, contracts: tuple[Contract, ...]) -> None:
        reading = case.reading
        super().__init__(Inventory(reading.resources, incomplete=reading.incomplete, why_incomplete=reading.why_incomplete), contracts)
        self.case = case

    @cached_property
    def refusal(self) -> str:
        """Why Terraform certainly refuses these inputs, empty where it may take them."""
        return self.case.refusal()


class Study:
    """A module whose rules are to be proved.

    Raises `InputError` when it cannot be read.
    """

    def __init__(
        self,
        directory: str,
        tree: str,
        modules: Modules,
        rules: tuple[Rule, ...],
        contracts: tuple[Contract, ...],
    ) -> None:
        self.directory = directory
        self._tree = tree
        self._modules = modules
        self._contracts = contracts
        self.rules = {rule.id: rule for rule in rules if rule.subjects in _OF_RESOURCES}
        self._examined: dict[frozenset[object], Examined] = {}
        self._replayed: dict[str, Examined] = {}
        self.variables = self._declared()

    @cached_property
    def spelled(self) -> tuple[str, ...]:
        """Texts that are likely to matter to it."""
        return spelled_in(self._modules.at(self.directory))

    @property
    def source(self) -> str:
        """The source of a module call in the working directory."""
        path = shown(self.directory).replace(os.sep, "/")
        return path if path.startswith(("/", "../")) or path == ".." else f"./{path}" if path != "." else "./"

    def _declared(self) -> dict[str, Variable]:
        module = self._modules.at(self.directory)
        root = ModuleInstance(Session(self._modules, module.directory, self._tree), module)
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
        return (len(self._examined) + len(self._replayed)) * resources > MOST_EVALUATIONS

    def examined(self, cell: Cell) -> Examined:
        """The module with the inputs of a cell."""
        key: frozenset[object] = key_of(cell)
        if key not in self._examined:
            self._examined[key] = Examined(self.case(cell), self._contracts)
        return self._examined[key]

    def case(self, cell: Cell) -> Case:
        """The module with the inputs of a cell, anew."""
        return self._case(values_of(self.variables, cell))

    def with_samples(self, samples: Mapping[str, Any]) -> Examined:
        """The module with exactly these plain values; a variable without one has its default."""
        key = repr(sorted(samples.items()))
        if key not in self._replayed:
            most = _MOST_INSTANCES_OF_SAMPLES + 2 * len(self.examined({}).case.reading.resources)
            values = {name: as_value(sample) for name, sample in samples.items()}
            self._replayed[key] = Examined(self._case(values, most), self._contracts)
        return self._replayed[key]

    def _case(self, values: Mapping[str, Value], most_instances: int | None = None) -> Case:
        return Case(self.directory, self._tree, self._modules, values, most_instances)
