"""Functions of lists and tuples, and of sets used as lists.

Source: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/collection.go
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import partial, reduce
from itertools import takewhile

from dyncheck.model import Question
from dyncheck.model.symbolic import Text
from dyncheck.readers.hcl.functions.declaration import Function, InvalidArgument, Parameter, to_int
from dyncheck.readers.hcl.functions.of_inputs import any_true, contains
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.graphemes import count
from dyncheck.readers.hcl.language.numbers import Word, calculate
from dyncheck.readers.hcl.language.operators import equal
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type, friendly
from dyncheck.readers.hcl.language.unification import unify
from dyncheck.readers.hcl.language.values import (
    EvaluationError,
    Value,
    asking,
    boolean,
    identity,
    is_wholly_known,
    known_of,
    list_of,
    pending,
    tuple_of,
)

_LONGEST_RANGE = 1024


def _length(value: Value) -> Value:
    if isinstance(value.type, types.Primitive) and value.type != STRING:
        raise EvaluationError("argument must be a string, a collection type, or a structural type")
    if isinstance(value.type, types.Tuple):
        length = len(value.type.elements)
    elif isinstance(value.type, types.Object):
        length = len(value.type.attributes)
    elif not value.is_known or isinstance(value.type, types.Resource) or may_shrink(value):
        return pending(NUMBER, value)
    elif value.type == STRING:
        length = count(value.content)
    else:
        length = len(value.content)
    return Value(NUMBER, Word(length)).marked(value.sensitive)


def may_shrink(value: Value) -> bool:
    """Whether items of a set may turn out to be the same."""
    return isinstance(value.type, types.Set) and value.is_known and len(value.content) > 1 and not is_wholly_known(value)


def _element(sequence: Value, index: Value) -> Value:
    if not isinstance(sequence.type, types.List | types.Tuple):
        raise EvaluationError(f"cannot read elements from {friendly(sequence.type)}")
    position = to_int(index.content) if index.is_known else 0
    if index.is_known and (sequence.content == () or sequence.type == types.Tuple(())):
        raise EvaluationError("cannot use element function with an empty list")
    if isinstance(sequence.type, types.List):
        kind = sequence.type.element
    else:
        kind = sequence.type.elements[position % len(sequence.type.elements)] if index.is_known else ANY
        if position < 0:
            return pending(kind, "element() with a negative index, which few versions of Terraform take", sensitive=sequence.sensitive)
    if sequence.is_pending or index.is_pending:
        return pending(kind, *_pending((sequence, index)))
    found: Value = sequence.content[position % len(sequence.content)]
    return found.marked(sequence.sensitive)


def _slice(sequence: Value, *indexes: Value) -> Value:
    if not isinstance(sequence.type, types.List | types.Tuple):
        raise InvalidArgument("list", "must be a list or tuple value; convert a set to a list if its order is not important")
    length = len(sequence.type.elements) if isinstance(sequence.type, types.Tuple) else math.inf
    length = length if sequence.is_pending else len(sequence.content)
    bounds = [_bound(name, index, length) for name, index in zip(("start_index", "end_index"), indexes, strict=True) if index.is_known]
    if bounds != sorted(bounds):
        raise InvalidArgument("start_index", "start index must not be greater than end index")
    kind: Type = sequence.type
    if isinstance(kind, types.Tuple):
        kind = types.Tuple(kind.elements[slice(*bounds)]) if len(bounds) == 2 else ANY
    waiting = _pending((sequence, *indexes))
    return pending(kind, *waiting) if waiting else Value(kind, sequence.content[slice(*bounds)], sequence.sensitive)


def _pending(values: Iterable[Value]) -> list[Value]:
    return [value for value in values if value.is_pending]


def _bound(name: str, index: Value, length: float) -> int:
    try:
        found = to_int(index.content)
    except EvaluationError as problem:
        raise InvalidArgument(name, str(problem)) from None
    if not 0 <= found <= length:
        raise InvalidArgument(name, f"the index must be between 0 and the length of the list, not {found}")
    return found


def _reverse(sequence: Value) -> Value:
    kind = sequence.type
    if not isinstance(kind, types.Tuple | types.List | types.Set):
        raise InvalidArgument("list", f"can only reverse list or tuple values, not {friendly(kind)}")
    kind = types.Tuple(kind.elements[::-1]) if isinstance(kind, types.Tuple) else types.List(kind.element)
    if sequence.is_pending or may_shrink(sequence):
        return pending(kind, sequence)
    return Value(kind, sequence.content[::-1], sequence.sensitive)


def _chunklist(sequence: Value, size: Value) -> Value:
    count = to_int(size.content)
    if count < 0:
        raise EvaluationError("the size argument must not be negative")
    items = sequence.content
    step = count or len(items) or 1
    chunks = (Value(sequence.type, items[start : start + step]) for start in range(0, len(items), step))
    return list_of(sequence.type, chunks).marked(sequence.sensitive or size.sensitive)


def _flatten(sequence: Value) -> Value:
    if not is_sequence(sequence):
        raise EvaluationError("can only flatten lists, sets and tuples")
    parts = list(_parts(sequence))
    unsure = [part for part in parts if (part.is_pending and (is_sequence(part) or part.type == ANY)) or may_shrink(part)]
    sensitive = any(part.sensitive for part in parts if is_sequence(part))
    if unsure:
        return pending(ANY, *unsure, sensitive=sensitive)
    return tuple_of(part for part in parts if not is_sequence(part)).marked(sensitive)


def is_sequence(value: Value) -> bool:
    """Whether a value is a list, a set or a tuple that is not null."""
    return isinstance(value.type, types.List | types.Set | types.Tuple) and not value.is_null


def _parts(sequence: Value) -> Iterator[Value]:
    """The sequence itself, all sequences in it, and their items."""
    yield sequence
    if is_sequence(sequence) and not sequence.is_pending:
        for item in sequence.content:
            yield from _parts(item)


def _concat(*sequences: Value) -> Value:
    kind = _concat_type(sequences)
    converted = [convert(each, kind) if isinstance(kind, types.List) else each for each in sequences]
    return Value(kind, tuple(item for each in converted for item in each.content), any(each.sensitive for each in sequences))


def _concat_type(sequences: Sequence[Value]) -> Type:
    if not sequences:
        raise EvaluationError("at least one argument is required")
    common = unify(each.type for each in sequences)
    if isinstance(common, types.List) and all(isinstance(each.type, types.List) for each in sequences):
        return common
    elements: list[Type] = []
    for each in sequences:
        if isinstance(each.type, types.Tuple):
            elements += each.type.elements
        elif not isinstance(each.type, types.List):
            raise InvalidArgument("seqs", f"all arguments must be lists or tuples; got {friendly(each.type)}")
        elif each.is_pending:
            return ANY
        else:
            elements += [each.type.element] * len(each.content)
    return types.Tuple(tuple(elements))


def _range(*bounds: Value) -> Value:
    if not 1 <= len(bounds) <= 3:
        raise EvaluationError("must have one, two, or three arguments")
    given = [bound.content for bound in bounds]
    first, last = (0, given[0]) if len(given) == 1 else given[:2]
    step = given[2] if len(given) == 3 else -1 if last < first else 1
    if (last > first) if step < 0 else (last < first):
        raise InvalidArgument("params", "the step leads away from the end")
    items: list[Value] = []
    while (first > last) if step < 0 else (first < last):
        if len(items) == _LONGEST_RANGE:
            raise EvaluationError(f"more than {_LONGEST_RANGE} values; use a smaller range or a larger step")
        items.append(Value(NUMBER, first))
        first = calculate("+", first, step)
    return list_of(NUMBER, items)


def _distinct(sequence: Value) -> Value:
    found: dict[object, Value] = {}
    for item in sequence.content:
        found.setdefault(identity(item), item)
    return Value(sequence.type, tuple(found.values()))


def _compact(texts: Value) -> Value:
    return list_of(STRING, (text for text in texts.content if text.content))


def _coalescelist(*sequences: Value) -> Value:
    known = list(takewhile(lambda each: not each.is_pending, sequences))
    if not all(isinstance(each.type, types.List | types.Tuple) for each in known):
        raise EvaluationError("coalescelist arguments must be lists or tuples")
    for each in known:
        if each.content:
            return each
    if len(known) < len(sequences):
        return pending(ANY, sequences[len(known)])
    raise EvaluationError("no non-null arguments")


def _alltrue(truths: Value) -> Value:
    for truth in truths.content:
        if truth.is_pending:
            return pending(BOOL, truth)
        if not truth.content:
            return boolean(False)
    return boolean(True)


def _index(sequence: Value, value: Value) -> Value:
    if not isinstance(sequence.type, types.List | types.Tuple):
        raise EvaluationError("argument must be a list or tuple")
    for position, item in enumerate(sequence.content):
        answer = equal(item, value)
        if answer.is_pending:
            return pending(NUMBER, answer)
        if answer.content:
            return Value(NUMBER, Word(position))
    raise EvaluationError("item not found")


def _one(sequence: Value) -> Value:
    kind = sequence.type
    length = len(kind.elements) if isinstance(kind, types.Tuple) else 0
    if isinstance(sequence.content, tuple) and not may_shrink(sequence):
        length = len(sequence.content)
    if length > 1 or not isinstance(kind, types.Tuple | types.List | types.Set):
        raise InvalidArgument("list", "must be a list, set, or tuple value with either zero or one elements")
    element = next(iter(kind.elements), ANY) if isinstance(kind, types.Tuple) else kind.element
    if sequence.is_pending or may_shrink(sequence):
        return pending(element, sequence)
    found: Value = sequence.content[0] if length else Value(element, None)
    return found


def _sum(sequence: Value) -> Value:
    if not isinstance(sequence.content, tuple) or not sequence.content:
        raise InvalidArgument("list", "must be a list, set, or tuple that is not empty")
    try:
        items = [convert(item, NUMBER) for item in sequence.content]
    except EvaluationError:
        items = [Value(NUMBER, None)]
    if any(item.is_null for item in items):
        raise InvalidArgument("list", "all items must be numbers")
    return Value(NUMBER, reduce(partial(calculate, "+"), [item.content for item in items]))


def _matchkeys(values: Value, keys: Value, wanted: Value) -> Value:
    kind = _matchkeys_type((values, keys, wanted))
    if len(values.content) != len(keys.content):
        raise EvaluationError("length of keys and values should be equal")
    common = unify((keys.type, wanted.type)) or ANY
    searched = set(map(identity, convert(wanted, common).content))
    pairs = zip(values.content, convert(keys, common).content, strict=True)
    return Value(kind, tuple(value for value, key in pairs if identity(key) in searched))


def _matchkeys_type(arguments: Sequence[Value]) -> Type:
    values, keys, wanted = arguments
    if unify((keys.type, wanted.type)) is None:
        raise EvaluationError("keys and searchset must be of the same type")
    return values.type


def _coalesce(*values: Value) -> Value:
    kind = unify(value.type for value in values)
    if kind is None:
        raise EvaluationError("all arguments must have the same type")
    for value in values:
        converted = convert(value, kind)
        known = known_of(converted)
        answer = known.is_empty() if isinstance(known, Text) else None
        if isinstance(answer, Question):
            return asking(kind, answer, converted)
        if answer is False or (known is not None and not isinstance(known, Text)):
            return converted
        if converted.is_pending:
            return pending(kind, converted)
        if not converted.is_null and converted.content != "":
            return converted
    raise EvaluationError("no non-null, non-empty-string arguments")


_VALUE = Parameter("value", ANY, takes_partly_known=True)
_SHALLOW = Parameter("list", ANY, takes_partly_known=True, takes_sensitive=True)
_TYPED = Parameter("list", ANY, takes_typed=True, takes_sensitive=True)
_LOOSE = Parameter("list", ANY, takes_partly_known=True)
_TRUTHS = Parameter("list", types.List(BOOL), takes_partly_known=True)
_TEXTS = types.List(STRING)
_VALS = Parameter("vals", ANY, takes_null=True, takes_pending=True)
_CHUNKED = Parameter("list", types.List(ANY), takes_partly_known=True, takes_sensitive=True)
_MATCHED = tuple(Parameter(name, types.List(ANY)) for name in ("values", "keys", "searchset"))

FUNCTIONS = (
    Function("alltrue", (_TRUTHS,), _alltrue, BOOL),
    Function("anytrue", (_TRUTHS,), lambda truths: any_true(truths.content), BOOL),
    Function("chunklist", (_CHUNKED, Parameter("size", NUMBER, takes_sensitive=True)), _chunklist, lambda given: types.List(given[0].type)),
    Function("coalesce", (), _coalesce, variadic=_VALS),
    Function("coalescelist", (), _coalescelist, variadic=_VALS),
    Function("compact", (Parameter("list", _TEXTS),), _compact, _TEXTS),
    Function("concat", (), _concat, _concat_type, variadic=Parameter("seqs", ANY, takes_partly_known=True, takes_sensitive=True)),
    Function("contains", (_LOOSE, _VALUE), contains, BOOL),
    Function("distinct", (Parameter("list", types.List(ANY)),), _distinct, lambda given: given[0].type),
    Function("element", (_TYPED, Parameter("index", NUMBER, takes_typed=True)), _element),
    Function("flatten", (_SHALLOW,), _flatten),
    Function("index", (_LOOSE, _VALUE), _index, NUMBER),
    Function("length", (Parameter("value", ANY, takes_pending=True, takes_sensitive=True),), _length, NUMBER),
    Function("matchkeys", _MATCHED, _matchkeys, _matchkeys_type),
    Function("one", (Parameter("list", ANY, takes_typed=True),), _one),
    Function("range", (), _range, types.List(NUMBER), variadic=Parameter("params", NUMBER)),
    Function("reverse", (_TYPED,), _reverse),
    Function("slice", (_TYPED, *(Parameter(name, NUMBER, takes_typed=True) for name in ("start_index", "end_index"))), _slice),
    Function("sum", (Parameter("list", ANY),), _sum, NUMBER),
)
