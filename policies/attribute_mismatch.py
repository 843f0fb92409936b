"""Attributes and keys do not match.

Why: DynamoDB needs the type of each key attribute of the table and its indexes, and rejects any other attribute. The type
of an existing attribute cannot change: Terraform plans nothing for such a change and never reports the difference.
Fix: declare one `attribute` block for each key.
    attribute {
      name = "id"
      type = "N"
    }
"""

from collections.abc import Iterator

from dyncheck.dynamodb import Table, hcl_block
from dyncheck.rule import Problem, Problems, error, quoted, rule


@rule(Table, severity=error)
def check(table: Table) -> Problems:
    declared = table.attributes
    yield from _other_types(table, declared)
    inside, separate = _keys(table)
    for name in dict.fromkeys(inside):
        if name not in declared:
            fix = hcl_block("attribute", name=quoted(name), type='"S"')
            yield table.problem(f"Key attribute {quoted(name)} is not declared", at=f"attribute[{quoted(name)}]", fix=fix)
    for name in declared:
        if name not in {*inside, *separate}:
            yield table.problem(
                f"Attribute {quoted(name)} is declared but is not a key of the table or of an index",
                at=f"attribute[{quoted(name)}]",
                fix=f"# remove the attribute block {quoted(name)}, or index it",
            )


def _keys(table: Table) -> tuple[list[str], list[str]]:
    """The key attributes that the table must declare, and those that separate indexes declare themselves.

    An existing table also shows the attributes of the indexes that its blocks only repeat.
    """
    own = [key for key in (table.hash_key, table.range_key) if key]
    own += [index.string("range_key") for index in table.local_indexes]
    separate = [name for index in table.own_indexes for _, name in index.keys]
    for index in table.indexes:
        (separate if index.is_separate else own).extend(name for _, name in index.keys)
    return own, separate


def _other_types(table: Table, declared: dict[str, str]) -> Iterator[Problem]:
    for name, written in table.written_attributes.items():
        planned = declared.get(name, written)
        if planned != written:
            yield table.problem(
                f"Attribute {quoted(name)} has type {quoted(written)} in the configuration but {quoted(planned)} in the existing table, "
                "and Terraform does not change it",
                at=f"attribute[{quoted(name)}].type",
                fix=f"type = {quoted(planned)} # or replace the table: its key types cannot change",
            )
