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

from dyncheck.dynamodb import AttributeName, Table, hcl_block, name_of
from dyncheck.rule import Problem, Problems, Unknown, each, error, quoted, rule


@rule(Table, severity=error)
def check(table: Table) -> Problems:
    declared = table.named_attributes
    yield from _other_types(table, declared)
    inside, separate = _keys(table)
    yield from each(dict.fromkeys(inside), lambda name: _undeclared(table, name, {*declared}))
    yield from each(declared, lambda name: _unused(table, name, {*inside, *separate}))


def _undeclared(table: Table, name: AttributeName, declared: set[AttributeName]) -> Problems:
    if name not in declared:
        known = _known(table, name, declared)
        fix = hcl_block("attribute", name=quoted(known), type='"S"')
        yield table.problem(f"Key attribute {quoted(known)} is not declared", at=f"attribute[{quoted(known)}]", fix=fix)


def _unused(table: Table, name: AttributeName, keys: set[AttributeName]) -> Problems:
    if name not in keys:
        known = _known(table, name, keys)
        yield table.problem(
            f"Attribute {quoted(known)} is declared but is not a key of the table or of an index",
            at=f"attribute[{quoted(known)}]",
            fix=f"# remove the attribute block {quoted(known)}, or index it",
        )


def _known(table: Table, name: AttributeName, others: set[AttributeName]) -> str:
    """A name that is certainly none of the others. Raises `Unknown` where one that is not known may be equal to it."""
    if isinstance(name, str) and all(isinstance(other, str) for other in others):
        return name
    raise table.unknown_name or Unknown("attribute", "has a name that is not known")


def _keys(table: Table) -> tuple[list[AttributeName], list[AttributeName]]:
    """The key attributes that the table must declare, and those that separate indexes declare themselves.

    An existing table also shows the attributes of the indexes that its blocks only repeat.
    """
    own = [*table.key_names]
    own += [name_of(index, "range_key") for index in table.local_indexes]
    separate = [name for index in table.own_indexes for name in index.key_names]
    for index in table.indexes:
        (separate if index.is_separate else own).extend(index.key_names)
    return own, separate


def _other_types(table: Table, declared: dict[AttributeName, str]) -> Iterator[Problem]:
    for name, written in table.written_attributes.items():
        planned = declared.get(name, written)
        if planned != written:
            yield table.problem(
                f"Attribute {quoted(name)} has type {quoted(written)} in the configuration but {quoted(planned)} in the existing table, "
                "and Terraform does not change it",
                at=f"attribute[{quoted(name)}].type",
                fix=f"type = {quoted(planned)} # or replace the table: its key types cannot change",
            )
