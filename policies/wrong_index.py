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
            yield _problem(index, "another projection", "projection_type", quoted(index.projection), quoted(wanted.projection))
        return
    role, key = ("partition", wanted.hash) if part == "HASH" else ("sort", wanted.range)
    argument = "hash_key" if part == "HASH" else "range_key"
    name = index.key(part)
    if name != (key.name if key else None):
        shown = quoted(name) if name else "not set"
        yield _problem(index, f"another {role} key" if name else f"no {role} key", argument, shown, quoted(key.name) if key else "left out")
    elif key:
        yield from _type(table, index, role, key)


def _type(table: Table, index: Index, role: str, key: Key) -> Problems:
    kind = index.own_types.get(key.name) or (table.attributes | _types_to_be(table)).get(key.name)
    if kind is not None and kind != key.type:
        yield table.problem(
            f"the {role} key {quoted(key.name)} of the index {quoted(index.name)} has {'another' if kind else 'no'} type",
            at=f"attribute[{quoted(key.name)}].type",
            found=quoted(kind) if kind else "not set",
            wanted=quoted(key.type),
            fix=f"attribute {{\n  name = {quoted(key.name)}\n  type = {quoted(key.type)}\n}}",
        )


def _types_to_be(table: Table) -> dict[str, str]:
    """The types as written, which are wrong already where Terraform does not plan them yet."""
    return {name: kind for name, kind in table.written_attributes.items() if name in table.attributes}


def _problem(index: Index, what: str, at: str, found: str, wanted: str) -> Problem:
    fix = f"# remove {at}" if wanted == "left out" else f"{at} = {wanted}"
    return index.problem(f"the index has {what}", at=at, found=found, wanted=wanted, fix=fix)
