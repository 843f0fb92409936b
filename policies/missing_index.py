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

from textwrap import indent

from dyncheck.dynamodb import Contract, IndexContract, Table, hcl_block, hcl_key_schema
from dyncheck.rule import Problems, error, quoted, rule


@rule(Table, Contract, severity=error, applies=lambda _, contract: contract.indexes)
def check(table: Table, contract: Contract) -> Problems:
    for name, expected in contract.indexes.items():
        if table.index(name) is None:
            present = ", ".join(index.shown_name for index in table.indexes) or "no index"
            yield table.problem(
                f"Index {quoted(name)} is missing (the table has {present})",
                at=f"global_secondary_index[{quoted(name)}]",
                fix=_block(name, expected, uses_key_schema=table.uses_key_schema),
            )


def _block(name: str, expected: IndexContract, *, uses_key_schema: bool) -> str:
    """The HCL of the index, in the form of the provider. Only `key_schema` takes more than one attribute of a role."""
    arguments = {"hash_key": expected.keys_of("HASH"), "range_key": expected.keys_of("RANGE")}
    if not uses_key_schema and all(len(keys) < 2 for keys in arguments.values()):
        keys = {argument: quoted(key.name) for argument, found in arguments.items() for key in found}
        return hcl_block("global_secondary_index", name=quoted(name), **keys, projection_type=quoted(expected.projection))
    block = hcl_block("global_secondary_index", name=quoted(name), projection_type=quoted(expected.projection))
    inner = indent(hcl_key_schema(expected), "  ")
    return f"{block.removesuffix('}')}{inner}\n}}"
