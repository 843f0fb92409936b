"""Contradictions in the access patterns of a contract: requests that DynamoDB does not have, or that the contract itself does not serve."""

from __future__ import annotations

from collections.abc import Iterator

from dyncheck.dynamodb import AccessPattern, Contract
from dyncheck.dynamodb.access import BY_KEY, PlainTarget, obstacles
from dyncheck.dynamodb.limits import KEY_TYPES
from dyncheck.yaml_file import Lines, Problem, Where, dotted

# The keys of a pattern that only some operations have. Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations.html
_OPERATIONS_OF = {
    "index": ("Query", "Scan"),
    "range": ("Query",),
    "filter": ("Query", "Scan"),
    "order": ("Query",),
    "consistent": ("GetItem", "BatchGetItem", "Query", "Scan"),
    "attributes": ("GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"),
    "page_size": ("Query", "Scan", "BatchGetItem", "TransactGetItems", "BatchWriteItem", "TransactWriteItems"),
}
# How many items a request may have. Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
_MOST_ITEMS = {"BatchGetItem": 100, "TransactGetItems": 100, "BatchWriteItem": 25, "TransactWriteItems": 100}


def access_problems(contract: Contract, lines: Lines) -> Iterator[Problem]:
    """What is wrong in the patterns, each at its line."""
    names: set[str] = set()
    for position, pattern in enumerate(contract.access):
        where: Where = ("access", position)
        found = [*_request_problems(pattern), *_attribute_problems(pattern, contract)]
        if pattern.name in names:
            found.append(("name", f"is {pattern.name!r}, as that of another access pattern; give each another name"))
        names.add(pattern.name)
        for key, problem in found or _served_problems(pattern, contract):
            at = (*where, key) if key else where
            yield lines.get(at, lines[where]), f"{dotted(at)} {problem}"


def _request_problems(pattern: AccessPattern) -> Iterator[tuple[str, str]]:
    """The key with a problem, and the rest of the sentence: what the operation does not have."""
    operation = pattern.operation
    for key, operations in _OPERATIONS_OF.items():
        if getattr(pattern, key) and operation not in operations:
            instead = "; write its attribute under filter" if operation == "Scan" and key == "range" else ""
            yield key, f"has no meaning for {operation}{instead}"
    if pattern.index and pattern.table:
        yield "table", "is true beside an index; remove one of the two"
    if operation == "Scan" and pattern.equal:
        yield "equal", "has no meaning for Scan, which reads everything; write its attributes under filter"
    if operation == "Query" and not pattern.given:
        yield "", "gives no attribute by equality, as a Query needs; write `equal`, or `operation: Scan` to read everything"
    if operation in BY_KEY and not pattern.equal:
        yield "", f"gives no key; write the key attributes of the table under `equal`, which {operation} needs"
    most = _MOST_ITEMS.get(operation)
    if most and pattern.page_size and pattern.page_size > most:
        yield "page_size", f"is {pattern.page_size}; {operation} takes {most} items at most"


def _attribute_problems(pattern: AccessPattern, contract: Contract) -> Iterator[tuple[str, str]]:
    types, condition = contract.types, pattern.condition
    conditions = [*pattern.equal, *([condition.attribute] if condition else [])]
    for key, names in (("equal", pattern.equal), ("filter", pattern.filter), ("attributes", pattern.attributes)):
        for name in dict.fromkeys(each for each in names if names != "ALL" and list(names).count(each) > 1):
            yield key, f"has {name!r} twice"
    if condition and condition.attribute in pattern.equal:
        yield "range", f"has {condition.attribute!r}, which is also under equal; a request has one condition on a key attribute"
    if pattern.operation == "Query":
        for name in pattern.filter:
            if name in conditions:
                yield "filter", f"has {name!r}, which is also a condition of the key; a filter takes no key attributes"
    if pattern.operation in ("Query", *BY_KEY):
        for name in conditions:
            if types.get(name, "S") not in KEY_TYPES:
                yield "equal" if name in pattern.equal else "range", f"has {name!r} of type {types[name]}; a key attribute is S, N or B"
    if condition and condition.condition == "begins_with" and types.get(condition.attribute) == "N":
        yield "range", f"is begins_with on {condition.attribute!r}, which is of type N; begins_with takes type S or B"


def _served_problems(pattern: AccessPattern, contract: Contract) -> Iterator[tuple[str, str]]:
    """Why the index or the key that the contract demands cannot serve the pattern."""
    target, label = _demanded(pattern, contract)
    for obstacle in obstacles(pattern, target, contract.types) if target else ():
        yield "", f"is not served by {label} of this contract: it {obstacle.why}"


def _demanded(pattern: AccessPattern, contract: Contract) -> tuple[PlainTarget | None, str]:
    key = contract.primary_key
    of_table = ((key.hash.name,), (key.range.name,) if key.range else ()) if key else None
    if pattern.index:
        index = contract.indexes.get(pattern.index)
        if index is None:
            return None, ""
        hashes, ranges = (tuple(each.name for each in index.keys_of(role)) for role in ("HASH", "RANGE"))
        # The contract does not say which attributes an index includes.
        is_known = index.projection == "KEYS_ONLY" and of_table is not None
        projected = frozenset((*hashes, *ranges, *of_table[0], *of_table[1])) if is_known and of_table else None
        return PlainTarget(hashes, ranges, "global", contract.types, projected), f"the index {pattern.index}"
    if of_table and (pattern.table or pattern.operation != "Query"):
        return PlainTarget(*of_table, "table", contract.types), "the primary key"
    return None, ""
