"""The mutations: each breaks one demand of a compliant input, and names the rule that must find it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.catalog.contracts import matched
from dyncheck.dynamodb import Alarm, Contract, Inventory, Key, Table
from dyncheck.model import UNSET, Block, Deferred, Known, Resource, Unknown, Value, quoted

Values: TypeAlias = "Mapping[str, Any] | None"
Blocks: TypeAlias = "Mapping[str, tuple[Block, ...]] | None"


class Mutation(Struct, frozen=True):
    """One broken demand: the change to a resource, the rule that must fail, and the changed resources by address.

    `follows` are the rules that may fail with it, because their demand rests on the broken one.
    """

    what: str
    address: str
    rule: str
    changed: Mapping[str, Resource]
    follows: tuple[str, ...] = ()


# Access patterns rest on the keys and indexes that other demands are about.
_ON_KEYS = ("unserved-access",)


class Overlay(Block):
    """A block with other values and inner blocks, or at another path; everything else is the original's."""

    __slots__ = ("_blocks", "_original", "_values")

    def __init__(self, original: Block, values: Values = None, blocks: Blocks = None, path: str | None = None) -> None:
        self.path = original.path if path is None else path
        self._original = original
        self._values = values or {}
        self._blocks = blocks or {}

    def value(self, name: str) -> Value:
        if name not in self._values:
            return self._original.value(name)
        plain = self._values[name]
        return UNSET if plain is None else Known(plain)

    def nested(self, name: str) -> tuple[Block, ...] | Deferred:
        return self._blocks[name] if name in self._blocks else self._original.nested(name)

    def configures(self, name: str) -> bool | None:
        return self._values[name] is not None if name in self._values else self._original.configures(name)


def mutations(inventory: Inventory, contracts: tuple[Contract, ...]) -> Iterator[Mutation]:
    """Every mutation that an input allows."""
    for table in inventory.tables:
        yield from _of_table(table)
        for contract in matched(table, contracts).certain:
            yield from _of_contract(table, contract)
    for alarm in inventory.judged_alarms:
        yield from _of_alarm(alarm)


def _of_table(table: Table) -> Iterator[Mutation]:
    yield _mutation(table, "recovery is removed", "no-point-in-time-recovery", blocks={"point_in_time_recovery": ()})
    yield _mutation(table, "encryption is removed", "unencrypted-table", blocks={"server_side_encryption": ()})
    yield _mutation(table, "the billing mode is FREE", "invalid-billing-mode", {"billing_mode": "FREE"})
    yield _mutation(table, "the table class is GLACIER", "invalid-table-class", {"table_class": "GLACIER"})
    yield _mutation(table, "deletion protection is switched off", "no-deletion-protection", {"deletion_protection_enabled": False})
    if _known(table.block, "billing_mode") != "PAY_PER_REQUEST":
        yield _mutation(table, "the read capacity is 0", "capacity-mismatch", {"read_capacity": 0})
    elif not table.resource.exists:
        yield _mutation(table, "capacity is set under PAY_PER_REQUEST", "capacity-mismatch", {"read_capacity": 5})
    if attributes := _blocks(table.block, "attribute"):
        unused = Overlay(attributes[0], {"name": "unused", "type": "S"}, path=f"attribute[{quoted('unused')}]")
        more = {"attribute": (*attributes, unused)}
        yield _mutation(table, "an attribute that is not a key is declared", "attribute-mismatch", blocks=more)


def _of_contract(table: Table, contract: Contract) -> Iterator[Mutation]:
    if contract.primary_key:
        yield from _key_type(table, contract.primary_key.hash)
    for name, expected in contract.indexes.items():
        projection = "KEYS_ONLY" if expected.projection != "KEYS_ONLY" else "ALL"
        for rule, what, values in (
            ("missing-index", f"the index {name} is renamed", {"name": f"{name}2"}),
            ("wrong-index", f"the index {name} projects {projection}", {"projection_type": projection}),
        ):
            if not _is_separate(table, name) and (changed := _changed(table, "global_secondary_index", name, values)):
                yield replace(_mutation(table, what, rule, blocks=changed), follows=_ON_KEYS)
    yield from _of_access(table, contract)
    if contract.time_to_live:
        yield _mutation(table, "time to live is removed", "missing-ttl", blocks={"ttl": ()})
    for key in contract.tags:
        tags = {name: _known(table.block, name) or {} for name in ("tags", "tags_all")}
        if kept := {name: {other: found[other] for other in found if other != key} for name, found in tags.items() if key in found}:
            yield _mutation(table, f"the tag {key} is removed", "missing-tags", kept)
    yield from _name(table, contract)


