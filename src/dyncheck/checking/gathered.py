"""The checked inputs of a run, one after the other, and what the run has to know of all of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dyncheck.checking.one_input import CheckedInput, Checker, packed_input, waived_by_address
from dyncheck.dynamodb import Inventory
from dyncheck.findings import Input

if TYPE_CHECKING:
    from dyncheck.findings.stored import StoredInputs
    from dyncheck.input_problems import InputProblem


class Gathered:
    """The inputs so far.

    `places` are their environments and directories, `contracts` the names of those that hold for a table, and `is_open` says that one
    cannot be determined. `idle` are the rules that apply to nothing, `left_out` those that the settings leave out for every input, and
    `partial` those that they leave out for some.
    """

    def __init__(self, by: Checker) -> None:
        self._by = by
        self._inputs: list[Input] = []
        self._stored: StoredInputs | None = None
        self._needed: set[str] = set()
        self.number = 0
        self.inventories: list[tuple[str, Inventory]] = []
        self.problems: list[InputProblem] = []
        self.has_plan = False
        self.places: dict[tuple[str, str], None] = {}
        self.contracts: set[str] = set()
        self.is_open = False
        self.idle: frozenset[str] | None = None
        self.left_out: frozenset[str] | None = None
        self.partial: set[str] = set()
        self.unjudged: set[str] = set()
        self.undecided: set[str] = set()
        self.used: set[int] = set()

    def add(self, checked: CheckedInput) -> None:
        """Add an input. If the run stores its inputs, only what it has to know stays in memory."""
        if not self._by.settings.stores:
            checked = waived_by_address(checked, self._by)
            self._inputs.append(checked.input)
        else:
            checked = checked if checked.packed else packed_input(checked, self._by)
            self._store(checked)
        if self._by.settings.required:
            self.inventories.append((checked.input.environment, checked.inventory))
        self.problems += checked.problems
        self._needed |= checked.needed
        self.unjudged |= checked.unjudged
        self.undecided |= checked.undecided
        self.used |= checked.used
        self._add(checked.input)

    def _store(self, checked: CheckedInput) -> None:
        from dyncheck.findings.stored import StoredInputs

        if self._stored is None:
            self._stored = StoredInputs()
        assert checked.packed
        self._stored.add(checked.input, checked.packed)

    def _add(self, checked: Input) -> None:
        self.number += 1
        self.has_plan = self.has_plan or checked.kind == "plan"
        self.places[checked.environment, os.path.realpath(checked.path) if checked.kind == "hcl" else ""] = None
        for _, names in checked.contracts:
            self.contracts.update(names or ())
            self.is_open = self.is_open or names is None
        left_out = frozenset(checked.not_run)
        idle = left_out.union(checked.not_applicable)
        self.idle = idle if self.idle is None else self.idle & idle
        self.left_out = left_out if self.left_out is None else self.left_out & left_out
        self.partial |= left_out

    def inputs(self) -> tuple[Input, ...] | StoredInputs:
        """All inputs, without the notices on waivers in the code of one that another one needs."""
        needed = frozenset(self._needed)
        if self._stored is not None:
            self._stored.needed = needed
            return self._stored
        return tuple(_with_needed(each, needed) for each in self._inputs)


def _with_needed(checked: Input, needed: frozenset[str]) -> Input:
    if needed.isdisjoint(checked.notices):
        return checked
    return replace(checked, notices=tuple(notice for notice in checked.notices if notice not in needed))
