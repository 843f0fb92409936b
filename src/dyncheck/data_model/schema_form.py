"""The second form of a data model: `schema.json`, which has entities with templates of their keys.

Source: https://github.com/awslabs/mcp/tree/main/src/dynamodb-mcp-server, prompts/dynamodb_schema_generator.md
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from dyncheck.data_model.document import Document, mapping, one_of, sequence, text
from dyncheck.data_model.structure import DataModel, ModelIndex, ModelTable, Remark, Request, Unreadable, Where
from dyncheck.data_model.tables import PROJECTIONS, model_index
from dyncheck.dynamodb.access import PlainTarget
from dyncheck.dynamodb.contracts import AccessPattern, RangeCondition
from dyncheck.item_schema import ItemAttribute, ItemDemand, ItemType

_TYPES: Mapping[str, ItemType] = {
    "string": "S",
    "uuid": "S",
    "integer": "N",
    "decimal": "N",
    "boolean": "BOOL",
    "array": "L",
    "object": "M",
}
_OPERATIONS = ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem")
_BY_KEY = ("GetItem", "UpdateItem", "DeleteItem", "BatchGetItem")
_CONDITIONS = ("begins_with", "between", ">", "<", ">=", "<=")
_TRANSACTIONS: Mapping[str, Literal["TransactWriteItems", "TransactGetItems"]] = {
    "TransactWrite": "TransactWriteItems",
    "TransactGet": "TransactGetItems",
}

_FIELD = re.compile(r"\{(\w+)\}")


# What an action by key in a transaction asks for, apart from the transaction.
_OPERATION_OF_ACTION: Mapping[str, Literal["UpdateItem", "DeleteItem", "GetItem"]] = {
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "GetItem",
}

# The names of the attributes of a key: those of the partition key, and those of the sort key.
_Names: TypeAlias = "tuple[tuple[str, ...], tuple[str, ...]]"


class _Key(Struct, frozen=True):
    """The templates of a key, by attribute: first those of the partition key, then those of the sort key."""

    hash: Mapping[str, str]
    range: Mapping[str, str]

    def given_as(self, parameters: Mapping[str, str]) -> _Key:
        """The key where an attribute is a parameter itself, instead of the fields of its template."""
        parts = (self.hash, self.range)
        return _Key(*({name: f"{{{name}}}" if name in parameters else template for name, template in part.items()} for part in parts))


class _Entity(Struct, frozen=True):
    """A kind of items: the types of its fields, and its keys in the table (None) and in each index."""

    where: Where
    fields: Mapping[str, str]
    required: frozenset[str]
    keys: Mapping[str | None, _Key]

    def type_of(self, template: str) -> str:
        """The type of a key with that template: that of the field that the template is, else a text."""
        field = _FIELD.fullmatch(template)
        return _TYPES.get(self.fields.get(field[1], "string"), "S") if field else "S"


def read(value: dict[str, Any], path: str, document: Document) -> DataModel:
    """The data model of a document that has tables in this form."""
    reader = _Reader()
    reader.unread += document.duplicates
    for position, table in enumerate(value["tables"]):
        reader.table(table, ("tables", position))
    for position, pattern in enumerate(_entries(value, "cross_table_access_patterns", (), reader)):
        reader.try_to(lambda value, where: reader.transaction(value, where), pattern, ("cross_table_access_patterns", position))
    return DataModel(path, document.lines, tuple(reader.tables), (), tuple(reader.requests), tuple(reader.problems), tuple(reader.unread))


def _entries(owner: dict[str, Any], key: str, where: Where, reader: _Reader) -> list[Any]:
    try:
        return sequence(owner.get(key, []), (*where, key))
    except Unreadable as reason:
        reader.unread.append(reason.remark)
        return []


class _Reader:
    """Reads tables with their entities, and collects what is wrong and what cannot be read."""

    def __init__(self) -> None:
        self.tables: list[ModelTable] = []
        self.requests: list[Request] = []
        self.problems: list[Remark] = []
        self.unread: list[Remark] = []
        self._entities: dict[tuple[str, str], _Entity] = {}

    def try_to(self, read: Any, value: object, where: Where) -> None:
        """Read a part, or note why it cannot be read."""
        try:
            read(value, where)
        except Unreadable as reason:
            self.unread.append(reason.remark)

    def table(self, value: object, where: Where) -> None:
        """One table with the patterns of its entities."""
        self.try_to(self._table, value, where)

    def _table(self, value: object, where: Where) -> None:
        table = mapping(value, where)
        at = (*where, "table_config")
        config = mapping(table.get("table_config"), at)
        name = text(config.get("table_name"), (*at, "table_name"))
        hash_key = text(config.get("partition_key"), (*at, "partition_key"))
        range_key = text(config["sort_key"], (*at, "sort_key")) if "sort_key" in config else None
        indexes = _indexes(table, where)
        names: dict[str | None, _Names] = {None: ((hash_key,), (range_key,) if range_key else ())}
        names.update((index, keys) for index, (keys, *_) in indexes.items())
        entities = self._entities_of(table, where, names)
        types = self._types(entities.values())
        target = PlainTarget((hash_key,), names[None][1], "table", types)
        found: dict[str, ModelIndex] = {}
        for index, (keys, projection, included) in indexes.items():
            found[index] = model_index(*keys, "global", projection, included, target)
        self.tables.append(ModelTable(where, name, target, found, types, items=_items(entities.values(), types)))
        for entity_name, entity in entities.items():
            self._entities[(name, entity_name)] = entity
            patterns = table["entities"][entity_name].get("access_patterns", [])
            at = (*entity.where, "access_patterns")
            self.try_to(lambda value, where, entity=entity: self._patterns(value, where, name, entity), patterns, at)

    def _entities_of(self, table: dict[str, Any], where: Where, names: Mapping[str | None, _Names]) -> dict[str, _Entity]:
        at = (*where, "entities")
        found = {}
        for name, value in mapping(table.get("entities"), at).items():
            try:
                found[name] = _entity(value, (*at, name), names)
            except Unreadable as reason:
                self.unread.append(reason.remark)
        return found

    def _types(self, entities: Iterable[_Entity]) -> dict[str, str]:
        """The types of the key attributes, which all entities must share."""
        found: dict[str, str] = {}
        for entity in entities:
            for key in entity.keys.values():
                for attribute, template in (*key.hash.items(), *key.range.items()):
                    kind = entity.type_of(template)
                    if found.setdefault(attribute, kind) != kind:
                        two = f"is of type {kind} here, and of type {found[attribute]} in another entity or index"
                        self.problems.append(Remark(entity.where, f"has the key attribute {attribute}, which {two}"))
                    elif kind not in ("S", "N", "B"):
                        self.problems.append(Remark(entity.where, f"has the key attribute {attribute} of type {kind}; expected S, N or B"))
        return found

    def _patterns(self, value: object, where: Where, table: str, entity: _Entity) -> None:
        for position, pattern in enumerate(sequence(value, where)):
            self.try_to(lambda value, where: self.requests.append(_request(value, where, table, entity)), pattern, (*where, position))

    def transaction(self, value: object, where: Where) -> None:
        """A pattern with several tables: one request for each entity."""
        entry = mapping(value, where)
        operation = _TRANSACTIONS[one_of(entry.get("operation"), (*where, "operation"), tuple(_TRANSACTIONS))]
        given = _parameters(entry, where)
        for position, involved in enumerate(sequence(entry.get("entities_involved"), (*where, "entities_involved"))):
            at = (*where, "entities_involved", position)
            one = mapping(involved, at)
            table, name = text(one.get("table"), (*at, "table")), text(one.get("entity"), (*at, "entity"))
            entity = self._entities.get((table, name))
            if entity is None:
                raise Unreadable(at, f'is about the entity "{name}" of the table "{table}", which the file does not have')
            action = one_of(one.get("action"), (*at, "action"), ("Put", "Get", "Update", "Delete", "ConditionCheck"))
            equal, types = ((), {}) if action == "Put" else _by_key(entity, given, at)
            pattern = AccessPattern(_name(entry, where), _OPERATION_OF_ACTION.get(action, operation), equal=equal)
            self.requests.append(Request(at, _label(entry, where), table, pattern, types))


def _indexes(table: dict[str, Any], where: Where) -> dict[str, tuple[_Names, str, list[str]]]:
    """The keys, the projection and the included attributes of each index."""
    found = {}
    for position, value in enumerate(sequence(table.get("gsi_list", []), (*where, "gsi_list"))):
        at = (*where, "gsi_list", position)
        index = mapping(value, at)
        keys = (_listed(index.get("partition_key"), (*at, "partition_key")), _listed(index.get("sort_key", []), (*at, "sort_key")))
        projection = one_of(index.get("projection", "ALL"), (*at, "projection"), PROJECTIONS)
        included = [text(each, (*at, "included_attributes")) for each in sequence(index.get("included_attributes", []), at)]
        found[text(index.get("name"), (*at, "name"))] = (keys, projection, included)
    return found


def _listed(value: object, where: Where) -> tuple[str, ...]:
    """One text, or several."""
    if isinstance(value, str):
        return (text(value, where),)
    return tuple(text(each, (*where, position)) for position, each in enumerate(sequence(value, where)))


def _entity(value: object, where: Where, names: Mapping[str | None, _Names]) -> _Entity:
    entity = mapping(value, where)
    fields: dict[str, str] = {}
    required = set()
    for position, each in enumerate(sequence(entity.get("fields"), (*where, "fields"))):
        at = (*where, "fields", position)
        field = mapping(each, at)
        name = text(field.get("name"), (*at, "name"))
        fields[name] = one_of(field.get("type"), (*at, "type"), tuple(_TYPES))
        if field.get("required") is True:
            required.add(name)
    keys: dict[str | None, _Key] = {None: _templates(entity, where, names[None])}
    for position, each in enumerate(sequence(entity.get("gsi_mappings", []), (*where, "gsi_mappings"))):
        at = (*where, "gsi_mappings", position)
        index = text(mapping(each, at).get("name"), (*at, "name"))
        if index not in names:
            raise Unreadable((*at, "name"), f'is "{index}", which gsi_list does not have')
        keys[index] = _templates(each, at, names[index])
    return _Entity(where, fields, frozenset(required), keys)


def _templates(owner: dict[str, Any], where: Where, names: _Names) -> _Key:
    found = []
    for key, attributes in zip(("pk_template", "sk_template"), names, strict=True):
        templates = _listed(owner.get(key, []), (*where, key))
        if len(templates) > len(attributes) or (key == "pk_template" and len(templates) != len(attributes)):
            raise Unreadable((*where, key), f"has {len(templates)} templates for {len(attributes)} key attributes")
        found.append(dict(zip(attributes, templates, strict=False)))
    return _Key(*found)


def _items(entities: Iterable[_Entity], types: Mapping[str, str]) -> dict[str, ItemDemand]:
    """What the items of a table with one entity must have: its fields. The template of a key decides the type of its attribute."""
    every = list(entities)
    if len(every) != 1:
        return {}
    (entity,) = every
    fields = {name: kind for name, kind in entity.fields.items() if name not in types}
    return {name: ItemAttribute(_TYPES[kind], required=True) if name in entity.required else _TYPES[kind] for name, kind in fields.items()}


def _parameters(pattern: dict[str, Any], where: Where) -> dict[str, str]:
    """The types of the values that the pattern gives, by name, without whole entities."""
    at = (*where, "parameters")
    found = {}
    for position, each in enumerate(sequence(pattern.get("parameters", []), at)):
        parameter = mapping(each, (*at, position))
        if parameter.get("type") != "entity":
            found[text(parameter.get("name"), (*at, position, "name"))] = text(parameter.get("type"), (*at, position, "type"))
    return found


def _request(value: object, where: Where, table: str, entity: _Entity) -> Request:
    pattern = mapping(value, where)
    operation: Any = one_of(pattern.get("operation"), (*where, "operation"), _OPERATIONS)
    given, name = _parameters(pattern, where), _name(pattern, where)
    index = text(pattern["index_name"], (*where, "index_name")) if pattern.get("index_name") is not None else None
    consistent = pattern.get("consistent_read") is True
    if operation in _BY_KEY:
        equal, types = _by_key(entity, given, where)
        found = AccessPattern(name, operation, equal=equal, consistent=consistent and operation in ("GetItem", "BatchGetItem"))
        return Request(where, _label(pattern, where), table, found, types)
    fields, used = _filter(pattern, where)
    if operation == "Scan":
        found = AccessPattern(name, operation, index=index, filter=fields, consistent=consistent)
        return Request(where, _label(pattern, where), table, found)
    if operation != "Query":
        return Request(where, _label(pattern, where), table, AccessPattern(name, operation))
    rest = {parameter: kind for parameter, kind in given.items() if parameter not in used}
    equal, condition, types = _query(pattern, where, entity, index, rest)
    found = AccessPattern(
        name, "Query", index=index, table=index is None, equal=equal, range=condition, filter=fields, consistent=consistent
    )
    return Request(where, _label(pattern, where), table, found, types)


def _by_key(entity: _Entity, given: Mapping[str, str], where: Where) -> tuple[tuple[str, ...], dict[str, str]]:
    """The key attributes that the parameters give, with their types. Raises `Unreadable` where a parameter may be for another one."""
    key = entity.keys[None].given_as(given)
    equal: list[str] = []
    types: dict[str, str] = {}
    for attribute, template in (*key.hash.items(), *key.range.items()):
        missing = [field for field in _FIELD.findall(template) if field not in given]
        if missing and any(parameter not in entity.fields for parameter in given):
            raise Unreadable(where, f"has no parameter {' and '.join(missing)}, which the key {attribute} needs ({template})")
        if not missing:
            equal.append(attribute)
            types[attribute] = _sent(template, given)
    return tuple(equal), types


def _query(
    pattern: dict[str, Any], where: Where, entity: _Entity, index: str | None, given: dict[str, str]
) -> tuple[tuple[str, ...], RangeCondition | None, dict[str, str]]:
    """What a query gives by equality, its range, and the types. Raises `Unreadable` for a parameter whose use is not known."""
    key = entity.keys.get(index)
    if key is None:
        raise Unreadable((*where, "index_name"), f'is "{index}", for which the entity has no gsi_mappings')
    key, left = key.given_as(given), dict(given)
    equal: list[str] = []
    types: dict[str, str] = {}
    for attribute, template in key.hash.items():
        fields = _FIELD.findall(template)
        if missing := [field for field in fields if field not in given]:
            if any(parameter not in entity.fields for parameter in given):
                raise Unreadable(where, f"has no parameter {' and '.join(missing)}, which the key {attribute} needs ({template})")
            continue
        equal.append(attribute)
        types[attribute] = _sent(template, given)
        for field in fields:
            left.pop(field, None)
    shown = pattern.get("range_condition")
    condition = one_of(shown, (*where, "range_condition"), _CONDITIONS) if shown is not None else None
    values = 2 if condition == "between" else 1 if condition else 0
    ranges = list(key.range.items())
    # The last parameters are the values of the range, those before them are for the attributes before it.
    before = list(left)[: len(left) - values]
    while before and ranges and _FIELD.findall(ranges[0][1]) and set(_FIELD.findall(ranges[0][1])) <= set(before):
        attribute, template = ranges.pop(0)
        equal.append(attribute)
        types[attribute] = _sent(template, given)
        before = [name for name in before if name not in _FIELD.findall(template)]
    if condition and not before and len(left) >= values:
        if not ranges:
            raise Unreadable((*where, "range_condition"), "limits a sort key that the table or index does not have")
        attribute, template = ranges[0]
        types[attribute] = _range_type(template, list(left.items())[-values:])
        return tuple(equal), RangeCondition(attribute, condition), types  # type: ignore[arg-type]
    if not condition and ranges and before and _starts(ranges[0][1], before):
        return tuple(equal), RangeCondition(ranges[0][0], "begins_with"), {**types, ranges[0][0]: "S"}
    if before or condition:
        listed = " and ".join(before) or "the values of the range"
        raise Unreadable((*where, "parameters"), f"does not show which part of the key {listed} is for")
    return tuple(equal), None, types


def _starts(template: str, names: Sequence[str]) -> bool:
    """Whether the names are the first fields of a template, so that their values are the start of a key."""
    fields = _FIELD.findall(template)
    return len(fields) > len(names) and set(fields[: len(names)]) == set(names)


def _sent(template: str, given: Mapping[str, str]) -> str:
    """The type of a key that is made from parameters."""
    field = _FIELD.fullmatch(template)
    return _TYPES.get(given.get(field[1], ""), "S") if field else "S"


def _range_type(template: str, values: Sequence[tuple[str, str]]) -> str:
    return _TYPES.get(values[0][1], "S") if _FIELD.fullmatch(template) else "S"


def _filter(pattern: dict[str, Any], where: Where) -> tuple[tuple[str, ...], set[str]]:
    """The fields of the filter, and the parameters that it uses."""
    at = (*where, "filter_expression")
    if pattern.get("filter_expression") is None:
        return (), set()
    fields: dict[str, None] = {}
    used: set[str] = set()
    for position, each in enumerate(sequence(mapping(pattern["filter_expression"], at).get("conditions"), (*at, "conditions"))):
        condition = mapping(each, (*at, "conditions", position))
        fields[text(condition.get("field"), (*at, "conditions", position, "field"))] = None
        used.update(str(condition[key]) for key in ("param", "param2") if key in condition)
        used.update(map(str, condition.get("params") or ()))
    return tuple(fields), used


def _name(pattern: dict[str, Any], where: Where) -> str:
    return text(pattern.get("name"), (*where, "name"))


def _label(pattern: dict[str, Any], where: Where) -> str:
    number = pattern.get("pattern_id")
    shown = f"{number:g}" if isinstance(number, float) else str(number)
    return f"{shown} ({_name(pattern, where)})"
