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

from dyncheck.dynamodb import Contract, Table, hcl_index
from dyncheck.rule import Problems, error, quoted, rule


@rule(Table, Contract, severity=error, applies=lambda _, contract: contract.indexes)
def check(table: Table, contract: Contract) -> Problems:
    for name, expected in contract.indexes.items():
        if table.index(name) is None:
            present = ", ".join(index.shown_name for index in table.indexes) or "no index"
            yield table.problem(
                f"Index {quoted(name)} is missing (the table has {present})",
                at=f"global_secondary_index[{quoted(name)}]",
                fix=hcl_index(name, expected, uses_key_schema=table.uses_key_schema),
            )
