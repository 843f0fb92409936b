"""Index is dropped or rebuilt.

Why: queries of a dropped index fail, and queries of a rebuilt index fail until it is ready. Building an index takes time and
write capacity, because it writes every item of the index. Terraform shows all of this as an update in place.
Fix: add the new index under another name, wait until it is built, change the queries, and drop the old index last.
    global_secondary_index {
      name            = "CategoryIndex2"
      hash_key        = "category"
      range_key       = "created_at"
      projection_type = "ALL"
    }
"""

from dyncheck.dynamodb import Index, IndexChange, Table, TableChange, index_changes
from dyncheck.rule import Problems, each, error, rule

COST = "takes time and write capacity"


@rule(TableChange, Table, severity=error, fix="none")
def check(change: TableChange, after: Table) -> Problems:
    indexes = index_changes(change, after)
    kept = {index.before.name for index in indexes}
    built = [index for index in after.indexes if index.name not in kept]
    yield from each(indexes, lambda index: _global(change, after, index, built))
    for index in change.dropped_outside(after):
        summary = f"Outside Terraform, the index {index.shown_name} was dropped since the last apply: queries of it fail"
        yield after.problem(summary, at="global_secondary_index")
    locals_kept = [block.string("name") for block in after.local_indexes]
    for block in change.before.local_indexes:
        if block.string("name") not in locals_kept:
            summary = f"Local index {block.show('name')} is dropped with its table: queries of it fail"
            yield after.problem(summary, at="local_secondary_index")


def _global(change: TableChange, after: Table, index: IndexChange, built: list[Index]) -> Problems:
    before = index.before
    # A new table has its indexes from the start.
    if change.destroys and index.after:
        return
    if now := index.rebuilt:
        argument, because = _difference(before, now)
        rebuilt = f"Index {before.shown_name} is dropped and rebuilt because {because}: queries of it fail until it is built"
        yield now.problem(f"{rebuilt}. Building it {COST}", at=argument)
    elif index.is_dropped:
        renamed = [other for other in built if before.has_definition_of(other)]
        yield after.problem(_dropped(before.shown_name, renamed), at="global_secondary_index")


def _dropped(shown: str, renamed: list[Index]) -> str:
    if not renamed:
        return f"Index {shown} is dropped: queries of it fail. Building it again {COST}"
    other = renamed[0].shown_name
    queries = f"queries of {shown} fail, and queries of {other} fail until it is built"
    return f"Index {shown} is dropped and rebuilt as {other}: {queries}. Building it {COST}"


def _difference(before: Index, after: Index) -> tuple[str, str]:
    """The argument that differs, and the difference as the rest of a sentence after "because"."""
    if before.keys != after.keys:
        role = "HASH" if before.keys_of("HASH") != after.keys_of("HASH") else "RANGE"
        return after.key_argument(role), f"its keys change from {_keys(before)} to {_keys(after)}"
    if before.projection != after.projection:
        argument = after.projection_argument("projection_type")
        return argument, f"its projection changes from {before.projection} to {after.projection}"
    if before.projected_attributes != after.projected_attributes:
        argument = after.projection_argument("non_key_attributes")
        return argument, f"its projection changes from {_attributes(before)} to {_attributes(after)}"
    if not before.is_separate:
        return "index_name", "it becomes a separate resource"
    if before.address != after.address:
        return "index_name", f"it is destroyed at {before.address} and created at {after.address}"
    return "index_name", "its resource is replaced"


def _keys(index: Index) -> str:
    return " and ".join(f"{name}" for _, name in index.keys)


def _attributes(index: Index) -> str:
    return ", ".join(f"{name}" for name in sorted(index.projected_attributes)) or "none"
