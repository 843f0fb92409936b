"""Cells: sets of inputs, described by facts about each input, and the symbolic values that represent them.

An input is a variable or a part of one, by its name in expressions: `var.tags`, `var.tags["Type"]`, `var.index.name`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.model import Opaque, Question
from dyncheck.model.symbolic import Bounds, Entries, Items, Number, Symbol, Text
from dyncheck.readers.hcl.configuration.variables import Variable
from dyncheck.readers.hcl.language import types, values
from dyncheck.readers.hcl.language.constraints import Constraint
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import BOOL, STRING, Type
from dyncheck.readers.hcl.language.values import Cause, Pending, Value

SEVERAL = 2


class Facts(Struct, frozen=True):
    """What is known about one input.

    A `text` or `number` is exactly that value. Otherwise the text is not `excluded`, and the number is between the `bounds`.
    `size` is 0, 1 or `SEVERAL` (2 or more); for a map, `SEVERAL` means 1 or more. `keys` says which keys exist.
    """

    null: bool | None = None
    truth: bool | None = None
    text: str | None = None
    excluded: frozenset[str] = frozenset()
    number: int | Fraction | None = None
    bounds: Bounds = Bounds()
    size: int | None = None
    keys: tuple[tuple[str, bool], ...] = ()


# Nothing is known about an input that is not in the mapping.
Cell: TypeAlias = "Mapping[str, Facts]"
NO_FACTS = Facts()


def variable_of(name: str) -> str:
    """The variable that an input is a part of: `tags` of `var.tags["Type"]`."""
    return name.removeprefix("var.").partition(".")[0].partition("[")[0]


def inside(constraint: Constraint, name: str) -> Constraint:
    """The constraint of a part: an attribute, a position, or "" for every element."""
    return constraint.inside.get(name, Constraint())


def split(cell: Cell, question: Question) -> tuple[Cell, ...]:
    """Divide a cell by the answers to a question; empty if the cell answers it already."""
    facts = cell.get(question.input, NO_FACTS)
    parts = tuple(_answers(facts, question))
    return tuple({**cell, question.input: part} for part in parts if part != facts) if len(parts) > 1 else ()


def _answers(facts: Facts, question: Question) -> Iterator[Facts]:
    at = question.at
    match question.kind:
        case "null" if facts.null is None:
            yield from (replace(facts, null=answer) for answer in (False, True))
        case "truth" if facts.truth is None:
            yield from (replace(facts, truth=answer) for answer in (True, False))
        case "text" if facts.text is None and at not in facts.excluded:
            yield from (Facts(null=facts.null, text=at), replace(facts, excluded=facts.excluded | {at}))
        case "number" if facts.number is None:
            exact = Fraction(at)
            yield from _around(facts, exact.numerator if exact.denominator == 1 else exact)
        case "size" if facts.size is None:
            yield from (replace(facts, size=size) for size in (0, 1, SEVERAL))
        case "filled" if facts.size is None:
            yield from (replace(facts, size=size) for size in (0, SEVERAL))
        case "key" if at not in dict(facts.keys):
            yield from (replace(facts, keys=(*facts.keys, (at, exists))) for exists in (False, True))


def _around(facts: Facts, limit: int | Fraction) -> Iterator[Facts]:
    bounds = facts.bounds
    if not bounds.below(limit) and not bounds.above(limit):
        yield replace(facts, bounds=Bounds(bounds.low, limit))
        yield Facts(null=facts.null, number=limit)
        yield replace(facts, bounds=Bounds(limit, bounds.high))


def value_of(variable: Variable, cell: Cell) -> Value:
    """The value that represents a variable. A variable that is not nullable takes its default for null."""
    return _value(f"var.{variable.name}", variable.constraint.type, variable.constraint, variable.nullable, cell)


def _value(name: str, kind: Type, constraint: Constraint, nullable: bool, cell: Cell) -> Value:
    facts = cell.get(name, NO_FACTS)
    if nullable and facts.null is None:
        return _pending(name, kind, question="null")
    if facts.null:
        return values.null(kind)
    match kind:
        case types.Primitive():
            return _primitive(name, kind, facts)
        case types.List() | types.Set():
            return _sequence(name, kind, constraint, facts, cell)
        case types.Map():
            return _map(name, kind, constraint, facts, cell)
        case types.Object():
            # An attribute with a default is never null.
            attributes = {
                attribute: _value(f"{name}.{attribute}", each, inside(constraint, attribute), attribute not in constraint.attributes, cell)
                for attribute, each in kind.attributes.items()
            }
            return values.object_of(attributes)
        case types.Tuple():
            return values.tuple_of(
                _value(f"{name}[{position}]", each, inside(constraint, str(position)), True, cell)
                for position, each in enumerate(kind.elements)
            )
        case _:
            return _pending(name, kind)


def _pending(name: str, kind: Type, known: Opaque | None = None, question: str = "") -> Value:
    return Value(kind, Pending((Cause(name, Question(name, question) if question else None),), known))


def _primitive(name: str, kind: Type, facts: Facts) -> Value:
    if kind == BOOL:
        return _pending(name, kind, question="truth") if facts.truth is None else values.boolean(facts.truth)
    if kind == STRING:
        return _pending(name, kind, Text((Symbol(name, facts.excluded),))) if facts.text is None else values.string(facts.text)
    return _pending(name, kind, Number(name, facts.bounds)) if facts.number is None else values.number(facts.number)


def _sequence(name: str, kind: types.List | types.Set, constraint: Constraint, facts: Facts, cell: Cell) -> Value:
    if facts.size is None:
        return _pending(name, kind, question="size")
    if facts.size >= SEVERAL:
        return _pending(name, kind, Items(name, SEVERAL))
    items = [_value(f"{name}[0]", kind.element, inside(constraint, ""), True, cell)] if facts.size else []
    return values.list_of(kind.element, items) if isinstance(kind, types.List) else values.set_of(kind.element, items)


def _map(name: str, kind: types.Map, constraint: Constraint, facts: Facts, cell: Cell) -> Value:
    if facts.size == 0:
        return values.map_of(kind.element, {})
    known = {key: _value(f"{name}[{quote(key)}]", kind.element, inside(constraint, ""), True, cell) for key, exists in facts.keys if exists}
    absent = frozenset(key for key, exists in facts.keys if not exists)
    return _pending(name, kind, Entries(name, known, absent, 1 if facts.size else 0))
