"""Contradictions in the item schema of a contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from dyncheck.dynamodb import Contract
from dyncheck.item_schema import ItemAttribute, ItemDemand, long_form
from dyncheck.yaml_file import Lines, Problem, Where, dotted

# The types that a demand has a meaning for.
_FOR = {"pattern": ("S", "SS"), "attributes": ("M",), "elements": ("L",)}
_FOR_FORMAT = {"timestamp": "S", "epoch-seconds": "N"}


def item_problems(contract: Contract, lines: Lines, expression_problem: Callable[[str], str]) -> Iterator[Problem]:
    """What contradicts itself, the keys or the time to live. `expression_problem` says why a regular expression is invalid."""
    for where, demand in _demands(contract.item, ("item",)):
        for key, problem in _own_problems(demand, expression_problem):
            # The short form has no keys.
            yield lines.get((*where, key), lines[where]), f"{dotted((*where, key))} {problem}"
    name = contract.time_to_live.attribute if contract.time_to_live else ""
    if name in contract.item and "N" not in long_form(contract.item[name]).types:
        yield lines[("item", name)], f"{dotted(('item', name))} is not a number, and the time to live of the contract is; expected type N"


def key_type_problem(contract: Contract, name: str, kind: str) -> str:
    """Why the item schema contradicts a key attribute of a type; empty when it does not."""
    demand = contract.item.get(name)
    if demand is None or long_form(demand).types == (kind,):
        return ""
    return f"{name!r} is of type {kind} here and {' or '.join(long_form(demand).types)} in item"


def _demands(demands: Mapping[str, ItemDemand], where: Where) -> Iterator[tuple[Where, ItemAttribute]]:
    """Every demand of a schema in its long form, with its path."""
    for name, demand in demands.items():
        yield from _with_inner(long_form(demand), (*where, name))


def _with_inner(demand: ItemAttribute, where: Where) -> Iterator[tuple[Where, ItemAttribute]]:
    yield where, demand
    yield from _demands(demand.attributes, (*where, "attributes"))
    if demand.elements:
        yield from _with_inner(long_form(demand.elements), (*where, "elements"))


def _own_problems(demand: ItemAttribute, expression_problem: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """The key with a problem, and the rest of the sentence."""
    if len(set(demand.types)) < len(demand.types):
        yield "type", "has a type twice"
    for key, types in _FOR.items():
        if getattr(demand, key) and not set(types) & set(demand.types):
            yield key, f"has a meaning for type {' or '.join(types)} only"
    if demand.format and _FOR_FORMAT[demand.format] not in demand.types:
        yield "format", f"is {demand.format!r}, which has a meaning for type {_FOR_FORMAT[demand.format]} only"
    if demand.pattern and (problem := expression_problem(demand.pattern)):
        yield "pattern", f"is {demand.pattern!r}, which is not a regular expression: {problem}"
