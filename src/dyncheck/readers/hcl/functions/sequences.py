"""Lists, tuples, and sets taken for lists.

Source: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/collection.go
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dyncheck.readers.hcl.functions.declaration import Function, Parameter, invalid, named
from dyncheck.readers.hcl.functions.native import from_int, to_int
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.numbers import Number, calculate
from dyncheck.readers.hcl.language.operators import equal
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING, Type, friendly
from dyncheck.readers.hcl.language.unification import unify
from dyncheck.readers.hcl.language.values import (
    FALSE,
    TRUE,
    Problem,
    Value,
    identity,
    is_wholly_known,
    list_of,
    null,
    number,
    pending,
    tuple_of,
    without_marks,
)

_LONGEST_RANGE = 1024


def _length(value: Value) -> Value:
    if isinstance(value.type, types.Primitive) and value.type != STRING:
        raise Problem("argument must be a string, a collection type, or a structural type")
    if isinstance(value.type, types.Tuple):
        return from_int(len(value.type.elements)).marked(value.sensitive)
    if isinstance(value.type, types.Object):
        return from_int(len(value.type.attributes)).marked(value.sensitive)
    if not value.is_known or isinstance(value.type, types.Resource) or _may_shrink(value):
        return pending(NUMBER, value)
    if value.type == STRING:
        from dyncheck.readers.hcl.language.graphemes import count

        return from_int(count(value.content)).marked(value.sensitive)
    return from_int(len(value.content)).marked(value.sensitive)


def _may_shrink(value: Value) -> bool:
    """Whether items of a set may turn out to be the same."""
    return isinstance(value.type, types.Set) and len(value.content) > 1 and not is_wholly_known(value)


def _element(sequence: Value, index: Value) -> Value:
    kind = _element_type((sequence, index))
    position = to_int(index)
    if not sequence.content:
        raise Problem("cannot use element function with an empty list")
    if position < 0 and isinstance(sequence.type, types.Tuple):
        return pending(kind, "element() with a negative index, which few versions of Terraform take", sensitive=sequence.sensitive)
    found: Value = sequence.content[position % len(sequence.content)]
    return found.marked(sequence.sensitive)


def _element_type(arguments: Sequence[Value]) -> Type:
    sequence, index = arguments
    if isinstance(sequence.type, types.List):
        if index.is_known:
            _to_index(index)
        return sequence.type.element
    if not isinstance(sequence.type, types.Tuple):
        raise Problem(f"cannot read elements from {friendly(sequence.type)}")
    if not index.is_known:
        return ANY
    position = _to_index(index)
    if not sequence.type.elements:
        raise Problem("cannot use element function with an empty list")
    return sequence.type.elements[position % len(sequence.type.elements)]


def _to_index(value: Value) -> int:
    try:
        return to_int(value)
    except Problem as problem:
        raise Problem(f"invalid index: {problem}") from None


def _slice(sequence: Value, start: Value, end: Value) -> Value:
    kind = _slice_type((sequence, start, end))
    items = sequence.content[to_int(start) : to_int(end)]
    return Value(kind, items, sequence.sensitive)


def _slice_type(arguments: Sequence[Value]) -> Type:
    sequence, start, end = arguments
    if isinstance(sequence.type, types.Set):
        raise invalid(
            "list",
            "cannot slice a set, because its elements do not have indices; "
            "explicitly convert to a list if the ordering of the result is not important",
        )
    if not isinstance(sequence.type, types.List | types.Tuple):
        raise invalid("list", "must be a list or tuple value")
    length = len(sequence.type.elements) if isinstance(sequence.type, types.Tuple) else None
    if isinstance(sequence.content, tuple):
        length = len(sequence.content)
    first = _bound("start", start, length)
    last = _bound("end", end, length)
    if first is not None and last is not None and first > last:
        raise invalid("start_index", "start index must not be greater than end index")
    if isinstance(sequence.type, types.List):
        return sequence.type
    return ANY if first is None or last is None else types.Tuple(sequence.type.elements[first:last])


def _bound(name: str, value: Value, length: int | None) -> int | None:
    if not value.is_known:
        return None
    try:
        found = to_int(value)
    except Problem as problem:
        raise invalid(f"{name}_index", f"invalid {name} index: {problem}") from None
    if found < 0:
        raise invalid(f"{name}_index", f"{name} index must not be less than zero")
    if length is not None and found > length:
        raise invalid(f"{name}_index", f"{name} index must not be greater than the length of the list")
    return found


def _reverse(sequence: Value) -> Value:
    if _may_shrink(sequence):
        return pending(_reverse_type((sequence,)), sequence)
    return Value(_reverse_type((sequence,)), tuple(reversed(sequence.content)), sequence.sensitive)


def _reverse_type(arguments: Sequence[Value]) -> Type:
    kind = arguments[0].type
    if isinstance(kind, types.Tuple):
        return types.Tuple(kind.elements[::-1])
    if isinstance(kind, types.List | types.Set):
        return types.List(kind.element)
    raise invalid("list", f"can only reverse list or tuple values, not {friendly(kind)}")


def _chunklist(sequence: Value, size: Value) -> Value:
    try:
        count = to_int(size)
    except Problem as problem:
        raise Problem(f"invalid size: {problem}") from None
    if count < 0:
        raise Problem("the size argument must be positive")
    items = sequence.content
    step = count or len(items) or 1
    chunks = (Value(sequence.type, items[start : start + step]) for start in range(0, len(items), step))
    return list_of(sequence.type, chunks).marked(sequence.sensitive or size.sensitive)


def _flatten(sequence: Value) -> Value:
    if not _is_sequence(sequence):
        raise Problem("can only flatten lists, sets and tuples")
    items: list[Value] = []
    unsure: list[Value] = []
    sensitive = False
    for item in _flat(sequence):
        if _is_sequence(item):
            sensitive = sensitive or item.sensitive
            if item.is_pending or _may_shrink(item):
                unsure.append(item)
        elif isinstance(item.type, types.Any) and item.is_pending:
            unsure.append(item)
        else:
            items.append(item)
    return pending(ANY, *unsure, sensitive=sensitive) if unsure else tuple_of(items).marked(sensitive)


def _is_sequence(value: Value) -> bool:
    return isinstance(value.type, types.List | types.Set | types.Tuple) and not value.is_null


def _flat(sequence: Value) -> Iterator[Value]:
    """The sequence itself, all sequences in it, and what is in them."""
    yield sequence
    if _is_sequence(sequence) and not sequence.is_pending:
        for item in sequence.content:
            yield from _flat(item)


def _concat(*sequences: Value) -> Value:
    kind = _concat_type(sequences)
    sensitive = any(each.sensitive for each in sequences)
    if isinstance(kind, types.List):
        items = [item for each in sequences for item in convert(each, kind).content]
    else:
        items = [item for each in sequences for item in each.content]
    return Value(kind, tuple(items), sensitive)


def _concat_type(sequences: Sequence[Value]) -> Type:
    if not sequences:
        raise Problem("at least one argument is required")
    if all(isinstance(each.type, types.List) for each in sequences):
        common = unify(each.type for each in sequences)
        if isinstance(common, types.List):
            return common
    elements: list[Type] = []
    for each in sequences:
        if isinstance(each.type, types.Tuple):
            elements += each.type.elements
        elif not isinstance(each.type, types.List):
            raise invalid("seqs", f"all arguments must be lists or tuples; got {friendly(each.type)}")
        elif each.is_pending:
            return ANY
        else:
            elements += [each.type.element] * len(each.content)
    return types.Tuple(tuple(elements))


def _range(*bounds: Value) -> Value:
    if not 1 <= len(bounds) <= 3:
        raise Problem("must have one, two, or three arguments")
    first, last, step = _range_bounds([bound.content for bound in bounds])
    if step < 0 and last > first:
        raise invalid("params", "end must be less than start when step is negative")
    if step >= 0 and last < first:
        raise invalid("params", "end must be greater than start when step is positive")
    items: list[Value] = []
    while (first > last) if step < 0 else (first < last):
        if len(items) == _LONGEST_RANGE:
            raise Problem(
                f"more than {_LONGEST_RANGE} values were generated; "
                "either decrease the difference between start and end or use a smaller step"
            )
        items.append(number(first))
        first = calculate("+", first, step)
    return list_of(NUMBER, items)


def _range_bounds(bounds: list[Number]) -> tuple[Number, Number, Number]:
    if len(bounds) == 3:
        return bounds[0], bounds[1], bounds[2]
    first, last = (0, bounds[0]) if len(bounds) == 1 else (bounds[0], bounds[1])
    return first, last, -1 if last < first else 1


def _distinct(sequence: Value) -> Value:
    found: dict[object, Value] = {}
    for item in sequence.content:
        found.setdefault(identity(item), item)
    return Value(sequence.type, tuple(found.values()))


def _compact(texts: Value) -> Value:
    return list_of(STRING, (text for text in texts.content if text.content))


def _coalescelist(*sequences: Value) -> Value:
    if not sequences:
        raise Problem("at least one argument is required")
    for each in sequences:
        if each.is_pending:
            break
        if not isinstance(each.type, types.List | types.Tuple):
            raise Problem("coalescelist arguments must be lists or tuples")
    for each in sequences:
        if each.is_pending:
            return pending(ANY, each)
        if each.content:
            return each
    raise Problem("no non-null arguments")


def _contains(sequence: Value, value: Value) -> Value:
    if not isinstance(sequence.type, types.List | types.Set | types.Tuple):
        raise Problem("argument must be list, tuple, or set")
    answers = [equal(value, item) for item in sequence.content]
    if any(answer.content is True for answer in answers):
        return TRUE
    unsure = [answer for answer in answers if answer.is_pending]
    return pending(BOOL, *unsure) if unsure else FALSE


def _index(sequence: Value, value: Value) -> Value:
    if not isinstance(sequence.type, types.List | types.Tuple):
        raise Problem("argument must be a list or tuple")
    if not sequence.content:
        raise Problem("cannot search an empty list")
    for position, item in enumerate(sequence.content):
        answer = equal(item, value)
        if answer.is_pending:
            return pending(NUMBER, answer)
        if answer.content:
            return from_int(position)
    raise Problem("item not found")


def _one(sequence: Value) -> Value:
    kind = _one_type((sequence,))
    items: tuple[Value, ...] = sequence.content
    if _may_shrink(sequence):
        return pending(kind, sequence)
    if len(items) > 1:
        raise invalid("list", _ONE)
    return items[0] if items else null(kind)


def _one_type(arguments: Sequence[Value]) -> Type:
    kind = arguments[0].type
    if isinstance(kind, types.List | types.Set):
        return kind.element
    if isinstance(kind, types.Tuple) and len(kind.elements) < 2:
        return kind.elements[0] if kind.elements else ANY
    raise invalid("list", _ONE)


_ONE = "must be a list, set, or tuple value with either zero or one elements"


def _sum(sequence: Value) -> Value:
    if not isinstance(sequence.content, tuple | dict):
        raise invalid("list", "cannot sum noniterable")
    if not sequence.content:
        raise invalid("list", "cannot sum an empty list")
    if isinstance(sequence.content, dict):
        raise invalid("list", f"argument must be list, set, or tuple. Received {friendly(sequence.type)}")
    first, *others = _numbers(sequence.content)
    for other in others:
        if other.is_pending or first.is_pending:
            first = pending(NUMBER, first, other)
        else:
            first = number(calculate("+", first.content, other.content))
    return first


def _numbers(items: Iterable[Value]) -> Iterator[Value]:
    for item in items:
        try:
            found = convert(item, NUMBER)
        except Problem:
            found = null(NUMBER)
        if found.is_null:
            raise invalid("list", "argument must be list, set, or tuple of number values")
        yield found


def _alltrue(truths: Value) -> Value:
    for truth in truths.content:
        if truth.is_pending:
            return pending(BOOL, truth)
        if not truth.content:
            return FALSE
    return TRUE


def _anytrue(truths: Value) -> Value:
    if any(truth.content is True for truth in truths.content):
        return TRUE
    unsure = [truth for truth in truths.content if truth.is_pending]
    return pending(BOOL, *unsure) if unsure else FALSE


def _matchkeys(values: Value, keys: Value, wanted: Value) -> Value:
    kind = _matchkeys_type((values, keys, wanted))
    if len(values.content) != len(keys.content):
        raise Problem("length of keys and values should be equal")
    common = unify((keys.type, wanted.type)) or ANY
    searched = set(map(identity, convert(wanted, common).content))
    pairs = zip(values.content, convert(keys, common).content, strict=True)
    return Value(kind, tuple(value for value, key in pairs if identity(key) in searched))


def _matchkeys_type(arguments: Sequence[Value]) -> Type:
    values, keys, wanted = arguments
    if unify((keys.type, wanted.type)) is None:
        raise Problem("keys and searchset must be of the same type")
    return values.type


def _coalesce(*values: Value) -> Value:
    kind = unify(value.type for value in values) if values else None
    if kind is None:
        raise Problem("all arguments must have the same type")
    for value in values:
        converted = convert(value, kind)
        if converted.is_pending:
            return pending(kind, converted)
        if not converted.is_null and without_marks(converted).content != "":
            return converted
    raise Problem("no non-null, non-empty-string arguments")


def _same_type(arguments: Sequence[Value]) -> Type:
    return arguments[0].type


def _list_of_same_type(arguments: Sequence[Value]) -> Type:
    return types.List(arguments[0].type)


_ANYTHING = Parameter("list", ANY)
_VALUE = Parameter("value", ANY, takes_partly_known=True)
_LIST = Parameter("list", types.List(ANY))
_SHALLOW = Parameter("list", ANY, takes_partly_known=True, takes_sensitive=True)
_LOOSE = Parameter("list", ANY, takes_partly_known=True)
_TRUTHS = Parameter("list", types.List(BOOL), takes_partly_known=True)
_TEXTS = types.List(STRING)
_VALS = Parameter("vals", ANY, takes_null=True, takes_pending=True)

FUNCTIONS = named(
    Function("alltrue", (_TRUTHS,), _alltrue, BOOL),
    Function("anytrue", (_TRUTHS,), _anytrue, BOOL),
    Function(
        "chunklist",
        (
            Parameter("list", types.List(ANY), takes_partly_known=True, takes_sensitive=True),
            Parameter("size", NUMBER, takes_sensitive=True),
        ),
        _chunklist,
        _list_of_same_type,
    ),
    Function("coalesce", (), _coalesce, variadic=_VALS),
    Function("coalescelist", (), _coalescelist, variadic=_VALS),
    Function("compact", (Parameter("list", _TEXTS),), _compact, _TEXTS),
    Function("concat", (), _concat, _concat_type, variadic=Parameter("seqs", ANY, takes_partly_known=True, takes_sensitive=True)),
    Function("contains", (_LOOSE, _VALUE), _contains, BOOL),
    Function("distinct", (_LIST,), _distinct, _same_type),
    Function("element", (_SHALLOW, Parameter("index", NUMBER)), _element, _element_type),
    Function("flatten", (_SHALLOW,), _flatten),
    Function("index", (_LOOSE, _VALUE), _index, NUMBER),
    Function("length", (Parameter("value", ANY, takes_pending=True, takes_sensitive=True),), _length, NUMBER),
    Function(
        "matchkeys",
        (Parameter("values", types.List(ANY)), Parameter("keys", types.List(ANY)), Parameter("searchset", types.List(ANY))),
        _matchkeys,
        _matchkeys_type,
    ),
    Function("one", (_LOOSE,), _one, _one_type),
    Function("range", (), _range, types.List(NUMBER), variadic=Parameter("params", NUMBER)),
    Function("reverse", (_SHALLOW,), _reverse, _reverse_type),
    Function("slice", (_SHALLOW, Parameter("start_index", NUMBER), Parameter("end_index", NUMBER)), _slice, _slice_type),
    Function("sum", (_LOOSE,), _sum, NUMBER),
)
