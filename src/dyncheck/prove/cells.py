"""Cells: sets of inputs, by what is known of each input, and the values that stand for them.

An input is a variable or a part of one, by its name in expressions: `var.tags`, `var.tags["Type"]`, `var.index.name`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.model import Question
from dyncheck.model.symbolic import Bounds, Entries, Items, Number, Symbol, Text
from dyncheck.readers.hcl.configuration.variables import Constraint, Variable
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import BOOL, NUMBER, STRING, Type
from dyncheck.readers.hcl.language.values import (
    Cause,
    Pending,
    Value,
    boolean,
    list_of,
    map_of,
    null,
    number,
    object_of,
    set_of,
    string,
    tuple_of,
)

SEVERAL = 2


class Facts(Struct, frozen=True):
    """What is known of one input.

    A `text` or `number` is exactly that; else it is none of the `excluded` texts, and between the `bounds`. `size` is 0, 1 or
    `SEVERAL` for that many and more; of a map it is 0, or SEVERAL for any other. `keys` are keys that it has or has not.
    """

    null: bool | None = None
    truth: bool | None = None
    text: str | None = None
    excluded: frozenset[str] = frozenset()
    number: int | Fraction | None = None
    bounds: Bounds = Bounds()
    size: int | None = None
    keys: tuple[tuple[str, bool], ...] = ()


# Of an input that is not in it, nothing is known.
Cell: TypeAlias = "Mapping[str, Facts]"

_NOTHING = Facts()


def key_of(cell: Cell) -> frozenset[tuple[str, Facts]]:
    """What equal cells have in common."""
    return frozenset(cell.items())


def variables_of(cell: Cell) -> tuple[str, ...]:
    """The variables of which something is known, in order."""
    return tuple(sorted({variable_of(name) for name in cell}))


def variable_of(name: str) -> str:
    """The variable that an input is a part of: `tags` of `var.tags["Type"]`."""
    return name.removeprefix("var.").partition(".")[0].partition("[")[0]


def split(cell: Cell, question: Question) -> tuple[Cell, ...]:
    """The cells that the answers of a question divide a cell into; none where it is answered already."""
    facts = cell.get(question.input, _NOTHING)
    parts = tuple(_answers(facts, question))
    return tuple({**cell, question.input: part} for part in parts if part != facts) if len(parts) > 1 else ()


def _answers(facts: Facts, question: Question) -> Iterator[Facts]:
    at = question.at
    match question.kind:
        case "null" if facts.null is None:
            yield replace(facts, null=False)
            yield replace(facts, null=True)
        case "truth" if facts.truth is None:
            yield replace(facts, truth=True)
            yield replace(facts, truth=False)
        case "text" if facts.text is None and at not in facts.excluded:
            yield Facts(null=facts.null, text=at)
            yield replace(facts, excluded=facts.excluded | {at})
        case "number" if facts.number is None:
            yield from _around(facts, _exact(at))
        case "size" if facts.size is None:
            yield from (replace(facts, size=size) for size in (0, 1, SEVERAL))
        case "filled" if facts.size is None:
            yield from (replace(facts, size=size) for size in (0, SEVERAL))
        case "key" if at not in dict(facts.keys):
            yield from (replace(facts, keys=(*facts.keys, (at, has))) for has in (False, True))


def _around(facts: Facts, limit: int | Fraction) -> Iterator[Facts]:
    bounds = facts.bounds
    is_below, is_above = bounds.below(limit), bounds.above(limit)
    if is_below or is_above:
        return
    yield replace(facts, bounds=Bounds(bounds.low, limit))
    yield Facts(null=facts.null, number=limit)
    yield replace(facts, bounds=Bounds(limit, bounds.high))


def _exact(value: Any) -> int | Fraction:
    exact = Fraction(value)
    return exact.numerator if exact.denominator == 1 else exact


def values_of(variables: Mapping[str, Variable], cell: Cell) -> dict[str, Value]:
    """What stands for the inputs of a cell: a value for each variable."""
    return {name: value_of(variable, cell) for name, variable in variables.items()}


def value_of(variable: Variable, cell: Cell) -> Value:
    """What stands for a variable. Where it takes no null, null is its default, which is one of its values anyway."""
    return _value(f"var.{variable.name}", variable.constraint.type, variable.constraint, variable.nullable, cell)


def _value(name: str, kind: Type, constraint: Constraint, nullable: bool, cell: Cell) -> Value:
    facts = cell.get(name, _NOTHING)
    if nullable and facts.null is None:
        return Value(kind, Pending((Cause(name, Question(name, "null")),)))
    if facts.null:
        return null(kind)
    match kind:
        case types.Primitive():
            return _primitive(name, kind, facts)
        case types.List() | types.Set():
            return _sequence(name, kind, constraint, facts, cell)
        case types.Map():
            return _map(name, kind, constraint, facts, cell)
        case types.Object():
            return object_of(dict(_attributes(name, kind, constraint, cell)))
        case types.Tuple():
            return tuple_of(
                _value(f"{name}[{position}]", each, _inside(constraint, str(position)), True, cell)
                for position, each in enumerate(kind.elements)
            )
        case _:
            return Value(kind, Pending((Cause(name),)))


def _primitive(name: str, kind: Type, facts: Facts) -> Value:
    if kind == BOOL:
        return Value(BOOL, Pending((Cause(name, Question(name, "truth")),))) if facts.truth is None else boolean(facts.truth)
    if kind == STRING:
        known = Text((Symbol(name, facts.excluded),))
        return Value(STRING, Pending((Cause(name),), known)) if facts.text is None else string(facts.text)
    return Value(NUMBER, Pending((Cause(name),), Number(name, facts.bounds))) if facts.number is None else number(facts.number)


def _sequence(name: str, kind: types.List | types.Set, constraint: Constraint, facts: Facts, cell: Cell) -> Value:
    if facts.size is None:
        return Value(kind, Pending((Cause(name, Question(name, "size")),)))
    if facts.size >= SEVERAL:
        return Value(kind, Pending((Cause(name),), Items(name, SEVERAL)))
    items = [_value(f"{name}[0]", kind.element, _inside(constraint, ""), True, cell)] if facts.size else []
    return list_of(kind.element, items) if isinstance(kind, types.List) else set_of(kind.element, items)


def _map(name: str, kind: types.Map, constraint: Constraint, facts: Facts, cell: Cell) -> Value:
    if facts.size == 0:
        return map_of(kind.element, {})
    known = {key: _value(f"{name}[{quote(key)}]", kind.element, _inside(constraint, ""), True, cell) for key, has in facts.keys if has}
    absent = frozenset(key for key, has in facts.keys if not has)
    return Value(kind, Pending((Cause(name),), Entries(name, known, absent, 1 if facts.size else 0)))


def _attributes(name: str, kind: types.Object, constraint: Constraint, cell: Cell) -> Iterator[tuple[str, Value]]:
    for attribute, each in kind.attributes.items():
        # One with a default of its own is never null.
        nullable = attribute not in constraint.attributes
        yield attribute, _value(f"{name}.{attribute}", each, _inside(constraint, attribute), nullable, cell)


def _inside(constraint: Constraint, name: str) -> Constraint:
    return constraint.inside.get(name, Constraint())
