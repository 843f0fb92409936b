"""Tables as requests to create them, as boto3 writes them.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from dyncheck.data_model.document import mapping, one_of, sequence, text
from dyncheck.data_model.structure import ModelIndex, ModelTable, Remark, Unreadable, Where
from dyncheck.dynamodb.access import PlainTarget

PROJECTIONS = ("ALL", "KEYS_ONLY", "INCLUDE")
MOST_ATTRIBUTES_OF_INDEX_KEY = 4

_KINDS: tuple[tuple[str, Literal["global", "local"]], ...] = (("GlobalSecondaryIndexes", "global"), ("LocalSecondaryIndexes", "local"))


def read_table(value: object, where: Where, problems: list[Remark]) -> ModelTable:
    """One table. Adds what DynamoDB refuses to the problems. Raises `Unreadable`."""
    table = mapping(value, where)
    if "TableName" not in table and "table_name" in table:
        raise Unreadable((*where, "table_name"), "is not a key of CreateTable; write TableName, KeySchema and AttributeDefinitions")
    name = text(table.get("TableName"), (*where, "TableName"))
    types = _types(table, where)
    hashes, ranges = _key(table, where, types)
    if len(hashes) != 1 or len(ranges) > 1:
        problems.append(Remark((*where, "KeySchema"), "has more than one HASH or RANGE key; a table has one of each at most"))
    target = PlainTarget(hashes, ranges, "table", types)
    indexes: dict[str, ModelIndex] = {}
    for argument, kind in _KINDS:
        for position, value in enumerate(sequence(table.get(argument, []), (*where, argument))):
            at = (*where, argument, position)
            index_name, index = _index(value, at, kind, target, problems)
            if index_name in indexes:
                problems.append(Remark((*at, "IndexName"), f'is "{index_name}", as that of another index of the table'))
            problems += _key_problems(index.target, at)
            indexes[index_name] = index
    problems += _unused(table, where, target, indexes)
    time_to_live = _time_to_live(table.get("TimeToLiveSpecification"), (*where, "TimeToLiveSpecification"))
    return ModelTable(where, name, target, indexes, types, time_to_live)


def _types(table: dict[str, Any], where: Where) -> dict[str, str]:
    found: dict[str, str] = {}
    at = (*where, "AttributeDefinitions")
    for position, value in enumerate(sequence(table.get("AttributeDefinitions"), at)):
        definition = mapping(value, (*at, position))
        name = text(definition.get("AttributeName"), (*at, position, "AttributeName"))
        found[name] = one_of(definition.get("AttributeType"), (*at, position, "AttributeType"), ("S", "N", "B"))
    return found


def _key(owner: dict[str, Any], where: Where, types: dict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The HASH and the RANGE attributes, in their order."""
    found: dict[str, list[str]] = {"HASH": [], "RANGE": []}
    at = (*where, "KeySchema")
    for position, value in enumerate(sequence(owner.get("KeySchema"), at)):
        element = mapping(value, (*at, position))
        name = text(element.get("AttributeName"), (*at, position, "AttributeName"))
        if name not in types:
            raise Unreadable((*at, position, "AttributeName"), f'is "{name}", which is not in AttributeDefinitions')
        found[one_of(element.get("KeyType"), (*at, position, "KeyType"), ("HASH", "RANGE"))].append(name)
    if not found["HASH"]:
        raise Unreadable(at, "has no HASH key")
    return tuple(found["HASH"]), tuple(found["RANGE"])


def _index(
    value: object, where: Where, kind: Literal["global", "local"], table: PlainTarget, problems: list[Remark]
) -> tuple[str, ModelIndex]:
    index = mapping(value, where)
    name = text(index.get("IndexName"), (*where, "IndexName"))
    hashes, ranges = _key(index, where, dict(table.types))
    at = (*where, "Projection")
    projection = mapping(index.get("Projection", {}), at)
    shown = one_of(projection.get("ProjectionType", "ALL"), (*at, "ProjectionType"), PROJECTIONS)
    included = [
        text(each, (*at, "NonKeyAttributes", position))
        for position, each in enumerate(sequence(projection.get("NonKeyAttributes", []), (*at, "NonKeyAttributes")))
    ]
    if (shown == "INCLUDE") != bool(included):
        problems.append(Remark(at, f"is {shown} {'with' if included else 'without'} NonKeyAttributes, which only INCLUDE has"))
    return name, model_index(hashes, ranges, kind, shown, included, table)


def model_index(
    hashes: tuple[str, ...],
    ranges: tuple[str, ...],
    kind: Literal["global", "local"],
    projection: str,
    included: list[str],
    table: PlainTarget,
) -> ModelIndex:
    """An index of a table, whose keys it projects."""
    own = frozenset((*table.hash, *table.range, *hashes, *ranges, *included))
    return ModelIndex(PlainTarget(hashes, ranges, kind, table.types, None if projection == "ALL" else own), projection)


def _key_problems(target: PlainTarget, where: Where) -> Iterator[Remark]:
    for role, names in (("HASH", target.hash), ("RANGE", target.range)):
        most = MOST_ATTRIBUTES_OF_INDEX_KEY if target.kind == "global" else 1
        if len(names) > most:
            yield Remark((*where, "KeySchema"), f"has {len(names)} {role} attributes; expected at most {most}")


def _unused(table: dict[str, Any], where: Where, target: PlainTarget, indexes: dict[str, ModelIndex]) -> Iterator[Remark]:
    keys = {*target.hash, *target.range}
    for index in indexes.values():
        keys.update(index.target.hash, index.target.range)
    for position, definition in enumerate(table["AttributeDefinitions"]):
        if definition["AttributeName"] not in keys:
            at = (*where, "AttributeDefinitions", position)
            yield Remark(at, f'defines "{definition["AttributeName"]}", which is in no key; DynamoDB refuses such a table')


def _time_to_live(value: object, where: Where) -> str:
    if value is None:
        return ""
    specification = mapping(value, where)
    if specification.get("Enabled") is not True:
        return ""
    return text(specification.get("AttributeName"), (*where, "AttributeName"))
