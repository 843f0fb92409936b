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
    wanted = contract.primary_key
    yield from _role(table, "hash_key", "partition", table.hash_key, wanted.hash)
    yield from _role(table, "range_key", "sort", table.range_key, wanted.range)


def _role(table: Table, argument: str, role: str, name: str | None, wanted: Key | None) -> Problems:
    if wanted is None:
        if name:
            yield table.problem(f"Unexpected {role} key", at=argument, wanted=f"no {role} key", fix=f"# remove {argument}")
        return
    if name != wanted.name:
        yield table.problem(
            f"Wrong {role} key",
            at=argument,
            wanted=quoted(wanted.name),
            fix=f"{argument} = {quoted(wanted.name)}",
        )
        return
    yield from _type(table, role, wanted)


def _type(table: Table, role: str, wanted: Key) -> Problems:
    planned = table.attributes.get(wanted.name)
    written = table.written_attributes.get(wanted.name, planned)
    for kind, where in ((planned, ""), (written, " in the configuration, and Terraform does not change the existing table")):
        if kind is not None and kind != wanted.type:
            yield table.problem(
                f"{role.capitalize()} key {quoted(wanted.name)} has {'the wrong' if kind else 'no'} type{where}",
                at=f"attribute[{quoted(wanted.name)}].type",
                found=quoted(kind) if kind else "not set",
                wanted=quoted(wanted.type),
                fix=f"attribute {{\n  name = {quoted(wanted.name)}\n  type = {quoted(wanted.type)}\n}}",
            )
            return
