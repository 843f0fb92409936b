"""An index has other keys, types or projection than the contract demands.

Why: queries by it fail or return too little. To change it, DynamoDB drops the index and builds it again.
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


def _part(table: Table, index: Index, wanted: IndexContract, part: str) -> Problems:
    if part == "projection":
        if index.projection != wanted.projection:
            yield index.problem(
                "the index has another projection",
                at=index.projection_argument("projection_type"),
                wanted=quoted(wanted.projection),
                fix=f"projection_type = {quoted(wanted.projection)}",
            )
        return
    role, key = ("partition", wanted.hash) if part == "HASH" else ("sort", wanted.range)
    name = index.key(part)
    if name != (key.name if key else None):
        argument = index.key_argument(part)
        yield index.problem(
            f"the index has another {role} key" if name else f"the index has no {role} key",
            at=argument,
            found=quoted(name) if name else "not set",
            wanted=quoted(key.name) if key else "left out",
            fix=_key(argument, part, key),
        )
    elif key:
        yield from _type(table, index, role, key)


def _key(argument: str, part: str, key: Key | None) -> str:
    """The HCL of a key as it should be, or what to do with one that should not be there."""
    if key is None:
        return f"# remove {argument}" if argument == "range_key" else f"# remove the {argument} of the sort key"
    if argument != "key_schema":
        return f"{argument} = {quoted(key.name)}"
    return f"key_schema {{\n  attribute_name = {quoted(key.name)}\n  key_type       = {quoted(part)}\n}}"


def _type(table: Table, index: Index, role: str, key: Key) -> Problems:
    own = index.own_types.get(key.name)
    if own:
        if own != key.type:
            summary = f"the {role} key {quoted(key.name)} of the index {quoted(index.name)} has another type"
            fix = f"attribute_type = {quoted(key.type)}"
            yield index.problem(summary, at="key_schema", found=quoted(own), wanted=quoted(key.type), fix=fix)
        return
    # A type as written is wrong already where Terraform does not plan it yet.
    kind = (table.attributes | table.written_attributes).get(key.name)
    if kind is not None and kind != key.type:
        yield table.problem(
            f"the {role} key {quoted(key.name)} of the index {quoted(index.name)} has {'another' if kind else 'no'} type",
            at=f"attribute[{quoted(key.name)}].type",
            found=quoted(kind) if kind else "not set",
            wanted=quoted(key.type),
            fix=f"attribute {{\n  name = {quoted(key.name)}\n  type = {quoted(key.type)}\n}}",
        )
