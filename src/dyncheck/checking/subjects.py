"""What rules are run on: the tables and alarms of one input, and what is done to them, each with the address it is judged at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from msgspec import Struct

from dyncheck.catalog.contracts import contract_of
from dyncheck.dynamodb import Alarm, AlarmChange, Changes, Contract, Inventory, Table, TableChange
from dyncheck.dynamodb.likeness import Likeness, standing_of_alarm, standing_of_table
from dyncheck.logic import those
from dyncheck.model import Location, Place, Question, Unknown


class Subject(Struct, frozen=True):
    """What a rule is run on: the arguments of its check, the address it is judged at, and the table it is grouped under.

    Subjects of the same `likeness` are alike in all but what is noticed when it is looked at, and so is what is `near` each; None is
    like no other.
    """

    arguments: tuple[Any, ...]
    address: str
    table: str
    likeness: int | None = None
    near: tuple[Table, ...] | tuple[Alarm, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Its own address, and those of what is near it."""
        return (self.address, *(each.resource.address for each in self.near))

    @property
    def contract(self) -> str:
        """The name of the contract that it is judged by, empty where there is none."""
        return self.arguments[1].table if len(self.arguments) > 1 and isinstance(self.arguments[1], Contract) else ""

    @property
    def doubt(self) -> str:
        """Why it is not known whether there is such a resource at all, empty when there is."""
        subject = self.arguments[0]
        return getattr(subject, "doubt", "") or getattr(getattr(subject, "resource", None), "doubt", "")

    @property
    def question(self) -> Question | None:
        """What would tell whether there is, in a proof."""
        return getattr(getattr(self.arguments[0], "resource", None), "question", None)

    @property
    def block_address(self) -> str:
        """The address of the resource's block."""
        address: str = self.arguments[0].resource.block_address
        return address

    @property
    def location(self) -> Location | None:
        """Where the resource's block starts."""
        resource = getattr(self.arguments[0], "resource", None)
        return resource.body.locate("") if resource else getattr(self.arguments[0], "location", None)

    @property
    def places(self) -> tuple[Place, ...]:
        """What stands around the resource's block."""
        resource = getattr(self.arguments[0], "resource", None)
        return resource.body.surroundings("") if resource else ()


def subjects_of(inventory: Inventory, contracts: tuple[Contract, ...], *, grouped: bool = False) -> dict[tuple[type, ...], list[Subject]]:
    """What the rules are run on, by the types of their arguments; alarms are `grouped` under their tables for a report only."""
    tables: list[Subject] = []
    under: list[Subject] = []
    numbered = _Numbered()
    for table in inventory.tables:
        standing, address = standing_of_table(table), table.resource.address
        tables.append(Subject((table,), address, address, numbered.of(standing.likeness), standing.near))
        contract = certain_contract(table, contracts)
        if contract:
            likeness = standing.likeness and (contract.table, standing.likeness)
            under.append(Subject((table, contract), address, address, numbered.of(likeness), standing.near))
    return {(Table,): tables, (Table, Contract): under, (Alarm,): list(_grouped(inventory) if grouped else _alarms(inventory))}


def _alarms(inventory: Inventory) -> Iterator[Subject]:
    return (Subject((alarm,), alarm.resource.address, alarm.resource.address) for alarm in inventory.alarms)


def _grouped(inventory: Inventory) -> Iterator[Subject]:
    """The alarms, each grouped under the table that it is on, else under none but itself."""
    numbered = _Numbered()
    places: dict[int, int | None] = {}
    for alarm in inventory.alarms:
        standing, address = standing_of_alarm(alarm), alarm.resource.address
        likeness = numbered.of(standing.likeness)
        if likeness is None:
            on = those(inventory.tables_near(alarm), alarm.is_on)
            yield Subject((alarm,), address, on[0].resource.address if on else address)
            continue
        if likeness not in places:
            on = those(inventory.tables_near(alarm), alarm.is_on)
            places[likeness] = standing.near.index(on[0]) if on else None
        place = places[likeness]
        table = address if place is None else standing.near[place].resource.address
        yield Subject((alarm,), address, table, likeness, standing.near)


class _Numbered:
    """A number for each likeness, so that not every subject keeps all that it has in common with others."""

    def __init__(self) -> None:
        self._numbers: dict[Likeness, int] = {}

    def of(self, likeness: Likeness) -> int | None:
        """Its number; None for what is like no other."""
        return None if likeness is None else self._numbers.setdefault(likeness, len(self._numbers))


def changed_subjects(changes: Changes) -> dict[tuple[type, ...], list[Subject]]:
    """What the rules about changes are run on, by the types of their arguments."""
    tables = [Subject((change,), change.address, change.address) for change in changes.tables]
    kept = [Subject((change, change.after), change.address, change.address) for change in changes.tables if change.after]
    alarms = [Subject((change,), change.address, _table_of_change(change)) for change in changes.alarms]
    return {(TableChange,): tables, (TableChange, Table): kept, (AlarmChange,): alarms}


def _table_of_change(change: AlarmChange) -> str:
    """The table that an alarm is on as things are, at the address that the plan gives it; else none but itself."""
    table = None
    if change.change.before:
        # What cannot be told is the rule's to say.
        with suppress(Unknown):
            table = change.changes.of_table(change.before)
    return table.address if table else change.address


def certain_contract(table: Table, contracts: tuple[Contract, ...]) -> Contract | None:
    """The contract a table is under, None where it is under none or that cannot be told."""
    try:
        return contract_of(table, contracts)
    except Unknown:
        return None
