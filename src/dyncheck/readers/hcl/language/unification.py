"""Which types can be converted to which, and the one type that values of several types can all be converted to.

Source: https://github.com/zclconf/go-cty/tree/main/cty/convert
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.types import ANY, NUMBER, STRING, Type


def unify(kinds: Iterable[Type]) -> Type | None:
    """The type that values of all these types can be converted to; None when there is none."""
    distinct = list(dict.fromkeys(kinds))
    if len(distinct) <= 1:
        return distinct[0] if distinct else ANY
    known = [kind for kind in distinct if not isinstance(kind, types.Any)]
    # With one type not known, what a structure would be unified to is not known either.
    is_open = len(known) < len(distinct)
    for family, structure in ((types.Map, types.Object), (types.List, types.Tuple), (types.Set, types.Set)):
        if all(isinstance(kind, family) for kind in known):
            return ANY if is_open else _wrapped(family, unify(kind.element for kind in known))  # type: ignore[union-attr]
        if any(isinstance(kind, family) for kind in known) and all(isinstance(kind, family | structure) for kind in known):
            found = _unify_as_collections(distinct, family, structure)
            if found is not None:
                return found
    if all(isinstance(kind, types.Object) for kind in known):
        return ANY if is_open else _unify_objects(known)  # type: ignore[arg-type]
    if all(isinstance(kind, types.Tuple) for kind in known):
        return ANY if is_open else _unify_tuples(known)  # type: ignore[arg-type]
    if any(isinstance(kind, types.Object) for kind in known) and any(isinstance(kind, types.Tuple) for kind in known):
        return None
    return next((kind for kind in sorted(known, key=_preference) if all(convertible(other, kind) for other in distinct)), None)


def _wrapped(family: type[types.List] | type[types.Set] | type[types.Map], element: Type | None) -> Type | None:
    return None if element is None else family(element)


def _unify_as_collections(kinds: list[Type], family: type[types.List | types.Set | types.Map], structure: type[Type]) -> Type | None:
    """Objects taken for maps or tuples for lists, as the other kinds are; None when that does not fit."""
    inner = [each for kind in kinds if isinstance(kind, structure) for each in inner_types(kind)]
    element = unify(inner) if inner else None
    if element is None:
        return None
    found = unify([family(element) if isinstance(kind, structure) else kind for kind in kinds])
    return found if isinstance(found, family) else None


def inner_types(kind: Type) -> Iterable[Type]:
    """The types of what is in a collection or structure."""
    match kind:
        case types.Object():
            return kind.attributes.values()
        case types.Tuple():
            return kind.elements
        case types.List() | types.Set() | types.Map():
            return (kind.element,)
        case _:
            return ()


def _unify_objects(kinds: Sequence[types.Object]) -> Type | None:
    names = kinds[0].attributes
    if any(kind.attributes.keys() != names.keys() for kind in kinds):
        inner = [each for kind in kinds for each in kind.attributes.values()]
        return _wrapped(types.Map, unify(inner) if inner else None)
    unified: dict[str, Type] = {}
    for name in names:
        found = unify([kind.attributes[name] for kind in kinds])
        if found is None:
            return None
        unified[name] = found
    return types.Object(unified)


def _unify_tuples(kinds: Sequence[types.Tuple]) -> Type | None:
    if len({len(kind.elements) for kind in kinds}) > 1:
        inner = [each for kind in kinds for each in kind.elements]
        return _wrapped(types.List, unify(inner) if inner else None)
    unified: list[Type] = []
    for position in zip(*(kind.elements for kind in kinds), strict=True):
        found = unify(position)
        if found is None:
            return None
        unified.append(found)
    return types.Tuple(tuple(unified))


def _preference(kind: Type) -> int:
    """What holds more comes first: anything can be a string, few strings are a number."""
    order = (kind == STRING, isinstance(kind, types.List), isinstance(kind, types.Set | types.Map), kind == NUMBER)
    return order.index(True) if True in order else len(order)


def convertible(found: Type, wanted: Type) -> bool:
    """Whether values of one type can be converted to the other, as far as the types tell."""
    if found == wanted or isinstance(found, types.Any) or isinstance(wanted, types.Any):
        return True
    match wanted:
        case types.Primitive():
            return isinstance(found, types.Primitive) and (wanted == STRING or found == STRING)
        case types.List() | types.Set():
            if isinstance(found, types.List | types.Set):
                return convertible(found.element, wanted.element)
            return isinstance(found, types.Tuple) and _items_convertible(found.elements, wanted.element, is_map=False)
        case types.Map():
            if isinstance(found, types.Map):
                return convertible(found.element, wanted.element)
            if isinstance(found, types.Object):
                return _items_convertible(tuple(found.attributes.values()), wanted.element, is_map=True)
            return isinstance(found, types.Resource)
        case types.Object():
            return isinstance(found, types.Resource) or _attributes_convertible(found, wanted)
        case types.Tuple():
            return (
                isinstance(found, types.Tuple)
                and len(found.elements) == len(wanted.elements)
                and all(map(convertible, found.elements, wanted.elements))
            )
        case _:
            return False


def _items_convertible(kinds: tuple[Type, ...], element: Type, is_map: bool) -> bool:
    if not isinstance(element, types.Any):
        return all(convertible(kind, element) for kind in kinds)
    found = unify(kinds)
    # A list of what has no type yet takes nothing that has one; Terraform is less strict with maps.
    return found is not None and (is_map or not isinstance(found, types.Any) or all(isinstance(kind, types.Any) for kind in kinds))


def _attributes_convertible(found: Type, wanted: types.Object) -> bool:
    if isinstance(found, types.Map):
        return all(name in wanted.optional or convertible(found.element, inner) for name, inner in wanted.attributes.items())
    return isinstance(found, types.Object) and all(
        convertible(found.attributes[name], inner) if name in found.attributes else name in wanted.optional
        for name, inner in wanted.attributes.items()
    )
