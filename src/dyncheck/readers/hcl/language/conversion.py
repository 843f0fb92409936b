"""Conversion of values from one type to another.

Source: https://developer.hashicorp.com/terraform/language/expressions/type-constraints#conversion-of-complex-types and
https://github.com/zclconf/go-cty/tree/main/cty/convert
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dyncheck.model.symbolic import Entries, Items, Number, Symbol, Text
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.numbers import is_number, parse, to_text
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import ANY, NUMBER, STRING, Type, constraint_name, has_any
from dyncheck.readers.hcl.language.unification import convertible, inner_types, unify
from dyncheck.readers.hcl.language.values import (
    Pending,
    Problem,
    Value,
    boolean,
    is_wholly_known,
    list_of,
    map_of,
    null,
    pending,
    set_of,
)

_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_NEAR_TRUTHS = {"True", "TRUE", "False", "FALSE"}


class ConversionProblem(Problem):
    """A value that cannot be converted. `what` says it without where in the value it is; messages of functions do not tell."""

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(f"{where}{what}")
        self.what = what


def convert(value: Value, wanted: Type) -> Value:
    """The value as the wanted type, its marks and pending parts kept. Raises `Problem` when it cannot be that."""
    if value.type == wanted or isinstance(wanted, types.Any):
        return value
    if not convertible(value.type, wanted):
        raise ConversionProblem(mismatch(value.type, wanted))
    if value.is_null:
        return Value(_closed(value.type, _without_optional(wanted)), None, value.sensitive)
    if isinstance(value.type, types.Resource):
        return pending(ANY if has_any(wanted) else _without_optional(wanted), value)
    if isinstance(value.content, Pending):
        return Value(_closed(value.type, _without_optional(wanted)), _of_input(value.content, wanted), value.sensitive)
    try:
        return _convert_known(value, wanted).marked(value.sensitive)
    except UnsureError as reason:
        return pending(ANY if has_any(wanted) else _without_optional(wanted), str(reason)).marked(value.sensitive)


def _of_input(content: Pending, wanted: Type) -> Pending:
    """What is known of a pending value is known of it as another type only where that is the same thing."""
    match content.known:
        case None:
            return content
        case Number() if wanted == STRING:
            text = Text((Symbol(f"tostring({content.known.name})", frozenset({""}), is_input=False),))
            return Pending(content.causes, text)
        case Items() if isinstance(wanted, types.List | types.Set):
            # Items of a list may be the same, and then they are one in a set.
            return Pending(content.causes, Items(content.known.name, min(content.known.least, 1)))
        case Entries() if isinstance(wanted, types.Map):
            known = {key: convert(item, wanted.element) for key, item in content.known.known.items()}
            return Pending(content.causes, Entries(content.known.name, known, content.known.absent, content.known.least))
        case _:
            return Pending(content.causes)


def _convert_known(value: Value, wanted: Type) -> Value:
    match wanted:
        case types.Primitive():
            return _to_primitive(value, wanted)
        case types.List() | types.Set():
            return _to_sequence(value, wanted)
        case types.Map():
            return _to_map(value, wanted)
        case types.Object():
            return _to_object(value, wanted)
        case types.Tuple():
            items = [
                _inside(f"element {position}: ", item, kind)
                for position, (item, kind) in enumerate(zip(value.content, wanted.elements, strict=True))
            ]
            return Value(types.Tuple(tuple(item.type for item in items)), tuple(items))
        case _:
            raise ConversionProblem(mismatch(value.type, wanted))


def _to_primitive(value: Value, wanted: types.Primitive) -> Value:
    content = value.content
    if wanted == STRING:
        return Value(STRING, to_text(content) if value.type == NUMBER else ("true" if content else "false"))
    if wanted == NUMBER:
        found = parse(content)
        if found is not None:
            return Value(NUMBER, found)
        if is_number(content):
            return pending(NUMBER, f"the number {quote(content[:20])}, which is more than dyncheck computes with")
        raise ConversionProblem("a number is required")
    if content in _TRUTHS:
        return boolean(_TRUTHS[content])
    if content in _NEAR_TRUTHS:
        raise ConversionProblem(f'a bool is required; to convert from string, use lowercase "{content.lower()}"')
    raise ConversionProblem("a bool is required")


def _to_sequence(value: Value, wanted: types.List | types.Set) -> Value:
    make = list_of if isinstance(wanted, types.List) else set_of
    if isinstance(value.type, types.Set) and make is list_of and not is_wholly_known(value):
        # Which items of the set are the same is not known, so neither is how many there are.
        return pending(_closed(value.type, _without_optional(wanted)), value)
    element = wanted.element
    if not value.content:
        inner = value.type.element if isinstance(value.type, types.List | types.Set) and isinstance(element, types.Any) else element
        return make(_without_optional(inner), ())
    if isinstance(element, types.Any):
        element = unify([item.type for item in value.content]) or ANY
    items = [_inside(f"element {position}: ", item, element) for position, item in enumerate(value.content)]
    return make(*_of_one_type(items, element, "list" if make is list_of else "set"))


def _to_map(value: Value, wanted: types.Map) -> Value:
    element = wanted.element
    if not value.content:
        inner = value.type.element if isinstance(value.type, types.Map) and isinstance(element, types.Any) else element
        return map_of(_without_optional(inner), {})
    if isinstance(element, types.Any):
        element = unify([item.type for item in value.content.values()]) or ANY
    names = sorted(value.content)
    items = [_element(name, value.content[name], element) for name in names]
    element, items = _of_one_type(items, element, "map")
    return map_of(element, dict(zip(names, items, strict=True)))


def _element(name: str, item: Value, kind: Type) -> Value:
    return item if item.type == kind else _inside(f"element {quote(name)}: ", item, kind)


def _of_one_type(items: list[Value], element: Type, family: str) -> tuple[Type, list[Value]]:
    """Converted items brought to one type where the wanted one left something open, and that type."""
    if not has_any(element):
        return _without_optional(element), items
    kinds = dict.fromkeys(item.type for item in items if not isinstance(item.type, types.Any))
    found = unify(kinds)
    if found is None or (len(kinds) > 1 and has_any(found)):
        raise ConversionProblem(f"element types must all match for conversion to {family}")
    return found, [_typed(item, found) for item in items]


def _typed(item: Value, kind: Type) -> Value:
    """An item of no known type among others of a type has that type."""
    if isinstance(item.type, types.Any) and not item.is_known:
        return Value(kind, item.content, item.sensitive)
    return convert(item, kind)


def _to_object(value: Value, wanted: types.Object) -> Value:
    missing = [name for name in wanted.attributes if name not in value.content and name not in wanted.optional]
    if missing:
        raise ConversionProblem(_required(missing))
    items = {
        name: _inside(f"attribute {quote(name)}: ", value.content[name], kind) if name in value.content else null(_without_optional(kind))
        for name, kind in wanted.attributes.items()
    }
    return Value(types.Object({name: item.type for name, item in items.items()}), items)


def _inside(where: str, value: Value, kind: Type) -> Value:
    try:
        return convert(value, kind)
    except ConversionProblem as problem:
        raise ConversionProblem(problem.what, where + str(problem).removesuffix(problem.what)) from None


def _closed(found: Type, wanted: Type) -> Type:
    """The wanted type with its open parts as they are in the one found."""
    if isinstance(found, types.Any) or not has_any(wanted):
        return wanted
    match wanted:
        case types.List() | types.Set() | types.Map():
            return type(wanted)(_closed(unify(inner_types(found)) or ANY, wanted.element))
        case types.Object():
            return types.Object({name: _closed(_attribute_type(found, name), kind) for name, kind in wanted.attributes.items()})
        case types.Tuple() if isinstance(found, types.Tuple):
            return types.Tuple(tuple(map(_closed, found.elements, wanted.elements)))
        case _:
            return found


def _attribute_type(found: Type, name: str) -> Type:
    if isinstance(found, types.Map):
        return found.element
    return found.attributes.get(name, ANY) if isinstance(found, types.Object) else ANY


def _without_optional(kind: Type) -> Type:
    match kind:
        case types.List() | types.Set() | types.Map():
            return type(kind)(_without_optional(kind.element))
        case types.Tuple():
            return types.Tuple(tuple(map(_without_optional, kind.elements)))
        case types.Object():
            return types.Object({name: _without_optional(inner) for name, inner in kind.attributes.items()})
        case _:
            return kind


def mismatch(found: Type, wanted: Type) -> str:
    """Why values of one type are not taken for the other, in Terraform's words."""
    if isinstance(found, types.Object) and isinstance(wanted, types.Object):
        return _object_mismatch(found.attributes, wanted)
    if isinstance(wanted, types.List | types.Set | types.Map):
        return _collection_mismatch(found, wanted) or f"{constraint_name(wanted)} required"
    return f"{constraint_name(wanted)} required"


