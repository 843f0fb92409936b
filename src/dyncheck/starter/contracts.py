"""Facts of tables -> contracts that all of them meet: one for what they share, and one for each table that differs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from dyncheck.catalog.contracts import matched
from dyncheck.catalog.rules import all_rules
from dyncheck.checking import engine
from dyncheck.dynamodb import Contract, Inventory, Match
from dyncheck.dynamodb.contracts import Recovery
from dyncheck.findings import Status
from dyncheck.model import without_keys
from dyncheck.starter.facts import Facts, facts_of, tag_pattern

EVERY_TABLE = "every-table"

# What describes a table is in its own contract: a new table would not have to be like the ones that are there.
_OF_ONE_TABLE = ("primary_key", "indexes", "time_to_live", "stream")
_SHARED = ("encryption", "point_in_time_recovery", "deletion_protection", "billing_modes", "table_classes", "replicas", "tags")

# What people call their environments.
_ENVIRONMENTS = frozenset(
    (
        *("ci", "demo", "dev", "development", "int", "integration", "live", "nonprod", "perf", "preprod", "prd", "prod", "production"),
        *("qa", "sandbox", "sbx", "stage", "staging", "stg", "test", "testing", "uat"),
    )
)

# Of a contract, whose file has its name.
_LONGEST_NAME = 100


class Draft(Struct, frozen=True):
    """A contract, the addresses of its tables, and what it leaves out, each with the reason."""

    contract: Contract
    tables: tuple[str, ...]
    left_out: tuple[str, ...] = ()


class Drafts(Struct, frozen=True):
    """The contracts of an input, and the addresses of the tables for which no contract of their own can be written."""

    contracts: tuple[Draft, ...]
    without: tuple[str, ...] = ()


class _Group(Struct, frozen=True):
    """Tables that one contract describes, and what tells them from all others; None where nothing does."""

    tables: tuple[Facts, ...]
    match: Match | None


def drafts(inventories: Sequence[Inventory]) -> Drafts:
    """The contracts that all tables of the inventories meet for certain."""
    every = tuple(facts_of(table) for inventory in inventories for table in inventory.tables)
    shared = _draft(Contract(EVERY_TABLE, "What all tables share."), every, _SHARED)
    (shared,) = _met((shared,), inventories)
    groups = _groups(every)
    names: set[str] = {EVERY_TABLE}
    own = tuple(_own(group, shared.contract, names) for group in groups if group.match)
    without = tuple(dict.fromkeys(facts.table.address for group in groups if not group.match for facts in group.tables))
    return Drafts((shared, *_met(own, inventories)), without)


def demands(contract: Contract) -> dict[str, Any]:
    """What a contract demands, by its keys."""
    default = asdict(Contract())
    return {key: value for key, value in asdict(contract).items() if value != default[key] and key not in _NO_DEMANDS}


_NO_DEMANDS = ("table", "description", "match", "severities")


def without(draft: Draft, key: str, why: str) -> Draft:
    """The draft without one of its demands."""
    return replace(draft, contract=replace(draft.contract, **{key: asdict(Contract())[key]}), left_out=(*draft.left_out, f"{key}: {why}"))


def _own(group: _Group, shared: Contract, names: set[str]) -> Draft:
    assert group.match
    match, first = group.match, group.tables[0]
    start = match.name or (match.module or "").rpartition("module.")[2] or match.resource or ""
    name = free_name(start, names)
    verb = "has" if len(group.tables) == 1 else "have"
    contract = Contract(name, f"What {_listed(facts.table.address for facts in group.tables)} {verb}.", match)
    draft = _draft(contract, group.tables, (*_OF_ONE_TABLE, *(key for key in _SHARED if key != "tags")))
    repeated = {key for key, value in demands(shared).items() if demands(draft.contract).get(key) == value}
    contract = replace(draft.contract, **{key: asdict(Contract())[key] for key in repeated})
    pattern = _name_of_environments(group.tables) if first.name and not match.name else None
    return replace(draft, contract=replace(contract, name=pattern))


def _draft(contract: Contract, tables: Sequence[Facts], keys: Iterable[str]) -> Draft:
    """The contract with what all the tables meet, and what only some of them do."""
    left_out = []
    values: dict[str, Any] = {}
    for key in keys:
        unknown = [facts for facts in tables if key in facts.unknown]
        found = [facts.met[key] for facts in tables if key in facts.met]
        if unknown:
            more = f", and {len(unknown) - 1:,} more" if len(unknown) > 1 else ""
            left_out.append(f"{key} is unknown for {unknown[0].table.address}{more}: {unknown[0].unknown[key]}")
        elif len(found) == len(tables) and (value := _merged(key, found)):
            values[key] = value
        elif found and len(tables) > 1:
            few = f"true for only {len(found):,} of {len(tables):,} tables"
            left_out.append(f"{key}: {few if len(found) < len(tables) else 'the tables differ'}")
    return Draft(replace(contract, **values), tuple(facts.table.address for facts in tables), tuple(left_out))


def _merged(key: str, values: Sequence[Any]) -> Any:
    """The strictest demand that all the tables meet, None without one."""
    if key == "tags":
        keys = [each for each in values[0] if all(each in tags for tags in values)]
        return {each: tag_pattern(*(tags[each] for tags in values)) for each in keys}
    if key == "point_in_time_recovery":
        days = [value.minimum_days for value in values if isinstance(value, Recovery)]
        return Recovery(min(days)) if days else True
    if key == "indexes":
        return {name: index for name, index in values[0].items() if all(each.get(name) == index for each in values)}
    return values[0] if all(value == values[0] for value in values) else None


def _met(found: tuple[Draft, ...], inventories: Sequence[Inventory]) -> tuple[Draft, ...]:
    """The drafts without the demands that a rule does not pass, on all tables that the contract holds for."""
    rules = tuple(rule for rule in all_rules() if rule.is_on_contract or rule.demanded)
    for key in sorted({key for draft in found for key in demands(draft.contract)}):
        single = {draft.contract.table: _only(draft.contract, key) for draft in found if key in demands(draft.contract)}
        failed: set[str] = set()
        for inventory in inventories:
            outcome = engine.check(inventory, rules, tuple(single.values()), lists_passes=False)
            failed |= {name for result in outcome.results if result.status is not Status.PASS for name in result.contract.split(", ")}
        found = tuple(
            without(draft, key, "a rule does not pass it for certain")
            if draft.contract.table in failed and draft.contract.table in single
            else draft
            for draft in found
        )
    return found


def _only(contract: Contract, key: str) -> Contract:
    return Contract(contract.table, match=contract.match, **{key: getattr(contract, key)})


def _groups(every: Sequence[Facts]) -> list[_Group]:
    """The tables by their resource name, and where those differ, by their own names or their modules."""
    by_resource: dict[str, list[Facts]] = {}
    for facts in every:
        by_resource.setdefault(facts.table.resource.name, []).append(facts)
    return [group for name, tables in by_resource.items() for group in _split(name, tables)]


def _split(resource: str, tables: list[Facts]) -> Iterator[_Group]:
    alike: list[list[Facts]] = []
    for facts in tables:
        group = next((group for group in alike if _is_like(facts, group[0])), None)
        if group is None:
            alike.append([facts])
        else:
            group.append(facts)
    if len(alike) == 1:
        yield _Group(tuple(tables), Match(resource))
        return
    for group in alike:
        match = _telling(resource, group, tables)
        if match or len(group) == 1:
            yield _Group(tuple(group), match)
        else:
            yield from (_Group((facts,), _telling(resource, [facts], tables)) for facts in group)


def _is_like(one: Facts, other: Facts) -> bool:
    """Whether no demand is known to differ."""
    keys = (key for key in _OF_ONE_TABLE if key not in one.unknown and key not in other.unknown)
    return all(one.met.get(key) == other.met.get(key) for key in keys)


def _telling(resource: str, group: Sequence[Facts], tables: Sequence[Facts]) -> Match | None:
    """The first condition that holds for the tables of the group and for no other.

    The address of a module is the same in every environment, and the name of a table often is not.
    """
    conditions: list[Match] = []
    for modules in ({without_keys(each.table.resource.module) for each in group}, {each.table.resource.module for each in group}):
        conditions += [Match(resource, module=module) for module in modules if module and len(modules) == 1]
    pattern = _pattern(group)
    conditions += [Match(resource, name=pattern)] if pattern else []
    return next((match for match in conditions if _tells(match, group, tables)), None)


def _tells(match: Match, group: Sequence[Facts], tables: Sequence[Facts]) -> bool:
    contract = (Contract(match=match),)
    for facts in tables:
        found = matched(facts.table, contract)
        if found.undecided or bool(found.certain) != any(each is facts for each in group):
            return False
    return True


def _pattern(group: Sequence[Facts]) -> str | None:
    names = {facts.name for facts in group}
    if len(names) == 1:
        return names.pop()
    pattern = _name_of_environments(group)
    return pattern.replace("{environment}", "*") if pattern else None


def _name_of_environments(group: Sequence[Facts]) -> str | None:
    """The form of the tables' names, where they differ in one word, the environment; None where that is not so."""
    names = {facts.name for facts in group}
    words = [re.split(r"([-_.])", name) for name in names if name]
    if len(names) < 2 or len(words) < len(names) or len({len(each) for each in words}) > 1:
        return None
    columns = [set(column) for column in zip(*words, strict=True)]
    differing = [column for column in columns if len(column) > 1]
    if len(differing) != 1 or not differing[0] <= _ENVIRONMENTS or len(columns) == 1:
        return None
    return "".join("{environment}" if len(column) > 1 else column.pop() for column in columns)


def free_name(start: str, taken: set[str]) -> str:
    """A name for a contract that no other has."""
    name = re.sub(r"[^a-z0-9_-]+", "-", start.lower()).strip("-_")[:_LONGEST_NAME]
    name = name if name[:1].isalpha() else f"table-{name}".rstrip("-")
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(free)
    return free


def _listed(addresses: Iterable[str]) -> str:
    first, *others = dict.fromkeys(addresses)
    return f"{first}{f' and {len(others):,} more' if others else ''}"
