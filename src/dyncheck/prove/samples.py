"""Single inputs of a cell: candidates for a counterexample, likely ones first."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from math import ceil, floor
from typing import Any

from dyncheck.prove.cells import NO_FACTS, SEVERAL, Cell, Facts, inside
from dyncheck.readers.hcl.configuration.variables import Variable
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.constraints import Constraint
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import BOOL, STRING, Type
from dyncheck.readers.hcl.language.values import Value

_SHORT = ("example", "dev", "a", "A", "1", "example-1", "example_1", "exampleexample", "EXAMPLE")
_TEXTS = (*_SHORT, "x" * 32, "arn:aws:sns:us-east-1:123456789012:example")
_NUMBERS = (1, 2, 5, 10, 60, 100, 300, 1_000, 3_600, 100_000, 0, -1, -5)
# How many candidates of a variable are tried.
MOST = 48


def candidates(variable: Variable, cell: Cell, texts: tuple[str, ...] = ()) -> list[Any]:
    """Plain values (as in JSON, numbers exact) that a variable may have in a cell; `texts` are tried first."""
    found = _candidates(f"var.{variable.name}", variable.constraint.type, variable.constraint, variable.nullable, cell, texts)
    return list(islice(found, MOST))


def has_default_in(variable: Variable, cell: Cell) -> bool:
    """Whether the default of a variable is one of its values in a cell."""
    return variable.default is not None and _fits(f"var.{variable.name}", variable.default, cell)


def _candidates(name: str, kind: Type, constraint: Constraint, nullable: bool, cell: Cell, texts: tuple[str, ...] = ()) -> Iterator[Any]:
    facts = cell.get(name, NO_FACTS)
    if facts.null:
        yield None
        return
    match kind:
        case types.Primitive():
            yield from _primitives(kind, facts, texts)
        case types.List() | types.Set():
            yield from _sequences(name, kind.element, inside(constraint, ""), facts, cell)
        case types.Map():
            yield from _maps(name, kind.element, inside(constraint, ""), facts, cell)
        case types.Object():
            yield from _combined(
                {
                    attribute: _few(
                        f"{name}.{attribute}", each, inside(constraint, attribute), attribute not in constraint.attributes, cell, 4
                    )
                    for attribute, each in kind.attributes.items()
                }
            )
        case types.Tuple():
            yield [_first(f"{name}[{position}]", each, Constraint(), cell) for position, each in enumerate(kind.elements)]
        case _:
            yield from (*texts, *_TEXTS)
    if nullable and facts.null is None:
        yield None


def _few(name: str, kind: Type, constraint: Constraint, nullable: bool, cell: Cell, most: int) -> list[Any]:
    return list(islice(_candidates(name, kind, constraint, nullable, cell), most))


def _first(name: str, kind: Type, constraint: Constraint, cell: Cell) -> Any:
    return next(_candidates(name, kind, constraint, False, cell), None)


def _combined(pools: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """The first candidates of all parts together, then the second ones, and so on."""
    for choice in range(max(map(len, pools.values()), default=1)):
        yield {part: pool[min(choice, len(pool) - 1)] for part, pool in pools.items() if pool}


def _primitives(kind: Type, facts: Facts, texts: tuple[str, ...]) -> Iterator[Any]:
    if kind == BOOL:
        yield from (True, False) if facts.truth is None else (facts.truth,)
    elif kind == STRING:
        tried = dict.fromkeys((_TEXTS[0], *texts, *_TEXTS, "")) if facts.text is None else (facts.text,)
        yield from (text for text in tried if text not in facts.excluded)
    elif facts.number is not None:
        yield facts.number
    else:
        yield from _numbers(facts.bounds.low, facts.bounds.high)


def _numbers(low: int | Fraction | None, high: int | Fraction | None) -> Iterator[int | Fraction]:
    near = [] if high is None else [ceil(high) - 1, ceil(high) - 2]
    near += [] if low is None else [floor(low) + 1, floor(low) + 2]
    within = [each for each in dict.fromkeys((*near, *_NUMBERS)) if (low is None or each > low) and (high is None or each < high)]
    # Ordinary numbers come first: small, and not below zero.
    yield from sorted(within, key=lambda each: (each < 0, abs(each)))
    if low is not None and high is not None:
        yield (Fraction(low) + Fraction(high)) / 2


def _sequences(name: str, element: Type, constraint: Constraint, facts: Facts, cell: Cell) -> Iterator[list[Any]]:
    items = _few(f"{name}[0]", element, constraint, False, cell, SEVERAL)
    if facts.size in (None, 0):
        yield []
    if facts.size in (None, 1) and items:
        yield items[:1]
    if facts.size in (None, SEVERAL) and len(items) == SEVERAL:
        yield items
        if element == STRING:
            yield [*items, *(f"{items[0]}{number}" for number in range(2, 9))]


def _maps(name: str, element: Type, constraint: Constraint, facts: Facts, cell: Cell) -> Iterator[dict[str, Any]]:
    keys = [key for key, exists in facts.keys if exists]
    if keys or facts.size in (None, 0):
        yield from _combined({key: _few(f"{name}[{quote(key)}]", element, constraint, True, cell, 3) for key in keys})
    if not keys and facts.size != 0:
        free = next(key for key in ("Example", "Other", "Another") if key not in dict(facts.keys))
        yield {free: _first(f"{name}[{quote(free)}]", element, constraint, {})}


def _fits(name: str, value: Value, cell: Cell) -> bool:
    """Whether a known value is in a cell."""
    facts = cell.get(name, NO_FACTS)
    content = value.content
    if value.is_null:
        return facts in (NO_FACTS, Facts(null=True))
    if facts.null:
        return False
    match content:
        case bool():
            return facts.truth in (None, content)
        case str():
            return facts.text in (None, content) and content not in facts.excluded
        case dict():
            is_object = isinstance(value.type, types.Object)
            has_size = facts.size is None or bool(facts.size) is bool(content)
            has_keys = all((key in content) is exists for key, exists in facts.keys)
            parts = {f"{name}.{key}" if is_object else f"{name}[{quote(key)}]": item for key, item in content.items()}
            return has_size and has_keys and all(_fits(part, item, cell) for part, item in parts.items())
        case tuple():
            has_size = facts.size in (None, min(len(content), SEVERAL))
            return has_size and all(_fits(f"{name}[{position}]", item, cell) for position, item in enumerate(content))
        case _:
            return facts.number in (None, content) and facts.bounds.below(content) is None and facts.bounds.above(content) is None
