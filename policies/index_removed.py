"""The plan drops an index of an existing table, or builds it anew.

Why: until an index is built, and for good when it is dropped, every query of it fails. Building one writes each item that belongs in
it, which takes time and write capacity. Terraform calls all of it an update in place.
Fix: add the new index under another name, wait until it is built, move the queries over, and drop the old one last.
    global_secondary_index {
      name            = "CategoryIndex2"
      hash_key        = "category"
      range_key       = "created_at"
      projection_type = "ALL"
    }
"""

from dyncheck.dynamodb import Index, Table, TableChange
from dyncheck.rule import Problems, each, error, rule

COST = "building it writes each item that belongs in it, which takes time and write capacity"


@rule(TableChange, Table, severity=error)
def check(change: TableChange, after: Table) -> Problems:
    indexes = {index.name: index for index in after.indexes}
    yield from each(change.before.indexes, lambda index: _global(change, after, index, indexes))
    kept = [block.string("name") for block in after.local_indexes]
    for block in change.before.local_indexes:
        if block.string("name") not in kept:
            yield after.problem(
                f"the local index {block.show('name')} is dropped with the table that it belongs to: queries of it fail for good",
                "local_secondary_index",
            )


def _global(change: TableChange, after: Table, index: Index, indexes: dict[str, Index]) -> Problems:
    shown = index.shown_name
    now = indexes.get(index.name)
    if now is None:
        renamed = [other for other in indexes.values() if index.is_alike(other) and not _was_there(change, other)]
        yield after.problem(_renamed(shown, renamed[0]) if renamed else _dropped(shown), "global_secondary_index")
    elif not change.destroys and (not index.is_alike(now) or not now.resource.exists):
        yield now.problem(_rebuilt(shown, index, now), _changed_argument(index, now))


def _dropped(shown: str) -> str:
    return f"the index {shown} is dropped: queries of it fail for good, and {COST}, should it be needed again"


def _renamed(shown: str, other: Index) -> str:
    return (
        f"the index {shown} is dropped and built anew as {other.shown_name}: queries of the old name fail for good, those of the "
        f"new one until it is built; {COST}"
    )


def _rebuilt(shown: str, before: Index, after: Index) -> str:
    because = _difference(before, after)
    return f"the index {shown} is dropped and built anew, because {because}: queries of it fail until that is done; {COST}"


def _difference(before: Index, after: Index) -> str:
    if before.keys != after.keys:
        return f"its keys change from {_keys(before)} to {_keys(after)}"
    if before.projection != after.projection:
        return f"its projection changes from {before.projection} to {after.projection}"
    if before.projected_attributes != after.projected_attributes:
        return f"its projection changes from {_attributes(before)} to {_attributes(after)}"
    return "it becomes a resource of its own"


def _changed_argument(before: Index, after: Index) -> str:
    if before.keys != after.keys:
        return after.key_argument("HASH" if before.key("HASH") != after.key("HASH") else "RANGE")
    if before.projection != after.projection:
        return after.projection_argument("projection_type")
    return after.projection_argument("non_key_attributes") if before.projected_attributes != after.projected_attributes else "index_name"


def _keys(index: Index) -> str:
    return " and ".join(f"{name}" for _, name in index.keys)


def _attributes(index: Index) -> str:
    return ", ".join(f"{name}" for name in sorted(index.projected_attributes)) or "none"


def _was_there(change: TableChange, index: Index) -> bool:
    return any(before.name == index.name for before in change.before.indexes)
