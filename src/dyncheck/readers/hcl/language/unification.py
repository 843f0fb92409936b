"""Which types can be converted to which, and the one type that values of several types can all be converted to.

Source: https://github.com/zclconf/go-cty/tree/main/cty/convert
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.types import ANY, NUMBER, STRING, Type, inner_types


def unify(kinds: Iterable[Type]) -> Type | None:
    """The type that values of all these types can be converted to, if there is one."""
    distinct = list(dict.fromkeys(kinds))
    if len(distinct) <= 1:
        return distinct[0] if distinct else ANY
    known = [kind for kind in distinct if not isinstance(kind, types.Any)]
    # With one type not known, the unified type of structures is not known either.
    is_open = len(known) < len(distinct)
    for family, structure in ((types.Map, types.Object), (types.List, types.Tuple), (types.Set, types.Set)):
        if all(isinstance(kind, family) for kind in known):
            return ANY if is_open else _collection(family, known)
        if any(isinstance(kind, family) for kind in known) and all(isinstance(kind, family | structure) for kind in known):
            found = _unify_as_collections(distinct, family, structure)
            if found is not None:
                return found
    for structure, family in ((types.Object, types.Map), (types.Tuple, types.List)):
        if all(isinstance(kind, structure) for kind in known):
            return ANY if is_open else _unify_structures(known, family)
    if any(isinstance(kind, types.Object) for kind in known) and any(isinstance(kind, types.Tuple) for kind in known):
        return None
    return next((kind for kind in sorted(known, key=_preference) if all(convertible(other, kind) for other in distinct)), None)


def _collection(family: type[Type], kinds: Iterable[Type]) -> Type | None:
    """The collection of everything in values of these types; None for structures without parts."""
    inner = [each for kind in kinds for each in inner_types(kind)]
    element = unify(inner) if inner else None
    return None if element is None else family(element)  # type: ignore[arg-type]


def _unify_as_collections(kinds: Sequence[Type], family: type[Type], structure: type[Type]) -> Type | None:
    """Objects converted to maps, or tuples to lists, because other kinds are maps or lists; None when that does not fit."""
    converted = _collection(family, [kind for kind in kinds if isinstance(kind, structure)])
    found = converted and unify([converted if isinstance(kind, structure) else kind for kind in kinds])
    return found if isinstance(found, family) else None


def _unify_structures(kinds: Sequence[Type], family: type[Type]) -> Type | None:
    """The structure of the same attributes or length; a collection when these differ."""
    parts = [kind.attributes if isinstance(kind, types.Object) else dict(enumerate(inner_types(kind))) for kind in kinds]
    if any(each.keys() != parts[0].keys() for each in parts):
        return _collection(family, kinds)
    unified = {key: unify([each[key] for each in parts]) for key in parts[0]}  # type: ignore[index]
    if None in unified.values():
        return None
    return types.Object(unified) if family is types.Map else types.Tuple((*unified.values(),))  # type: ignore[arg-type]


def _preference(kind: Type) -> int:
    """Wider types come first: anything can be a string, few strings are a number."""
    order = (kind == STRING, isinstance(kind, types.List), isinstance(kind, types.Set | types.Map), kind == NUMBER)
    return order.index(True) if True in order else len(order)


def convertible(found: Type, wanted: Type) -> bool:
    """Whether values of one type can be converted to the other, as far as the types show."""
    if found == wanted or isinstance(found, types.Any) or isinstance(wanted, types.Any):
        return True
    match wanted, found:
        case types.List() | types.Set(), types.List() | types.Set():
            return convertible(found.element, wanted.element)
        case types.Map(), types.Map():
            return convertible(found.element, wanted.element)
        case types.List() | types.Set(), types.Tuple():
            return _items_convertible(found.elements, wanted.element, is_map=False)
        case types.Map(), types.Object():
            return _items_convertible(tuple(found.attributes.values()), wanted.element, is_map=True)
        case types.Map() | types.Object(), types.Resource():
            return True
        case types.Object(), types.Map():
            return all(name in wanted.optional or convertible(found.element, inner) for name, inner in wanted.attributes.items())
        case types.Object(), types.Object():
            return all(
                convertible(found.attributes[name], inner) if name in found.attributes else name in wanted.optional
                for name, inner in wanted.attributes.items()
            )
        case types.Tuple(), types.Tuple():
            return len(found.elements) == len(wanted.elements) and all(map(convertible, found.elements, wanted.elements))
        case types.Primitive(), types.Primitive():
            return STRING in (wanted, found)
        case _:
            return False


def _items_convertible(kinds: tuple[Type, ...], element: Type, is_map: bool) -> bool:
    if not isinstance(element, types.Any):
        return all(convertible(kind, element) for kind in kinds)
    found = unify(kinds)
    # A list whose element type is not known takes no typed item; Terraform is less strict with maps.
    return found is not None and (is_map or not isinstance(found, types.Any) or all(isinstance(kind, types.Any) for kind in kinds))
