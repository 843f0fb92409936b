"""What the requests of an application may read: a table itself and its indexes, and which of these serves an access pattern."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dyncheck.dynamodb.access import Kind, Obstacle, fetches, obstacles, serves
from dyncheck.dynamodb.contracts import AccessPattern, Contract
from dyncheck.dynamodb.table import Index, Table, has_name
from dyncheck.logic import each, first
from dyncheck.model import Block, Problem, quoted

__all__ = ["Obstacle", "TableTarget", "candidates", "is_open", "obstacles", "service", "services", "serving", "targets", "why_not_served"]


class TableTarget:
    """The table itself, which has all attributes of its items."""

    kind: Kind = "table"

    def __init__(self, table: Table) -> None:
        self.table = table

    def has_name(self, name: str) -> bool:  # noqa: ARG002
        """Whether it is the index of that name. May raise `Unknown`."""
        return False

    @property
    def shown_name(self) -> str:
        """The name of an index as a message may print it."""
        return ""

    @property
    def label(self) -> str:
        """What it is, at the start of a message."""
        return "The table"

    @property
    def label_inside(self) -> str:
        """What it is, inside a message."""
        return self.label[0].lower() + self.label[1:]

    @property
    def hash(self) -> tuple[str, ...]:
        """The partition key."""
        return tuple(filter(None, (self.table.hash_key,)))

    @property
    def range(self) -> tuple[str, ...]:
        """The sort key."""
        return tuple(filter(None, (self.table.range_key,)))

    @property
    def types(self) -> Mapping[str, str]:
        """The declared types."""
        return self.table.attributes

    @property
    def projected(self) -> frozenset[str] | None:
        """All attributes."""
        return None

    def problem(self, summary: str, obstacle: Obstacle, expected: str, fix: str) -> Problem:
        """The problem of an obstacle, at the part of the table that decides."""
        if obstacle.part == "type":
            at = f"attribute[{quoted(obstacle.attribute)}].type"
            return self.table.problem(summary, at=at, found=quoted(self.types[obstacle.attribute]), expected=expected, fix=fix)
        at = "range_key" if obstacle.part == "range" else "hash_key"
        return self.table.problem(summary, at=at, expected=expected, fix=fix)


class LocalTarget(TableTarget):
    """A local index: another sort key beside the partition key of the table."""

    kind = "local"

    def __init__(self, table: Table, block: Block) -> None:
        super().__init__(table)
        self.block = block

    def has_name(self, name: str) -> bool:
        return has_name(self.block, "name", name)

    @property
    def shown_name(self) -> str:
        return self.block.show("name")

    @property
    def label(self) -> str:
        return f"Local index {self.shown_name}"

    @property
    def range(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.block.text("range_key"),)))

    @property
    def projected(self) -> frozenset[str] | None:
        projection = self.block.string("projection_type")
        if projection == "ALL":
            return None
        included = self.block.read("non_key_attributes") if projection == "INCLUDE" else ()
        return frozenset((*TableTarget(self.table).hash, *TableTarget(self.table).range, *self.range, *(included or ())))

    def problem(self, summary: str, obstacle: Obstacle, expected: str, fix: str) -> Problem:
        if obstacle.part in ("type", "hash"):
            return super().problem(summary, obstacle, expected, fix)
        at = "range_key" if obstacle.part == "range" else "name"
        return self.table.problem(summary, at=at, inside=self.block, expected=expected, fix=fix)


class GlobalTarget(TableTarget):
    """A global index: other keys, and the attributes that it projects."""

    kind = "global"

    def __init__(self, table: Table, index: Index) -> None:
        super().__init__(table)
        self.index = index

    def has_name(self, name: str) -> bool:
        return self.index.has_name(name)

    @property
    def shown_name(self) -> str:
        return self.index.shown_name

    @property
    def label(self) -> str:
        return f"Index {self.shown_name}"

    @property
    def hash(self) -> tuple[str, ...]:
        return self.index.keys_of("HASH")

    @property
    def range(self) -> tuple[str, ...]:
        return self.index.keys_of("RANGE")

    @property
    def types(self) -> Mapping[str, str]:
        return self.index.own_types or self.table.attributes

    @property
    def projected(self) -> frozenset[str] | None:
        projection = self.index.projection
        if projection == "ALL":
            return None
        included = self.index.projected_attributes if projection == "INCLUDE" else ()
        return frozenset((*TableTarget(self.table).hash, *TableTarget(self.table).range, *self.hash, *self.range, *included))

    def problem(self, summary: str, obstacle: Obstacle, expected: str, fix: str) -> Problem:
        index = self.index
        if obstacle.part == "type":
            if obstacle.attribute not in index.own_types:
                return super().problem(summary, obstacle, expected, fix)
            return index.problem(summary, at="key_schema", found=quoted(index.own_types[obstacle.attribute]), expected=expected, fix=fix)
        if obstacle.part == "projection":
            has_some = obstacle.attribute and index.projection == "INCLUDE"
            at = index.projection_argument("non_key_attributes" if has_some else "projection_type")
            return index.problem(summary, at=at, expected=expected, fix=fix if has_some else 'projection_type = "ALL"')
        if obstacle.part == "kind":
            return index.problem(summary, at="index_name" if index.is_separate else "name", fix=fix)
        at, keys = index.key_argument(obstacle.part.upper()), index.keys_of(obstacle.part.upper())
        return index.problem(summary, at=at, found=" and ".join(map(quoted, keys)) or "not set", expected=expected, fix=fix)


def targets(table: Table) -> Iterator[TableTarget]:
    """The table and its indexes. Ends in `Unknown` when there may be more."""
    yield TableTarget(table)
    yield from each((_global_indexes, _local_indexes), lambda read: read(table))


def _global_indexes(table: Table) -> Iterator[TableTarget]:
    return (GlobalTarget(table, index) for index in table.indexes)


def _local_indexes(table: Table) -> Iterator[TableTarget]:
    return (LocalTarget(table, block) for block in table.local_indexes)


def index_target(table: Table, name: str) -> TableTarget | None:
    """The index of that name, global or local. May raise `Unknown`."""
    return first(targets(table), lambda target: target.has_name(name))


def is_open(pattern: AccessPattern) -> bool:
    """Whether a pattern names neither the table nor an index, so that any may serve it."""
    return pattern.operation == "Query" and pattern.index is None and not pattern.table


def candidates(pattern: AccessPattern, table: Table) -> Iterator[TableTarget]:
    """What may serve the pattern: the index or the table that it names, else any for a Query. May end in `Unknown`."""
    if is_open(pattern):
        yield from targets(table)
    elif pattern.index is None:
        yield TableTarget(table)
    elif found := index_target(table, pattern.index):
        yield found


def serving(pattern: AccessPattern, table: Table, types: Mapping[str, str]) -> TableTarget | None:
    """What serves the pattern, None where nothing does. Raises `Unknown` where that cannot be determined."""
    return first(candidates(pattern, table), lambda target: serves(pattern, target, types))


def service(pattern: AccessPattern, table: Table, types: Mapping[str, str]) -> str:
    """The request and what serves it, such as `Query on index "ByStatus"`; empty where nothing does. Raises `Unknown` as `serving` does."""
    target = serving(pattern, table, types)
    if target is None:
        return ""
    extra = ", with extra reads of the table" if fetches(pattern, target) else ""
    where = "the key of the table" if target.kind == "table" and pattern.operation != "Scan" else target.label_inside
    return f"{pattern.operation} on {where}{extra}"


def why_not_served(pattern: AccessPattern, table: Table, types: Mapping[str, str]) -> str:
    """Why nothing serves a pattern, in a sentence without an end. May raise `Unknown`."""
    if is_open(pattern):
        return "no key or index serves it"
    target = next(candidates(pattern, table), None)
    if target is None:
        return f"the table has no index {quoted(pattern.index or '')}"
    return f"{target.label_inside} {next(obstacles(pattern, target, types)).why}"


def services(table: Table, contract: Contract) -> str:
    """What serves each access pattern of a contract, in a sentence: `order by id: GetItem on the key of the table; ...`."""
    types = contract.types
    return "; ".join(f"{pattern.name}: {service(pattern, table, types)}" for pattern in contract.access)
