"""Values whose attributes are read one by one: `var`, `local`, the outputs of a module, a whole resource."""

from __future__ import annotations

from collections.abc import Callable

from dyncheck.model import literal
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.types import ANY
from dyncheck.readers.hcl.language.values import Value, pending


class Namespace:
    """The content of a value whose attributes are read one by one, such as `var` or a whole resource.

    `cause` is what a value waits for that needs all of it at once; `is_prefix` means that it is not a value by itself.
    """

    __slots__ = ("attribute", "cause", "is_prefix")

    def __init__(self, cause: str, attribute: Callable[[str], Value], is_prefix: bool = False) -> None:
        self.cause = cause
        self.is_prefix = is_prefix
        # The value of one attribute. Raises `Problem` when it does not exist.
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

    __slots__ = ()

    def __init__(self, address: str) -> None:
        super().__init__(address, lambda name: pending(ANY, f"{address}.{name}"))

    def item(self, key: str, is_number: bool) -> Value:
        """One of its instances."""
        return Value(types.Resource("data"), DeferredNamespace(f"{self.cause}[{key if is_number else literal(key)}]"))
