"""Commands of the AWS CLI, as the requests that they send.

Source: https://docs.aws.amazon.com/cli/latest/reference/dynamodb/
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from msgspec import MsgspecError, Struct
from msgspec.json import decode
from msgspec.structs import replace

from dyncheck.data_model.expressions import (
    Condition,
    InvalidExpression,
    Names,
    attributes_of_filter,
    attributes_of_projection,
    key_conditions,
    unused,
    updates,
)
from dyncheck.data_model.structure import ModelItem, Remark, Request, Unreadable, Where
from dyncheck.dynamodb.contracts import AccessPattern, RangeCondition

OPERATIONS = {
    "query": "Query",
    "scan": "Scan",
    "get-item": "GetItem",
    "put-item": "PutItem",
    "update-item": "UpdateItem",
    "delete-item": "DeleteItem",
    "batch-get-item": "BatchGetItem",
    "batch-write-item": "BatchWriteItem",
    "transact-get-items": "TransactGetItems",
    "transact-write-items": "TransactWriteItems",
}
_SEVERAL = {"&&", "||", ";", "|", "&"}
_EXPRESSIONS = ("key-condition", "filter", "projection", "update", "condition")
# What a transaction does with an item, and where its key is.
_ACTIONS = ("Get", "Put", "Update", "Delete", "ConditionCheck")


class Command(Struct, frozen=True):
    """A command: its operation, such as `Query`, and its options without the dashes; an option without a value has an empty one."""

    operation: str
    options: dict[str, str]

    def json(self, option: str, where: Where) -> Any:
        """The value of an option in JSON, None without the option. Raises `Unreadable`."""
        given = self.options.get(option)
        if given is None:
            return None
        if given.startswith(("file://", "fileb://")):
            raise Unreadable(where, f"has --{option} in another file, which is not read")
        try:
            return decode(given)
        except MsgspecError as error:
            hint = "; JSON writes true and false in small letters" if "True" in given or "False" in given else ""
            raise Unreadable(where, f"has --{option} that is not JSON: {error}{hint}") from None


def read_command(text: str, where: Where) -> Command:
    """The command in a text. Raises `Unreadable`."""
    try:
        words = shlex.split(text.replace("\\\n", " "))
    except ValueError as error:
        raise Unreadable(where, f"is not a command: {error}") from None
    if several := next((word for word in words if word in _SEVERAL or word.endswith(";")), None):
        raise Unreadable(where, f"has several commands ({several}); expected one")
    if words[:2] != ["aws", "dynamodb"] or len(words) < 3:
        raise Unreadable(where, "is not a command that starts with `aws dynamodb` and an operation")
    operation = OPERATIONS.get(words[2])
    if operation is None:
        raise Unreadable(where, f"is `aws dynamodb {words[2]}`, which is no access to items")
    return Command(operation, dict(_options(words[3:], where)))


def _options(words: list[str], where: Where) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(words):
        word = words[position]
        if not word.startswith("--"):
            raise Unreadable(where, f"has {word!r}, which is no option")
        name, equals, value = word[2:].partition("=")
        position += 1
        if not equals and position < len(words) and not words[position].startswith("--"):
            value = words[position]
            position += 1
        yield name, value


class Sent(Struct, frozen=True):
    """What a command sends: its requests, the items that it writes, and why DynamoDB refuses it whatever the tables are."""

    requests: tuple[Request, ...] = ()
    items: tuple[ModelItem, ...] = ()
    problems: tuple[Remark, ...] = ()


def sent_by(command: Command, name: str, label: str, where: Where) -> Sent:
    """The requests of a command for the access pattern of that name. Raises `Unreadable`."""
    try:
        read = {
            "Query": _search,
            "Scan": _search,
            "BatchGetItem": _batch_get,
            "BatchWriteItem": _batch_write,
            "TransactGetItems": _transaction,
            "TransactWriteItems": _transaction,
        }.get(command.operation, _single)
        sent = read(command, name, label, where)
        return Sent(sent.requests, sent.items, (*sent.problems, *_unused(command, where)))
    except InvalidExpression as reason:
        return Sent(problems=(Remark(where, str(reason)),))


def _unused(command: Command, where: Where) -> Iterator[Remark]:
    expressions = " ".join(command.options.get(f"{kind}-expression", "") for kind in _EXPRESSIONS)
    if found := unused(_names(command, where), expressions):
        yield Remark(where, f"defines {' and '.join(found)}, which no expression uses; DynamoDB refuses such a request")


def _names(command: Command, where: Where) -> Names:
    names, values = (command.json(f"expression-attribute-{kind}", where) or {} for kind in ("names", "values"))
    if not isinstance(names, dict) or not isinstance(values, dict):
        raise Unreadable(where, "has names or values of an expression that are not an object")
    return Names(names, values)


def _table(command: Command, where: Where) -> str:
    if found := command.options.get("table-name"):
        return found
    raise Unreadable(where, "has no --table-name")


def _search(command: Command, name: str, label: str, where: Where) -> Sent:
    """A Query or a Scan."""
    options, names = command.options, _names(command, where)
    if "key-conditions" in options or "query-filter" in options or "scan-filter" in options:
        raise Unreadable(where, "has conditions in their old form; write --key-condition-expression and --filter-expression")
    is_query = command.operation == "Query"
    if is_query and not options.get("key-condition-expression"):
        raise InvalidExpression("has no --key-condition-expression, which a query needs")
    conditions = key_conditions(options["key-condition-expression"], names) if is_query else []
    projection = attributes_of_projection(options.get("projection-expression", ""), names)
    pattern = AccessPattern(
        name,
        command.operation,  # type: ignore[arg-type]
        index=options.get("index-name"),
        table="index-name" not in options and is_query,
        equal=tuple(each.attribute for each in conditions if each.comparison == "="),
        range=_range(conditions),
        filter=attributes_of_filter(options.get("filter-expression", ""), names),
        attributes="ALL" if options.get("select") == "ALL_ATTRIBUTES" else projection,
        consistent="consistent-read" in options,
        page_size=_limit(options),
    )
    types = {each.attribute: each.types[0] for each in conditions}
    mixed = [each for each in conditions if len(set(each.types)) > 1]
    problems = tuple(Remark(where, f"compares {each.attribute} with values of two types") for each in mixed)
    request = Request(where, label, _table(command, where), pattern, types, "no-scan-index-forward" in options)
    return Sent((request,), problems=problems)


def _range(conditions: list[Condition]) -> RangeCondition | None:
    """The only condition that is no equality. Raises `InvalidExpression`."""
    seen: set[str] = set()
    for each in conditions:
        if each.attribute in seen:
            raise InvalidExpression(f"has two conditions on {each.attribute}; a request has one on each key attribute")
        seen.add(each.attribute)
    found = [each for each in conditions if each.comparison != "="]
    if len(found) > 1:
        raise InvalidExpression(f"limits {' and '.join(each.attribute for each in found)} to ranges; a request has one range")
    return RangeCondition(found[0].attribute, found[0].comparison) if found else None  # type: ignore[arg-type]


def _limit(options: dict[str, str]) -> int | None:
    given = options.get("limit", "")
    return int(given) if given.isascii() and given.isdigit() and int(given) > 0 else None


def _single(command: Command, name: str, label: str, where: Where) -> Sent:
    """A request for one item, by its key or with the whole item."""
    table = _table(command, where)
    if command.operation == "PutItem":
        return _written(table, command.json("item", where), command, name, label, where)
    request = _by_key(table, command.json("key", where), command.operation, name, label, where)
    names = _names(command, where)
    projection = attributes_of_projection(command.options.get("projection-expression", ""), names)
    pattern = request.pattern
    reading = AccessPattern(
        name, pattern.operation, equal=pattern.equal, attributes=projection, consistent="consistent-read" in command.options
    )
    changed = updates(command.options.get("update-expression", ""), names)
    return Sent((Request(where, label, table, reading, request.types, updates=changed),))


def _written(table: str, item: object, command: Command, name: str, label: str, where: Where) -> Sent:
    if not isinstance(item, dict):
        raise Unreadable(where, "has no item as an object")
    pattern = AccessPattern(name, command.operation)  # type: ignore[arg-type]
    return Sent((Request(where, label, table, pattern),), (ModelItem(where, table, item, label),))


def _by_key(table: str, key: object, operation: str, name: str, label: str, where: Where) -> Request:
    if not isinstance(key, dict) or not all(isinstance(value, dict) and len(value) == 1 for value in key.values()):
        raise Unreadable(where, 'has no key as an object such as {"id": {"S": "1"}}')
    types = {attribute: str(next(iter(value))) for attribute, value in key.items()}
    return Request(where, label, table, AccessPattern(name, operation, equal=tuple(key)), types)  # type: ignore[arg-type]


def _tables(command: Command, where: Where) -> Iterator[tuple[str, Any]]:
    given = command.json("request-items", where)
    if not isinstance(given, dict):
        raise Unreadable(where, "has no --request-items as an object")
    yield from given.items()


def _batch_get(command: Command, name: str, label: str, where: Where) -> Sent:
    requests = []
    for table, asked in _tables(command, where):
        keys = asked.get("Keys") if isinstance(asked, dict) else None
        if not isinstance(keys, list) or not keys:
            raise Unreadable(where, f'has no Keys for the table "{table}"')
        requests += [_by_key(table, key, command.operation, name, label, where) for key in keys]
    return Sent(_distinct(requests))


def _batch_write(command: Command, name: str, label: str, where: Where) -> Sent:
    parts: list[Sent] = []
    for table, writes in _tables(command, where):
        if not isinstance(writes, list):
            raise Unreadable(where, f'has no array of requests for the table "{table}"')
        for write in writes:
            put = write.get("PutRequest") if isinstance(write, dict) else None
            delete = write.get("DeleteRequest") if isinstance(write, dict) else None
            if isinstance(put, dict):
                parts.append(_written(table, put.get("Item"), command, name, label, where))
            elif isinstance(delete, dict):
                parts.append(Sent((_by_key(table, delete.get("Key"), "DeleteItem", name, label, where),)))
            else:
                raise Unreadable(where, "has a write that is neither a PutRequest nor a DeleteRequest")
    return _together(parts)


def _transaction(command: Command, name: str, label: str, where: Where) -> Sent:
    actions = command.json("transact-items", where)
    if not isinstance(actions, list):
        raise Unreadable(where, "has no --transact-items as an array")
    parts: list[Sent] = []
    for action in actions:
        kind = next((each for each in _ACTIONS if isinstance(action, dict) and each in action), "")
        content = action[kind] if kind else None
        if not isinstance(content, dict) or not isinstance(content.get("TableName"), str):
            raise Unreadable(where, f"has an action that is not one of {', '.join(_ACTIONS)} with a TableName")
        table = content["TableName"]
        if kind == "Put":
            parts.append(_written(table, content.get("Item"), command, name, label, where))
        else:
            operation = {"Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "GetItem"}.get(kind, command.operation)
            request = _by_key(table, content.get("Key"), operation, name, label, where)
            parts.append(Sent((replace(request, updates=_updates_of(content, where)),)))
    return _together(parts)


def _updates_of(action: dict[str, Any], where: Where) -> dict[str, str]:
    """What an action of a transaction changes."""
    names, values = (action.get(f"ExpressionAttribute{kind}", {}) for kind in ("Names", "Values"))
    expression = action.get("UpdateExpression", "")
    if not isinstance(names, dict) or not isinstance(values, dict) or not isinstance(expression, str):
        raise Unreadable(where, "has an expression in another form than a text with names and values")
    return updates(expression, Names(names, values))


def _together(parts: list[Sent]) -> Sent:
    requests = [request for part in parts for request in part.requests]
    return Sent(_distinct(requests), tuple(item for part in parts for item in part.items))


def _distinct(requests: list[Request]) -> tuple[Request, ...]:
    """The requests that differ in more than their values."""
    found: list[Request] = []
    for request in requests:
        if request not in found:
            found.append(request)
    return tuple(found)
