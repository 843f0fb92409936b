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


@rule(Table, Contract, severity=error)
def check(table: Table, contract: Contract) -> Problems:
    expected = contract.primary_key
    yield from _role(table, "hash_key", "partition", table.hash_key, expected.hash)
    yield from _role(table, "range_key", "sort", table.range_key, expected.range)


def _role(table: Table, argument: str, role: str, name: str | None, expected: Key | None) -> Problems:
    if expected is None:
        if name:
            yield table.problem(f"Unexpected {role} key", at=argument, expected=f"no {role} key", fix=f"# remove {argument}")
        return
    if name != expected.name:
        yield table.problem(
            f"Wrong {role} key",
            at=argument,
            expected=quoted(expected.name),
            fix=f"{argument} = {quoted(expected.name)}",
        )
        return
    yield from _type(table, role, expected)


def _type(table: Table, role: str, expected: Key) -> Problems:
    planned = table.attributes.get(expected.name)
    written = table.written_attributes.get(expected.name, planned)
    for kind, where in ((planned, ""), (written, " in the configuration, and Terraform does not change the existing table")):
        if kind is not None and kind != expected.type:
            yield table.problem(
                f"{role.capitalize()} key {quoted(expected.name)} has {'the wrong' if kind else 'no'} type{where}",
                at=f"attribute[{quoted(expected.name)}].type",
                found=quoted(kind) if kind else "not set",
                expected=quoted(expected.type),
                fix=f"attribute {{\n  name = {quoted(expected.name)}\n  type = {quoted(expected.type)}\n}}",
            )
            return
