"""The mutations: each breaks one demand of a compliant input, and names the rule that must say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.dynamodb import Alarm, Contract, Inventory, Table
from dyncheck.model import Block, Known, Resource, Unknown
from dyncheck.selftest.overlay import Overlay, labelled


class Mutation(Struct, frozen=True):
    """One demand, broken: what was done to which resource, the rule that must fail, and the resources then, by address."""

    what: str
    address: str
    rule: str
    changed: Mapping[str, Resource]


def mutations(inventory: Inventory, contract_of: Callable[[Table], Contract | None]) -> Iterator[Mutation]:
    """Every mutation that an input allows."""
    for table in inventory.tables:
        yield from _of_table(table)
        contract = contract_of(table)
        if contract:
            yield from _of_contract(table, contract)
    for alarm in inventory.alarms:
        yield from _of_alarm(alarm)


def _of_table(table: Table) -> Iterator[Mutation]:
    yield _table(table, "recovery is dropped", "no-point-in-time-recovery", blocks={"point_in_time_recovery": ()})
    yield _table(table, "encryption is dropped", "unencrypted-table", blocks={"server_side_encryption": ()})
    yield _table(table, "the billing mode is FREE", "invalid-billing-mode", {"billing_mode": "FREE"})
    yield _table(table, "the table class is GLACIER", "invalid-table-class", {"table_class": "GLACIER"})
    yield _table(table, "deletion protection is switched off", "no-deletion-protection", {"deletion_protection_enabled": False})
    yield from _capacity(table)
    attributes = _blocks(table.block, "attribute")
    if attributes:
        more = (*attributes, labelled("attribute", "unused", {"name": "unused", "type": "S"}))
        yield _table(table, "an attribute that is no key is declared", "attribute-mismatch", blocks={"attribute": more})


def _capacity(table: Table) -> Iterator[Mutation]:
    mode = table.block.value("billing_mode")
    if isinstance(mode, Known) and mode.value == "PAY_PER_REQUEST":
        if not table.resource.exists:
            yield _table(table, "capacity is set under PAY_PER_REQUEST", "capacity-mismatch", {"read_capacity": 5})
    else:
        yield _table(table, "the read capacity is 0", "capacity-mismatch", {"read_capacity": 0})


def _of_contract(table: Table, contract: Contract) -> Iterator[Mutation]:
    yield from _key_type(table, contract)
    for name, expected in contract.indexes.items():
        indexes = _blocks(table.block, "global_secondary_index")
        here = [index for index in indexes if _is(index, "name", name)]
        if not here:
            continue
        renamed = tuple(Overlay(each, {"name": f"{name}2"}) if each in here else each for each in indexes)
        yield _table(table, f"the index {name} is renamed", "missing-index", blocks={"global_secondary_index": renamed})
        other = "KEYS_ONLY" if expected.projection != "KEYS_ONLY" else "ALL"
        projected = tuple(Overlay(each, {"projection_type": other}) if each in here else each for each in indexes)
        yield _table(table, f"the index {name} projects {other}", "wrong-index", blocks={"global_secondary_index": projected})
    if contract.time_to_live:
        yield _table(table, "time to live is dropped", "missing-ttl", blocks={"ttl": ()})
    yield from _tags(table, contract)
    yield from _name(table, contract)


def _key_type(table: Table, contract: Contract) -> Iterator[Mutation]:
    expected = contract.primary_key.hash
    other = "B" if expected.type != "B" else "S"
    attributes = _blocks(table.block, "attribute")
    if any(_is(each, "name", expected.name) for each in attributes):
        changed = tuple(Overlay(each, {"type": other}) if _is(each, "name", expected.name) else each for each in attributes)
        mutation = _table(table, f"the key {expected.name} is of type {other}", "wrong-primary-key", blocks={"attribute": changed})
        written = tuple(
            {**each, "type": other} if each.get("name") == expected.name else each
            for each in table.resource.constant_blocks.get("attribute", ())
        )
        # What the configuration spells out is what the plan would have.
        resource = replace(
            mutation.changed[table.address], constant_blocks={**table.resource.constant_blocks, "attribute": written} if written else {}
        )
        yield replace(mutation, changed={table.address: resource})


def _tags(table: Table, contract: Contract) -> Iterator[Mutation]:
    for key in contract.tags:
        values: dict[str, Any] = {}
        for name in ("tags", "tags_all"):
            tags = table.block.value(name)
            if isinstance(tags, Known) and key in tags.value:
                values[name] = {other: tag for other, tag in tags.value.items() if other != key}
        if values:
            yield _table(table, f"the tag {key} is dropped", "missing-tags", values)


def _name(table: Table, contract: Contract) -> Iterator[Mutation]:
    name = table.block.value("name")
    if not isinstance(name, Known) or contract.match.resource != table.resource.name:
        return
    mutation = _table(table, "the table's name has no environment", "wrong-table-name", {"name": contract.table})
    renamed: dict[str, Resource] = {}
    for alarm in Inventory.of(table).alarms:
        dimensions = alarm.block.value("dimensions")
        if isinstance(dimensions, Known) and dimensions.value.get("TableName") == name.value:
            # What refers to the table follows its name.
            body = Overlay(alarm.block, {"dimensions": {**dimensions.value, "TableName": contract.table}})
            renamed[alarm.address] = replace(alarm.resource, body=body)
    yield replace(mutation, changed={**mutation.changed, **renamed})


def _of_alarm(alarm: Alarm) -> Iterator[Mutation]:
    yield _alarm(alarm, "nobody is told", "silent-alarm", {"alarm_actions": []})
    metric = alarm.block.value("metric_name")
    if isinstance(metric, Known) and metric.value in ("ReadThrottleEvents", "WriteThrottleEvents"):
        misspelt = metric.value.replace("Throttle", "Throttled")
        yield _alarm(alarm, f"the metric is misspelt {misspelt}", "dead-alarm", {"metric_name": misspelt})
        yield _alarm(alarm, "the alarm is unwired", "no-throttle-alarm", {"dimensions": {"TableName": "another-table"}})
        yield _alarm(alarm, "the threshold is 1000", "insensitive-alarm", {"threshold": 1000})


def _table(
    table: Table, what: str, rule: str, values: Mapping[str, Any] | None = None, blocks: Mapping[str, tuple[Block, ...]] | None = None
) -> Mutation:
    return Mutation(what, table.address, rule, {table.address: replace(table.resource, body=Overlay(table.block, values, blocks))})


def _alarm(alarm: Alarm, what: str, rule: str, values: Mapping[str, Any]) -> Mutation:
    return Mutation(what, alarm.address, rule, {alarm.address: replace(alarm.resource, body=Overlay(alarm.block, values))})


def _blocks(block: Block, name: str) -> tuple[Block, ...]:
    found = block.nested(name)
    return found if isinstance(found, tuple) else ()


def _is(block: Block, name: str, expected: str) -> bool:
    try:
        return bool(block.read(name) == expected)
    except Unknown:
        return False
