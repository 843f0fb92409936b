"""Runs every mutation, and reports which of them exactly one rule finds: its own."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.catalog.contracts import contracts
from dyncheck.checking import engine
from dyncheck.checking.one_input import inventory_of
from dyncheck.dynamodb import Contract
from dyncheck.errors import InputError, InputErrors
from dyncheck.files import is_of_tree
from dyncheck.findings import Status
from dyncheck.readers.hcl.trees import Trees
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.reading import Reading
from dyncheck.readers.source import read
from dyncheck.rule import Rule
from dyncheck.selftest.mutations import mutations

# These rules may judge the table of an alarm, not the alarm.
_ON_TABLES = ("no-throttle-alarm", "insensitive-alarm")


class Tried(Struct, frozen=True):
    """One mutation: the change to a resource, whether its rule found it, and the other rules that failed (`others`)."""

    what: str
    address: str
    rule: str
    is_found: bool
    others: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether its rule and no other found it."""
        return self.is_found and not self.others


class Tested(Struct, frozen=True):
    """All mutations of one input. `skipped` are rules that the input does not pass, so that they cannot be tried."""

    path: str
    tried: tuple[Tried, ...]
    skipped: tuple[str, ...] = ()


def selftest(
    path: str,
    rules: tuple[Rule, ...],
    policies: tuple[str, ...],
    given: tuple[tuple[str, str], ...],
    workspace: str | None = None,
    reference: bool = True,
) -> tuple[Tested, ...]:
    """Test each input of a path. Raises `InputError` when it cannot be read or there is nothing to mutate."""
    known = contracts(policies, reference=reference)
    tested = tuple(_tested(name, reading, rules, known) for name, reading in _readings(path, given, workspace))
    if not any(each.tried for each in tested):
        raise InputError(
            f"{path} has nothing to mutate: no DynamoDB table or alarm in it meets a rule. Name a compliant input.", kind="nothing-to-check"
        )
    return tested


def _readings(path: str, given: tuple[tuple[str, str], ...], workspace: str | None) -> Iterator[tuple[str, Reading]]:
    if not is_of_tree(path):
        yield path, read_document(read(path))
        return
    trees = Trees(given, workspace=workspace)
    for root in trees.roots(path):
        reading = trees.read(root)
        if reading.faults():
            raise InputErrors(reading.faults()[:1])
        yield root.path, reading
    trees.refuse_undeclared()


def _tested(path: str, reading: Reading, rules: tuple[Rule, ...], known: tuple[Contract, ...]) -> Tested:
    inventory = inventory_of(reading)
    before = engine.check(inventory, rules, known).results
    failed = {(result.rule, result.address) for result in before if result.status is Status.FAIL}
    passed = {(result.rule, result.address) for result in before if result.status is Status.PASS}
    tried: list[Tried] = []
    skipped: set[str] = set()
    for mutation in mutations(inventory, known):
        rule = mutation.rule
        if not any(name == rule and (rule in _ON_TABLES or address == mutation.address) for name, address in passed):
            skipped.add(rule)
            continue
        mutated = replace(reading, resources=tuple(mutation.changed.get(each.address, each) for each in reading.resources))
        after = engine.check(inventory_of(mutated), rules, known).results
        found = {result.rule for result in after if result.status is Status.FAIL and (result.rule, result.address) not in failed}
        tried.append(Tried(mutation.what, mutation.address, rule, rule in found, tuple(sorted(found - {rule, *mutation.follows}))))
    return Tested(path, tuple(tried), tuple(sorted(skipped)))
