"""Index differs from the contract.

Why: queries of the index fail or miss attributes. To change an index, DynamoDB drops it and builds it again.
Fix:
    global_secondary_index {
      name            = "CategoryIndex"
      hash_key        = "category"
      range_key       = "created_at"
      projection_type = "ALL"
    }
"""

from collections.abc import Iterator

from dyncheck.dynamodb import Contract, Index, IndexContract, Key, Table, hcl_block
from dyncheck.rule import Problem, Problems, each, error, quoted, rule


@rule(Table, Contract, severity=error, applies=lambda _, contract: bool(contract.indexes))
def check(table: Table, contract: Contract) -> Problems:
    def parts(name: str) -> Iterator[Problem]:
        index = table.index(name)
        if index is not None:
            yield from each(("HASH", "RANGE", "projection"), lambda part: _part(table, index, contract.indexes[name], part))

    yield from each(contract.indexes, parts)


def _part(table: Table, index: Index, expected: IndexContract, part: str) -> Problems:
    if part == "projection":
        if index.projection != expected.projection:
            at, projection = index.projection_argument("projection_type"), quoted(expected.projection)
            yield index.problem("Index has the wrong projection", at=at, expected=projection, fix=f"projection_type = {projection}")
        return
    role, key = ("partition", expected.hash) if part == "HASH" else ("sort", expected.range)
    name = index.key(part)
    if name != (key.name if key else None):
        argument = index.key_argument(part)
        yield index.problem(
            f"Index has the wrong {role} key" if name else f"Index has no {role} key",
            at=argument,
            found=quoted(name) if name else "not set",
            expected=quoted(key.name) if key else f"no {role} key",
            fix=_key(argument, part, key),
        )
    elif key:
        yield from _type(table, index, role, key)


def _key(argument: str, part: str, key: Key | None) -> str:
    """The HCL of the expected key, or the instruction to remove an extra key."""
    if key is None:
        return f"# remove {argument}" if argument == "range_key" else f"# remove the {argument} of the sort key"
    if argument != "key_schema":
        return f"{argument} = {quoted(key.name)}"
    return hcl_block("key_schema", attribute_name=quoted(key.name), key_type=quoted(part))


def _type(table: Table, index: Index, role: str, key: Key) -> Problems:
    label = f"{role.capitalize()} key {quoted(key.name)} of index {quoted(index.name)}"
    own = index.own_types.get(key.name)
    # The written type counts too, although Terraform does not plan it on an existing table.
    found = own or (table.attributes | table.written_attributes).get(key.name)
    if found is None or found == key.type:
        return
    if own:
        fix = f"attribute_type = {quoted(key.type)}"
        yield index.problem(f"{label} has the wrong type", at="key_schema", found=quoted(own), expected=quoted(key.type), fix=fix)
    else:
        yield table.type_problem(label, key, found)
