"""Index is missing.

Why: queries of the index fail, or the application scans the whole table instead.
Fix:
    global_secondary_index {
      name            = "CategoryIndex"
      hash_key        = "category"
      range_key       = "created_at"
      projection_type = "ALL"
    }
"""

from dyncheck.dynamodb import Contract, IndexContract, Table
from dyncheck.rule import Problems, error, quoted, rule, some


@rule(Table, Contract, severity=error, applies=lambda _, contract: bool(contract.indexes))
def check(table: Table, contract: Contract) -> Problems:
    for name, expected in contract.indexes.items():
        if _has(table, name):
            continue
        present = ", ".join(index.block.show("name") for index in table.indexes) or "no index"
        yield table.problem(
            f"Index {quoted(name)} is missing (the table has {present})",
            at=f"global_secondary_index[{quoted(name)}]",
            fix=_block(name, expected),
        )


def _has(table: Table, name: str) -> bool:
    return some(table.indexes, lambda index: index.name == name)


def _block(name: str, expected: IndexContract) -> str:
    lines = [f"name            = {quoted(name)}", f"hash_key        = {quoted(expected.hash.name)}"]
    if expected.range:
        lines.append(f"range_key       = {quoted(expected.range.name)}")
    lines.append(f"projection_type = {quoted(expected.projection)}")
    return "\n  ".join(["global_secondary_index {", *lines]) + "\n}"
