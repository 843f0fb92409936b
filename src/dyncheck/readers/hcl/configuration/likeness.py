"""What makes two expressions of modules the same: how they are written, and the values of the variables in them.

Copies of a module, and calls of one, have most of their expressions in common; those need be evaluated once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dyncheck.readers.hcl.functions import find
from dyncheck.readers.hcl.language import nodes, types
from dyncheck.readers.hcl.language.nodes import Argument
from dyncheck.readers.hcl.language.values import Pending, Problem, Value

if TYPE_CHECKING:
    from dyncheck.readers.hcl.configuration.instance import ModuleInstance

# Values with more parts than this, or more than so many hundred characters, are not compared, and not kept.
_MOST_PARTS = 50


class Worked(Struct, frozen=True):
    """What an expression came to, and what that took: steps, and characters of texts."""

    value: Value
    steps: int
    characters: int


class Alike:
    """What was worked out before. It is looked for by how an expression is written, and by the variables in it."""

    def __init__(self) -> None:
        self._variables: dict[str, tuple[str, ...] | None] = {}
        self._worked: dict[Hashable, Worked] = {}

    def once(self, argument: Argument, module: ModuleInstance, purpose: Hashable, work: Callable[[], Value]) -> Value:
        """What the work on an argument of a module instance comes to, which is done once for all that are alike.

        It depends on nothing else than the argument and its `purpose`. The budget is spent either way: whether it lasts must not depend
        on what was done before.
        """
        key = self._key(argument, module)
        if key is None:
            return work()
        key = (key, purpose)
        budget = module.budget
        known = self._worked.get(key)
        if known is not None:
            budget.spend(known.steps)
            budget.write(known.characters)
            return known.value
        steps, characters = budget.all_steps, budget.text
        value = work()
        if _identity(value) is not None:
            self._worked[key] = Worked(value, steps - budget.all_steps, characters - budget.text)
        return value

    def _key(self, argument: Argument, module: ModuleInstance) -> Hashable | None:
        if not argument.text or not module.budget.folds:
            return None
        if argument.text not in self._variables:
            self._variables[argument.text] = _variables(argument, module.session.modules.references(argument))
        names = self._variables[argument.text]
        if names is None:
            return None
        try:
            values = tuple([_identity(module.variable(name)) for name in names])
        except Problem:
            # Whoever evaluates the expression says where.
            return None
        return None if None in values else (argument.text, values)


def _variables(argument: Argument, references: tuple[str, ...]) -> tuple[str, ...] | None:
    """The variables that an argument refers to; None where it depends on more than their values."""
    names: dict[str, None] = {}
    for text in references:
        kind, _, rest = text.partition(".")
        if kind != "var":
            return None
        names[rest.partition(".")[0].partition("[")[0]] = None
    for name in _called(argument.expression):
        function = find(name)
        if function is None or function.wants_context:
            return None
    return tuple(names)


def _called(part: Any) -> Iterator[str]:
    """The names of the functions that an expression calls."""
    if isinstance(part, nodes.Call):
        yield part.name
    if isinstance(part, Struct):
        for name in part.__struct_fields__:
            yield from _called(getattr(part, name))
    elif isinstance(part, tuple):
        for inner in part:
            yield from _called(inner)


def _identity(value: Value) -> Hashable | None:
    """What two values have in common when nothing tells them apart, types and marks included.

    None where not all of a value is known, or it is large.
    """
    return _parts(value, [_MOST_PARTS])


def _parts(value: Value, left: list[int]) -> Hashable | None:
    kind, content, sensitive = value.type, value.content, value.sensitive
    left[0] -= 1
    if left[0] < 0 or isinstance(content, Pending) or isinstance(kind, types.Resource):
        return None
    if isinstance(content, dict):
        items = [(name, _parts(content[name], left)) for name in sorted(content)]
        return None if any(part is None for _, part in items) else (kind, tuple(items), sensitive)
    if isinstance(content, tuple):
        parts = [_parts(part, left) for part in content]
        return None if None in parts else (kind, tuple(parts), sensitive)
    if isinstance(content, str):
        left[0] -= len(content) // 100
        return (kind, content, sensitive) if left[0] >= 0 else None
    return (kind, content, sensitive)
