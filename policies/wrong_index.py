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

from dyncheck.dynamodb import Contract, Index, IndexContract, Key, Table, hcl_key_schema
from dyncheck.rule import Problem, Problems, each, error, quoted, rule

_ROLES = {"HASH": "partition", "RANGE": "sort"}


@rule(Table, Contract, severity=error, applies=lambda _, contract: contract.indexes)
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
    found, keys = index.keys_of(part), expected.keys_of(part)
    names = tuple(key.name for key in keys)
    if found == names or (part == "HASH" and _is_same_set(found, names)):
        yield from each(keys, lambda key: _type(table, index, _ROLES[part], key))
        return
    yield index.problem(
        f"Index {_difference(part, found, names)}",
        at=index.key_argument(part),
        found=_listed(found) or "not set",
        expected=_listed(names) or f"no {_ROLES[part]} key",
        fix=_key(index, part, expected),
    )


def _is_same_set(found: tuple[str, ...], expected: tuple[str, ...]) -> bool:
    return len(found) == len(expected) and all(name in found for name in expected)


def _difference(part: str, found: tuple[str, ...], expected: tuple[str, ...]) -> str:
    """The difference between the attributes of a role, as the rest of a sentence after "Index"."""
    role = _ROLES[part]
    extra, missing = (tuple(name for name in some if name not in others) for some, others in ((found, expected), (expected, found)))
    if not found:
        return f"has no {role} key"
    if missing and not extra:
        return f"lacks the {part} attribute {_listed(missing)}"
    if extra and not missing and expected:
        every = ", and a query must give every HASH attribute" if part == "HASH" else ""
        return f"has the additional {part} attribute {_listed(extra)}{every}"
    if not extra and len(found) == len(expected):
        return "has its RANGE attributes in another order, and a query must give them from left to right"
    return f"has the wrong {role} key"


def _listed(names: tuple[str, ...]) -> str:
    """Names of attributes as a message prints them."""
    return " and ".join(map(quoted, names))


def _key(index: Index, part: str, expected: IndexContract) -> str:
    """The HCL of the expected keys of a role, or the instruction to remove extra ones."""
    argument, keys = index.key_argument(part), expected.keys_of(part)
    if not keys:
        return f"# remove {argument}" if argument == "range_key" else f"# remove the {argument} of the sort key"
    if argument == "key_schema":
        return hcl_key_schema(expected, (part,), typed=index.is_separate)
    if len(keys) == 1:
        return f"{argument} = {quoted(keys[0].name)}"
    return f"# in place of hash_key and range_key\n{hcl_key_schema(expected)}"


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
        yield table.type_problem(label, key, found, of_index=True)
