"""Generated access patterns, and the request that an application would send for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from dyncheck.dynamodb.contracts import AccessPattern, RangeCondition
from tests.engine.schemas import ATTRIBUTES, VALUES, Draw, Schema, schema

_OPERATIONS = (
    *("Query",) * 22,
    *("Scan",) * 6,
    *("GetItem",) * 3,
    *("BatchGetItem", "TransactGetItems", "UpdateItem", "DeleteItem", "PutItem", "BatchWriteItem", "TransactWriteItems"),
)
_CONDITIONS: tuple[Any, ...] = ("<", "<=", ">", ">=", "between", "begins_with", "=")
_EACH = 24

# The value of an attribute in a request; the second one is for the end of a range.
ValueOf: TypeAlias = Callable[[str, int], dict[str, Any]]


class PatternCase(NamedTuple):
    """A pattern on a schema. `sent` are the types of the attributes in this request, which the schema's application would not send."""

    number: int
    schema: Schema
    pattern: AccessPattern
    sent: Mapping[str, str]

    @property
    def types(self) -> dict[str, str]:
        """The types of the attributes as the request has them."""
        return self.schema.types | dict(self.sent)

    @property
    def request(self) -> dict[str, Any]:
        """The request: its operation is that of the pattern."""
        types = self.types
        return request_of(self.pattern, self.schema.name, lambda name, position: {types[name]: VALUES[types[name]][position]})


def pattern_case(number: int) -> PatternCase:
    """The case of that number; some in a row have the same schema."""
    draw = Draw(f"pattern {number}")
    found = schema(number // _EACH)
    operation: Any = draw.one(_OPERATIONS)
    if operation == "Query":
        pattern = _query(draw, found)
    elif operation == "Scan":
        pattern = AccessPattern("scan", "Scan", **_reading(draw, found, _index(draw, found)))
    else:
        # A pattern of a write without attributes says nothing of the key.
        pattern = AccessPattern("by key", operation, equal=_changed(draw, found.table_key) or found.table_key)
    given = (*pattern.equal, *([pattern.condition.attribute] if pattern.condition else []))
    wrong = draw.one(given) if given and draw.happens(0.12) else None
    sent = {wrong: draw.one([kind for kind in ("S", "N", "B", "BOOL") if kind != found.types[wrong]])} if wrong else {}
    return PatternCase(number, found, pattern, sent)


def _query(draw: Draw, found: Schema) -> AccessPattern:
    index = _index(draw, found)
    target = found.target(index)
    equal = _changed(draw, target.hash) if draw.happens(0.35) else target.hash
    condition = None
    if target.range and draw.happens(0.6):
        name = target.range[0]
        if draw.happens(0.3):
            equal = tuple(dict.fromkeys((*equal, name)))
        elif name not in equal:
            condition = RangeCondition(name, draw.one(_CONDITIONS))
    elif draw.happens(0.2):
        others = [name for name in ATTRIBUTES if name not in equal]
        condition = RangeCondition(draw.one(others), draw.one(_CONDITIONS))
    return AccessPattern("query", "Query", equal=equal, range=condition, **_reading(draw, found, index))


def _index(draw: Draw, found: Schema) -> str | None:
    return draw.one(found.indexes).name if found.indexes and draw.happens(0.7) else None


def _changed(draw: Draw, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names, or all but one, or one more."""
    change = draw.below(4)
    if change == 0 and names:
        left_out = draw.one(names)
        return tuple(name for name in names if name != left_out)
    if change == 1:
        return (*names, draw.one([name for name in ATTRIBUTES if name not in names]))
    return names


def _reading(draw: Draw, found: Schema, index: str | None) -> dict[str, Any]:
    """What a query and a scan can say besides the key."""
    target = found.target(index)
    visible = ATTRIBUTES if target.projected is None or draw.happens(0.3) else tuple(sorted(target.projected))
    others = tuple(name for name in visible if name not in (*target.hash, *target.range)) or ATTRIBUTES
    return {
        "index": index,
        "table": index is None,
        "attributes": draw.one(((), (), "ALL", draw.some(visible, 3), draw.some(visible, 3))),
        "filter": draw.some(visible if draw.happens(0.3) else others, 2) if draw.happens(0.3) else (),
        "order": draw.one(target.range) if target.range and draw.happens(0.1) else None,
        "consistent": draw.happens(0.1),
        "page_size": 10 if draw.happens(0.1) else None,
    }


def request_of(pattern: AccessPattern, table: str, value_of: ValueOf) -> dict[str, Any]:
    """The request of a pattern to the index that the pattern names, or else to the table."""
    item = {name: value_of(name, 0) for name in pattern.equal}
    one = {"TableName": table}
    if pattern.operation in ("Query", "Scan"):
        return _search(pattern, table, value_of)
    if pattern.operation in ("GetItem", "UpdateItem", "DeleteItem"):
        return {**one, "Key": item}
    if pattern.operation == "PutItem":
        return {**one, "Item": item}
    if pattern.operation == "BatchGetItem":
        return {"RequestItems": {table: {"Keys": [item]}}}
    if pattern.operation == "BatchWriteItem":
        return {"RequestItems": {table: [{"PutRequest": {"Item": item}}]}}
    action = {"TransactGetItems": {"Get": {**one, "Key": item}}, "TransactWriteItems": {"Put": {**one, "Item": item}}}[pattern.operation]
    return {"TransactItems": [action]}


def _search(pattern: AccessPattern, table: str, value_of: ValueOf) -> dict[str, Any]:
    request: dict[str, Any] = {"TableName": table}
    used: set[str] = set()
    values: dict[str, Any] = {}

    def value(name: str, position: int = 0) -> str:
        values[f":{name}{position}"] = value_of(name, position)
        return f":{name}{position}"

    def named(name: str) -> str:
        used.add(name)
        return f"#{name}"

    keys = [f"{named(name)} = {value(name)}" for name in pattern.equal]
    if condition := pattern.condition:
        name, kind = condition.attribute, condition.condition
        if kind == "between":
            keys.append(f"{named(name)} BETWEEN {value(name)} AND {value(name, 1)}")
        elif kind == "begins_with":
            keys.append(f"begins_with({named(name)}, {value(name)})")
        else:
            keys.append(f"{named(name)} {kind} {value(name)}")
    texts = {
        "KeyConditionExpression": " AND ".join(keys),
        "FilterExpression": " AND ".join(f"{named(name)} = {value(name)}" for name in pattern.filter),
        "ProjectionExpression": ", ".join(map(named, pattern.attributes)) if pattern.attributes != "ALL" else "",
        "Select": "ALL_ATTRIBUTES" if pattern.attributes == "ALL" else "",
        "IndexName": pattern.index,
    }
    request |= {key: text for key, text in texts.items() if text}
    request |= {"ConsistentRead": True} if pattern.consistent else {}
    request |= {"Limit": pattern.page_size} if pattern.page_size else {}
    request |= {"ScanIndexForward": True} if pattern.order and pattern.operation == "Query" else {}
    request |= {"ExpressionAttributeNames": {f"#{name}": name for name in sorted(used)}} if used else {}
    request |= {"ExpressionAttributeValues": values} if values else {}
    return request
