"""Single inputs out of a cell: candidates for a counterexample, likely ones first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice
from math import ceil, floor
from typing import Any

from dyncheck.prove.cells import SEVERAL, Cell, Facts
from dyncheck.readers.hcl.configuration.variables import Constraint, Variable
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import BOOL, NUMBER, STRING, Type
from dyncheck.readers.hcl.language.values import Value, as_value, plain

_TEXTS = (
    "example",
    "dev",
    "a",
    "A",
    "1",
    "example-1",
    "example_1",
    "exampleexample",
    "EXAMPLE",
    "x" * 32,
    "arn:aws:sns:us-east-1:123456789012:example",
)
_NUMBERS = (1, 2, 5, 10, 60, 100, 300, 1_000, 3_600, 100_000, 0, -1, -5)
# How many candidates of a variable are tried.
MOST = 48

_NOTHING = Facts()


def candidates(variable: Variable, cell: Cell, spelled: tuple[str, ...] = ()) -> list[Any]:
    """Plain values (as in JSON, numbers exact) that a variable may have in a cell; `spelled` are texts to try first."""
    found = _candidates(f"var.{variable.name}", variable.constraint.type, variable.constraint, variable.nullable, cell, spelled)
    return list(islice(found, MOST))


def has_default_in(variable: Variable, cell: Cell) -> bool:
    """Whether the default of a variable is one of its values in a cell."""
    if variable.default is None:
        return False
    return _fits(f"var.{variable.name}", variable.default, cell)


def _candidates(name: str, kind: Type, constraint: Constraint, nullable: bool, cell: Cell, spelled: tuple[str, ...] = ()) -> Iterator[Any]:
    facts = cell.get(name, _NOTHING)
    if facts.null:
        yield None
        return
    match kind:
        case types.Primitive():
            yield from _primitives(kind, facts, spelled)
        case types.List() | types.Set():
            yield from _sequences(name, kind.element, constraint, facts, cell)
        case types.Map():
            yield from _maps(name, kind.element, constraint, facts, cell)
        case types.Object():
            yield from _objects(name, kind, constraint, cell)
        case types.Tuple():
            parts = [_first(f"{name}[{position}]", each, Constraint(), cell) for position, each in enumerate(kind.elements)]
            yield parts
        case _:
            yield from (*spelled, *_TEXTS)
    if nullable and facts.null is None:
        yield None


def _first(name: str, kind: Type, constraint: Constraint, cell: Cell) -> Any:
    return next(_candidates(name, kind, constraint, False, cell), None)


def _primitives(kind: Type, facts: Facts, spelled: tuple[str, ...]) -> Iterator[Any]:
    if kind == BOOL:
        yield from (True, False) if facts.truth is None else (facts.truth,)
    elif kind == STRING:
        texts = dict.fromkeys((_TEXTS[0], *spelled, *_TEXTS, "")) if facts.text is None else (facts.text,)
        yield from (text for text in texts if text not in facts.excluded)
    elif kind == NUMBER:
        yield from _numbers(facts)


def _numbers(facts: Facts) -> Iterator[int | Fraction]:
    if facts.number is not None:
        yield facts.number
        return
    low, high = facts.bounds.low, facts.bounds.high
    near = [] if high is None else [ceil(high) - 1, ceil(high) - 2]
    near += [] if low is None else [floor(low) + 1, floor(low) + 2]
    inside = [each for each in dict.fromkeys((*near, *_NUMBERS)) if (low is None or each > low) and (high is None or each < high)]
    # The most ordinary number comes first: small, and not below zero.
    yield from sorted(inside, key=lambda each: (each < 0, abs(each)))
    if low is not None and high is not None:
        yield (Fraction(low) + Fraction(high)) / 2


def _sequences(name: str, element: Type, constraint: Constraint, facts: Facts, cell: Cell) -> Iterator[list[Any]]:
    inner = constraint.inside.get("", Constraint())
    items = list(islice(_candidates(f"{name}[0]", element, inner, False, cell), SEVERAL))
    if facts.size in (None, 0):
        yield []
    if facts.size in (None, 1) and items:
        yield items[:1]
    if facts.size in (None, SEVERAL) and len(items) == SEVERAL:
        yield items
        yield from ([*items, *(f"{item}{n}" for n in range(2, 9) for item in items[:1])] for _ in (1,) if element == STRING)


def _maps(name: str, element: Type, constraint: Constraint, facts: Facts, cell: Cell) -> Iterator[dict[str, Any]]:
    inner = constraint.inside.get("", Constraint())
    keys = [key for key, has in facts.keys if has]
    pools = {key: list(islice(_candidates(f"{name}[{quote(key)}]", element, inner, True, cell), 3)) for key in keys}
    if keys or facts.size in (None, 0):
        for choice in range(max(map(len, pools.values()), default=1)):
            yield {key: pool[min(choice, len(pool) - 1)] for key, pool in pools.items()}
    if not keys and facts.size != 0:
        free = next(key for key in ("Example", "Other", "Another") if key not in dict(facts.keys))
        yield {free: _first(f"{name}[{quote(free)}]", element, inner, {})}


def _objects(name: str, kind: types.Object, constraint: Constraint, cell: Cell) -> Iterator[dict[str, Any]]:
    pools: Mapping[str, list[Any]] = {
        attribute: list(
            islice(
                _candidates(
                    f"{name}.{attribute}",
                    each,
                    constraint.inside.get(attribute, Constraint()),
                    attribute not in constraint.attributes,
                    cell,
                ),
                4,
            )
        )
        for attribute, each in kind.attributes.items()
    }
    for choice in range(max(map(len, pools.values()), default=1)):
        yield {attribute: pool[min(choice, len(pool) - 1)] for attribute, pool in pools.items() if pool}


def _fits(name: str, value: Value, cell: Cell) -> bool:
    """Whether a known value is one of those of a cell."""
    facts = cell.get(name, _NOTHING)
    if value.is_null:
        return facts.null is not False and facts in (_NOTHING, Facts(null=True))
    if facts.null:
        return False
    content = value.content
    if isinstance(content, bool):
        return facts.truth in (None, content)
    if isinstance(content, str):
        return facts.text in (None, content) and content not in facts.excluded
    if isinstance(content, dict):
        return _fits_map(name, value, facts, cell)
    if isinstance(content, tuple):
        if facts.size is not None and facts.size != min(len(content), SEVERAL):
            return False
        return all(_fits(f"{name}[{position}]", item, cell) for position, item in enumerate(content))
    return facts.number in (None, content) and facts.bounds.below(content) is None and facts.bounds.above(content) is None


def _fits_map(name: str, value: Value, facts: Facts, cell: Cell) -> bool:
    content = value.content
    if (facts.size == 0 and content) or (facts.size == SEVERAL and not content):
        return False
    if any((key in content) is not has for key, has in facts.keys):
        return False
    is_object = isinstance(value.type, types.Object)
    return all(_fits(f"{name}.{key}" if is_object else f"{name}[{quote(key)}]", item, cell) for key, item in content.items())


def as_json(sample: Any) -> Any:
    """A plain value as JSON has it."""
    return plain(as_value(sample))
