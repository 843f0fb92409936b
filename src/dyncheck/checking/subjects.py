"""The subjects of rules: the tables and alarms of one input and the changes to them, each with the address it is judged at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from types import UnionType
from typing import Any, TypeAlias

from msgspec import Struct

from dyncheck.catalog.contracts import is_own, matched
from dyncheck.dynamodb import (
    Account,
    Alarm,
    AlarmChange,
    Changes,
    Contract,
    Copy,
    CopyChange,
    Coverage,
    Inventory,
    Named,
    Notifier,
    Table,
    TableChange,
    TableItem,
    Watchable,
)
from dyncheck.logic import those
from dyncheck.model import Location, Place, Resource, Unknown


class Subject(Struct, frozen=True, dict=True):
    """The arguments of a check, the address that it is judged at, and the table that it is grouped under."""

    arguments: tuple[Any, ...]
    address: str
    table: str

    @property
    def contract(self) -> Contract | None:
        """The contract that it is judged by, if any."""
        return self.arguments[1] if len(self.arguments) > 1 and isinstance(self.arguments[1], Contract) else None

    @property
    def _resource(self) -> Resource | None:
        return getattr(self.arguments[0], "resource", None)

    @cached_property
    def doubt(self) -> Unknown | None:
        """Why the subject may not exist, None when it certainly does."""
        resource = self._resource
        why = getattr(self.arguments[0], "doubt", "") or (resource.doubt if resource else "")
        return Unknown("", why, question=resource.question if resource else None) if why else None

    @property
    def if_it_exists(self) -> Subject | None:
        """The same with the values that each instance of its resource has, if there are any; None where nothing can be said of these."""
        first, *others = self.arguments
        if self._resource is None or self._resource.is_refused or not hasattr(first, "if_it_exists"):
            return None
        return Subject((first.if_it_exists, *others), self.address, self.table)

    @property
    def block_address(self) -> str:
        """The address of the resource's block, or of a subject that is no resource."""
        address: str = self._resource.block_address if self._resource else self.address
        return address

    @property
    def location(self) -> Location | None:
        """Where the resource's block starts."""
        resource = self._resource
        return resource.body.locate("") if resource else getattr(self.arguments[0], "location", None)

    @property
    def places(self) -> tuple[Place, ...]:
        """The code around the resource's block."""
        return self._resource.body.surroundings("") if self._resource else ()


Subjects: TypeAlias = "dict[tuple[type | UnionType, ...], list[Subject]]"


def subjects_of(inventory: Inventory, contracts: tuple[Contract, ...], *, is_proof: bool = False) -> Subjects:
    """The tables, replicas and alarms of an input, by the types of a check's arguments.

    In a proof, they include the alarms that may not be on DynamoDB, because some inputs may put them there.
    """
    tables: list[Subject] = []
    under: list[Subject] = []
    # The tables as they are, and as each of their contracts sees them.
    either: list[Subject] = []
    coverage: list[Subject] = []
    counts_coverage = any(map(is_own, contracts))
    for table in inventory.tables:
        tables.append(Subject((table,), table.address, table.address))
        found = matched(table, contracts)
        by_contract = [Subject((table, contract), table.address, table.address) for contract in found.certain]
        if counts_coverage:
            names = tuple(contract.table for contract in found.certain)
            coverage.append(Subject((table, Coverage(names, found.unknown)), table.address, table.address))
        under += by_contract
        either += [Subject((table, None), table.address, table.address), *by_contract]
    items = [subject for item in inventory.items for subject in _of_item(item, contracts)]
    doubtful = inventory.doubtful_alarms if is_proof else ()
    alarms = [Subject((alarm,), alarm.address, _table_of(alarm)) for alarm in (*inventory.judged_alarms, *doubtful)]
    every = (*inventory.named, *doubtful)
    named = [Subject((each,), each.address, _table_of(each) if isinstance(each, Alarm) else each.address) for each in every]
    topics = [Subject((topic,), topic.address, topic.address) for topic in inventory.unheard_topics]
    lone = [Subject((replica, None), replica.address, replica.address) for replica in inventory.lone_replicas]
    accounts = [Subject((account, contract), account.address, account.address) for account, contract in _accounts(under)]
    return {
        (Table,): tables,
        (Table, Contract | None): either,
        (Copy, Contract | None): [*either, *lone],
        (Table, Contract): under,
        (Table, Coverage): coverage,
        (TableItem, Contract | None): items,
        (Watchable, Contract): [*under, *accounts],
        (Alarm,): alarms,
        (Notifier,): [*alarms, *topics],
        (Named,): named,
    }


def _of_item(item: TableItem, contracts: tuple[Contract, ...]) -> Iterator[Subject]:
    """An item as it is, and as each contract of its table sees it."""
    table = None
    # The rule reports what cannot be determined.
    with suppress(Unknown):
        table = item.table
    at = table.address if table else item.address
    yield Subject((item, None), item.address, at)
    if table:
        yield from (Subject((item, contract), item.address, at) for contract in matched(table, contracts).certain if contract.item)


def _accounts(under: list[Subject]) -> Iterator[tuple[Account, Contract]]:
    """The account of the tables under each contract with demands on it: one table for each provider configuration and region."""
    found: dict[str, dict[tuple[Any, ...], Table]] = {}
    contracts: dict[str, Contract] = {}
    for subject in under:
        table, contract = subject.arguments
        if contract.account_alarms:
            contracts[contract.table] = contract
            tables = found.setdefault(contract.table, {})
            place = (bool(subject.doubt), table.resource.provider.key, table.block.show("region"))
            tables.setdefault(place, table)
    for name, contract in contracts.items():
        certain = tuple(table for (is_doubtful, *_), table in found[name].items() if not is_doubtful)
        doubt = "" if certain else next(iter(found[name].values())).resource.doubt
        yield Account(name, certain, doubt), contract


def _table_of(alarm: Alarm) -> str:
    """The address of the table that an alarm is certainly on, else that of the alarm."""
    on = those(Inventory.of(alarm).tables_near(alarm), alarm.is_on)
    return next((table.address for table in on if table.surroundings is alarm.surroundings), alarm.address)


def changed_subjects(changes: Changes) -> Subjects:
    """The changes of a plan, by the types of a check's arguments."""
    tables = [Subject((change,), change.address, change.address) for change in changes.tables]
    kept = [Subject((change, change.after), change.address, change.address) for change in changes.tables if change.after]
    alarms = [Subject((change,), change.address, _table_of_change(change)) for change in changes.alarms]
    lone = [Subject((change,), change.address, change.address) for change in changes.lone_replicas]
    return {(TableChange,): tables, (CopyChange,): [*tables, *lone], (TableChange, Table): kept, (AlarmChange,): alarms}


def _table_of_change(change: AlarmChange) -> str:
    """The address, after the plan, of the table that an alarm is on before the change; else that of the alarm."""
    table = None
    if change.change.before:
        # The rule reports what cannot be determined.
        with suppress(Unknown):
            table = change.changes.of_table(change.before)
    return table.address if table else change.address
