"""Capacity does not match billing mode.

Why: a PROVISIONED table or index needs a read and a write capacity of at least 1; a PAY_PER_REQUEST table takes no capacity.
Terraform plans a wrong index without an error, and the apply fails.
Fix: set capacity on the table and on each index under PROVISIONED, and remove it under PAY_PER_REQUEST.
    read_capacity  = var.billing_mode == "PROVISIONED" ? var.read_capacity : null
    write_capacity = var.billing_mode == "PROVISIONED" ? var.write_capacity : null
"""

from collections.abc import Iterator

from dyncheck.dynamodb import BILLING_MODES, Index, Table, hcl_block
from dyncheck.rule import Block, Problems, each, error, rule


@rule(Table, severity=error)
def check(table: Table) -> Problems:
    if table.billing_mode in BILLING_MODES:
        yield from each(_capacities(table), lambda capacity: _capacity(table.billing_mode, *capacity))


def _capacities(table: Table) -> Iterator[tuple[Table | Index, Block, str]]:
    """The table and its indexes, each with the block and the name of a capacity argument."""
    for argument in ("read_capacity", "write_capacity"):
        yield table, table.block, argument
    for index in table.indexes:
        block, read, write = index.capacity_block
        yield index, block, read
        yield index, block, write


def _capacity(mode: str, owner: Table | Index, block: Block, argument: str) -> Problems:
    units = _units(mode, owner, block, argument)
    is_separate = isinstance(owner, Index) and owner.is_separate
    at = f"provisioned_throughput.{argument}" if is_separate else argument
    if mode == "PROVISIONED":
        if units < 1:
            if isinstance(owner, Table):
                owner.from_source(argument)
            summary = f"{_label(owner)} needs capacity under PROVISIONED"
            setting = f"{argument} = 5"
            if is_separate and block is owner.block:
                setting = hcl_block("provisioned_throughput", read_capacity_units="5", write_capacity_units="5")
            yield owner.problem(summary, at=at, expected="1 or more capacity units", fix=setting)
    # The plan shows the old capacity of a table that changes to PAY_PER_REQUEST, and that of its indexes.
    elif units != 0 and owner.sets(argument):
        summary = f"{_label(owner)} cannot have capacity under PAY_PER_REQUEST"
        yield owner.problem(summary, at=at, expected="no value", fix=f"{argument} = null")


def _units(mode: str, owner: Table | Index, block: Block, argument: str) -> float:
    """The capacity. Where the written one fits, it does not matter that `ignore_changes` covers it.

    A table that has another one keeps it: DynamoDB has accepted it, and under PAY_PER_REQUEST the configuration does not set it. Where a
    table that changes to PROVISIONED has none to keep, the provider sets 1.
    """
    if isinstance(owner, Table):
        written: float = block.as_written().read(argument, 0)
        if written == 0 if mode == "PAY_PER_REQUEST" else written >= 1:
            return written
        if owner.resource.exists and mode == "PROVISIONED":
            return 1
    units: float = block.read(argument, 0)
    return units


def _label(owner: Table | Index) -> str:
    return f"Index {owner.shown_name}" if isinstance(owner, Index) else "Table"
