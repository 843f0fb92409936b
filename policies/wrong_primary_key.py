"""Wrong primary key.

Why: every query, writer and backup depends on the key. Only a replacement of the table can change it.
Fix:
    hash_key = "id"

    attribute {
      name = "id"
      type = "N"
    }
"""

from dyncheck.dynamodb import Contract, Key, Table
from dyncheck.rule import Problems, error, quoted, rule


@rule(Table, Contract, severity=error, fix="none", applies=lambda _, contract: contract.primary_key)
def check(table: Table, contract: Contract) -> Problems:
    assert contract.primary_key
    expected = contract.primary_key
    yield from _role(table, "hash_key", "partition", table.hash_key, expected.hash)
    yield from _role(table, "range_key", "sort", table.range_key, expected.range)


def _role(table: Table, argument: str, role: str, name: str | None, expected: Key | None) -> Problems:
    if expected and name == expected.name:
        yield from _type(table, f"{role.capitalize()} key {quoted(expected.name)}", expected)
    elif expected:
        key = quoted(expected.name)
        yield table.problem(f"Wrong {role} key", at=argument, expected=key, fix=table.replacing(f"{argument} = {key}"))
    elif name:
        fix = table.replacing(f"# remove {argument}")
        yield table.problem(f"Unexpected {role} key", at=argument, expected=f"no {role} key", fix=fix)


def _type(table: Table, label: str, expected: Key) -> Problems:
    planned = table.attributes.get(expected.name)
    written = table.written_attributes.get(expected.name, planned)
    for found, where in ((planned, ""), (written, "in the configuration, and Terraform does not change the existing table")):
        if found is not None and found != expected.type:
            yield table.type_problem(label, expected, found, where)
            return
