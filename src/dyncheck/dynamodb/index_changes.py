"""What a plan does to the global secondary indexes of an existing table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from dyncheck.dynamodb.changes import TableChange
from dyncheck.dynamodb.table import Index, Table
from dyncheck.dynamodb.types import INDEX
from dyncheck.model import Change, Resource


class IndexChange(Struct, frozen=True):
    """An index before the plan, and the index of that name after it.

    `block_before` and `block_after` are what the blocks of the table show under the name: that may be the index of a resource.
    `is_destroyed` says that the plan destroys the resource of the index.
    """

    before: Index
    after: Index | None
    block_before: Index | None
    block_after: Index | None
    is_destroyed: bool

    @property
    def is_dropped(self) -> bool:
        """Whether the plan drops the index, also where it builds one of the same name. May raise `Unknown`.

        An index goes with its block or its resource. It stays when a resource takes it over from a block that the table keeps, and
        when a block with the same definition takes it over from a resource.
        """
        if self.after is None or (self.block_before and _differs(self.block_before, self.block_after)):
            return True
        return self.is_destroyed and (self.after.is_separate or _differs(self.before, self.after))

    @property
    def rebuilt(self) -> Index | None:
        """The index that the plan builds under the name of one that it drops, if it does both. May raise `Unknown`.

        A resource that exists and stays does not build its index again: the next plan does.
        """
        found = self.after
        return found if found and self.is_dropped and not (found.is_separate and found.resource.exists) else None


def destroyed_indexes(changes: Iterable[Change]) -> Iterator[Resource]:
    """The separate indexes that a plan certainly destroys, as they are before it."""
    for change in changes:
        if change.type == INDEX and change.before and "delete" in change.actions and not change.deposed and not change.is_postponed:
            yield change.before


def index_changes(change: TableChange, after: Table) -> tuple[IndexChange, ...]:
    """What the plan does to each index of the table, in the order of the names. May raise `Unknown`."""
    before, now = _by_name(change.before.indexes), _by_name(after.indexes)
    shown_before, shown_now = _by_name(change.before.own_indexes), _by_name(after.own_indexes)
    destroyed = {index.name for index in after.destroyed_indexes}
    return tuple(
        IndexChange(before[name], now.get(name), shown_before.get(name), shown_now.get(name), name in destroyed) for name in sorted(before)
    )


def _differs(before: Index, after: Index | None) -> bool:
    return after is None or not before.has_definition_of(after)


def _by_name(indexes: Iterable[Index]) -> dict[str, Index]:
    return {index.name: index for index in indexes}
