"""One instance of a resource block: its address, and what other expressions see of it before it exists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from dyncheck.dynamodb.types import RESOURCE_TYPES
from dyncheck.readers.hcl.configuration.namespaces import Namespace
from dyncheck.readers.hcl.configuration.schema import COMPUTED, DEFAULTS, planned, shape_of, type_of
from dyncheck.readers.hcl.evaluation import LocalScope, LocatedProblem, Scope, evaluate
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.nodes import Argument, Block
from dyncheck.readers.hcl.language.numbers import parse
from dyncheck.readers.hcl.language.types import ANY, STRING
from dyncheck.readers.hcl.language.values import Problem, Value, is_wholly_known, known_of, null, object_of, pending

# Arguments that take a value of any type as it is.
_OF_ANY_TYPE = frozenset({("terraform_data", "input"), ("terraform_data", "triggers_replace")})


class Surroundings(Protocol):
    """What a resource needs of the module instance that it is in."""

    address: str

    def once(self, key: tuple[str, ...], read: Callable[[], Value]) -> Value:
        """A value that is read once."""


ModuleType = TypeVar("ModuleType", bound=Surroundings)


class ResourceInstance(Generic[ModuleType]):
    """One instance of a resource block in a module instance. `waits_for` says why it is not known how many there are."""

    __slots__ = ("block", "key", "kind", "module", "name", "scope", "waits_for")

    def __init__(self, module: ModuleType, block: Block, key: str, scope: Scope, waits_for: tuple[str, ...] | None) -> None:
        self.module = module
        self.block = block
        self.key = key
        self.scope = scope
        self.waits_for = waits_for
        self.kind, self.name = block.labels

    @property
    def address(self) -> str:
        """The whole address."""
        local = f"{self.kind}.{self.name}{self.key}"
        return f"{self.module.address}.{local}" if self.module.address else local

    def as_value(self) -> Value:
        """What a reference to the whole instance stands for."""
        return Value(types.Resource(self.kind), Namespace(self.address, self.attribute))

    def with_self(self) -> Scope:
        """The scope of its conditions, in which `self` is the instance."""
        return LocalScope(self.scope, {"self": self.as_value()})

    def attribute(self, name: str) -> Value:
        """One attribute as it is while planning: what the block sets, else something that only the provider can say."""
        argument = self.block.body.arguments.get(name)
        cause = f"{self.address}.{name}"
        if self.waits_for is not None:
            return pending(ANY, *self.waits_for)
        if self.kind not in RESOURCE_TYPES and argument is None:
            return pending(ANY, cause)
        return self.module.once(
            ("resource", f"{self.kind}.{self.name}{self.key}", name),
            lambda: self._known_kind(name, argument, cause) if self.kind in RESOURCE_TYPES else self._other_kind(name, argument, cause),
        )

    def _other_kind(self, name: str, argument: Argument | None, cause: str) -> Value:
        assert argument is not None
        value = evaluate(argument.expression, self.scope)
        if (self.kind, name) in _OF_ANY_TYPE:
            return value
        return _of_some_type(value, cause)

    def _known_kind(self, name: str, argument: Argument | None, cause: str) -> Value:
        kind = type_of(shape_of(self.kind), name)
        if kind is None:
            # Blocks, and arguments that no rule reads.
            return pending(ANY, cause) if argument is None else _of_some_type(evaluate(argument.expression, self.scope), cause)
        value = null(kind) if argument is None else self._converted(argument, kind)
        if not value.is_null:
            return value
        if name in COMPUTED or (argument is None and name == "arn"):
            return pending(kind, cause)
        return DEFAULTS.get((self.kind, name), value)

    def _converted(self, argument: Argument, kind: types.Type) -> Value:
        value = evaluate(argument.expression, self.scope)
        try:
            converted = planned(value, kind)
        except Problem as problem:
            raise LocatedProblem(
                f'Incorrect attribute value type. Inappropriate value for attribute "{argument.name}": {problem}.', argument.expression.span
            ) from None
        # One pending item makes the provider's plan of the whole collection unknown.
        return converted if is_wholly_known(converted) or known_of(converted) is not None else pending(kind, converted)


def _of_some_type(value: Value, cause: str) -> Value:
    """A value as a provider plans it whose schema is not known: only a text that is nothing but a text is certain to stay what it is."""
    if value.is_pending or value.is_null:
        return pending(ANY, cause, *([value] if value.is_pending else []))
    if value.type == STRING:
        is_other_too = value.content in ("true", "false") or parse(value.content) is not None
        return pending(ANY, cause) if is_other_too else value
    if isinstance(value.type, types.Map | types.Object):
        items = {name: _of_some_type(item, cause) for name, item in value.content.items()}
        if all(item.is_known for item in items.values()):
            return object_of(items).marked(value.sensitive)
    return pending(ANY, cause)
