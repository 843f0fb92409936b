"""The instances of resource blocks: their addresses, and their attributes as other expressions see them before they exist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from dyncheck.model import literal
from dyncheck.readers.hcl.configuration.ignored import Ignored, ignored_by
from dyncheck.readers.hcl.configuration.schema import DEFAULTS, is_computed, planned, shape_of, type_of
from dyncheck.readers.hcl.evaluation import LocalScope, LocatedError, Scope, evaluate
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode
from dyncheck.readers.hcl.language.numbers import parse
from dyncheck.readers.hcl.language.types import ANY, STRING
from dyncheck.readers.hcl.language.values import EvaluationError, Value, is_wholly_known, known_of, null, object_of, pending

# Arguments that keep a value of any type.
_OF_ANY_TYPE = frozenset({("terraform_data", "input"), ("terraform_data", "triggers_replace")})


class Namespace:
    """The content of a value whose attributes are read one by one, such as `var` or a whole resource.

    `cause` is what a value waits for that needs all of it at once; `is_prefix` means that it is not a value by itself.
    """

    __slots__ = ("attribute", "cause", "is_prefix")

    def __init__(self, cause: str, attribute: Callable[[str], Value], is_prefix: bool = False) -> None:
        self.cause = cause
        self.is_prefix = is_prefix
        # The value of one attribute. Raises `EvaluationError` when it does not exist.
        self.attribute = attribute

    @property
    def causes(self) -> tuple[str, ...]:
        """The same as a pending value has."""
        return (self.cause,)

    def item(self, key: str, is_number: bool) -> Value:  # noqa: ARG002
        """The value of `[key]`, which is mostly the same as that of an attribute."""
        return self.attribute(key)


class DeferredNamespace(Namespace):
    """A data source or an ephemeral resource, whose attributes and instances all wait for themselves."""

    __slots__ = ("_known",)

    def __init__(self, address: str, known: Callable[[str], Value | None]) -> None:
        # An attribute that is known nevertheless.
        self._known = known
        super().__init__(address, lambda name: known(name) or pending(ANY, f"{address}.{name}"))

    def item(self, key: str, is_number: bool) -> Value:
        """One of its instances."""
        return Value(types.Resource("data"), DeferredNamespace(f"{self.cause}[{key if is_number else literal(key)}]", self._known))


class Surroundings(Protocol):
    """The part of a module instance that its resources use."""

    def inner_address(self, local: str) -> str:
        """The whole address of something in the module."""

    def once(self, key: tuple[str, ...], read: Callable[[], Value]) -> Value:
        """A value that is read once."""


ModuleType = TypeVar("ModuleType", bound=Surroundings)


class ResourceInstance(Generic[ModuleType]):
    """One instance of a resource block in a module instance.

    `waits_for` says why their number is unknown, and `may_repeat` that there may be more than one then.
    """

    __slots__ = ("block", "key", "kind", "may_repeat", "module", "name", "scope", "waits_for")

    def __init__(
        self,
        module: ModuleType,
        block: BlockNode,
        key: str,
        scope: Scope,
        waits_for: tuple[str, ...] | None,
        *,
        may_repeat: bool = False,
    ) -> None:
        self.module = module
        self.block = block
        self.key = key
        self.scope = scope
        self.waits_for = waits_for
        self.may_repeat = may_repeat
        self.kind, self.name = block.labels

    @property
    def ignored(self) -> Ignored:
        """The arguments and blocks whose changes Terraform ignores."""
        return ignored_by(self.block.body)

    @property
    def address(self) -> str:
        """The whole address."""
        mode = "data." if self.block.type == "data" else ""
        return self.module.inner_address(f"{mode}{self.kind}.{self.name}{self.key}")

    def as_value(self) -> Value:
        """The value of a reference to the whole instance."""
        return Value(types.Resource(self.kind), Namespace(self.address, self.attribute))

    def with_self(self) -> Scope:
        """The scope of its conditions, in which `self` is the instance."""
        return LocalScope(self.scope, {"self": self.as_value()})

    def attribute(self, name: str) -> Value:
        """One attribute while planning: the argument of the block, else a value that only the provider knows."""
        if self.waits_for is not None:
            return pending(ANY, *self.waits_for)
        return self.module.once(("resource", f"{self.kind}.{self.name}{self.key}", name), lambda: self._attribute(name))

    def _attribute(self, name: str) -> Value:
        argument = self.block.body.arguments.get(name)
        cause = f"{self.address}.{name}"
        kind = type_of(shape_of(self.kind), name)
        if self.ignored.touches(name):
            return pending(kind or ANY, f"{cause} (ignore_changes covers it)")
        if kind is None:
            # Other resource types, blocks, and arguments that no rule reads.
            if argument is None:
                return pending(ANY, cause)
            value = evaluate(argument.expression, self.scope)
            return value if (self.kind, name) in _OF_ANY_TYPE else _of_some_type(value, cause)
        value = null(kind) if argument is None else self.converted(argument, kind)
        if not value.is_null:
            return value
        if is_computed(self.kind, "", name) or (argument is None and name == "arn"):
            return pending(kind, cause)
        return DEFAULTS.get((self.kind, name), value)

    def converted(self, argument: Argument, kind: types.Type) -> Value:
        """The value of an argument as the provider plans it."""
        converted = planned_argument(argument, self.scope, kind)
        # One pending item makes the whole collection unknown in the provider's plan.
        return converted if is_wholly_known(converted) or known_of(converted) is not None else pending(kind, converted)


def planned_argument(argument: Argument, scope: Scope, kind: types.Type) -> Value:
    """The value of an argument, converted to its type. Raises `LocatedError` when it does not fit."""
    value = evaluate(argument.expression, scope)
    try:
        return planned(value, kind)
    except EvaluationError as problem:
        raise LocatedError(f'Invalid value for "{argument.name}": {problem}.', argument.expression.span) from None


def _of_some_type(value: Value, cause: str) -> Value:
    """A value as a provider with an unknown schema plans it. Only a text that is not a number or a bool is certain to stay the same."""
    if value.is_pending or value.is_null:
        return pending(ANY, cause, *([value] if value.is_pending else []))
    if value.type == STRING:
        is_convertible = value.content in ("true", "false") or parse(value.content) is not None
        return pending(ANY, cause) if is_convertible else value
    if isinstance(value.type, types.Map | types.Object):
        items = {name: _of_some_type(item, cause) for name, item in value.content.items()}
        if all(item.is_known for item in items.values()):
            return object_of(items).marked(value.sensitive)
    return pending(ANY, cause)