def _key_type(table: Table, expected: Key) -> Iterator[Mutation]:
    other = "B" if expected.type != "B" else "S"
    if changed := _changed(table, "attribute", expected.name, {"type": other}):
        # The constants of the configuration must be the planned values.
        constants = table.resource.constant_blocks.get("attribute", ())
        written = tuple({**each, "type": other} if each.get("name") == expected.name else each for each in constants)
        blocks = {**table.resource.constant_blocks, "attribute": written} if written else {}
        mutation = _mutation(table, f"the key {expected.name} is of type {other}", "wrong-primary-key", blocks=changed)
        changes = {table.address: replace(mutation.changed[table.address], constant_blocks=blocks)}
        yield replace(mutation, changed=changes, follows=_ON_KEYS)


def _of_access(table: Table, contract: Contract) -> Iterator[Mutation]:
    """The indexes that only access patterns demand are renamed."""
    for name in dict.fromkeys(pattern.index for pattern in contract.access if pattern.index and pattern.index not in contract.indexes):
        for kind in ("global_secondary_index", "local_secondary_index"):
            if not _is_separate(table, name) and (changed := _changed(table, kind, name, {"name": f"{name}2"})):
                yield _mutation(table, f"the index {name} of an access pattern is renamed", "unserved-access", blocks=changed)


def _name(table: Table, contract: Contract) -> Iterator[Mutation]:
    name = _known(table.block, "name")
    if name is None or not contract.is_found_by_either or contract.match is None or contract.match.resource != table.resource.name:
        return
    mutation = _mutation(table, "the table's name has no environment", "wrong-table-name", {"name": contract.table})
    renamed: dict[str, Resource] = {}
    for alarm in Inventory.of(table).alarms:
        dimensions = _known(alarm.block, "dimensions") or {}
        if dimensions.get("TableName") == name:
            # A reference to the table follows its name.
            renamed |= _mutation(alarm, "", "", {"dimensions": {**dimensions, "TableName": contract.table}}).changed
    yield replace(mutation, changed={**mutation.changed, **renamed})


def _of_alarm(alarm: Alarm) -> Iterator[Mutation]:
    yield _mutation(alarm, "the alarm has no action", "silent-alarm", {"alarm_actions": []})
    metric = _known(alarm.block, "metric_name")
    if metric in ("ReadThrottleEvents", "WriteThrottleEvents"):
        misspelt = metric.replace("Throttle", "Throttled")
        yield _mutation(alarm, f"the metric is misspelt {misspelt}", "dead-alarm", {"metric_name": misspelt})
        yield _mutation(alarm, "the alarm is on another table", "no-throttle-alarm", {"dimensions": {"TableName": "another-table"}})
        yield _mutation(alarm, "the threshold is 1000", "insensitive-alarm", {"threshold": 1000})


def _mutation(entity: Table | Alarm, what: str, rule: str, values: Values = None, blocks: Blocks = None) -> Mutation:
    body = Overlay(entity.block, values, blocks)
    return Mutation(what, entity.address, rule, {entity.address: replace(entity.resource, body=body)})


def _is_separate(table: Table, name: str) -> bool:
    """Whether an index is a resource of its own, which the blocks of an existing table only repeat."""
    try:
        index = table.index(name)
    except Unknown:
        return False
    return index is not None and index.is_separate


def _changed(table: Table, kind: str, name: str, values: Mapping[str, Any]) -> dict[str, tuple[Block, ...]]:
    """The blocks of one kind, with other values in those of that name; empty if there are none."""
    blocks = _blocks(table.block, kind)
    named = [each for each in blocks if _is_named(each, name)]
    return {kind: tuple(Overlay(each, values) if each in named else each for each in blocks)} if named else {}


def _known(block: Block, name: str) -> Any:
    """The value of an argument; None if it is unset or deferred."""
    value = block.value(name)
    return value.value if isinstance(value, Known) else None


def _blocks(block: Block, name: str) -> tuple[Block, ...]:
    found = block.nested(name)
    return found if isinstance(found, tuple) else ()


def _is_named(block: Block, name: str) -> bool:
    try:
        return bool(block.read("name") == name)
    except Unknown:
        return False
