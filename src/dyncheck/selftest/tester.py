"""Runs every mutation, and says which of them its rule alone found."""

from __future__ import annotations

from collections.abc import Iterator

from dyncheck.catalog.contracts import contract_of, contracts
from dyncheck.checking import engine
from dyncheck.dynamodb import Contract, Inventory, Table
from dyncheck.errors import InputError
from dyncheck.findings import Status
from dyncheck.model import Unknown
from dyncheck.readers.hcl.trees import Trees, is_of_tree
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.reading import Reading
from dyncheck.readers.source import read
from dyncheck.rule import Rule
from dyncheck.selftest.mutations import Mutation, mutations
from dyncheck.selftest.report import Tested, Tried

Row = tuple[str, str]


def selftest(path: str, rules: tuple[Rule, ...], policies: tuple[str, ...], given: tuple[tuple[str, str], ...]) -> tuple[Tested, ...]:
    """Each input that a path stands for, tested. Raises `InputError` when it cannot be read or there is nothing to mutate."""
    known = contracts(policies)
    tested = tuple(_tested(name, reading, rules, known) for name, reading in _readings(path, given))
    if not any(each.tried for each in tested):
        raise InputError(f"{path} has nothing to mutate: no rule is kept by a DynamoDB table or alarm in it. Name a compliant input.")
    return tested


def _readings(path: str, given: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, Reading]]:
    if not is_of_tree(path):
        yield path, read_document(read(path))
        return
    trees = Trees(given)
    for root in trees.roots(path):
        reading = trees.read(root)
        if reading.faults():
            raise InputError(reading.faults()[0])
        yield root.path, reading
    trees.refuse_undeclared()


def _tested(path: str, reading: Reading, rules: tuple[Rule, ...], known: tuple[Contract, ...]) -> Tested:
    inventory = _inventory(reading, {})
    before = _failed(inventory, rules, known)
    kept = _kept(inventory, rules, known)
    tried: list[Tried] = []
    left_out: set[str] = set()
    for mutation in mutations(inventory, lambda table: _contract(table, known)):
        if not _is_kept(mutation, kept):
            left_out.add(mutation.rule)
            continue
        after = _failed(_inventory(reading, dict(mutation.changed)), rules, known) - before
        others = sorted({rule for rule, _ in after} - {mutation.rule})
        is_found = any(rule == mutation.rule for rule, _ in after)
        tried.append(Tried(mutation.what, mutation.address, mutation.rule, is_found, tuple(others)))
    return Tested(path, tuple(tried), tuple(sorted(left_out)))


def _inventory(reading: Reading, changed: dict[str, object]) -> Inventory:
    resources = (changed.get(resource.address, resource) for resource in reading.resources)
    return Inventory(resources, incomplete=reading.incomplete, why_incomplete=reading.why_incomplete)  # type: ignore[arg-type]


def _failed(inventory: Inventory, rules: tuple[Rule, ...], known: tuple[Contract, ...]) -> set[Row]:
    results = engine.check(inventory, rules, known).results
    return {(result.rule, result.address) for result in results if result.status is Status.FAIL}


def _kept(inventory: Inventory, rules: tuple[Rule, ...], known: tuple[Contract, ...]) -> set[Row]:
    results = engine.check(inventory, rules, known).results
    return {(result.rule, result.address) for result in results if result.status is Status.PASS}


def _is_kept(mutation: Mutation, kept: set[Row]) -> bool:
    """Whether the input keeps the rule where it is to be broken; that of an alarm may be asked of its table."""
    asked_of_table = mutation.rule in ("no-throttle-alarm", "insensitive-alarm")
    return any(rule == mutation.rule and (asked_of_table or address == mutation.address) for rule, address in kept)


def _contract(table: Table, known: tuple[Contract, ...]) -> Contract | None:
    try:
        return contract_of(table, known)
    except Unknown:
        return None
