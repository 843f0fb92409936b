"""Tables of a data model as contracts: their keys, indexes, time to live, items and access patterns."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.data_model.checks import served
from dyncheck.data_model.structure import DataModel, ModelTable, Request
from dyncheck.dynamodb.access import PlainTarget
from dyncheck.dynamodb.contracts import AccessPattern, Contract, IndexContract, Key, Match, Order, PrimaryKey, TimeToLive


class TableContract(Struct, frozen=True):
    """The contract of a table, and what it leaves out of the data model, each with the reason."""

    contract: Contract
    left_out: tuple[str, ...]


def contract_of(table: ModelTable, model: DataModel) -> TableContract:
    """The contract of a table, without a name of its own."""
    left_out: list[str] = []
    keys = _keys(table.target, table)
    indexes: dict[str, IndexContract] = {}
    for name, index in table.indexes.items():
        if index.target.kind == "local":
            left_out.append(f"index {name}: a contract has global indexes only")
            continue
        first, second = _keys(index.target, table)
        if not first:
            left_out.append(f"index {name}: the data model does not show the types of its keys")
            continue
        indexes[name] = IndexContract(_short(first), _short(second) if second else None, index.projection)  # type: ignore[arg-type]
    contract = Contract(
        description=f"What the data model says of the table {table.name}.",
        match=Match(name=table.name),
        primary_key=PrimaryKey(keys[0][0], keys[1][0] if keys[1] else None) if len(keys[0]) == 1 else None,
        indexes=indexes,
        time_to_live=TimeToLive(table.time_to_live) if table.time_to_live else None,
        item=dict(table.items),
        access=tuple(_patterns(table, model, left_out)),
    )
    return TableContract(contract, tuple(left_out))


def _keys(target: PlainTarget, table: ModelTable) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    """The keys of each role; none where a type is not known."""
    if not all(name in table.types for name in (*target.hash, *target.range)):
        return (), ()
    hashes, ranges = (tuple(Key(name, table.types[name]) for name in names) for names in (target.hash, target.range))  # type: ignore[arg-type]
    return hashes, ranges


def _short(keys: tuple[Key, ...]) -> Key | tuple[Key, ...]:
    return keys[0] if len(keys) == 1 else keys


def _patterns(table: ModelTable, model: DataModel, left_out: list[str]) -> Iterator[AccessPattern]:
    """The patterns that the table serves in the data model, each under its own name."""
    names: dict[str, int] = {}
    seen: set[AccessPattern] = set()
    for request in model.requests:
        if request.table != table.name:
            continue
        if not served(model, request):
            left_out.append(f"access pattern {request.label}: the table of the data model does not serve it")
            continue
        pattern = _ordered(request, table)
        if pattern in seen:
            continue
        seen.add(pattern)
        count = names[pattern.name] = names.get(pattern.name, 0) + 1
        yield replace(pattern, name=f"{pattern.name}, part {count}") if count > 1 else pattern


def _ordered(request: Request, table: ModelTable) -> AccessPattern:
    pattern, target = request.pattern, table.read_by(request.pattern)
    rest = [name for name in target.range if name not in pattern.equal] if target else []
    return replace(pattern, order=Order(rest[0], "descending")) if request.descending and rest else pattern