def _object_mismatch(found: Mapping[str, Type], wanted: types.Object) -> str:
    missing = [name for name in wanted.attributes if name not in found and name not in wanted.optional]
    if missing:
        return _required(missing)
    unfit = _first_unfit((f"attribute {quote(name)}: ", found[name], kind) for name, kind in wanted.attributes.items() if name in found)
    return unfit or "incorrect object attributes"


def _required(missing: Sequence[str]) -> str:
    *others, last = [quote(name) for name in sorted(missing)]
    if not others:
        return f"attribute {last} is required"
    return f"attributes {', '.join(others)}{',' if len(others) > 1 else ''} and {last} are required"


def _collection_mismatch(found: Type, wanted: types.List | types.Set | types.Map) -> str:
    element, family = wanted.element, type(wanted).__name__.lower()
    is_map = isinstance(wanted, types.Map)
    if isinstance(found, types.Object if is_map else types.Tuple):
        if isinstance(element, types.Any):
            return f"all {family} elements must have the same type"
        named = found.attributes.items() if isinstance(found, types.Object) else enumerate(inner_types(found))
        return _first_unfit((f"element {quote(key) if isinstance(key, str) else key}: ", kind, element) for key, kind in named)
    if isinstance(found, types.Map if is_map else types.List | types.Set):
        return f"incorrect {family} element type: {mismatch(found.element, element)}"
    return ""


def _first_unfit(pairs: Iterator[tuple[str, Type, Type]]) -> str:
    return next((where + mismatch(found, wanted) for where, found, wanted in pairs if not convertible(found, wanted)), "")
