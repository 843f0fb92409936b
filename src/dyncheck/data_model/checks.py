"""What contradicts itself in a data model: items that the tables refuse, and requests that no key or index serves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from dyncheck.data_model.structure import DataModel, ModelItem, ModelTable, Request, Where
from dyncheck.dynamodb.access import OF_ITEMS, PlainTarget, obstacles
from dyncheck.items.judging import Demands, ItemProblem, KeyAttribute, dotted, problems_of_item, quoted
from dyncheck.items.numbers import InvalidNumber, parsed

Rule: TypeAlias = Literal["invalid-table", "invalid-item", "unserved-access", ""]


class ModelFinding(Struct, frozen=True):
    """A sentence about a part of a data model: what is wrong by a rule, or with an empty rule what cannot be read.

    `part` is the table, the item or the access pattern that the sentence is about.
    """

    rule: Rule
    line: int
    path: str
    message: str

    @property
    def part(self) -> str:
        """The path of the table, the item or the access pattern."""
        return part_of(self.path)

    @property
    def is_unread(self) -> bool:
        """Whether it says what cannot be read."""
        return not self.rule


def part_of(path: str) -> str:
    """The start of a path that names a table, an item or an access pattern."""
    found = re.match(r".*?access_patterns\[\d+\]|[^\]]*\]", path)
    return found[0] if found else path


def findings(model: DataModel, *, shows_values: bool = False) -> list[ModelFinding]:
    """The problems of a data model and what cannot be read of it, in the order of the file, with the values of items only if asked for."""
    found = [*_remarks(model), *_item_findings(model, shows_values), *_request_findings(model)]
    return sorted(dict.fromkeys(found), key=lambda finding: finding.line)


def served(model: DataModel, request: Request) -> str:
    """What serves a request, such as `index "ByStatus" of the table "Orders"`; empty where nothing does."""
    table = model.table(request.table)
    target = table.read_by(request.pattern) if table else None
    if table is None or target is None or next(obstacles(request.pattern, target, request.types), None):
        return ""
    if request.pattern.index:
        return f"index {quoted(request.pattern.index)}"
    return "the table" if request.pattern.operation in ("Scan", *OF_ITEMS) else "the key of the table"


def demands_of(table: ModelTable) -> Demands:
    """What an item of the table must meet."""
    keys = [*_keys(table.target, table.types, "")]
    for name, index in table.indexes.items():
        keys += _keys(index.target, table.types, name)
    return Demands(tuple(keys), table.time_to_live, table.items)


def _keys(target: PlainTarget, types: Any, index: str) -> Iterator[KeyAttribute]:
    for role, names in (("HASH", target.hash), ("RANGE", target.range)):
        yield from (KeyAttribute(name, types[name], role, index) for name in names if name in types)


def _remarks(model: DataModel) -> Iterator[ModelFinding]:
    for remark in model.problems:
        rule: Rule = "unserved-access" if remark.where[0] == "access_patterns" else "invalid-table"
        yield _finding(model, rule, remark.where, f"{dotted(remark.where)} {remark.text}")
    for remark in model.unread:
        yield _finding(model, "", remark.where, f"{dotted(remark.where)} {remark.text}. This part is not checked")


def _item_findings(model: DataModel, shows_values: bool) -> Iterator[ModelFinding]:
    first: dict[tuple[str, object], ModelItem] = {}
    for item in model.items:
        table = model.table(item.table)
        if table is None:
            yield _no_table(model, "invalid-item", item.where, "Item is", item.table)
            continue
        for problem in problems_of_item(item.item, demands_of(table)):
            yield _finding(model, "invalid-item", (*item.where, *_steps(problem)), _item_message(item, problem, shows_values))
        key = _key_of(item.item, table)
        if key is None or item.label:
            continue
        other = first.setdefault((item.table, key), item)
        if other is not item:
            at = f"{dotted(other.where)} (line {model.line(other.where)})"
            yield _finding(model, "invalid-item", item.where, f"Item has the same key as {at}, so one replaces the other")


def _steps(problem: ItemProblem) -> tuple[str, ...]:
    """The attribute of a problem, whose line is near enough."""
    return (problem.path.split(".")[0].split("[")[0],) if problem.path else ()


def _item_message(item: ModelItem, problem: ItemProblem, shows_values: bool) -> str:
    owner = f" of the access pattern {item.label}" if item.label else ""
    value = quoted(problem.value) if problem.value is not None and shows_values else problem.found
    path = "" if not value and quoted(problem.path) in problem.summary else problem.path
    found = f": {path} is {value}" if value and path else f": {path or value}" if path or value else ""
    expected = f"; expected {problem.expected}" if problem.expected else ""
    return f"{problem.summary} in an item{owner} of the table {quoted(item.table)}{found}{expected}"


def _key_of(item: Any, table: ModelTable) -> object:
    """The key of an item, which is equal for equal keys; None where it is not whole."""
    found = []
    for name in (*table.target.hash, *table.target.range):
        value = item.get(name)
        if not isinstance(value, dict) or len(value) != 1:
            return None
        ((kind, content),) = value.items()
        if not isinstance(content, str):
            return None
        try:
            found.append((kind, parsed(content) if kind == "N" else content))
        except InvalidNumber:
            return None
    return tuple(found)


def _request_findings(model: DataModel) -> Iterator[ModelFinding]:
    for request in model.requests:
        label, pattern = f"Access pattern {request.label}", request.pattern
        table = model.table(request.table)
        if table is None:
            yield _no_table(model, "unserved-access", request.where, f"{label} is", request.table)
            continue
        target = table.read_by(pattern)
        if target is None:
            has = ", ".join(map(quoted, table.indexes)) or "no index"
            missing = f"index {quoted(pattern.index or '')} of the table {quoted(table.name)} does not exist (it has {has})"
            yield _finding(model, "unserved-access", request.where, f"{label} is not served: {missing}")
            continue
        named = f"index {quoted(pattern.index)}" if pattern.index else f"the table {quoted(table.name)}"
        for obstacle in obstacles(pattern, target, request.types):
            yield _finding(model, "unserved-access", request.where, f"{label} is not served: {named} {obstacle.why}")
        for why in _refused_updates(request, table):
            yield _finding(model, "unserved-access", request.where, f"{label} is refused: the table {quoted(table.name)} {why}")


def _refused_updates(request: Request, table: ModelTable) -> Iterator[str]:
    """Why DynamoDB refuses a change, as the rest of a sentence about the table."""
    for name, kind in request.updates.items():
        if name in (*table.target.hash, *table.target.range):
            yield f"has {quoted(name)} in its key, which no update changes"
        elif kind and table.types.get(name, kind) != kind:
            yield f"has the key attribute {quoted(name)} of type {table.types[name]} in an index, and the update sets type {kind}"


def _no_table(model: DataModel, rule: Rule, where: Where, start: str, table: str) -> ModelFinding:
    has = ", ".join(quoted(each.name) for each in model.tables)
    if any(remark.where[:1] == ("tables",) for remark in model.unread):
        none = f"which is not among those that can be read ({has or 'none'}). This part is not checked"
        return _finding(model, "", where, f"{start} for the table {quoted(table)}, {none}")
    return _finding(model, rule, where, f"{start} for the table {quoted(table)}, which does not exist (the file has {has})")


def _finding(model: DataModel, rule: Rule, where: Where, message: str) -> ModelFinding:
    return ModelFinding(rule, model.line(where), dotted(where), message)
