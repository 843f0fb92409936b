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

from dyncheck.dynamodb import Contract, Index, IndexContract, Key, Table
from dyncheck.rule import Problem, Problems, each, error, first, quoted, rule


@rule(Table, Contract, severity=error, applies=lambda _, contract: bool(contract.indexes))
def check(table: Table, contract: Contract) -> Problems:
    def parts(name: str) -> Iterator[Problem]:
        index = first(table.indexes, lambda index: index.name == name)
        if index is not None:
            yield from each(("HASH", "RANGE", "projection"), lambda part: _part(table, index, contract.indexes[name], part))

    yield from each(contract.indexes, parts)


def _part(table: Table, index: Index, expected: IndexContract, part: str) -> Problems:
    if part == "projection":
        if index.projection != expected.projection:
            yield index.problem(
                "Index has the wrong projection",
                at=index.projection_argument("projection_type"),
                expected=quoted(expected.projection),
                fix=f"projection_type = {quoted(expected.projection)}",
            )
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
    return f"key_schema {{\n  attribute_name = {quoted(key.name)}\n  key_type       = {quoted(part)}\n}}"


def _type(table: Table, index: Index, role: str, key: Key) -> Problems:
    own = index.own_types.get(key.name)
    if own:
        if own != key.type:
            summary = f"{role.capitalize()} key {quoted(key.name)} of index {quoted(index.name)} has the wrong type"
            fix = f"attribute_type = {quoted(key.type)}"
            yield index.problem(summary, at="key_schema", found=quoted(own), expected=quoted(key.type), fix=fix)
        return
    # The written type counts too, although Terraform does not plan it on an existing table.
    kind = (table.attributes | table.written_attributes).get(key.name)
    if kind is not None and kind != key.type:
        yield table.problem(
            f"{role.capitalize()} key {quoted(key.name)} of index {quoted(index.name)} has {'the wrong' if kind else 'no'} type",
            at=f"attribute[{quoted(key.name)}].type",
            found=quoted(kind) if kind else "not set",
            expected=quoted(key.type),
            fix=f"attribute {{\n  name = {quoted(key.name)}\n  type = {quoted(key.type)}\n}}",
        )
