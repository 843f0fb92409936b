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

from dyncheck.dynamodb import Contract, IndexContract, Table, hcl_block
from dyncheck.rule import Problems, error, quoted, rule


@rule(Table, Contract, severity=error, applies=lambda _, contract: bool(contract.indexes))
def check(table: Table, contract: Contract) -> Problems:
    for name, expected in contract.indexes.items():
        if table.index(name) is None:
            present = ", ".join(index.shown_name for index in table.indexes) or "no index"
            yield table.problem(
                f"Index {quoted(name)} is missing (the table has {present})",
                at=f"global_secondary_index[{quoted(name)}]",
                fix=_block(name, expected),
            )


def _block(name: str, expected: IndexContract) -> str:
    sort = {"range_key": quoted(expected.range.name)} if expected.range else {}
    arguments = {"name": quoted(name), "hash_key": quoted(expected.hash.name), **sort, "projection_type": quoted(expected.projection)}
    return hcl_block("global_secondary_index", **arguments)
